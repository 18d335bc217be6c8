/**
 * A mail's files into R2: attachments, and the whole text where a row of D1 does not take it.
 *
 *   the mailbox has it       -> its blob is downloaded, through the gate
 *   the raw message is ours  -> it is taken apart once, and what is missing is put
 *   neither                  -> there is none, for good
 */
import { StageError, toFailure } from '@switchboard/shared/failure'
import type { Failure } from '@switchboard/shared/failure'
import type { SourceFile } from '@switchboard/shared/files'
import type { Scope } from '@switchboard/shared/kinds'
import type { MailRecord } from '@switchboard/shared/record'
import type { ArchivedFile } from './archive.ts'
import type { Download } from './download.ts'

export interface MailFilePorts {
  /** The raw message; null: R2 does not have it. */
  raw(key: string): Promise<Uint8Array | null>
  /** The files within a raw message, by the names they are kept under. */
  takeApart(bytes: Uint8Array): Promise<{ file: string; bytes: Uint8Array }[]>
  put(key: string, bytes: Uint8Array, contentType: string): Promise<Stored>
  /** Null: no mailbox is connected. @throws StageError upstream.*, gate.later */
  blob: ((file: { key: string; blobId: string; type: string | null }) => Promise<Download>) | null
}

export interface Stored {
  contentType: string
  sizeBytes: number
  sha256: string
}

export interface KeptFiles {
  files: ArchivedFile[]
  failure: Failure | null // the first one is the record's
}

/** @param missing of its files, those that are not in R2 */
export async function keepMailFiles(
  record: MailRecord,
  missing: readonly SourceFile[],
  ports: { mail: MailFilePorts; parked: ReadonlyMap<Scope, string> },
): Promise<KeptFiles> {
  const files: ArchivedFile[] = []
  let failure: Failure | null = null
  const within = once(() => filesWithin(record, ports.mail))
  for (const file of missing) {
    try {
      const blobId = blobOf(record, file)
      files.push(
        blobId === null || ports.mail.blob === null
          ? await keepFromRaw(file, await within(), ports.mail)
          : await keepFromMailbox(file, blobId, ports),
      )
    } catch (error) {
      failure ??= toFailure(error)
    }
  }
  return { files, failure }
}

async function filesWithin({ raw }: MailRecord, mail: MailFilePorts) {
  const bytes = raw === undefined ? null : await mail.raw(raw)
  const files = bytes === null ? [] : await mail.takeApart(bytes)
  return new Map(files.map((file) => [file.file, file.bytes]))
}

async function keepFromRaw(
  { key, sourceId, type }: SourceFile,
  within: ReadonlyMap<string, Uint8Array>,
  mail: MailFilePorts,
): Promise<ArchivedFile> {
  const bytes = within.get(sourceId)
  if (bytes === undefined)
    return { key, sourceId, stored: false, error: 'its raw message does not have it' }
  return { key, sourceId, stored: true, ...(await mail.put(key, bytes, mediaType(type))) }
}

async function keepFromMailbox(
  { key, sourceId, type }: SourceFile,
  blobId: string,
  { mail, parked }: { mail: MailFilePorts; parked: ReadonlyMap<Scope, string> },
): Promise<ArchivedFile> {
  const detail = parked.get('mailbox')
  if (detail !== undefined) throw new StageError({ kind: 'scope.parked', scope: 'mailbox', detail })
  const got = (await mail.blob?.({ key, blobId, type })) ?? null
  if (got?.got === 'file') return { key, sourceId, stored: true, ...got.file }
  if (got?.got !== 'refusal')
    return { key, sourceId, stored: false, error: got?.why ?? 'no mailbox is connected' }
  if (got.status === 404 || got.status === 410)
    return { key, sourceId, stored: false, error: 'the mailbox does not have it any more' }
  const refused = got.status === 401 || got.status === 403
  throw new StageError(
    refused
      ? { kind: 'upstream.unauthorized', api: 'mailbox', detail: got.why }
      : { kind: 'upstream.unavailable', api: 'mailbox', status: got.status, detail: got.why },
  )
}

/** Where the mailbox has it; null: it does not, or nobody has told. */
function blobOf({ attachments, whole }: MailRecord, { what, sourceId }: SourceFile): string | null {
  const found = what === 'text' ? whole : attachments.find(({ file }) => file === sourceId)
  return found?.blobId ?? null
}

function mediaType(text: string | null): string {
  const type = text?.split(';')[0]?.trim().toLowerCase() ?? ''
  return /^[a-z0-9][\w.+-]{0,63}\/[a-z0-9][\w.+-]{0,63}$/.test(type)
    ? type
    : 'application/octet-stream'
}

function once<T>(question: () => Promise<T>): () => Promise<T> {
  let answer: Promise<T> | null = null
  return () => (answer ??= question())
}
