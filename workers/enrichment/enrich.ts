/**
 * The stage `enrich`: hydrates a call (transcripts, recordings), then analyses the record. AI is an
 * extra, not a gate: without it the record goes on, marked as not analysed.
 *
 * The analysis is kept under the fingerprint of exactly what the model sees, so the same input twice
 * costs one look-up. A spent AI budget lets the record go on and leaves the row owed.
 */
import { analysisFingerprint } from '@switchboard/analysis/fingerprint'
import type { AnalysisSubject } from '@switchboard/analysis/prompt'
import { done } from '@switchboard/consumer/ports'
import type { Claim, Outcome } from '@switchboard/consumer/ports'
import type { Own } from '@switchboard/identity/own'
import { mailDirection } from '@switchboard/identity/parties'
import { utterancesOf } from '@switchboard/identity/utterances'
import type { AnalysisResult } from '@switchboard/shared/analysis'
import { describe, toFailure } from '@switchboard/shared/failure'
import type { Failure } from '@switchboard/shared/failure'
import { StageError } from '@switchboard/shared/failure'
import type { Scope } from '@switchboard/shared/kinds'
import { contentHash, mergeRecord } from '@switchboard/shared/merge'
import type { StoredParts } from '@switchboard/shared/merge'
import { wasAnswered } from '@switchboard/shared/record'
import type {
  CallRecord,
  ConversationRecord,
  RecordingsPart,
  TranscriptsPart,
} from '@switchboard/shared/record'

export interface OwedEnrich {
  claim: Claim
  parts: StoredParts
  analysis: { fingerprint: string; result: AnalysisResult } | null
}

export interface Enriched {
  parts: { part: 'transcripts' | 'recordings'; hash: string; body: string }[]
  /** Null: the stored analysis stands. */
  analysis: { fingerprint: string; result: AnalysisResult } | null
}

export interface EnrichPorts {
  own: Own
  country: string
  parked: ReadonlyMap<Scope, string> // and why
  openphone: {
    listTranscripts(callId: string): Promise<TranscriptsPart>
    listRecordings(callId: string): Promise<RecordingsPart>
  } | null
  /** Null: analysis is switched off. */
  ai: {
    model: string
    promptVersion: string
    analyse(subject: AnalysisSubject): Promise<AnalysisResult>
  } | null
  now: () => number
}

const ANALYSIS_WAITS_MS = 10 * 60_000 // for a transcript that is still being made

/** @throws StageError upstream.*, record.invalid, scope.parked */
export async function enrich(owed: OwedEnrich, ports: EnrichPorts): Promise<Outcome<Enriched>> {
  const stored = mergeRecord(owed.claim.kind, owed.parts)
  if (stored === null)
    throw new StageError({ kind: 'record.invalid', field: 'rest', detail: 'is not stored' })
  const record = await hydrate(stored, ports)
  const parts = await newParts(stored, record)
  const subject = subjectOf(record, ports)
  if (ports.ai === null)
    return keep(owed, parts, '', { analysed: false, reason: 'INCLUDE_AI is false' })

  const fingerprint = await analysisFingerprint(subject, {
    name: ports.ai.model,
    promptVersion: ports.ai.promptVersion,
  })
  if (owed.analysis?.fingerprint === fingerprint && owed.analysis.result.analysed)
    return done({ parts, analysis: null }, { skipped: parts.length === 0 })
  if (subject.utterances.length === 0)
    return keep(owed, parts, fingerprint, { analysed: false, reason: whyNoText(record, ports) })

  const parkedFor = ports.parked.get('workers-ai')
  if (parkedFor !== undefined)
    return goOn(parts, { kind: 'scope.parked', scope: 'workers-ai', detail: parkedFor })
  try {
    return keep(owed, parts, fingerprint, await ports.ai.analyse(subject))
  } catch (error) {
    const failure = toFailure(error)
    if (failure.kind === 'upstream.exhausted') return goOn(parts, failure)
    throw error
  }
}

type Part = Enriched['parts'][number]

function keep(
  owed: OwedEnrich,
  parts: Part[],
  fingerprint: string,
  result: AnalysisResult,
): Outcome<Enriched> {
  const same =
    owed.analysis?.fingerprint === fingerprint &&
    !result.analysed &&
    !owed.analysis.result.analysed &&
    owed.analysis.result.reason === result.reason
  return done(
    { parts, analysis: same ? null : { fingerprint, result } },
    { skipped: same && parts.length === 0 },
  )
}

/** The record goes on without an analysis and stays owed one. */
function goOn(parts: Part[], failure: Failure): Outcome<Enriched> {
  const result = { analysed: false as const, reason: describe(failure) }
  return done({ parts, analysis: { fingerprint: '', result } }, { stillOwed: failure })
}

/** What OpenPhone knows of an answered call beyond its list row; nothing terminal is asked twice. */
async function hydrate(
  record: ConversationRecord,
  ports: EnrichPorts,
): Promise<ConversationRecord> {
  if (record.kind !== 'call' || !wasAnswered(record) || ports.openphone === null) return record
  const wantsRecordings = isOpen(record.recordings)
  const wantsTranscripts = isOpen(record.transcripts)
  if (!wantsRecordings && !wantsTranscripts) return record
  const parkedFor = ports.parked.get('openphone')
  if (parkedFor !== undefined)
    throw new StageError({ kind: 'scope.parked', scope: 'openphone', detail: parkedFor })
  const [recordings, transcripts] = await Promise.all([
    wantsRecordings ? ports.openphone.listRecordings(record.id) : record.recordings,
    wantsTranscripts ? ports.openphone.listTranscripts(record.id) : record.transcripts,
  ])
  return {
    ...record,
    recordings,
    transcripts: notYetThere(record, recordings, transcripts, ports.now()),
  }
}

function isOpen(part: { status: string } | null): boolean {
  return part === null || part.status === 'pending'
}

/** An empty list of a call that was recorded just now says "not yet", not "never". */
function notYetThere(
  record: CallRecord,
  recordings: RecordingsPart | null,
  transcripts: TranscriptsPart | null,
  now: number,
): TranscriptsPart | null {
  const recorded = recordings !== null && recordings.status !== 'absent'
  if (transcripts?.status !== 'absent' || transcripts.segments.length > 0 || !recorded)
    return transcripts
  return isYoung(record, now) ? { ...transcripts, status: 'pending' } : transcripts
}

function isYoung(record: CallRecord, now: number): boolean {
  return now - Date.parse(record.completedAt ?? record.createdAt) < ANALYSIS_WAITS_MS
}

async function newParts(before: ConversationRecord, after: ConversationRecord): Promise<Part[]> {
  if (before.kind !== 'call' || after.kind !== 'call' || before === after) return []
  const parts: Part[] = []
  for (const part of ['transcripts', 'recordings'] as const) {
    const found = after[part]
    if (found !== null && found !== before[part])
      parts.push({ part, hash: await contentHash(found), body: JSON.stringify(found) })
  }
  return parts
}

/** What the model sees. A transcript that is still being made is waited for, ten minutes long. */
function subjectOf(record: ConversationRecord, ports: EnrichPorts): AnalysisSubject {
  const waits =
    record.kind === 'call' &&
    isOpen(record.transcripts) &&
    wasAnswered(record) &&
    isYoung(record, ports.now())
  const utterances = waits
    ? []
    : utterancesOf(record, ports.own, ports.country).map(({ by, text }) => ({ by, text }))
  return {
    kind: record.kind,
    direction: record.kind === 'mail' ? mailDirection(record, ports.own) : record.direction,
    ...(record.kind === 'mail' && record.subject !== '' ? { subject: record.subject } : {}),
    utterances,
    ...(record.kind === 'call' ? { durationSeconds: record.durationSeconds } : {}),
  }
}

function whyNoText(record: ConversationRecord, ports: EnrichPorts): string {
  if (record.kind !== 'call') return 'no text'
  if (record.voicemail?.status === 'in-progress') return 'the voicemail is not transcribed yet'
  if (!wasAnswered(record)) return 'nobody spoke'
  if (record.transcripts?.status === 'pending') return 'the transcript is not there yet'
  return ports.openphone === null ? 'OpenPhone is not connected' : 'no transcript'
}
