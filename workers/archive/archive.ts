/**
 * The stage `archive`: recordings, voicemails and media, from their source's signed links into R2;
 * a mail's files from the raw message or its mailbox (mail-files.ts).
 *
 *   stored already             -> nothing
 *   the link opens             -> streamed (download.ts)
 *   the link has expired       -> OpenPhone is asked for another, once
 *   OpenPhone has none any more -> noted, and done: nobody can do more
 *   the source does not answer -> tried again; what is stored meanwhile stays so
 *
 * Then, where it is wanted, what OpenPhone has no words of is written down (transcribe.ts), and the
 * record is analysed anew.
 */
import { done } from '@switchboard/consumer/ports'
import type { Claim, Outcome } from '@switchboard/consumer/ports'
import { StageError, toFailure } from '@switchboard/shared/failure'
import type { Failure } from '@switchboard/shared/failure'
import { filesOf } from '@switchboard/shared/files'
import type { SourceFile } from '@switchboard/shared/files'
import type { Scope } from '@switchboard/shared/kinds'
import { mergeRecord } from '@switchboard/shared/merge'
import type { StoredParts } from '@switchboard/shared/merge'
import type { ConversationRecord, WhisperPart } from '@switchboard/shared/record'
import type { Download } from './download.ts'
import { keepMailFiles } from './mail-files.ts'
import type { MailFilePorts } from './mail-files.ts'
import { writeDown } from './transcribe.ts'
import type { TranscribePorts } from './transcribe.ts'

export interface OwedArchive {
  claim: Claim
  parts: StoredParts
  /** Bytes of each file that is stored, by key. */
  stored: ReadonlyMap<string, number>
}

/** How one file ended. */
export type ArchivedFile = { key: string; sourceId: string } & (
  | { stored: true; contentType: string; sizeBytes: number; sha256: string }
  | { stored: false; error: string }
)

export interface Archived {
  files: ArchivedFile[]
  /** With what is new in it; null: nothing is. */
  whisper: WhisperPart | null
  /** Whether there are words that were not there before. */
  heard: boolean
}

export interface ArchivePorts {
  parked: ReadonlyMap<Scope, string> // and why
  lastSendMs: number // after the claim
  now: () => number
  /** @throws StageError upstream.unavailable: worth another try */
  download(file: {
    key: string
    url: string
    type: string | null
    until: number
  }): Promise<Download>
  /** Null: this company has no OpenPhone. */
  openphone: {
    needs: readonly Scope[]
    /** The record with its files of this sort as OpenPhone has them now; null: it does not know it. */
    ask(record: ConversationRecord, what: SourceFile['what']): Promise<ConversationRecord | null>
  } | null
  mail: MailFilePorts
  /** Null: nothing is written down. */
  transcribe: TranscribePorts | null
}

type Renew = (what: SourceFile['what']) => Promise<SourceFile[]>

const NOTHING: Archived = { files: [], whisper: null, heard: false }

/** @throws StageError upstream.*, record.invalid, scope.parked, lease.lost, gate.later */
export async function archive(owed: OwedArchive, ports: ArchivePorts): Promise<Outcome<Archived>> {
  const record = mergeRecord(owed.claim.kind, owed.parts)
  if (record === null) return done(NOTHING, { skipped: true })
  const { files, failure } =
    record.kind === 'mail'
      ? await keepMailFiles(record, missingOf(owed, record), ports)
      : await keepAll(owed, record, ports)
  if (failure !== null) return unfinished({ ...NOTHING, files }, failure)
  if (ports.transcribe === null) return done({ ...NOTHING, files }, { skipped: files.length === 0 })

  const sizes = new Map(owed.stored)
  for (const file of files) if (file.stored) sizes.set(file.key, file.sizeBytes)
  const written = await writeDown(owed, record, sizes, ports.transcribe, ports)
  const archived = { files, whisper: written.whisper, heard: written.heard }
  if (written.failure !== null) return unfinished(archived, written.failure)
  return done(archived, { skipped: files.length === 0 && written.whisper === null })
}

/** What is there is saved, and the rest stays owed. */
function unfinished(archived: Archived, failure: Failure): Outcome<Archived> {
  const saves = archived.files.length > 0 || archived.whisper !== null
  return saves ? done(archived, { stillOwed: failure }) : { ok: false, failure }
}

/** One file after another; one that fails does not keep the others. The first failure is the record's. */
async function keepAll(
  owed: OwedArchive,
  record: ConversationRecord,
  ports: ArchivePorts,
): Promise<{ files: ArchivedFile[]; failure: Failure | null }> {
  const files: ArchivedFile[] = []
  let failure: Failure | null = null
  const renew = asksOnce(record, ports)
  for (const file of missingOf(owed, record)) {
    try {
      files.push(await keep(owed.claim, file, renew, ports))
    } catch (error) {
      failure ??= toFailure(error)
    }
  }
  return { files, failure }
}

function missingOf({ stored }: OwedArchive, record: ConversationRecord): SourceFile[] {
  return filesOf(record).filter(({ key }) => !stored.has(key))
}

/** @throws StageError upstream.*, scope.parked, lease.lost, gate.later */
async function keep(
  claim: Claim,
  file: SourceFile,
  renew: Renew,
  ports: ArchivePorts,
): Promise<ArchivedFile> {
  const { key, sourceId, type } = file
  const until = claim.claimedAt + ports.lastSendMs
  const download = (url: string): Promise<Download> => {
    if (ports.now() > until) throw new StageError({ kind: 'lease.lost' })
    return ports.download({ key, url, type, until })
  }
  const ended = (got: Extract<Download, { got: 'file' | 'nothing' }>): ArchivedFile =>
    got.got === 'file'
      ? { key, sourceId, stored: true, ...got.file }
      : { key, sourceId, stored: false, error: got.why }

  const first = file.url === null ? null : await download(file.url)
  if (first !== null && first.got !== 'refusal') return ended(first)
  if (ports.openphone === null)
    return ended({ got: 'nothing', why: 'its link has expired, and OpenPhone is not connected' })
  const url = (await renew(file.what)).find((one) => isSame(one, file))?.url ?? null
  if (url === null) return ended({ got: 'nothing', why: 'OpenPhone does not have it any more' })
  const second = await download(url)
  if (second.got !== 'refusal') return ended(second)
  if (second.status === 404 || second.status === 410)
    return ended({ got: 'nothing', why: `its new link leads nowhere (${second.status})` })
  throw new StageError({
    kind: 'upstream.unavailable',
    api: 'openphone',
    status: second.status,
    detail: `a new link does not open: ${second.why}`,
  })
}

/** The record's files of one sort with new links; OpenPhone is asked once for each sort. */
function asksOnce(record: ConversationRecord, ports: ArchivePorts): Renew {
  const answers = new Map<SourceFile['what'], Promise<SourceFile[]>>()
  const ask = async (what: SourceFile['what']): Promise<SourceFile[]> => {
    for (const scope of ports.openphone?.needs ?? []) {
      const detail = ports.parked.get(scope)
      if (detail !== undefined) throw new StageError({ kind: 'scope.parked', scope, detail })
    }
    const now = (await ports.openphone?.ask(record, what)) ?? null
    return now === null ? [] : filesOf(now).filter((file) => file.what === what)
  }
  return (what) => {
    const answer = answers.get(what) ?? ask(what)
    answers.set(what, answer)
    return answer
  }
}

/** A call has one voicemail, whose id is not always told. */
function isSame(a: SourceFile, b: SourceFile): boolean {
  return a.key === b.key || (a.what === 'voicemail' && b.what === 'voicemail')
}
