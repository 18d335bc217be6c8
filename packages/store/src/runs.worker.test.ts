/** What a run tells of itself, while it lasts and after its records were folded into totals. */
import { beforeEach, describe, expect, test } from 'vitest'
import { emptyDatabase, rowsOf } from '../test/database.ts'
import type { D1Database } from './d1.ts'
import { tidy } from './events.ts'
import {
  beginPage,
  countRequestsStatement,
  dueSweeps,
  endSweepStatement,
  finishRuns,
  foldRuns,
  markSweepSent,
  postponePage,
  runProgress,
  startRun,
  turnPageStatement,
} from './runs.ts'

const NOW = 1_000_000
const DAY = 86_400_000
const page = (sweep: 'canvas' | 'directory' | 'call' | 'message' | 'mail', nth = 0) => ({
  runId: 'r',
  sweep,
  page: nth,
})
let db: D1Database

beforeEach(async () => {
  db = await emptyDatabase()
  const sweeps = ['canvas', 'directory', 'call', 'message', 'mail'] as const
  await startRun(db, { id: 'r', since: 0, until: NOW, sweeps: [...sweeps] }, NOW)
})

async function due(): Promise<string[]> {
  return (await dueSweeps(db, NOW)).map(({ sweep }) => sweep).toSorted((a, b) => (a < b ? -1 : 1))
}

const end = (sweep: 'canvas' | 'directory' | 'call' | 'message' | 'mail') =>
  turnPageStatement(db, page(sweep), { cursor: null, upper: null }, NOW).run()

const parkOn = (sweep: 'canvas' | 'directory', parkedOn: 'notion' | 'openphone') =>
  postponePage(db, page(sweep), { dueAt: NOW, parkedOn, burnsTry: false, error: 'parked' })

/** Everything is listed; one mail is still under way. */
async function listAll(): Promise<void> {
  await db.batch([
    db.prepare(
      `INSERT INTO run_records (run_id, kind, id, outcome) VALUES ('r', 'call', 'a', 'synced'), ('r', 'call', 'b', 'skipped'),
         ('r', 'message', 'c', 'failed'), ('r', 'mail', 'd', NULL)`,
    ),
    countRequestsStatement(db, [{ runId: 'r', api: 'notion', count: 2 }]),
    countRequestsStatement(db, [{ runId: 'r', api: 'notion', count: 3 }]),
  ])
  for (const sweep of ['canvas', 'directory', 'call', 'message'] as const) await end(sweep)
  await endSweepStatement(db, page('mail'), 'the mailbox is gone').run()
}

describe('listings', () => {
  test('begin with Canvas and our own numbers', async () => {
    expect(await due()).toEqual(['canvas', 'directory'])
    await end('canvas')
    expect(await due()).toEqual(['directory', 'mail'])
    await end('directory')
    expect(await due()).toEqual(['call', 'mail', 'message'])
  })

  test('wait for no Canvas that is parked, but for our own numbers whatever happens', async () => {
    await parkOn('canvas', 'notion')
    expect(await due()).toEqual(['directory', 'mail'])
    await parkOn('directory', 'openphone')
    expect(await due()).toEqual(['mail'])
  })

  test('that were sent are not sent again before their lease is over', async () => {
    await markSweepSent(db, page('canvas'), NOW)
    expect(await due()).toEqual(['directory'])
  })

  test('count a try for each reading of a page, and none once it is turned', async () => {
    expect(await beginPage(db, page('mail'), NOW)).toMatchObject({ sweep: { tries: 1 } })
    expect(await beginPage(db, page('mail'), NOW)).toMatchObject({ sweep: { tries: 2 } })
    expect(await beginPage(db, page('mail', 1), NOW)).toBeNull()
    await turnPageStatement(db, page('mail'), { cursor: 'c', upper: 5 }, NOW).run()
    expect(await beginPage(db, page('mail'), NOW)).toBeNull()
    expect(await beginPage(db, page('mail', 1), NOW)).toMatchObject({
      sweep: { tries: 1, cursor: 'c', upper: 5 },
    })
  })
})

describe('a run', () => {
  test('tells what became of each kind, and what it asked', async () => {
    await listAll()
    expect(await runProgress(db, 'r')).toMatchObject({
      kinds: {
        call: { listing: 'done', synced: 1, skipped: 1, failed: 0, open: 0 },
        message: { failed: 1 },
        mail: { listing: 'failed', open: 1 },
      },
      requests: { notion: 5 },
      complete: false,
    })
    expect(await runProgress(db, 'another')).toBeNull()
  })

  test('ends when all is listed and nothing is open, and is folded a week later', async () => {
    await listAll()
    await finishRuns(db, NOW + 1)
    expect(await rowsOf(db, `SELECT finished_at FROM runs`)).toEqual([{ finished_at: null }])
    await db.prepare(`UPDATE run_records SET outcome = 'synced' WHERE id = 'd'`).run()
    await finishRuns(db, NOW + 2)
    await finishRuns(db, NOW + 3)
    expect(await rowsOf(db, `SELECT finished_at FROM runs`)).toEqual([{ finished_at: NOW + 2 }])

    const before = await runProgress(db, 'r')
    await foldRuns(db, NOW + 2)
    expect(await rowsOf(db, `SELECT * FROM run_records`)).toHaveLength(4)
    await foldRuns(db, NOW + 3)
    await foldRuns(db, NOW + 4)
    expect(await rowsOf(db, `SELECT * FROM run_records`)).toEqual([])
    expect(await runProgress(db, 'r')).toEqual(before)
  })
})

test('events go after thirty days, closed letters after ninety, open ones never', async () => {
  await db.batch([
    db
      .prepare(
        `INSERT INTO stage_events (stage, kind, id, lane, attempt, outcome, waited_ms, worked_ms, at)
       SELECT e.*, t.value FROM (SELECT 'enrich', 'call', 'AC1', 'bulk', 1, 'done', 0, 0) e,
         json_each(?1) t`,
      )
      .bind(JSON.stringify([NOW, NOW + 70 * DAY])),
    db.prepare(
      `INSERT INTO dead_letters (stage, kind, id, failure, reason, attempts, first_at, last_at, closed_at)
       VALUES ('enrich', 'call', 'open', 'bug', '', 1, 0, 0, NULL),
              ('enrich', 'call', 'closed', 'bug', '', 1, 0, 0, ${NOW})`,
    ),
  ])
  await tidy(db, NOW + 89 * DAY)
  expect(await rowsOf(db, `SELECT at FROM stage_events`)).toEqual([{ at: NOW + 70 * DAY }])
  expect(await rowsOf(db, `SELECT id FROM dead_letters`)).toHaveLength(2)
  await tidy(db, NOW + 91 * DAY)
  expect(await rowsOf(db, `SELECT id FROM dead_letters`)).toEqual([{ id: 'open' }])
})
