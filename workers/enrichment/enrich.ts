/**
 * The stage `enrich`: asks OpenPhone for what is missing (hydrate.ts), then analyses the record. AI
 * is an extra, not a gate: without it the record goes on, marked as not analysed.
 *
 * The analysis is kept under the fingerprint of exactly what the model sees, so the same input twice
 * costs one look-up. A spent AI budget lets the record go on and leaves the row owed.
 */
import { analysisFingerprint } from '@switchboard/analysis/fingerprint'
import type { AnalysisSubject } from '@switchboard/analysis/prompt'
import { done } from '@switchboard/consumer/ports'
import type { Claim, Outcome } from '@switchboard/consumer/ports'
import { AUTOMATIC_WORDS, automaticOf } from '@switchboard/identity/automatic'
import type { Own } from '@switchboard/identity/own'
import { mailDirection } from '@switchboard/identity/parties'
import { utterancesOf } from '@switchboard/identity/utterances'
import type { AnalysisResult } from '@switchboard/shared/analysis'
import { describe, toFailure } from '@switchboard/shared/failure'
import type { Failure } from '@switchboard/shared/failure'
import type { StoredParts } from '@switchboard/shared/merge'
import { leavesAiOut } from '@switchboard/shared/queue-message'
import { wasAnswered } from '@switchboard/shared/record'
import type { ConversationRecord } from '@switchboard/shared/record'
import { hydrate, isOpen, isYoung } from './hydrate.ts'
import type { HydratePorts, Hydrated } from './hydrate.ts'

export interface OwedEnrich {
  claim: Claim
  parts: StoredParts
  analysis: { fingerprint: string; result: AnalysisResult } | null
}

export interface Enriched extends Hydrated {
  /** Null: the stored analysis stands. */
  analysis: { fingerprint: string; result: AnalysisResult } | null
}

export interface EnrichPorts extends HydratePorts {
  own: Own
  country: string
  /** Null: analysis is switched off. */
  ai: {
    model: string
    promptVersion: string
    analyse(subject: AnalysisSubject): Promise<AnalysisResult>
  } | null
}

/** Failed tries of the model before a record is filed without its analysis for the time being. */
const TRIES_BEFORE_GOING_ON = 2

/** @throws StageError upstream.*, record.invalid, scope.parked */
export async function enrich(owed: OwedEnrich, ports: EnrichPorts): Promise<Outcome<Enriched>> {
  const hydrated = await hydrate(owed, ports)
  const { record } = hydrated
  if (record === null) return done({ ...hydrated, analysis: null }, { skipped: true })
  const subject = subjectOf(record, ports)
  if (ports.ai === null)
    return keep(owed, hydrated, '', { analysed: false, reason: 'INCLUDE_AI is false' })
  if (leavesAiOut(owed.claim.cause))
    return owed.analysis?.result.analysed
      ? done({ ...hydrated, analysis: null }, { skipped: hydrated.parts.length === 0 })
      : keep(owed, hydrated, '', { analysed: false, reason: 'it was replayed without AI' })

  const automatic = record.kind === 'mail' ? automaticOf(record, ports.own) : null
  if (automatic !== null)
    return keep(owed, hydrated, '', {
      analysed: false,
      reason: `nobody wrote it: ${AUTOMATIC_WORDS[automatic]}`,
    })

  const fingerprint = await analysisFingerprint(subject, {
    name: ports.ai.model,
    promptVersion: ports.ai.promptVersion,
  })
  if (owed.analysis?.fingerprint === fingerprint && owed.analysis.result.analysed)
    return done({ ...hydrated, analysis: null }, { skipped: hydrated.parts.length === 0 })
  if (subject.utterances.length === 0)
    return keep(owed, hydrated, fingerprint, {
      analysed: false,
      reason: whyNoText(record, ports),
    })

  const parkedFor = ports.parked.get('workers-ai')
  if (parkedFor !== undefined)
    return goOn(hydrated, { kind: 'scope.parked', scope: 'workers-ai', detail: parkedFor })
  try {
    return keep(owed, hydrated, fingerprint, await ports.ai.analyse(subject))
  } catch (error) {
    const failure = toFailure(error)
    if (failure.kind === 'upstream.exhausted') return goOn(hydrated, failure)
    // An outage that lasts holds nobody up: the record goes on and its analysis stays owed.
    if (failure.kind === 'upstream.unavailable' && owed.claim.tries > TRIES_BEFORE_GOING_ON)
      return goOn(hydrated, failure)
    throw error
  }
}

function keep(
  owed: OwedEnrich,
  hydrated: Hydrated,
  fingerprint: string,
  result: AnalysisResult,
): Outcome<Enriched> {
  const same =
    owed.analysis?.fingerprint === fingerprint &&
    !result.analysed &&
    !owed.analysis.result.analysed &&
    owed.analysis.result.reason === result.reason
  return done(
    { ...hydrated, analysis: same ? null : { fingerprint, result } },
    { skipped: same && hydrated.parts.length === 0 },
  )
}

/** The record goes on without an analysis and stays owed one. */
function goOn(hydrated: Hydrated, failure: Failure): Outcome<Enriched> {
  const result = { analysed: false as const, reason: describe(failure) }
  return done({ ...hydrated, analysis: { fingerprint: '', result } }, { stillOwed: failure })
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
