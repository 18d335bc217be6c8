/**
 * What travels through the queues: claim checks, well under 1 KB. The record is in D1. A newer `v`
 * comes from a newer producer during a deploy and is retried, never dead-lettered.
 */
import * as v from 'valibot'
import { KINDS, LANES, SWEEP_KINDS } from './kinds.ts'
import type { Lane, Stage } from './kinds.ts'

export const QUEUE_MESSAGE_VERSION = 1

/** A replay, and with which options: `anew`: its source is asked; `plain`: it is not analysed. */
const REPLAYS = ['replay', 'replay-anew', 'replay-plain', 'replay-anew-plain'] as const

/**
 * Why a record is on its way; it stays with its owed work until the work is done. `recheck`: an
 * artefact that was still being made is asked for again.
 */
const CAUSES = ['backfill', 'webhook', 'mail', 'relink', ...REPLAYS, 'recheck'] as const
export type Cause = (typeof CAUSES)[number]

/** The cause that tells the stages with which options a letter is replayed. */
export function replayCause(options: { fetchAnew: boolean; withoutAi: boolean }): Cause {
  if (options.fetchAnew) return options.withoutAi ? 'replay-anew-plain' : 'replay-anew'
  return options.withoutAi ? 'replay-plain' : 'replay'
}

/** Whether its source is to be asked for all of it, whatever is stored. */
export function asksAnew(cause: Cause): boolean {
  return cause === 'replay-anew' || cause === 'replay-anew-plain'
}

/** Whether it is not to be analysed. */
export function leavesAiOut(cause: Cause): boolean {
  return cause === 'replay-plain' || cause === 'replay-anew-plain'
}

/** A replay is to be gone on with; which letters, D1 knows. */
export const ReplayMessage = v.object({
  v: v.literal(QUEUE_MESSAGE_VERSION),
  replay: v.pipe(v.string(), v.minLength(1)),
  enqueuedAt: v.number(),
})
export type ReplayMessage = v.InferOutput<typeof ReplayMessage>

/** One call, text message or mail that a stage owes work. */
export const QueueMessage = v.object({
  v: v.literal(QUEUE_MESSAGE_VERSION),
  kind: v.picklist(KINDS),
  id: v.pipe(v.string(), v.minLength(1), v.maxLength(1000)),
  lane: v.picklist(LANES),
  cause: v.picklist(CAUSES),
  runId: v.optional(v.string()),
  enqueuedAt: v.number(), // ms since epoch
})
export type QueueMessage = v.InferOutput<typeof QueueMessage>

/** One page of one listing of a run. */
export const SweepMessage = v.object({
  v: v.literal(QUEUE_MESSAGE_VERSION),
  runId: v.pipe(v.string(), v.minLength(1)),
  sweep: v.picklist(SWEEP_KINDS),
  page: v.pipe(v.number(), v.integer(), v.minValue(0)),
  enqueuedAt: v.number(),
})
export type SweepMessage = v.InferOutput<typeof SweepMessage>

/** Merchants of whom a webhook told are to be read; which ones, D1 knows. */
export const CanvasMessage = v.object({
  v: v.literal(QUEUE_MESSAGE_VERSION),
  canvas: v.literal('changes'),
  enqueuedAt: v.number(),
})
export type CanvasMessage = v.InferOutput<typeof CanvasMessage>

/** What a run owes is to be held back or let go, a page at a time; how far it is, D1 knows. */
export const RunMessage = v.object({
  v: v.literal(QUEUE_MESSAGE_VERSION),
  shiftRun: v.pipe(v.string(), v.minLength(1)),
  enqueuedAt: v.number(),
})
export type RunMessage = v.InferOutput<typeof RunMessage>

/** What the harness sends to a dead-letter queue about a body that does not decode. */
export const UnreadableMessage = v.object({
  v: v.literal(QUEUE_MESSAGE_VERSION),
  unreadable: v.object({
    queueMessageId: v.string(),
    body: v.string(), // as JSON, cut to what a queue message may hold
    reason: v.string(), // names the field
    attempts: v.number(),
  }),
})
export type UnreadableMessage = v.InferOutput<typeof UnreadableMessage>

/** Whether a body says it was made by a newer release than this one. */
export function isNewer(body: unknown): boolean {
  return (
    typeof body === 'object' &&
    body !== null &&
    'v' in body &&
    typeof body.v === 'number' &&
    body.v > QUEUE_MESSAGE_VERSION
  )
}

/** The queue that a stage's work of a lane waits in; fast stages have one queue for both lanes. */
export function queueName(stage: Stage, lane: Lane): QueueName {
  if (stage === 'vectorize' || stage === 'archive' || lane === 'live') return stage
  return `${stage}-bulk`
}
export type QueueName =
  | 'enrich'
  | 'enrich-bulk'
  | 'vectorize'
  | 'reconcile'
  | 'reconcile-bulk'
  | 'archive'
