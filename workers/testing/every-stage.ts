/**
 * What holds for every stage, since one harness runs them all: these tests are registered for each
 * Worker beside its own.
 */
import type { Stage } from '@switchboard/shared/kinds'
import { describe, expect, test } from 'vitest'
import { saying, textMessages } from './scenes.ts'
import { newWorld, queueMessage } from './world.ts'
import type { TestWorld } from './world.ts'

const QUEUES = {
  enrich: 'enrich-bulk',
  vectorize: 'vectorize',
  reconcile: 'reconcile-bulk',
  archive: 'archive',
} as const satisfies Record<Stage, string>

/** Text messages that give this stage something to do. */
function textsFor(stage: Stage, count: number) {
  const media = [{ path: 'media/1/photo.png', type: 'image/png' }]
  return textMessages(count, stage === 'archive' ? { media } : {})
}

/** A world whose text messages wait before this stage, and the queue they wait in. */
export async function waitingFor(
  stage: Stage,
  count: number,
  settings: Record<string, string> = {},
) {
  const world = await newWorld({ textMessages: textsFor(stage, count) }, settings)
  const queue = QUEUES[stage]
  await world.cron('backfill')
  await world.drain([queue])
  // So that every stage has to pass a gate.
  if (stage === 'archive') await world.outside('openphone', 'expireFiles')
  return { world, queue, bodies: world.queues.of(queue).map(({ body }) => body) }
}

/** What the stage still owes, by record. */
export async function owedBy(world: TestWorld, stage: Stage) {
  const owed = (await world.owed()).filter((row) => row.stage === stage)
  return owed.map(({ id, tries, parked_on: parkedOn }) => ({ id, tries, parkedOn }))
}

export function keepsTheRulesOfEveryStage(stage: Stage): void {
  describe('as every stage', () => {
    test('a duplicate is acknowledged unworked', async () => {
      const { world, queue, bodies } = await waitingFor(stage, 1)
      await world.deliver(queue)
      const asked = await world.asked()
      expect(await world.deliver(queue, [...bodies, ...bodies])).toEqual({ acked: 2, retried: [] })
      expect(await world.asked()).toBe(asked)
    })

    test('two copies in one batch are worked once', async () => {
      const { world, queue, bodies } = await waitingFor(stage, 1)
      const asked = await world.asked()
      expect(await world.deliver(queue, [...bodies, ...bodies])).toEqual({ acked: 2, retried: [] })
      expect(await owedBy(world, stage)).toEqual([])
      expect((await world.asked()) - asked).toBeLessThanOrEqual(2) // an embedding, its upsert
    })

    test('what changes while it is worked is worked again, and the page ends with it', async () => {
      const { world, queue } = await waitingFor(stage, 1)
      const [before] = textsFor(stage, 1)
      world.gate.meanwhile = async () => {
        world.advance(1000)
        await world.change({ textMessages: [saying(before!, 'Never mind, it has come.')] })
        await world.cron('backfill')
        await world.drain(stage === 'enrich' ? [queue] : [queue, 'vectorize', 'reconcile-bulk'])
      }
      await world.deliver(queue)
      expect(await owedBy(world, stage)).toEqual([{ id: 'ACT0', tries: 0, parkedOn: null }])
      // On the way to Notion nobody waits for the minute cron: it is sent again at once.
      if (stage === 'enrich' || stage === 'reconcile')
        expect(world.queues.of(queue)).toHaveLength(1)
      await world.minutes(2)

      expect(await world.owed()).toEqual([])
      const pages = await world.pages('message')
      expect(pages).toHaveLength(1)
      expect(JSON.stringify(pages[0]?.properties['Content'])).toContain('it has come')
      expect(await world.totals()).toMatchObject({ synced: 1, open: 0, complete: true })
    })

    test('a body that does not decode is a letter by its own id, and the batch goes on', async () => {
      const { world, queue, bodies } = await waitingFor(stage, 1)
      const malformed = { ...queueMessage({ kind: 'call', id: 'AC1' }), kind: 'fax' }
      expect(await world.deliver(queue, [malformed, 'nonsense', ...bodies])).toEqual({
        acked: 3,
        retried: [],
      })
      expect(await owedBy(world, stage)).toEqual([])
      await world.drain()
      expect(await world.letters()).toEqual([
        {
          stage,
          kind: 'unknown',
          id: 'given0',
          failure: 'record.invalid',
          reason: expect.stringMatching(/^kind: /),
          attempts: 1,
        },
        expect.objectContaining({ id: 'given1', reason: expect.stringMatching(/^body: /) }),
      ])
    })

    test('a queue message of a newer release is left for it', async () => {
      const { world, queue, bodies } = await waitingFor(stage, 1)
      const newer = { ...queueMessage({ kind: 'message', id: 'ACT0' }), v: 2, urgency: 'high' }
      const delivery = await world.deliver(queue, [newer, ...bodies])
      expect(delivery).toEqual({ acked: 1, retried: [{ body: newer, delaySeconds: undefined }] })
      expect(await world.letters()).toEqual([])
    })

    test('one record at fault costs its batch nothing: nine done, one letter', async () => {
      const { world, queue } = await waitingFor(stage, 10)
      await world.db.prepare(`UPDATE parts SET body = '{}' WHERE id = 'ACT3'`).run()
      expect(await world.deliver(queue)).toEqual({ acked: 10, retried: [] })
      expect(await owedBy(world, stage)).toEqual([{ id: 'ACT3', tries: 1, parkedOn: null }])
      await world.deliver(`${stage}-dlq`)

      expect(await owedBy(world, stage)).toEqual([])
      expect(await world.letters()).toEqual([
        {
          stage,
          kind: 'message',
          id: 'ACT3',
          failure: 'record.invalid',
          reason: expect.stringMatching(/^rest\.id: /),
          attempts: 1,
        },
      ])
    })

    test('a gate that is too crowded puts it off and burns no try', async () => {
      const { world, queue } = await waitingFor(stage, 1)
      world.gate.crowd(1)
      expect(await world.deliver(queue)).toEqual({ acked: 1, retried: [] })
      expect(await owedBy(world, stage)).toEqual([{ id: 'ACT0', tries: 0, parkedOn: null }])
      await world.minutes(2)
      expect(await world.owed()).toEqual([])
    })

    test('a missing setting leaves everything in the queue', async () => {
      const { world, queue } = await waitingFor(stage, 2)
      world.env['HASH_KEY'] = ''
      const delivery = await world.deliver(queue)
      expect(delivery).toMatchObject({ acked: 0, retried: [{}, {}] })
      expect(await owedBy(world, stage)).toHaveLength(2)

      world.env['HASH_KEY'] = 'a key of sixteen characters or more'
      await world.minutes(6)
      expect(await owedBy(world, stage)).toEqual([])
    })

    test('D1 that fails at the claim leaves everything in the queue', async () => {
      const { world, queue } = await waitingFor(stage, 2)
      world.d1.fail(/SET token = \?1/)
      expect(await world.deliver(queue)).toMatchObject({ acked: 0, retried: [{}, {}] })
      await world.minutes(6)
      expect(await owedBy(world, stage)).toEqual([])
    })

    test('D1 that fails at the finish is asked again', async () => {
      const { world, queue } = await waitingFor(stage, 2)
      world.d1.fail(/INSERT INTO stage_events/)
      expect(await world.deliver(queue)).toEqual({ acked: 2, retried: [] })
      expect(await owedBy(world, stage)).toEqual([])
    })

    test('D1 that never takes the finish loses nothing: the lease lapses', async () => {
      const { world, queue } = await waitingFor(stage, 2)
      world.d1.fail(/INSERT INTO stage_events/, 3)
      expect(await world.deliver(queue)).toMatchObject({ acked: 0, retried: [{}, {}] })
      await world.minutes(1)
      expect(await owedBy(world, stage)).toHaveLength(2)
      await world.minutes(1, 11 * 60_000)
      await world.minutes(1)
      expect(await world.owed()).toEqual([])
      expect(await world.pages('message')).toHaveLength(2)
    })
  })
}
