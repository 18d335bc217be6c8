/**
 * The harness's view of D1: a claim and all it loads are one round trip, a finish is one batch. The
 * order inside the finish is the protocol: results first, then the work rows (which clears the
 * token), then what is computed from facts.
 */
import type { Api, RecordKey, Stage } from '@switchboard/shared/kinds'
import type { D1Database, D1PreparedStatement } from './d1.ts'
import { eventsStatement } from './events.ts'
import type { StageEvent } from './events.ts'
import { closeLettersStatement, settleRunsStatement } from './letters.ts'
import { park } from './parked.ts'
import { parkPausedStatement } from './pauses.ts'
import { countRequestsStatement } from './runs.ts'
import { standStatements } from './standing.ts'
import {
  claimStatement,
  completeStatement,
  dueRows,
  failStatement,
  markSent,
  postponeStatement,
  raiseNextStatement,
  triedBeforeStatement,
} from './work.ts'
import type { Claim, DueRow, Ended, Settlement, Unfinished } from './work.ts'

/** Everything that one batch of a stage leaves behind. `stillOwed` rows save and stay owed. */
export interface Finish {
  stage: Stage
  token: string
  saves: D1PreparedStatement[]
  next: { stage: Stage; keys: RecordKey[] }[]
  done: Settlement[]
  postponed: Unfinished[]
  failed: (Settlement & { error: string })[]
  events: StageEvent[]
  requests: { runId: string; api: Api; count: number }[]
}

/** The ledger over one database. */
export function ledger(db: D1Database) {
  return {
    async claim(
      request: { stage: Stage; keys: RecordKey[]; token: string; now: number; alone: boolean },
      loads: D1PreparedStatement[],
    ): Promise<{ claims: Claim[]; triedBefore: RecordKey[]; loaded: unknown[][] }> {
      const [, claimed, tried, ...loaded] = await db.batch([
        parkPausedStatement(db, request.stage, request.keys, request.now),
        claimStatement(db, request),
        triedBeforeStatement(db, request.stage, request.keys, request.now),
        ...loads,
      ])
      const rows = (claimed?.results ?? []) as Omit<Claim, 'stage' | 'token' | 'claimedAt'>[]
      return {
        claims: rows.map((row) => ({
          ...row,
          stage: request.stage,
          token: request.token,
          claimedAt: request.now,
        })),
        triedBefore: request.alone ? [] : ((tried?.results ?? []) as RecordKey[]),
        loaded: loaded.map(({ results }) => results),
      }
    },

    /** @returns what is owed anew: more came while it was worked */
    async finish(finish: Finish, now: number): Promise<RecordKey[]> {
      const { stage, token, done, postponed, failed } = finish
      const statements = [...finish.saves]
      const endings: number[] = [] // places of statements that say which rows are owed anew
      for (const { stage: next, keys } of finish.next)
        if (keys.length > 0)
          statements.push(raiseNextStatement(db, { stage, token, keys }, next, now))
      if (done.length > 0) {
        statements.push(closeLettersStatement(db, stage, token, done, now))
        endings.push(statements.push(completeStatement(db, stage, token, done, now)) - 1)
      }
      if (failed.length > 0)
        endings.push(statements.push(failStatement(db, stage, token, failed, now)) - 1)
      if (postponed.length > 0) statements.push(postponeStatement(db, stage, token, postponed))
      if (done.length > 0)
        statements.push(settleRunsStatement(db, done), ...standStatements(db, done))
      if (finish.events.length > 0) statements.push(eventsStatement(db, finish.events, now))
      if (finish.requests.length > 0) statements.push(countRequestsStatement(db, finish.requests))
      const results = await db.batch<Ended>(statements)
      return endings
        .flatMap((place) => results[place]?.results ?? [])
        .filter(({ again }) => again === 1)
        .map(({ kind, id }) => ({ kind, id }))
    },

    due: (filter: { keys: RecordKey[] } | { before: number }, now: number, limit: number) =>
      dueRows(db, filter, now, limit),
    markSent: (rows: DueRow[], now: number) => markSent(db, rows, now),
    park: (parked: Parameters<typeof park>[1], now: number) => park(db, parked, now),
  }
}
