/**
 * Dead letters as an operator looks at them: in groups, by pages, one with all that is known of it.
 * Counts come from `letter_counts`, which triggers keep. A page reads a few thousand rows at most:
 * what no index tells is sifted from a window, and the page after it begins where the window ended.
 */
import type { RecordKey } from '@switchboard/shared/kinds'
import type { D1Database, D1PreparedStatement } from './d1.ts'

/** `open`: whatever is not closed, the ones being replayed among them. */
export type LetterList = 'open' | 'replaying' | 'settled' | 'discarded'

export interface LetterKey {
  stage: string
  kind: string
  id: string
}

export interface LetterFilter {
  state: LetterList
  stage?: string | undefined
  failure?: string | undefined
  pattern?: string | undefined
  kind?: string | undefined
  /** Last filed from then, and until then; ms since epoch, both count in. */
  from?: number | undefined
  to?: number | undefined
  /** In lower case, each to be found in reason or id. At most four count. */
  words?: readonly string[] | undefined
  /** Of these records alone. */
  records?: readonly { kind: string; id: string }[] | undefined
}

export interface Letter extends LetterKey {
  failure: string
  pattern: string
  reason: string
  attempts: number
  lane: string | null
  runId: string | null
  firstAt: number
  lastAt: number
  closedAt: number | null
  state: 'open' | 'settled' | 'discarded'
  replayId: string | null
  discardedBy: string | null
  discardReason: string | null
}

/** Where a page ended. */
export type LetterCursor = [lastAt: number, stage: string, kind: string, id: string]

const WINDOW = 2000
const MOST_WORDS = 4
const COLUMNS = `stage, kind, id, failure, pattern, reason, attempts,
  CASE WHEN json_valid(queue_message) THEN queue_message ->> '$.lane' END AS lane,
  run_id AS runId, first_at AS firstAt, last_at AS lastAt, closed_at AS closedAt, state,
  replay_id AS replayId, discarded_by AS discardedBy, discard_reason AS discardReason`
const ORDER = `ORDER BY last_at DESC, stage DESC, kind DESC, id DESC`

/** One page, newest first; `next` is null on the last. It may hold fewer than `limit`. */
export async function listLetters(
  db: D1Database,
  filter: LetterFilter,
  after: LetterCursor | null,
  limit: number,
): Promise<{ letters: Letter[]; next: LetterCursor | null }> {
  if (filter.records !== undefined) return listOfRecords(db, filter, after, limit)
  const { indexed, sifted, values } = conditions(filter, after)
  if (sifted === '') {
    const { results } = await db
      .prepare(`SELECT ${COLUMNS} FROM dead_letters WHERE ${indexed} ${ORDER} LIMIT ?1`)
      .bind(limit + 1, ...values)
      .all<Letter>()
    return cut(results, limit, null)
  }
  const window = `SELECT * FROM dead_letters WHERE ${indexed} ${ORDER}`
  const [found, last] = await db.batch<Letter>([
    db
      .prepare(
        `SELECT ${COLUMNS} FROM (${window} LIMIT ${WINDOW}) WHERE ${sifted} ${ORDER} LIMIT ?1`,
      )
      .bind(limit + 1, ...values),
    db
      .prepare(
        `SELECT stage, kind, id, last_at AS lastAt FROM dead_letters
          WHERE ?1 > 0 AND ${allNamed(indexed, values.length)} ${ORDER} LIMIT 1 OFFSET ${WINDOW - 1}`,
      )
      .bind(limit + 1, ...values),
  ])
  return cut(found?.results ?? [], limit, last?.results[0] ?? null)
}

/** Letters of a few records: their keys say where they lie. */
async function listOfRecords(
  db: D1Database,
  { records = [], ...filter }: LetterFilter,
  after: LetterCursor | null,
  limit: number,
): Promise<{ letters: Letter[]; next: LetterCursor | null }> {
  const { indexed, sifted, values } = conditions(filter, after)
  const { results } = await db
    .prepare(
      `WITH found AS MATERIALIZED (
         SELECT l.* FROM json_each(?${values.length + 2}) j CROSS JOIN dead_letters l
             ON l.kind = j.value ->> 'kind' AND l.id = j.value ->> 'id')
       SELECT ${COLUMNS} FROM found
        WHERE ${indexed}${sifted === '' ? '' : ` AND ${sifted}`} ${ORDER} LIMIT ?1`,
    )
    .bind(limit + 1, ...values, JSON.stringify(records))
    .all<Letter>()
  return cut(results, limit, null)
}

/** Every value of a statement is named, used or not: D1 takes no gap in between. */
function allNamed(sql: string, count: number): string {
  const names = Array.from({ length: count }, (_, at) => `?${at + 2}`)
  const unused = names.filter((name) => !new RegExp(`\\${name}\\b`).test(sql))
  return [sql, ...unused.map((name) => `coalesce(${name}, 1) IS NOT NULL`)].join(' AND ')
}

function cut(
  found: Letter[],
  limit: number,
  windowEnd: Pick<Letter, 'stage' | 'kind' | 'id' | 'lastAt'> | null,
): { letters: Letter[]; next: LetterCursor | null } {
  const letters = found.slice(0, limit)
  const last = found.length > limit ? letters.at(-1) : windowEnd
  return {
    letters,
    next:
      last === undefined || last === null ? null : [last.lastAt, last.stage, last.kind, last.id],
  }
}

/** SQL: what an index answers, and what is to be sifted. Values from ?2 on. */
function conditions(
  filter: LetterFilter,
  after: LetterCursor | null,
): { indexed: string; sifted: string; values: (string | number)[] } {
  const values: (string | number)[] = []
  const bound = (value: string | number) => `?${values.push(value) + 1}`
  const indexed =
    filter.state === 'replaying'
      ? [`replay_id IS NOT NULL`, `closed_at IS NULL`]
      : [`state = ${bound(filter.state)}`]
  const sifted: string[] = []
  const { stage, failure, pattern, kind } = filter
  const byStage = stage !== undefined && filter.state !== 'replaying'
  const byGroup = byStage && failure !== undefined && pattern !== undefined
  if (stage !== undefined) (byStage ? indexed : sifted).push(`stage = ${bound(stage)}`)
  if (failure !== undefined) (byGroup ? indexed : sifted).push(`failure = ${bound(failure)}`)
  if (pattern !== undefined) (byGroup ? indexed : sifted).push(`pattern = ${bound(pattern)}`)
  if (kind !== undefined) sifted.push(`kind = ${bound(kind)}`)
  if (filter.from !== undefined) indexed.push(`last_at >= ${bound(filter.from)}`)
  if (filter.to !== undefined) indexed.push(`last_at <= ${bound(filter.to)}`)
  for (const word of filter.words?.slice(0, MOST_WORDS) ?? [])
    sifted.push(`instr(lower(reason || ' ' || id), ${bound(word)}) > 0`)
  if (after !== null) {
    const [lastAt, ...key] = after
    // Where the stage is one, it is no part of the order.
    const [names, place] = byStage
      ? ['last_at, kind, id', [lastAt, ...key.slice(1)]]
      : ['last_at, stage, kind, id', [lastAt, ...key]]
    indexed.push(`(${names}) < (${place.map(bound).join(', ')})`)
  }
  return { indexed: indexed.join(' AND '), sifted: sifted.join(' AND '), values }
}

/** How many fit, where counting costs nothing; null: it would have to be looked for. */
export async function countLetters(db: D1Database, filter: LetterFilter): Promise<number | null> {
  const { words, records, from, to } = filter
  const looked = (words?.length ?? 0) > 0 || records !== undefined
  if (looked || from !== undefined || to !== undefined || filter.state === 'replaying') return null
  const named = (['state', 'stage', 'failure', 'pattern', 'kind'] as const).filter(
    (name) => filter[name] !== undefined,
  )
  const row = await db
    .prepare(
      `SELECT coalesce(sum(count), 0) AS count FROM letter_counts
        WHERE ${named.map((name, at) => `${name} = ?${at + 1}`).join(' AND ')}`,
    )
    .bind(...named.map((name) => filter[name]))
    .first<{ count: number }>()
  return row?.count ?? 0
}

/** How many letters are open: the badge. */
export async function countOpenLetters(db: D1Database): Promise<number> {
  return (await countLetters(db, { state: 'open' })) ?? 0
}

export interface LetterGroup {
  stage: string
  failure: string
  pattern: string
  count: number
  kinds: string[]
  firstAt: number
  lastAt: number
  /** Of the newest of them. */
  reason: string
}

export interface LetterCounts {
  open: number
  replaying: number
  settled: number
  discarded: number
  lastClosedAt: number | null
}

const MOST_GROUPS = 200

/**
 * Letters by stage and by what is the same in their reasons, the largest group first, at most 200.
 * @param filter a kind narrows the counts; first and last are the whole group's
 */
export async function groupLetters(
  db: D1Database,
  filter: Pick<LetterFilter, 'stage' | 'failure' | 'kind'> & {
    state: Exclude<LetterList, 'replaying'>
  },
): Promise<{ groups: LetterGroup[]; counts: LetterCounts }> {
  const ofGroup = `FROM dead_letters l WHERE l.state = c.state AND l.stage = c.stage
    AND l.failure = c.failure AND l.pattern = c.pattern`
  const [groups, counts, replaying, closed] = await db.batch<Record<string, unknown>>([
    db
      .prepare(
        `SELECT c.*, (SELECT min(first_at) ${ofGroup}) AS firstAt,
                (SELECT max(last_at) ${ofGroup}) AS lastAt,
                (SELECT reason ${ofGroup} ORDER BY last_at DESC LIMIT 1) AS reason
           FROM (SELECT state, stage, failure, pattern, sum(count) AS count,
                        json_group_array(kind) AS kinds FROM letter_counts
                  WHERE state = ?1 AND stage = coalesce(?2, stage)
                    AND failure = coalesce(?3, failure) AND kind = coalesce(?4, kind)
                  GROUP BY state, stage, failure, pattern
                  ORDER BY count DESC, stage, failure, pattern LIMIT ${MOST_GROUPS}) c`,
      )
      .bind(filter.state, filter.stage ?? null, filter.failure ?? null, filter.kind ?? null),
    db.prepare(`SELECT state, sum(count) AS count FROM letter_counts GROUP BY state`),
    db.prepare(`SELECT coalesce(sum(sent), 0) AS count FROM replays WHERE sent > 0`),
    db.prepare(`SELECT max(closed_at) AS at FROM dead_letters WHERE closed_at IS NOT NULL`),
  ])
  const counted = new Map(counts?.results.map((row) => [row['state'], Number(row['count'])]))
  return {
    groups: ((groups?.results ?? []) as unknown as (LetterGroup & { kinds: string })[]).map(
      ({ stage, failure, pattern, count, kinds, firstAt, lastAt, reason }) => ({
        stage,
        failure,
        pattern,
        count,
        kinds: JSON.parse(kinds) as string[],
        firstAt,
        lastAt,
        reason,
      }),
    ),
    counts: {
      open: counted.get('open') ?? 0,
      replaying: Number(replaying?.results[0]?.['count'] ?? 0),
      settled: counted.get('settled') ?? 0,
      discarded: counted.get('discarded') ?? 0,
      lastClosedAt: (closed?.results[0]?.['at'] as number | null | undefined) ?? null,
    },
  }
}

/** Who a record is with: a merchant where one is known, and the number or address. */
export interface LetterParty extends RecordKey {
  party: string
  merchant: string | null
}

/** Rows: `LetterParty`, several a record. */
export function partiesStatement(
  db: D1Database,
  keys: readonly { kind: string; id: string }[],
): D1PreparedStatement {
  return db
    .prepare(
      `SELECT rp.kind, rp.id, rp.party, m.name AS merchant
         FROM (SELECT DISTINCT value ->> 'kind' AS kind, value ->> 'id' AS id FROM json_each(?1)) j
         JOIN record_parties rp ON rp.kind = j.kind AND rp.id = j.id
         LEFT JOIN merchant_keys mk ON mk.key = rp.party
         LEFT JOIN merchants m ON m.id = mk.merchant_id
        ORDER BY m.name IS NULL LIMIT 1000`,
    )
    .bind(JSON.stringify(keys.map(({ kind, id }) => ({ kind, id }))))
}

/** Records with this number or address, at most 500. */
export async function recordsOfParty(db: D1Database, parties: string[]): Promise<RecordKey[]> {
  const { results } = await db
    .prepare(
      `SELECT kind, id FROM record_parties WHERE party IN (SELECT value FROM json_each(?1))
        LIMIT 500`,
    )
    .bind(JSON.stringify(parties))
    .all<RecordKey>()
  return results
}

/** One attempt at the record's stages. */
export interface LetterEvent {
  at: number
  stage: string
  attempt: number
  outcome: string
  waitedMs: number
  workedMs: number
  error: string | null
}

export interface LetterDetails {
  letter: Letter & { queueMessage: string | null }
  record: { occurredAt: number; revision: number; goneAt: number | null } | null
  page: { pageId: string | null; removedAt: number | null } | null
  /** Newest first, at most 50. */
  events: LetterEvent[]
  /** Newest first, at most 10. */
  replays: {
    id: string
    actor: string
    startedAt: number
    state: string
    note: string | null
    settledAt: number | null
  }[]
  parties: LetterParty[]
}

/** A letter with all that is known of it; null: there is none. */
export async function findLetter(db: D1Database, key: LetterKey): Promise<LetterDetails | null> {
  const { stage, kind, id } = key
  const [letters, records, pages, events, replays, parties] = await db.batch([
    db
      .prepare(
        `SELECT ${COLUMNS}, queue_message AS queueMessage FROM dead_letters
          WHERE stage = ?1 AND kind = ?2 AND id = ?3`,
      )
      .bind(stage, kind, id),
    db
      .prepare(
        `SELECT occurred_at AS occurredAt, revision, gone_at AS goneAt FROM records
          WHERE kind = ?1 AND id = ?2`,
      )
      .bind(kind, id),
    db
      .prepare(
        `SELECT page_id AS pageId, removed_at AS removedAt FROM pages WHERE kind = ?1 AND id = ?2`,
      )
      .bind(kind, id),
    db
      .prepare(
        `SELECT at, stage, attempt, outcome, waited_ms AS waitedMs, worked_ms AS workedMs, error
           FROM stage_events WHERE kind = ?1 AND id = ?2 ORDER BY at DESC LIMIT 50`,
      )
      .bind(kind, id),
    db
      .prepare(
        `SELECT r.id, r.actor, r.started_at AS startedAt, rl.state, rl.note,
                rl.settled_at AS settledAt
           FROM replay_letters rl JOIN replays r ON r.id = rl.replay_id
          WHERE rl.stage = ?1 AND rl.kind = ?2 AND rl.id = ?3
          ORDER BY r.started_at DESC LIMIT 10`,
      )
      .bind(stage, kind, id),
    partiesStatement(db, [key]),
  ])
  const letter = letters?.results[0] as LetterDetails['letter'] | undefined
  if (letter === undefined) return null
  return {
    letter,
    record: (records?.results[0] as LetterDetails['record'] | undefined) ?? null,
    page: (pages?.results[0] as LetterDetails['page'] | undefined) ?? null,
    events: (events?.results ?? []) as LetterEvent[],
    replays: (replays?.results ?? []) as LetterDetails['replays'],
    parties: (parties?.results ?? []) as LetterParty[],
  }
}
