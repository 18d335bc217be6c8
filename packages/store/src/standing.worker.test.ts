/** How records stand, added up by day: right in whatever order facts come, and however often. */
import { beforeEach, expect, test } from 'vitest'
import { emptyDatabase, rowsOf } from '../test/database.ts'
import type { D1Database } from './d1.ts'
import { intakeStatements } from './intake.ts'
import { restand, standStatements } from './standing.ts'

const NOON = Date.parse('2026-11-24T12:00:00Z')
const key = { kind: 'call', id: 'AC1' } as const
let db: D1Database

beforeEach(async () => {
  db = await emptyDatabase()
})

const run = (sql: string, ...values: unknown[]) =>
  db
    .prepare(sql)
    .bind(...values)
    .run()
const stand = async () => db.batch(standStatements(db, [key]))
let version = 0
const take = (occurredAt = NOON) =>
  db.batch([
    ...intakeStatements(
      db,
      'call',
      [
        {
          id: 'AC1',
          version: ++version,
          hash: String(occurredAt),
          body: '{"direction":"incoming"}',
          occurredAt,
        },
      ],
      { lane: 'bulk', cause: 'backfill', runId: null },
      NOON,
    ),
    ...standStatements(db, [key]),
  ])
const file = () =>
  db.batch([
    db.prepare(
      `INSERT INTO pages (kind, id, data_source_id, page_id, written_at) VALUES ('call', 'AC1', 'd', 'p', ${NOON + 900})`,
    ),
    db.prepare(`UPDATE work SET done = wanted, due_at = NULL`),
    ...standStatements(db, [key]),
  ])

const said = (label: string, leadScore: number) =>
  run(
    `INSERT OR REPLACE INTO analyses (kind, id, fingerprint, model, prompt_version, body, analysed_at)
     VALUES ('call', 'AC1', 'f', 'm', '1', ?1, 1)`,
    JSON.stringify({
      sentiment: { label, quote: 'q', confidence: 1 },
      category: { label: 'support', quote: 'q' },
      summary: 's',
      actionItems: [{ text: 't', quote: 'q' }],
      keywords: [],
      leadScore,
      claims: { made: 4, dropped: 1 },
    }),
  )

/** What is not zero, of one day. */
async function counts(day = '2026-11-24'): Promise<Record<string, number>> {
  const [row] = await rowsOf<{ counts: string }>(
    db,
    `SELECT counts FROM day_counts WHERE kind = 'call' AND day = ?1`,
    day,
  )
  const all = Object.entries(JSON.parse(row?.counts ?? '{}') as Record<string, number>)
  return Object.fromEntries(all.filter(([, n]) => n !== 0))
}

test('a record goes its way and is counted once', async () => {
  await take()
  expect(await counts()).toEqual({
    'is:way': 1,
    'link:none': 1,
    'mood:none': 1,
    'about:none': 1,
  })
  await file()
  await file().catch(() => undefined) // the page is there
  await stand()
  expect(await counts()).toMatchObject({ 'is:filed': 1, 'link:anonymous': 1 })
  expect(await counts()).not.toHaveProperty('is:way')
})

test('only a live record is timed, up to its first page', async () => {
  await take()
  await run(`UPDATE work SET lane = 'live'`)
  await run(
    `INSERT INTO work (kind, id, stage, lane, cause, wanted) VALUES ('call', 'AC1', 'reconcile', 'live', 'webhook', 1)`,
  )
  await file()
  await run(`UPDATE pages SET written_at = written_at + 100000`)
  await stand()
  expect(await rowsOf(db, `SELECT filed_ms FROM standings`)).toEqual([{ filed_ms: 900 }])
})

test('what the model said is counted, and a new analysis replaces the old one', async () => {
  await take()
  await said('negative', 20)
  await stand()
  await said('positive', 78)
  await stand()
  expect(await counts()).toEqual({
    'is:way': 1,
    'link:none': 1,
    'mood:positive': 1,
    'about:support': 1,
    leads: 1,
    lead: 78,
    items: 1,
    claims: 4,
    dropped: 1,
  })
})

test('links are those that the page has', async () => {
  await take()
  await run(`INSERT INTO record_parties (party, kind, id) VALUES ('+12125550142', 'call', 'AC1')`)
  await file()
  expect(await counts()).toMatchObject({ 'link:unmatched': 1 })
  for (const id of ['m1', 'm2']) {
    await run(
      `INSERT INTO merchants (id, name, edited_at, seen_at) VALUES (?1, 'Bluebird', 1, 1)`,
      id,
    )
    await run(`INSERT INTO merchant_keys (key, merchant_id) VALUES ('+12125550142', ?1)`, id)
    await stand()
  }
  expect(await counts()).toMatchObject({ 'link:several': 1 })
})

test('a record that happened on another day after all moves there', async () => {
  await take()
  await take(NOON - 86_400_000)
  expect(await counts()).toEqual({})
  expect(await counts('2026-11-23')).toMatchObject({ 'is:way': 1 })
})

test('a closed letter and a deleted record are seen by the minute cron', async () => {
  await take()
  await run(
    `INSERT INTO dead_letters (stage, kind, id, failure, reason, attempts, first_at, last_at)
     VALUES ('reconcile', 'call', 'AC1', 'record.invalid', 'r', 1, 1, 1)`,
  )
  await run(`UPDATE work SET done = wanted`)
  await stand()
  expect(await counts()).toMatchObject({ 'is:stuck': 1 })
  await run(`UPDATE dead_letters SET closed_at = 2`)
  await restand(db)
  expect(await counts()).toMatchObject({ 'is:skipped': 1 })
  await run(`DELETE FROM records`)
  await restand(db)
  expect(await counts()).toEqual({})
  expect(await rowsOf(db, `SELECT * FROM standings`)).toEqual([])
})

test('each revision is noted once, by what it said and not by its words', async () => {
  await take()
  await stand()
  await run(`UPDATE records SET revision = 2, changed_at = ${NOON + 5}`)
  await run(
    `INSERT INTO parts (kind, id, part, version, hash, body, stored_at) VALUES ('call', 'AC1', 'transcripts', 1, 'h', ?1, ${NOON + 5})`,
    JSON.stringify({
      status: 'completed',
      segments: [{ utterances: [{}, {}] }, { utterances: [{}] }],
    }),
  )
  await stand()
  const noted = await rowsOf<{ revision: number; told: string }>(
    db,
    `SELECT revision, cause, told FROM revisions ORDER BY revision`,
  )
  expect(noted.map(({ told, ...row }) => ({ ...row, told: JSON.parse(told) as unknown }))).toEqual([
    { revision: 1, cause: 'backfill', told: [expect.objectContaining({ part: 'rest' })] },
    {
      revision: 2,
      cause: 'backfill',
      told: [expect.objectContaining({ part: 'transcripts', status: 'completed', lines: 3 })],
    },
  ])
})
