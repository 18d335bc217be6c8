/**
 * What OpenPhone is asked about a record, and what is left to wait for. Parts in, parts out: what it
 * answers is stored apart and merged with what webhooks told (shared/src/merge.ts).
 *
 *   nothing makes the record, or an event has overtaken it -> its object, by id
 *   answered, and an artefact is not final                 -> recordings, transcripts
 *   a recheck                                               -> also what was not there last time
 *   a replay that asks anew                                 -> all of it
 *
 * What OpenPhone has told as final is not asked for twice. What an event has told as final is, so that
 * the record ends in the same words whatever came first; but nothing waits for that. A record that
 * OpenPhone does not know is made from what events told, or is none.
 */
import type { Claim } from '@switchboard/consumer/ports'
import { StageError } from '@switchboard/shared/failure'
import type { Kind, Scope } from '@switchboard/shared/kinds'
import { contentHash, mergeRecord, readCallParts } from '@switchboard/shared/merge'
import type { StoredParts } from '@switchboard/shared/merge'
import { isBehind, isMade, isOver, wantsFetch } from '@switchboard/shared/merge-call'
import { asksAnew } from '@switchboard/shared/queue-message'
import { wasAnswered } from '@switchboard/shared/record'
import type {
  CallPart,
  CallRecord,
  ConversationRecord,
  PartName,
  RecordingsPart,
  TextMessagePart,
  TranscriptsPart,
} from '@switchboard/shared/record'

export interface HydratePorts {
  /** Null: this company has no OpenPhone. */
  openphone: {
    needs: readonly Scope[]
    /** Null: OpenPhone does not know it. */
    getCall(id: string): Promise<CallPart | null>
    getTextMessage(id: string): Promise<TextMessagePart | null>
    listTranscripts(callId: string): Promise<TranscriptsPart>
    listRecordings(callId: string): Promise<RecordingsPart>
  } | null
  parked: ReadonlyMap<Scope, string> // and why
  now: () => number
}

/** A part that OpenPhone has just told, as it is stored. */
export interface NewPart {
  part: PartName
  hash: string
  body: string
  version?: number // OpenPhone's own time of change
  occurredAt?: number
}

export interface Hydrated {
  /** Null: neither OpenPhone nor an event makes one. */
  record: ConversationRecord | null
  parts: NewPart[]
  /** OpenPhone was asked and does not know it. */
  gone: boolean
  /** Since when it waits for something that OpenPhone is still making; null: for nothing. */
  awaits: number | null
}

/** So long after its end an empty list of a call says "not yet", not "never". */
export const NOT_YET_MS = 10 * 60_000
const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS

/** @throws StageError upstream.*, record.invalid, scope.parked */
export async function hydrate(
  { claim, parts: stored }: { claim: Claim; parts: StoredParts },
  ports: HydratePorts,
): Promise<Hydrated> {
  const { kind, id } = claim
  const rest = await fetchRest(claim, stored, ports)
  const gone = rest === null
  const parts = rest ? [await restPart(rest)] : []
  let merged = withParts(stored, parts)
  let record = mergeRecord(kind, merged)
  // It may be too new even for OpenPhone's own API.
  if (record === null || gone)
    return { record, parts, gone, awaits: ports.openphone === null ? null : ports.now() }
  if (record.kind !== 'call') return { record, parts, gone, awaits: null }

  // Of a call that only events have told of nothing is asked before it has ended.
  if (merged.rest !== undefined)
    parts.push(...(await fetchArtefacts(record, merged, claim.cause, ports)))
  merged = withParts(stored, parts)
  record = mergeRecord(kind, merged)
  if (record?.kind !== 'call')
    throw new StageError({ kind: 'bug', detail: `${kind} ${id} is no call any more` })
  const overtaken = wantsFetch(readCallParts(merged))
  return { record, parts, gone, awaits: awaitedSince(record, overtaken, ports) }
}

/** Whether more is to come of a call's talk. */
export function isOpen(part: { status: string } | null): boolean {
  return part === null || part.status === 'pending'
}

/** A call of which an artefact may still be on its way, whatever the lists say. */
export function isYoung(record: CallRecord, now: number): boolean {
  return now - endOf(record) < NOT_YET_MS
}

/** The source's own object; undefined: not asked; null: it does not know it. */
async function fetchRest(
  { kind, id, cause }: Claim,
  stored: StoredParts,
  ports: HydratePorts,
): Promise<CallPart | TextMessagePart | null | undefined> {
  const { openphone } = ports
  if (openphone === null || kind === 'mail') return undefined
  const recheck = cause === 'recheck'
  if (asksAnew(cause)) mustBeOpen(ports)
  else if (mustFetch(kind, stored, recheck)) {
    // What events alone make a record of is filed meanwhile: its recheck waits for OpenPhone.
    if (!recheck && !isOpenNow(ports) && mergeRecord(kind, stored) !== null) return undefined
    mustBeOpen(ports)
  } else if (kind !== 'call' || !isBehind(readCallParts(stored)) || !isOpenNow(ports))
    return undefined
  return kind === 'call' ? openphone.getCall(id) : openphone.getTextMessage(id)
}

function mustFetch(kind: Kind, stored: StoredParts, recheck: boolean): boolean {
  const record = mergeRecord(kind, stored)
  if (record === null) return true
  if (record.kind !== 'call') return false // an event tells all of a text message
  if (wantsFetch(readCallParts(stored))) return true
  return recheck && (!isOver(record) || isBeingMade(record))
}

/** What the API hands out together with the call itself. */
function isBeingMade({ summary, voicemail }: CallRecord): boolean {
  return summary?.status === 'in-progress' || voicemail?.status === 'in-progress'
}

async function restPart(rest: CallPart | TextMessagePart): Promise<NewPart> {
  return {
    part: 'rest',
    version: Date.parse(rest.updatedAt ?? rest.createdAt),
    occurredAt: Date.parse(rest.createdAt),
    hash: await contentHash(rest),
    body: JSON.stringify(rest),
  }
}

/** What OpenPhone knows of an answered call beyond the call itself. */
async function fetchArtefacts(
  record: CallRecord,
  stored: StoredParts,
  cause: Claim['cause'],
  ports: HydratePorts,
): Promise<NewPart[]> {
  const { openphone } = ports
  if (openphone === null || !wasAnswered(record)) return []
  const told = readCallParts(stored)
  const [recorded, written] = [record.recordings, record.transcripts]
  const anew = asksAnew(cause)
  const recheck = cause === 'recheck'
  const wantsRecordings = anew || isWanted(told.recordings, recorded, recheck)
  const wantsTranscripts = anew || isWanted(told.transcripts, written, recheck)
  if (!wantsRecordings && !wantsTranscripts) return []
  if (anew || (wantsRecordings && isOpen(recorded)) || (wantsTranscripts && isOpen(written)))
    mustBeOpen(ports)
  else if (!isOpenNow(ports)) return []
  const [recordings, transcripts] = await Promise.all([
    wantsRecordings ? openphone.listRecordings(record.id) : null,
    wantsTranscripts ? openphone.listTranscripts(record.id) : null,
  ])
  const parts: NewPart[] = []
  if (recordings !== null) parts.push(await artefactPart('recordings', recordings))
  if (transcripts !== null) {
    const found = notYetThere(record, recordings ?? recorded, transcripts, ports.now())
    parts.push(await artefactPart('transcripts', found))
  }
  return parts
}

/** @param told by OpenPhone's lists; @param merged with what events told */
function isWanted<Part extends RecordingsPart | TranscriptsPart>(
  told: Part | undefined,
  merged: Part | null,
  recheck: boolean,
): boolean {
  if (isOpen(told ?? null)) return true
  return told?.status === 'absent' && (recheck || isMade(merged))
}

async function artefactPart(
  part: 'recordings' | 'transcripts',
  found: RecordingsPart | TranscriptsPart,
): Promise<NewPart> {
  return { part, hash: await contentHash(found), body: JSON.stringify(found) }
}

/** An empty list of a call that was recorded just now says "not yet", not "never". */
function notYetThere(
  record: CallRecord,
  recordings: RecordingsPart | null,
  transcripts: TranscriptsPart,
  now: number,
): TranscriptsPart {
  const recorded = recordings !== null && recordings.status !== 'absent'
  if (!isNone(transcripts) || !recorded) return transcripts
  return isYoung(record, now) ? { ...transcripts, status: 'pending' } : transcripts
}

/** Nothing was listed: there is none, or there is none yet. */
function isNone(part: RecordingsPart | TranscriptsPart | null): boolean {
  if (part?.status !== 'absent') return false
  return ('segments' in part ? part.segments : part.recordings).length === 0
}

/**
 * Since when a call waits: for its own end, for what is said to be in the making and, within an hour,
 * for what a list may show late. After a day nothing is waited for.
 */
function awaitedSince(record: CallRecord, overtaken: boolean, ports: HydratePorts): number | null {
  if (ports.openphone === null) return null
  const now = ports.now()
  const age = now - endOf(record)
  if (age >= DAY_MS) return null
  const { recordings, transcripts } = record
  const artefacts =
    wasAnswered(record) &&
    (isOpen(recordings) ||
      isOpen(transcripts) ||
      (age < HOUR_MS && (isNone(recordings) || isNone(transcripts))))
  if (!overtaken && isOver(record) && !isBeingMade(record) && !artefacts) return null
  // By OpenPhone's clock, so that ten minutes later are ten minutes after the call.
  return Math.min(Math.max(now, endOf(record)), now + HOUR_MS)
}

function endOf(record: CallRecord): number {
  return Date.parse(record.completedAt ?? record.createdAt)
}

function withParts(stored: StoredParts, parts: NewPart[]): StoredParts {
  return { ...stored, ...Object.fromEntries(parts.map(({ part, body }) => [part, body])) }
}

function isOpenNow({ openphone, parked }: HydratePorts): boolean {
  return openphone !== null && !openphone.needs.some((scope) => parked.has(scope))
}

function mustBeOpen({ openphone, parked }: HydratePorts): void {
  for (const scope of openphone?.needs ?? []) {
    const detail = parked.get(scope)
    if (detail !== undefined) throw new StageError({ kind: 'scope.parked', scope, detail })
  }
}
