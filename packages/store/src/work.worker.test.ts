/**
 * Owed work, clause by clause: each of these conditions was paid for by an interleaving that lost or
 * doubled a record. Real D1.
 */
import { beforeEach, describe, expect, test } from 'vitest'
import { emptyDatabase, rowsOf } from '../test/database.ts'
import type { D1Database } from './d1.ts'
import { intakeStatements, promoteStatement } from './intake.ts'
import { ledger } from './ledger.ts'
import type { Finish } from './ledger.ts'
import { LEASE_MS, dueRows, forgetQueues, markSent } from './work.ts'
import type { Claim } from './work.ts'

const HOUR = 3_600_000
const CALL = { kind: 'call', id: 'AC1' } as const
let db: D1Database
let now = 1_000_000

beforeEach(async () => {
  db = await emptyDatabase()
  now = 1_000_000
})

/** Content of a call arrives; other words each time. */
async function arrive(lane: 'live' | 'bulk', id: string = CALL.id): Promise<void> {
  now += 10
  const listed = [{ id, version: now, hash: `h${now}`, body: '{}', occurredAt: 1 }]
  await db.batch(intakeStatements(db, 'call', listed, { lane, cause: 'backfill', runId: 'r' }, now))
}

async function send(): Promise<string[]> {
  const due = await dueRows(db, { before: now }, now, 100)
  await markSent(db, due, now)
  return due.map(({ id, stage, lane }) => `${stage}/${id} ${lane}`)
}

async function claim(ids: string[], token: string, alone = false): Promise<Claim[]> {
  const keys = ids.map((id) => ({ kind: 'call' as const, id }))
  const claimed = await ledger(db).claim({ stage: 'enrich', keys, token, now, alone }, [])
  return claimed.claims
}

async function finish(token: string, over: Partial<Finish>): Promise<void> {
  await ledger(db).finish(
    {
      stage: 'enrich',
      token,
      saves: [],
      next: [],
      done: [],
      postponed: [],
      failed: [],
      events: [],
      requests: [],
      ...over,
    },
    now,
  )
}

interface Row {
  lane: string
  wanted: number
  done: number
  failed: number
  due_at: number | null
  token: string | null
  tries: number
  parked_on: string | null
}

async function row(id: string = CALL.id, stage = 'enrich'): Promise<Row | undefined> {
  const [found] = await rowsOf<Row>(
    db,
    `SELECT lane, wanted, done, failed, due_at, token, tries, parked_on FROM work
      WHERE id = ?1 AND stage = ?2`,
    id,
    stage,
  )
  return found
}

const promote = () => promoteStatement(db, [CALL], now).run()

describe('a raise', () => {
  test('makes a new row due at once', async () => {
    await arrive('bulk')
    expect(await row()).toMatchObject({ lane: 'bulk', wanted: 1, done: 0, due_at: now, tries: 0 })
  })

  test('keeps the due time while somebody holds the row', async () => {
    await arrive('bulk')
    await send()
    await claim(['AC1'], 't1')
    const leaseEnd = now + LEASE_MS
    await arrive('bulk')
    expect(await row()).toMatchObject({ wanted: 2, token: 't1', due_at: leaseEnd })
    await arrive('live')
    expect(await row()).toMatchObject({ lane: 'live', wanted: 3, token: 't1', due_at: leaseEnd })
  })

  test('keeps the due time while the row waits in the right lane’s queue', async () => {
    await arrive('bulk')
    await send()
    const sentUntil = now + 12 * HOUR
    await arrive('bulk')
    expect(await row()).toMatchObject({ wanted: 2, due_at: sentUntil })
    expect(await send()).toEqual([])
  })

  test('sends a bulk row that becomes live at once', async () => {
    await arrive('bulk')
    await send()
    await arrive('live')
    expect(await row()).toMatchObject({ lane: 'live', due_at: now })
    expect(await send()).toEqual(['enrich/AC1 live'])
  })

  test('leaves a live row live and unsent while it is owed, and bulk once it is done', async () => {
    await arrive('live')
    await send()
    await arrive('bulk')
    expect(await row()).toMatchObject({ lane: 'live', due_at: now - 10 + 5 * 60_000 })
    const [claimed] = await claim(['AC1'], 't1')
    await finish('t1', { done: [{ ...CALL, wanted: claimed!.wanted }] })
    await arrive('bulk')
    expect(await row()).toMatchObject({ lane: 'bulk', due_at: now })
  })

  test('leaves a parked row parked', async () => {
    await arrive('bulk')
    await claim(['AC1'], 't1')
    const parked = { dueAt: now, burnsTry: false, error: null, parkedOn: 'openphone' } as const
    await finish('t1', { postponed: [{ ...CALL, ...parked }] })
    await arrive('bulk')
    expect(await row()).toMatchObject({ wanted: 2, parked_on: 'openphone' })
    expect(await send()).toEqual([])
  })
})

describe('a live cause without news', () => {
  test('sends what is still owed in bulk again, live', async () => {
    await arrive('bulk')
    await send()
    now += 1000
    await promote()
    expect(await row()).toMatchObject({ lane: 'live', wanted: 1, due_at: now })
  })

  test('leaves a held row its lease, and a done one alone', async () => {
    await arrive('bulk')
    const [claimed] = await claim(['AC1'], 't1')
    now += 1000
    await promote()
    expect(await row()).toMatchObject({ lane: 'live', due_at: now - 1000 + LEASE_MS })
    await finish('t1', { done: [{ ...CALL, wanted: claimed!.wanted }] })
    await promote()
    expect(await row()).toMatchObject({ due_at: null })
  })
})

describe('sending', () => {
  test('takes live rows first, then the oldest; none that is parked or younger than asked', async () => {
    await arrive('bulk', 'old')
    await arrive('bulk', 'young')
    await arrive('live', 'live')
    await arrive('bulk', 'parked')
    await db.prepare(`UPDATE work SET parked_on = 'notion' WHERE id = 'parked'`).run()
    const ids = async (before: number, limit: number) =>
      (await dueRows(db, { before }, now, limit)).map(({ id }) => id)
    expect(await ids(now, 100)).toEqual(['live', 'old', 'young'])
    expect(await ids(now - 25, 100)).toEqual(['old'])
    expect(await ids(now, 1)).toEqual(['live', 'old'])
  })

  test('does not mark a row that was finished or claimed meanwhile', async () => {
    await arrive('bulk', 'finished')
    await arrive('bulk', 'claimed')
    const due = await dueRows(db, { before: now }, now, 100)
    const [first] = await claim(['finished'], 't1')
    await finish('t1', { done: [{ kind: 'call', id: 'finished', wanted: first!.wanted }] })
    await claim(['claimed'], 't2')
    await markSent(db, due, now)
    expect(await row('finished')).toMatchObject({ due_at: null })
    expect(await row('claimed')).toMatchObject({ token: 't2', due_at: now + LEASE_MS })
  })

  test('takes the token of a dead holder, else its row would be refused for ever', async () => {
    await arrive('bulk')
    await claim(['AC1'], 'dead')
    now += LEASE_MS + 1
    expect(await send()).toEqual(['enrich/AC1 bulk'])
    expect(await row()).toMatchObject({ token: null, tries: 1 })
    expect(await claim(['AC1'], 't2', true)).toHaveLength(1)
  })
})

describe('a claim', () => {
  test('takes what is owed and in nobody’s hands, under a lease', async () => {
    await arrive('bulk')
    expect(await claim(['AC1', 'unknown'], 't1')).toEqual([
      {
        ...CALL,
        stage: 'enrich',
        lane: 'bulk',
        cause: 'backfill',
        runId: 'r',
        wanted: 1,
        tries: 1,
        error: null,
        token: 't1',
        claimedAt: now,
      },
    ])
    expect(await row()).toMatchObject({ due_at: now + LEASE_MS, tries: 1 })
    expect(await claim(['AC1'], 't2', true)).toEqual([])
  })

  test('takes a row whose lease is over, and none that is done', async () => {
    await arrive('bulk')
    await claim(['AC1'], 'dead')
    now += LEASE_MS + 1
    const [claimed] = await claim(['AC1'], 't2', true)
    expect(claimed).toMatchObject({ tries: 2 })
    await finish('t2', { done: [{ ...CALL, wanted: claimed!.wanted }] })
    expect(await claim(['AC1'], 't3', true)).toEqual([])
  })

  test('leaves what was tried before for a claim of its own', async () => {
    await arrive('bulk', 'fresh')
    await arrive('bulk', 'poison')
    await claim(['poison'], 'dead')
    now += LEASE_MS + 1
    const keys = ['fresh', 'poison'].map((id) => ({ kind: 'call' as const, id }))
    const { claims, triedBefore } = await ledger(db).claim(
      { stage: 'enrich', keys, token: 't1', now, alone: false },
      [],
    )
    expect(claims.map(({ id }) => id)).toEqual(['fresh'])
    expect(triedBefore).toEqual([{ kind: 'call', id: 'poison' }])
  })
})

describe('a finish', () => {
  test('by somebody who lost the row changes nothing', async () => {
    await arrive('bulk')
    await claim(['AC1'], 'dead')
    now += LEASE_MS + 1
    await claim(['AC1'], 't2', true)
    const before = await row()
    const next = [{ stage: 'reconcile' as const, keys: [CALL] }]
    await finish('dead', { done: [{ ...CALL, wanted: 1 }], next })
    await finish('dead', { failed: [{ ...CALL, wanted: 1, error: '{}' }] })
    await finish('dead', {
      postponed: [{ ...CALL, dueAt: now, burnsTry: true, error: null, parkedOn: null }],
    })
    expect(await row()).toEqual(before)
    expect(await row('AC1', 'reconcile')).toBeUndefined()
  })

  test('raises the next stages, in the same batch that lets go of the row', async () => {
    await arrive('live')
    await claim(['AC1'], 't1')
    const next = (['vectorize', 'reconcile'] as const).map((stage) => ({ stage, keys: [CALL] }))
    await finish('t1', { done: [{ ...CALL, wanted: 1 }], next })
    expect(await row()).toMatchObject({ done: 1, token: null, tries: 0, due_at: null })
    expect(await row('AC1', 'vectorize')).toMatchObject({ lane: 'live', wanted: 1, due_at: now })
    expect(await row('AC1', 'reconcile')).toMatchObject({ lane: 'live', wanted: 1, due_at: now })
  })

  test('leaves newer input owed and due', async () => {
    await arrive('bulk')
    const [claimed] = await claim(['AC1'], 't1')
    await arrive('bulk')
    await finish('t1', { done: [{ ...CALL, wanted: claimed!.wanted }] })
    expect(await row()).toMatchObject({ wanted: 2, done: 1, token: null, due_at: now })
  })

  test('gives a try back that only waited, never below none', async () => {
    await arrive('bulk')
    await claim(['AC1'], 't1')
    const later = { dueAt: now + 1000, error: null, parkedOn: null }
    await finish('t1', { postponed: [{ ...CALL, ...later, burnsTry: false }] })
    expect(await row()).toMatchObject({ token: null, tries: 0, due_at: now + 1000 })
    await claim(['AC1'], 't2')
    await finish('t2', { postponed: [{ ...CALL, ...later, burnsTry: true }] })
    expect(await row()).toMatchObject({ token: null, tries: 1 })
    expect((await claim(['AC1'], 't3', true)).map(({ tries }) => tries)).toEqual([2])
  })

  test('that failed for good stays owed until its letter is filed; newer input is due at once', async () => {
    await arrive('bulk')
    await claim(['AC1'], 't1')
    await finish('t1', { failed: [{ ...CALL, wanted: 1, error: '{}' }] })
    expect(await row()).toMatchObject({ failed: 1, done: 0, token: null, due_at: now + LEASE_MS })
    const [again] = await claim(['AC1'], 't2', true)
    await arrive('bulk')
    await finish('t2', { failed: [{ ...CALL, wanted: again!.wanted, error: '{}' }] })
    expect(await row()).toMatchObject({ wanted: 2, failed: 1, due_at: now })
  })
})

test('a local start makes all that is owed due, but leaves doubtful writes their pause', async () => {
  for (const id of ['held', 'sent', 'done', 'create', 'update']) await arrive('bulk', id)
  await send()
  await claim(['held'], 'dead')
  const [done] = await claim(['done'], 't1')
  await finish('t1', { done: [{ kind: 'call', id: 'done', wanted: done!.wanted }] })
  await db.batch([
    db.prepare(`UPDATE work SET stage = 'reconcile' WHERE id IN ('create', 'update')`),
    db.prepare(`UPDATE work SET token = 'dead' WHERE id = 'update'`),
    db.prepare(
      `INSERT INTO pages (kind, id, data_source_id, page_id, sent_at)
       VALUES ('call', 'create', 'd', NULL, ${now - 500}), ('call', 'update', 'd', 'p', NULL)`,
    ),
  ])
  now += 1000
  await forgetQueues(db, now, { createMs: 150_000, updateMs: 65_000 })
  expect(await row('held')).toMatchObject({ token: null, due_at: now })
  expect(await row('sent')).toMatchObject({ token: null, due_at: now })
  expect(await row('done')).toMatchObject({ due_at: null })
  expect(await row('create', 'reconcile')).toMatchObject({ due_at: now - 1500 + 150_000 })
  expect(await row('update', 'reconcile')).toMatchObject({ token: null, due_at: now + 65_000 })
})
