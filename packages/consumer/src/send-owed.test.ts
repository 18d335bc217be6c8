import { expect, test } from 'vitest'
import type { QueueMessage } from '@switchboard/shared/queue-message'
import type { DueRow, Outbox, Queues } from './ports.ts'
import { sendOwed } from './send-owed.ts'
import { Tally } from './tally.ts'

const NOW = 1_000_000
const ROW = { kind: 'call', stage: 'enrich', lane: 'bulk', cause: 'backfill', runId: null } as const

function rows(count: number, over: Partial<DueRow> = {}): DueRow[] {
  return Array.from({ length: count }, (_, nth) => ({
    ...ROW,
    id: `AC${nth}`,
    dueAt: NOW,
    ...over,
  }))
}

/** An outbox of these rows, and queues that note the size of each batch. */
function outboxOf(due: DueRow[], names: (keyof Queues)[]) {
  const batches: { name: string; bodies: QueueMessage[] }[] = []
  const order: string[] = []
  const left = new Set(due)
  const outbox: Outbox = {
    due: async (_filter, _now, limit) => [...left].slice(0, limit),
    async markSent(marked) {
      order.push('mark')
      for (const row of marked) left.delete(row)
    },
  }
  const sent = { metadata: { metrics: { backlogCount: 0, backlogBytes: 0 } } }
  const queues = Object.fromEntries(
    names.map((name) => {
      const sendBatch = async (messages: Iterable<MessageSendRequest<QueueMessage>>) => {
        order.push('send')
        batches.push({ name, bodies: Array.from(messages, ({ body }) => body) })
        return sent
      }
      return [
        name,
        { sendBatch, send: async () => sent, metrics: async () => sent.metadata.metrics },
      ]
    }),
  )
  return { outbox, queues, batches, order }
}

test('rows go to the queue of their stage and lane, a hundred a batch, and are marked after', async () => {
  const due = [
    ...rows(150),
    ...rows(1, { lane: 'live', runId: 'r' }),
    ...rows(1, { stage: 'vectorize' }),
  ]
  const { outbox, queues, batches, order } = outboxOf(due, ['enrich', 'enrich-bulk', 'vectorize'])
  expect(await sendOwed(outbox, queues, { before: NOW }, () => NOW)).toBe(152)
  expect(batches.map(({ name, bodies }) => [name, bodies.length])).toEqual(
    expect.arrayContaining([
      ['enrich-bulk', 100],
      ['enrich-bulk', 50],
      ['enrich', 1],
      ['vectorize', 1],
    ]),
  )
  expect(order.at(-1)).toBe('mark')
  expect(batches.find(({ name }) => name === 'enrich')?.bodies).toEqual([
    { v: 1, kind: 'call', id: 'AC0', lane: 'live', cause: 'backfill', runId: 'r', enqueuedAt: NOW },
  ])
})

test('a row whose queue is not here is left to the cron’s Worker', async () => {
  const { outbox, queues, batches } = outboxOf(
    [...rows(2), ...rows(1, { stage: 'reconcile' })],
    ['reconcile-bulk'],
  )
  expect(await sendOwed(outbox, queues, { keys: [] }, () => NOW)).toBe(1)
  expect(batches).toHaveLength(1)
})

test('a long backlog goes out round by round', async () => {
  const { outbox, queues, order } = outboxOf(rows(1100), ['enrich-bulk'])
  expect(await sendOwed(outbox, queues, { before: NOW }, () => NOW)).toBe(1100)
  expect(order.filter((step) => step === 'mark')).toHaveLength(3)
})

test('requests are counted by run and API, once; live ones to no run', () => {
  const tally = new Tally()
  tally.add('r', 'notion')
  tally.add('r', 'notion')
  tally.add('r', 'openphone')
  tally.add(null, 'notion')
  expect(tally.take()).toEqual([
    { runId: 'r', api: 'notion', count: 2 },
    { runId: 'r', api: 'openphone', count: 1 },
  ])
  expect(tally.take()).toEqual([])
})
