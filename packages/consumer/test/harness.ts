/** A stage over a ledger in memory, and batches that settle as a local runtime settles them. */
import type { Failure } from '@switchboard/shared/failure'
import type { RecordKey, Scope, Stage } from '@switchboard/shared/kinds'
import type { QueueMessage } from '@switchboard/shared/queue-message'
import type { StageWork } from '../src/consume.ts'
import { done } from '../src/ports.ts'
import type { Claim, DueRow, Finish, Outcome } from '../src/ports.ts'
import { Tally } from '../src/tally.ts'

export type Owed = { claim: Claim }
type Run = (owed: Owed[]) => Promise<Outcome<string>[]>

export const NOW = 1_000_000

/** What a test steers, and what came of it. */
export class Harness {
  readonly finishes: Finish[] = []
  readonly claims: { ids: string[]; alone: boolean }[] = []
  readonly parked: { scope: Scope; reason: string; until: number | null }[] = []
  readonly probed: Scope[] = []
  readonly letters: unknown[] = []
  readonly sent: QueueMessage[] = []
  /** Owed rows: how often each was tried, and why the last try failed. */
  readonly owed = new Map<string, { tries: number; error: string | null }>()
  due: DueRow[] = []
  /** What a finish finds owed anew. */
  anew: RecordKey[] = []
  now = NOW
  run: Run = async (owed) => owed.map(({ claim }) => done(claim.id))
  answers = true
  failClaims = 0
  failFinishes = 0
  failLetters = 0
  next: Stage[] = []

  open(): StageWork<Owed, string> {
    return {
      stage: 'enrich',
      maxTries: 3,
      hashKey: 'a key of sixteen characters or more',
      tally: new Tally(),
      now: () => this.now,
      newToken: () => 'token',
      loads: () => [],
      gather: (claims) => claims.map((claim) => ({ claim })),
      run: (owed) => this.run(owed),
      saves: () => [],
      next: () => this.next,
      probe: async (scope) => {
        this.probed.push(scope)
        return this.answers
      },
      letters: queueOf(async (body) => {
        if (this.failLetters-- > 0) throw new Error('the queue does not answer')
        this.letters.push(body)
      }),
      queues: { reconcile: queueOf(async (body: QueueMessage) => void this.sent.push(body)) },
      ledger: {
        claim: async ({ stage, keys, token, now, alone }) => {
          this.claims.push({ ids: keys.map(({ id }) => id), alone })
          if (this.failClaims-- > 0) throw new Error('D1_ERROR')
          const owed = keys.filter(({ id }) => this.owed.has(id))
          const mine = owed.filter(({ id }) => alone || this.owed.get(id)?.tries === 0)
          return {
            claims: mine.map((key): Claim => {
              const { tries, error } = this.owed.get(key.id)!
              const common = { lane: 'bulk', cause: 'backfill', runId: 'r', wanted: 7 } as const
              return { ...key, ...common, stage, tries: tries + 1, error, token, claimedAt: now }
            }),
            triedBefore: alone ? [] : owed.filter((key) => !mine.includes(key)),
            loaded: [],
          }
        },
        finish: async (finish) => {
          if (this.failFinishes-- > 0) throw new Error('D1_ERROR')
          this.finishes.push(finish)
          return this.anew
        },
        park: async (parked) => void this.parked.push(parked),
        due: async () => this.due,
        markSent: async () => {
          this.due = []
        },
      },
    }
  }

  /** Rows that are owed and were never tried. */
  owe(...ids: string[]): void {
    for (const id of ids) this.owed.set(id, { tries: 0, error: null })
  }

  fail(failure: Failure): void {
    this.run = async (owed) => owed.map(() => ({ ok: false, failure }))
  }
}

function queueOf<Body>(put: (body: Body) => Promise<void>): Queue<Body> {
  const sent = { metadata: { metrics: { backlogCount: 0, backlogBytes: 0 } } }
  return {
    metrics: async () => ({ backlogCount: 0, backlogBytes: 0 }),
    async send(body) {
      await put(body)
      return sent
    },
    async sendBatch(messages) {
      for (const { body } of messages) await put(body)
      return sent
    },
  }
}

export function queueMessage(id: string): QueueMessage {
  return { v: 1, kind: 'call', id, lane: 'bulk', cause: 'backfill', enqueuedAt: NOW - 50 }
}

export type Verdict = 'ack' | { retry: number | undefined }

/** A batch; `verdicts` says what became of each. The first verdict counts, but `retryAll` undoes all. */
export function batchOf(bodies: unknown[]): { batch: MessageBatch; verdicts: Verdict[] } {
  const verdicts: Verdict[] = []
  const settle = (at: number, verdict: Verdict) => {
    verdicts[at] ??= verdict
  }
  const batch: MessageBatch = {
    queue: 'enrich-bulk',
    metadata: { metrics: { backlogCount: 0, backlogBytes: 0 } },
    messages: bodies.map((body, at) => ({
      id: `m${at}`,
      timestamp: new Date(NOW),
      body,
      attempts: 2,
      ack: () => settle(at, 'ack'),
      retry: (options) => settle(at, { retry: options?.delaySeconds }),
    })),
    ackAll: () => bodies.forEach((_body, at) => settle(at, 'ack')),
    retryAll: () => bodies.forEach((_body, at) => (verdicts[at] = { retry: undefined })),
  }
  return { batch, verdicts }
}
