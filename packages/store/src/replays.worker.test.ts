/** Letters in an operator's hands, against real D1: counts, pages, discards, replays. */
import { beforeEach, describe, expect, test } from 'vitest'
import { emptyDatabase, rowsOf } from '../test/database.ts'
import { planOf } from '../test/explain.ts'
import type { D1Database } from './d1.ts'
import { discardLetters, discardedBy, restoreLetters } from './discards.ts'
import {
  countLetters,
  countOpenLetters,
  findLetter,
  groupLetters,
  listLetters,
} from './letter-list.ts'
import type { LetterCursor, LetterFilter } from './letter-list.ts'
import { closeFinishedSweeps } from './replay-directly.ts'
import {
  examineLetters,
  replayLetters,
  sendLetters,
  takeAgain,
  takeLetter,
} from './replay-letters.ts'
import {
  endReplay,
  findReplay,
  listReplays,
  openReplays,
  selectMore,
  startReplay,
  tidyReplaysStatements,
} from './replays.ts'

const NOW = 1_000_000
let db: D1Database

beforeEach(async () => {
  db = await emptyDatabase()
})

/** So many letters, a millisecond apart, of two stages and three patterns in turn. */
async function seed(count: number): Promise<void> {
  await db
    .prepare(
      `INSERT INTO dead_letters (stage, kind, id, failure, reason, pattern, attempts, first_at, last_at)
       WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < ?1 - 1)
       SELECT CASE i % 2 WHEN 0 THEN 'reconcile' ELSE 'enrich' END, 'call', 'AC' || i,
              'record.refused', 'no ' || i, 'pattern ' || (i % 3), 1, i, i / 2 FROM n`,
    )
    .bind(count)
    .run()
}

async function everyPage(filter: LetterFilter, limit: number): Promise<string[]> {
  const ids: string[] = []
  let after: LetterCursor | null = null
  do {
    const page = await listLetters(db, filter, after, limit)
    ids.push(...page.letters.map(({ id }) => id))
    after = page.next
  } while (after !== null)
  return ids
}

const numbers = (ids: string[]) => ids.map((id) => Number(id.slice(2)))
const key = (at: number) => ({
  stage: at % 2 === 0 ? 'reconcile' : 'enrich',
  kind: 'call',
  id: `AC${at}`,
})

describe('a list', () => {
  test.each([
    ['all', {}, () => true],
    ['a stage', { stage: 'enrich' }, (i: number) => i % 2 === 1],
    [
      'a group',
      { stage: 'enrich', failure: 'record.refused', pattern: 'pattern 1' },
      (i: number) => i % 6 === 1,
    ],
    ['a pattern of any stage', { pattern: 'pattern 2' }, (i: number) => i % 3 === 2],
    ['words', { words: ['no', '17'] }, (i: number) => String(i).includes('17')],
    ['a time', { from: 100, to: 120 }, (i: number) => i >= 200 && i < 242],
    ['another kind', { kind: 'mail' }, () => false],
  ] as const)('by pages holds each letter of %s once', async (_name, filter, fits) => {
    await seed(5000)
    const found = numbers(await everyPage({ state: 'open', ...filter }, 150))
    const wanted = Array.from({ length: 5000 }, (_, i) => i).filter(fits)
    expect(found.toSorted((a, b) => a - b)).toEqual(wanted)
    const times = found.map((i) => Math.floor(i / 2))
    expect(times).toEqual(times.toSorted((a, b) => b - a))
  })

  test('of a few records finds their letters alone', async () => {
    await seed(20)
    const records = [3, 4, 99].map((i) => ({ kind: 'call', id: `AC${i}` }))
    expect(await everyPage({ state: 'open', records }, 1)).toEqual(['AC4', 'AC3'])
    expect(await everyPage({ state: 'settled', records }, 10)).toEqual([])
  })
})

describe('counts', () => {
  test('are those of the rows, whatever happens to them', async () => {
    await seed(12)
    expect(await countOpenLetters(db)).toBe(12)
    await db.prepare(`UPDATE dead_letters SET closed_at = 99 WHERE id IN ('AC1', 'AC2')`).run()
    await db.prepare(`UPDATE dead_letters SET failure = 'bug' WHERE id = 'AC3'`).run()
    await db.prepare(`DELETE FROM dead_letters WHERE id IN ('AC1', 'AC4')`).run()
    const sums = await rowsOf(
      db,
      `SELECT state, stage, failure, pattern, kind, count FROM letter_counts
        EXCEPT SELECT state, stage, failure, pattern, kind, count(*) FROM dead_letters
         GROUP BY state, stage, failure, pattern, kind`,
    )
    expect(sums).toEqual([])
    expect(await countOpenLetters(db)).toBe(9)
    expect(await countLetters(db, { state: 'settled' })).toBe(1)
    expect(await countLetters(db, { state: 'open', words: ['x'] })).toBeNull()
  })

  test('make groups with their first and last time', async () => {
    await seed(12)
    const { groups, counts } = await groupLetters(db, { state: 'open', stage: 'enrich' })
    expect(counts).toEqual({ open: 12, replaying: 0, settled: 0, discarded: 0, lastClosedAt: null })
    expect(
      groups.map(({ pattern, count, firstAt, lastAt, reason }) => [
        pattern,
        count,
        firstAt,
        lastAt,
        reason,
      ]),
    ).toEqual([
      ['pattern 0', 2, 3, 4, 'no 9'],
      ['pattern 1', 2, 1, 3, 'no 7'],
      ['pattern 2', 2, 5, 5, 'no 11'],
    ])
  })
})

describe('a discard', () => {
  test('closes with who and why, and is undone whole', async () => {
    await seed(4)
    const discard = { id: 'd', by: 'Dana', reason: 'a test' }
    expect(await discardLetters(db, discard, [key(0), key(1), key(9)], NOW)).toBe(2)
    expect(await discardLetters(db, { ...discard, id: 'e' }, [key(0)], NOW)).toBe(0)
    expect((await findLetter(db, key(0)))?.letter).toMatchObject({
      state: 'discarded',
      closedAt: NOW,
      discardedBy: 'Dana',
      discardReason: 'a test',
    })
    expect(await restoreLetters(db, await discardedBy(db, 'd', 10))).toEqual({
      opened: 2,
      settled: 0,
    })
    expect(await countOpenLetters(db)).toBe(4)
  })

  test('that is undone after a success leaves the letter settled', async () => {
    await seed(2)
    await db
      .prepare(
        `INSERT INTO work (kind, id, stage, lane, cause, wanted, done, failed)
         VALUES ('call', 'AC0', 'reconcile', 'bulk', 'relink', 5, 5, 4),
                ('call', 'AC1', 'enrich', 'bulk', 'relink', 4, 4, 4)`,
      )
      .run()
    await discardLetters(db, { id: 'd', by: 'Dana', reason: 'x' }, [key(0), key(1)], NOW)
    expect(await restoreLetters(db, [key(0), key(1)])).toEqual({ opened: 1, settled: 1 })
    expect((await findLetter(db, key(0)))?.letter).toMatchObject({
      state: 'settled',
      closedAt: NOW,
    })
  })
})

/** Of the replay `r`: waiting, sent, succeeded, died, held. */
async function standing() {
  const found = await findReplay(db, 'r')
  return [found?.waiting, found?.sent, found?.succeeded, found?.died, found?.held]
}

describe('a replay', () => {
  const options = { fetchAnew: false, withoutAi: false, remakePages: false }
  const replay = { id: 'r', actor: 'Dana', pace: 'all', options } as const

  async function started(letters: number, records = letters): Promise<void> {
    await seed(letters)
    await db
      .prepare(
        `INSERT INTO records (kind, id, revision, occurred_at, stored_at, changed_at)
         SELECT kind, id, 1, 1, 1, 1 FROM dead_letters WHERE CAST(substr(id, 3) AS INTEGER) < ?1`,
      )
      .bind(records)
      .run()
    const keys = Array.from({ length: letters + 1 }, (_, at) => key(at))
    await startReplay(db, { ...replay, select: { keys } }, NOW)
  }
  const send = async (at: number[]) =>
    (await sendLetters(db, replay, at.map(key), 'replay', NOW)).length

  test('selects open letters, and counts each as it goes', async () => {
    await started(5)
    expect(await standing()).toEqual([5, 0, 0, 0, 0])
    expect(await send([0, 1, 2])).toBe(3)
    expect(await standing()).toEqual([2, 3, 0, 0, 0])
    await db.prepare(`UPDATE dead_letters SET closed_at = ?1 WHERE id = 'AC0'`).bind(NOW).run()
    await db.prepare(`UPDATE dead_letters SET replay_id = NULL WHERE id = 'AC1'`).run()
    expect(await standing()).toEqual([2, 1, 1, 1, 0])
    await db.prepare(`DELETE FROM dead_letters WHERE id IN ('AC2', 'AC3')`).run()
    expect(await standing()).toEqual([1, 0, 1, 1, 2])
  })

  test('raises what its stage owes once, with its tries anew', async () => {
    await started(2)
    await db
      .prepare(
        `INSERT INTO work (kind, id, stage, lane, cause, wanted, done, tries)
         VALUES ('call', 'AC0', 'reconcile', 'bulk', 'relink', 2, 2, 3)`,
      )
      .run()
    await send([0, 1])
    expect(await send([0, 1]), 'nothing waits').toBe(0)
    expect(
      await rowsOf(
        db,
        `SELECT id, stage, cause, wanted, done, tries, due_at FROM work ORDER BY id`,
      ),
    ).toEqual([
      { id: 'AC0', stage: 'reconcile', cause: 'replay', wanted: 3, done: 2, tries: 0, due_at: NOW },
      { id: 'AC1', stage: 'enrich', cause: 'replay', wanted: 1, done: 0, tries: 0, due_at: NOW },
    ])
  })

  test('holds back what is not to be replayed, and says why', async () => {
    await started(6, 5)
    await db.prepare(`UPDATE dead_letters SET closed_at = ?1 WHERE id = 'AC1'`).bind(NOW).run()
    await db.prepare(`UPDATE dead_letters SET replay_id = 'other' WHERE id = 'AC2'`).run()
    await db
      .prepare(
        `INSERT INTO pages (kind, id, data_source_id, page_id, removed_at)
         VALUES ('call', 'AC4', 'd', 'p', 1), ('call', 'AC3', 'd', 'q', 1)`,
      )
      .run()
    expect(await send([0, 1, 2, 3, 4, 5])).toBe(2)
    const held = await replayLetters(db, 'r', 'held', 10)
    expect(Object.fromEntries(held.map(({ id, note }) => [id, note]))).toEqual({
      AC1: 'closed',
      AC2: 'replaying',
      AC4: 'removed',
      AC5: 'gone',
    })
    expect(await rowsOf(db, `SELECT id FROM work ORDER BY id`)).toEqual([
      { id: 'AC0' },
      { id: 'AC3' },
    ])
  })

  test('makes pages again that a person removed, when asked', async () => {
    await started(1)
    await db
      .prepare(
        `INSERT INTO pages (kind, id, data_source_id, page_id, removed_at) VALUES ('call', 'AC0', 'd', 'p', 1)`,
      )
      .run()
    const asked = { id: 'r', options: { ...options, remakePages: true } }
    expect(await sendLetters(db, asked, [key(0)], 'replay', NOW)).toEqual([key(0)])
    expect(await rowsOf(db, `SELECT page_id, removed_at FROM pages`)).toEqual([
      { page_id: null, removed_at: null },
    ])
  })

  test('ends once', async () => {
    await started(1)
    const end = { state: 'aborted', reason: null } as const
    expect(await endReplay(db, 'r', end, NOW)).toBe(true)
    expect(await endReplay(db, 'r', { state: 'completed', reason: null }, NOW)).toBe(false)
    expect((await findReplay(db, 'r'))?.state).toBe('aborted')
  })
})

test('no step of a replay or a discard reads a whole table', async () => {
  const keys = [key(0)]
  const asked = {
    id: 'r',
    options: { fetchAnew: true, withoutAi: false, remakePages: true },
  }
  const steps = await planOf(db, async (of) => {
    await startReplay(of, { ...asked, actor: 'Dana', pace: 'all', select: { keys } }, 1)
    await selectMore(of, 'r', keys, [1, 'enrich', 'call', 'AC1'])
    await replayLetters(of, 'r', 'waiting', 3)
    await sendLetters(of, asked, keys, 'replay', 1)
    await takeLetter(of, asked, key(0), 1)
    await takeAgain(of, 'r', 1, 2)
    await examineLetters(of, keys, false)
    await closeFinishedSweeps(of, 1)
    await endReplay(of, 'r', { state: 'aborted', reason: null }, 1)
    await openReplays(of)
    await listReplays(of, null, 3)
    await of.batch(tidyReplaysStatements(of, 1))
    await discardLetters(of, { id: 'd', by: 'Dana', reason: 'x' }, keys, 1)
    await discardedBy(of, 'd', 3)
    await restoreLetters(of, keys)
  })
  // A replay is what a person began: there are few.
  const own = steps.flatMap((step) => /^(?:MATERIALIZE|CO-ROUTINE) (\w+)/.exec(step)?.[1] ?? [])
  const fine = new Set(['replays', ...own])
  const scanned = steps.flatMap((step) => /^SCAN (\w+)(?!.*VIRTUAL TABLE)/.exec(step)?.[1] ?? [])
  expect(scanned.filter((table) => !fine.has(table))).toEqual([])
})

/** What D1 says it read, of every statement that a question sends. */
async function rowsRead(ask: (counting: D1Database) => Promise<unknown>): Promise<number> {
  let read = 0
  const raws = new WeakMap<object, D1PreparedStatement>()
  const note = <T extends { meta: D1Meta }>(result: T): T => {
    read += result.meta.rows_read
    return result
  }
  const counting = (raw: D1PreparedStatement): D1PreparedStatement => {
    const statement = {
      bind: (...values: unknown[]) => counting(raw.bind(...values)),
      all: async () => note(await raw.all()),
      run: async () => note(await raw.run()),
      first: async () => note(await raw.all()).results[0] ?? null,
    } as unknown as D1PreparedStatement
    raws.set(statement, raw)
    return statement
  }
  await ask({
    prepare: (sql: string) => counting(db.prepare(sql)),
    batch: async (statements: D1PreparedStatement[]) => {
      const results = await db.batch(statements.map((one) => raws.get(one)!))
      for (const { meta } of results) read += meta.rows_read
      return results
    },
  } as unknown as D1Database)
  return read
}

test(
  'of 50,000 letters no question reads more than a few thousand rows',
  { timeout: 120_000 },
  async () => {
    await seed(50_000)
    const questions: Record<string, (of: D1Database) => Promise<unknown>> = {
      badge: (of) => countOpenLetters(of),
      groups: (of) => groupLetters(of, { state: 'open' }),
      'first page': (of) => listLetters(of, { state: 'open' }, null, 50),
      'a page in the middle': (of) =>
        listLetters(of, { state: 'open' }, [12_000, 'enrich', 'call', 'x'], 200),
      'of a stage': (of) => listLetters(of, { state: 'open', stage: 'enrich' }, null, 50),
      'of a group': (of) =>
        listLetters(
          of,
          { state: 'open', stage: 'enrich', failure: 'record.refused', pattern: 'pattern 1' },
          [12_000, 'enrich', 'call', 'x'],
          50,
        ),
      'of nothing that is there': (of) =>
        listLetters(of, { state: 'open', words: ['nowhere'], kind: 'mail' }, null, 50),
      'none are replayed': (of) => listLetters(of, { state: 'replaying' }, null, 50),
      'one letter': (of) => findLetter(of, key(40_000)),
      'of some records': (of) =>
        listLetters(
          of,
          {
            state: 'open',
            records: Array.from({ length: 500 }, (_, i) => ({ kind: 'call', id: `AC${i}` })),
          },
          null,
          50,
        ),
    }
    const read: Record<string, number> = {}
    for (const [name, ask] of Object.entries(questions)) read[name] = await rowsRead(ask)
    for (const [name, rows] of Object.entries(read)) expect(rows, name).toBeLessThan(6000)
  },
)
