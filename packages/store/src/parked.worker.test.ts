/** What a parked system leaves waiting, however much it is. Real D1. */
import { beforeEach, expect, test } from 'vitest'
import { emptyDatabase, rowsOf } from '../test/database.ts'
import type { D1Database, D1PreparedStatement } from './d1.ts'
import { park, unparkOpen } from './parked.ts'

const NOW = 1_000_000
const MANY = 25_000
const A_MINUTE = 20_000
let db: D1Database

beforeEach(async () => {
  db = await emptyDatabase()
})

/** So many records that wait, the last three of them live. */
async function wait(): Promise<void> {
  await db
    .prepare(
      `WITH RECURSIVE nth (n) AS (VALUES (1) UNION ALL SELECT n + 1 FROM nth WHERE n < ?1)
       INSERT INTO work (kind, id, stage, lane, cause, wanted, due_at, parked_on)
       SELECT 'call', printf('AC%06d', n), 'enrich', iif(n > ?1 - 3, 'live', 'bulk'), 'backfill', 1, ?2,
              'openphone' FROM nth`,
    )
    .bind(MANY, NOW)
    .run()
}

const waiting = () =>
  rowsOf<{ lane: string; count: number }>(
    db,
    `SELECT lane, count(*) AS count FROM work WHERE parked_on IS NOT NULL GROUP BY lane`,
  )

test('once it answers they go some thousand a minute, live ones first', async () => {
  await wait()
  await unparkOpen(db)
  expect(await waiting()).toEqual([{ lane: 'bulk', count: MANY - A_MINUTE }])
  await unparkOpen(db)
  expect(await waiting()).toEqual([])
})

test('while it stands a look at them reads next to nothing', async () => {
  await wait()
  await park(db, { scope: 'openphone', reason: 'no', until: null }, NOW)
  let read = 0
  const counting = {
    prepare: (sql: string) => db.prepare(sql),
    async batch(statements: D1PreparedStatement[]) {
      const results = await db.batch(statements)
      for (const { meta } of results) read += meta.rows_read
      return results
    },
  }
  await unparkOpen(counting as unknown as D1Database)
  expect(read).toBeLessThan(100)
  expect(await waiting()).toHaveLength(2)
})
