/** The way of a record through every Worker, step by step, with the queues in the test's hands. */
import { MERCHANT_NUMBER, OWN_NUMBER } from '@switchboard/sandbox/http/small-world'
import { contentHash } from '@switchboard/shared/merge'
import type { TextMessagePart } from '@switchboard/shared/record'
import { intakeStatements } from '@switchboard/store/intake'
import { indexSize } from '@switchboard/store/text-index'
import { expect, test } from 'vitest'
import { oneOfEach, textMessages } from './scenes.ts'
import { newWorld } from './world.ts'

test('a backfill files one call, one text message and one mail, each linked to its merchant', async () => {
  const world = await newWorld(oneOfEach())
  await world.backfill()
  const [merchant] = await world.pages('canvas')
  for (const kind of ['call', 'message', 'mail'] as const) {
    const pages = await world.pages(kind)
    expect(pages, kind).toHaveLength(1)
    expect(pages[0]?.properties['Canvas']).toMatchObject({ relation: [{ id: merchant?.id }] })
    expect(pages[0]?.properties['Sentiment']).toMatchObject({ select: { name: 'positive' } })
  }
  expect(await world.rows(`SELECT kind, outcome FROM run_records ORDER BY kind`)).toEqual([
    { kind: 'call', outcome: 'synced' },
    { kind: 'mail', outcome: 'synced' },
    { kind: 'message', outcome: 'synced' },
  ])
  expect(world.vectorize.index.size).toBe(4) // a call has its talk and its summary
  expect(await world.rows(`SELECT DISTINCT outcome FROM stage_events`)).toEqual([
    { outcome: 'done' },
  ])
})

test('a live record goes through the live queues, past a backlog that waits in bulk', async () => {
  const world = await newWorld({ textMessages: textMessages(3) })
  await world.cron('backfill')
  await world.drain(['enrich-bulk'])
  const part: TextMessagePart = {
    id: 'ACLIVE',
    phoneNumberId: 'PN1',
    userId: null,
    conversationId: 'CN1',
    direction: 'incoming',
    status: 'received',
    from: MERCHANT_NUMBER,
    to: [OWN_NUMBER],
    text: 'Are you there?',
    media: [],
    createdAt: new Date(Date.now()).toISOString(),
    updatedAt: null,
  }
  const listed = {
    id: part.id,
    version: 1,
    hash: await contentHash(part),
    body: JSON.stringify(part),
    occurredAt: Date.now(),
  }
  const by = { lane: 'live', cause: 'webhook', runId: null } as const
  await world.db.batch(intakeStatements(world.db, 'message', [listed], by, Date.now()))
  world.advance(15_000)
  await world.cron('minute')
  await world.drain(['enrich-bulk', 'reconcile-bulk'])
  expect(world.queues.of('enrich-bulk')).toHaveLength(3)
  expect(await world.pages('message')).toHaveLength(1)
  expect(world.queues.sent.map(({ queue }) => queue)).toEqual(
    expect.arrayContaining(['enrich', 'vectorize', 'reconcile']),
  )
})

test('without vectors nothing is asked of the index, and all is found by its words', async () => {
  const world = await newWorld(oneOfEach(), { INCLUDE_VECTORIZE: 'false' })
  await world.backfill()
  expect(world.vectorize.requests).toBe(0)
  expect(await world.rows(`SELECT * FROM vectors`)).toEqual([])
  expect(await indexSize(world.texts)).toBe(3)
  expect(await world.totals()).toMatchObject({ synced: 3, complete: true })
})
