/**
 * Names under which a mail's files are kept. A sender chooses a name; ours is plain letters, digits,
 * dots and dashes, begins with the file's place, and is never a path. No I/O.
 */
import { sha256 } from '@switchboard/shared/hash'

/** The whole message as a file, where it cannot be taken apart. */
export const ORIGINAL = 'original.eml'
const LONGEST = 80
const EXTENSIONS: Record<string, string> = {
  'message/rfc822': 'eml',
  'application/pdf': 'pdf',
  'image/jpeg': 'jpg',
  'image/png': 'png',
  'image/gif': 'gif',
  'text/plain': 'txt',
  'text/html': 'html',
  'text/calendar': 'ics',
}

/** `0-offer.pdf`: the name as a file of ours. @param nth the attachment's place, from 0 */
export function fileName(nth: number, name: string | null, type: string | null): string {
  const base = (name ?? '').split(/[\\/]/).at(-1) ?? ''
  const plain = base
    .normalize('NFKD')
    .replaceAll(/\p{M}/gu, '')
    .replaceAll(/[^A-Za-z0-9._-]+/g, '_')
    .replaceAll(/\.{2,}/g, '.')
    .replaceAll(/^[._-]+|[._-]+$/g, '')
  const [, stem = plain, extension = ''] = /^(.+?)(\.[A-Za-z0-9]{1,10})?$/.exec(plain) ?? []
  const known = extension === '' ? extensionOf(type) : extension
  return `${nth}-${(stem || 'file').slice(0, LONGEST)}${known}`
}

function extensionOf(type: string | null): string {
  const known = EXTENSIONS[type?.toLowerCase() ?? '']
  return known === undefined ? '' : `.${known}`
}

/** The folder of a mail's files: its id looks like an address and may be no part of a path. */
export async function folderOf(id: string): Promise<string> {
  return (await sha256(id)).slice(0, 32)
}
