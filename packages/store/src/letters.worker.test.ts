/** Dead letters and runs against real D1: what filing takes, and how a run is counted from facts. */
import { beforeEach, describe, expect, test } from 'vitest'
import { emptyDatabase, rowsOf } from '../test/database.ts'
import type { D1Database, D1PreparedStatement } from './d1.ts'
import { intakeStatements } from './intake.ts'
import { closeDeliveryStatement } from './deliveries.ts'
import {
  closeLettersStatement,
  closeListedStatement,
  fileLetter,
  fileListedStatement,
  settleRunsStatement,
} from './letters.ts'
import { closeMailStatement } from './mail-deliveries.ts'
import { endSweepStatement, listedStatements, startRun, turnPageStatement } from './runs.ts'

const NOW = 1_000_000
const CALL = { kind: 'call', id: 'AC1' } as const
const PAGE = { runId: 'r', sweep: 'call', page: 0 } as const
let db: D1Database

beforeEach(async () => {
  db = await emptyDatabase()
  await startRun(db, { id: 'r', since: 0, until: NOW, sweeps: ['call'] }, NOW)
})

/** A work row as it stands. */
async function work(
  stage: string,
  row: { wanted: number; done: number; failed?: number; token?: string },
) {
  const error = JSON.stringify({ failure: 'record.refused', reason: 'too long', attempts: 3 })
  await db
    .prepare(
      `INSERT INTO work (kind, id, stage, lane, cause, run_id, wanted, done, failed, due_at, token, tries, error)
       VALUES ('call', 'AC1', ?1, 'bulk', 'backfill', 'r', ?2, ?3, ?4, 77, ?5, 4, ?6)`,
    )
    .bind(stage, row.wanted, row.done, row.failed ?? 0, row.token ?? null, error)
    .run()
}

const file = (stage: 'enrich' | 'vectorize' | 'reconcile') =>
  fileLetter(
    db,
    { ...CALL, stage, queueMessage: '{}', runId: null },
    ['vectorize', 'reconcile'],
    NOW,
  )

const stateOf = (stage: string) =>
  rowsOf(db, `SELECT wanted, done, due_at, tries FROM work WHERE stage = ?1`, stage)

/** What the run says of the call once it is settled. */
async function outcome(): Promise<string | null | undefined> {
  await settleRunsStatement(db, [CALL]).run()
  const [row] = await rowsOf<{ outcome: string | null }>(db, `SELECT outcome FROM run_records`)
  return row?.outcome
}

async function writePage(at: number): Promise<void> {
  await db
    .prepare(
      `INSERT INTO pages (kind, id, data_source_id, page_id, written_at) VALUES ('call', 'AC1', 'd', 'p', ?1)`,
    )
    .bind(at)
    .run()
}

/** A page of the run's listing holds the call, and is turned. */
async function list(page: number): Promise<void> {
  await db.batch([
    ...listedStatements(db, { ...PAGE, page }, [{ id: 'AC1', outcome: null }]),
    turnPageStatement(db, { ...PAGE, page }, { cursor: 'next', upper: null }, NOW),
  ])
}

const listed = () => rowsOf(db, `SELECT id, outcome FROM run_records`)

async function arrive(): Promise<void> {
  const news = [{ id: 'AC1', version: 1, hash: 'h', body: '{}', occurredAt: 1 }]
  await db.batch(
    intakeStatements(db, 'call', news, { lane: 'bulk', cause: 'backfill', runId: 'r' }, NOW),
  )
}

const start = (id: string, now: number) =>
  startRun(db, { id, since: 0, until: now, sweeps: ['call', 'mail'] }, now)

describe('filing', () => {
  test('takes the input that failed', async () => {
    await work('vectorize', { wanted: 2, done: 1, failed: 2 })
    expect(await file('vectorize')).toBe(true)
    expect(await stateOf('vectorize')).toEqual([{ wanted: 2, done: 2, due_at: null, tries: 0 }])
    expect(
      await rowsOf(db, `SELECT failure, reason, attempts, run_id, first_at FROM dead_letters`),
    ).toEqual([
      { failure: 'record.refused', reason: 'too long', attempts: 3, run_id: 'r', first_at: NOW },
    ])
  })

  test('leaves newer input owed and due', async () => {
    await work('vectorize', { wanted: 3, done: 1, failed: 2 })
    await file('vectorize')
    expect(await stateOf('vectorize')).toEqual([{ wanted: 3, done: 2, due_at: NOW, tries: 0 }])
  })

  test('leaves whoever works newer input the lease', async () => {
    await work('vectorize', { wanted: 3, done: 1, failed: 2, token: 't' })
    await file('vectorize')
    expect(await stateOf('vectorize')).toEqual([{ wanted: 3, done: 2, due_at: 77, tries: 0 }])
  })

  test('files nothing where no input has failed, or it has long been filed', async () => {
    await work('vectorize', { wanted: 2, done: 2, failed: 2 })
    expect(await file('vectorize')).toBe(false)
    await work('reconcile', { wanted: 2, done: 1 })
    expect(await file('reconcile')).toBe(false)
    expect(await rowsOf(db, `SELECT * FROM dead_letters`)).toEqual([])
    expect(await stateOf('reconcile')).toEqual([{ wanted: 2, done: 1, due_at: 77, tries: 4 }])
  })

  test('at enrich lets the later stages go on without an analysis', async () => {
    await work('enrich', { wanted: 1, done: 0, failed: 1 })
    await work('reconcile', { wanted: 1, done: 1 })
    await file('enrich')
    expect(await stateOf('vectorize')).toMatchObject([{ wanted: 1, done: 0, due_at: NOW }])
    expect(await stateOf('reconcile')).toMatchObject([{ wanted: 2, done: 1, due_at: NOW }])
    expect(await rowsOf(db, `SELECT fingerprint, body, reason FROM analyses`)).toEqual([
      { fingerprint: '', body: null, reason: 'too long' },
    ])
  })

  test('at reconcile no longer believes what the page was', async () => {
    await work('reconcile', { wanted: 1, done: 0, failed: 1 })
    await db
      .prepare(
        `INSERT INTO pages (kind, id, data_source_id, page_id, fingerprint) VALUES ('call', 'AC1', 'd', 'p', 'f')`,
      )
      .run()
    await file('reconcile')
    expect(await rowsOf(db, `SELECT fingerprint FROM pages`)).toEqual([{ fingerprint: null }])
  })
})

describe('closing', () => {
  /** Clocks of two Workers differ, and a batch may be older than what it finds. */
  const EARLIER = NOW - 5
  const ways: [string, string, () => D1PreparedStatement][] = [
    [
      'a stage’s success',
      'vectorize',
      () => closeLettersStatement(db, 'vectorize', 't', [CALL], EARLIER),
    ],
    [
      'a listing that can be read',
      'sweep',
      () => closeListedStatement(db, 'call', [CALL.id], EARLIER),
    ],
    ['a delivery that can be read', 'webhook', () => closeDeliveryStatement(db, CALL.id, EARLIER)],
    ['a mail that is filed', 'mail', () => closeMailStatement(db, CALL.id, EARLIER)],
  ]

  test.for(ways)('by %s counts, though its clock is behind', async ([, stage, close]) => {
    await work('vectorize', { wanted: 1, done: 1, token: 't' })
    const kind = stage === 'mail' ? 'mail' : 'call'
    await fileListedStatement(db, null, [{ kind, id: CALL.id, reason: '', raw: '{}' }], NOW).run()
    await db.prepare(`UPDATE dead_letters SET stage = ?1`).bind(stage).run()
    await close().run()
    expect(await rowsOf(db, `SELECT closed_at FROM dead_letters`)).toEqual([{ closed_at: NOW }])
  })
})

describe('settling a run', () => {
  beforeEach(async () => {
    await db
      .prepare(
        `INSERT INTO run_records (run_id, kind, id, outcome) VALUES ('r', 'call', 'AC1', NULL)`,
      )
      .run()
  })
  test('waits while any stage owes the record work', async () => {
    await work('reconcile', { wanted: 1, done: 1 })
    await work('vectorize', { wanted: 1, done: 0 })
    await writePage(NOW)
    expect(await outcome()).toBeNull()
  })

  test('says synced where the page was written since the run began, else skipped', async () => {
    await work('reconcile', { wanted: 1, done: 1 })
    await writePage(NOW - 1)
    expect(await outcome()).toBe('skipped')
    await db.batch([
      db.prepare(`UPDATE run_records SET outcome = NULL`),
      db.prepare(`UPDATE pages SET written_at = ${NOW}`),
    ])
    expect(await outcome()).toBe('synced')
  })

  test('says failed where a letter is open, whatever else was written', async () => {
    await writePage(NOW)
    await work('vectorize', { wanted: 1, done: 0, failed: 1 })
    await file('vectorize')
    expect(await outcome()).toBe('failed')
  })

  test('changes nothing that is settled', async () => {
    await db.prepare(`UPDATE run_records SET outcome = 'failed'`).run()
    await writePage(NOW)
    expect(await outcome()).toBe('failed')
  })
})

describe('what a page lists', () => {
  test('is open where it is owed, skipped where it is not', async () => {
    await list(0)
    expect(await listed()).toEqual([{ id: 'AC1', outcome: 'skipped' }])
  })

  test('counts once on two pages, and is open again if it became owed', async () => {
    await list(0)
    await arrive()
    await list(1)
    expect(await listed()).toEqual([{ id: 'AC1', outcome: null }])
  })

  test('is not counted by a reader who comes too late', async () => {
    await list(0)
    await db.prepare(`DELETE FROM run_records`).run()
    await list(0)
    expect(await listed()).toEqual([])
    expect(await rowsOf(db, `SELECT page FROM sweeps`)).toEqual([{ page: 1 }])
  })
})

describe('a run', () => {
  test('goes on while it lists, whoever starts another', async () => {
    expect(await start('r2', NOW + 1)).toBe('r')
    await endSweepStatement(db, PAGE, 'given up').run()
    expect(await start('r2', NOW + 2)).toBe('r2')
    expect(await start('r2', NOW + 3)).toBe('r2')
    expect(await rowsOf(db, `SELECT run_id, sweep FROM sweeps ORDER BY run_id, sweep`)).toEqual([
      { run_id: 'r', sweep: 'call' },
      { run_id: 'r2', sweep: 'call' },
      { run_id: 'r2', sweep: 'mail' },
    ])
  })
})
