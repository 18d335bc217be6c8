/**
 * The links that pages carry to a record's files, in place of the source's own, which expire. They
 * need the door's address and, unless they ask for a login, a secret to be signed with: without them
 * there are none, and pages carry the source's.
 */
import type { Settings } from '@switchboard/shared/config'
import { filesOf, pathOfFile } from '@switchboard/shared/files'
import { linkKeys, signedPath } from '@switchboard/shared/links'
import type { LinkKey } from '@switchboard/shared/links'
import type { ConversationRecord } from '@switchboard/shared/record'

type LinkSettings = Pick<Settings, 'PUBLIC_URL' | 'LINK_SECRET' | 'RECORDING_LINKS'>

/** By key; the same for the same record and settings. */
export type FileLinks = (record: ConversationRecord) => Promise<ReadonlyMap<string, string>>

export function fileLinks(settings: LinkSettings): FileLinks {
  const { PUBLIC_URL: origin, LINK_SECRET: secrets, RECORDING_LINKS: mode } = settings
  if (origin === undefined || (mode === 'signed' && secrets.length === 0)) return async () => NONE
  let first: Promise<LinkKey | undefined> | null = null
  return async (record) => {
    const files = filesOf(record)
    if (files.length === 0) return NONE
    first ??= linkKeys(secrets.slice(0, 1)).then(([key]) => key)
    const key = mode === 'signed' ? await first : undefined
    const links = files.map(async (file): Promise<[string, string]> => {
      const path = pathOfFile(file.key)
      return [file.key, origin + (key === undefined ? path : await signedPath(path, key))]
    })
    return new Map(await Promise.all(links))
  }
}

const NONE: ReadonlyMap<string, string> = new Map()
