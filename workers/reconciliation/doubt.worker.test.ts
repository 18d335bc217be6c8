/** Writes to Notion whose outcome nobody knows: one page all the same, with the newest content. */
import { fileAgain } from '@switchboard/store/held'
import { describe, expect, test } from 'vitest'
import { Crashed } from '../testing/crash.ts'
import { owedBy, waitingFor } from '../testing/every-stage.ts'
import { saying, spokenCall, textMessages } from '../testing/scenes.ts'
import { SETTLE_MS, newWorld, textOf } from '../testing/world.ts'
import type { TestWorld } from '../testing/world.ts'

const MINUTE = 60_000
const [ORIGINAL] = textMessages(1)

/** One page, not in the trash, that says this; and nothing is owed any more. */
async function saysOnce(world: TestWorld, words: string): Promise<void> {
  const pages = await world.pages('message')
  expect(pages.map((page) => [page.in_trash, textOf(page, 'Content')])).toEqual([[false, words]])
  expect(await world.owed()).toEqual([])
  expect(await world.letters()).toEqual([])
}

/** A text message that is filed, and a second backfill's worth of time. */
async function filed() {
  const world = await newWorld({ textMessages: [ORIGINAL!] })
  await world.backfill()
  world.advance(360 * MINUTE)
  return world
}

async function change(world: TestWorld, words: string, minutes: number): Promise<void> {
  await world.change({ textMessages: [saying(ORIGINAL!, words, minutes)] })
  await world.cron('backfill')
}

describe('a create', () => {
  test.each([
    ['answered 500', { answer: 500, when: 'after' }],
    ['answered 409', { answer: 409, when: 'after' }],
    ['never answered', { answer: 'hang', when: 'after' }],
  ] as const)('%s, that landed, is found by a query', async (_what, fault) => {
    const { world } = await waitingFor('reconcile', 1, { NOTION_TIMEOUT_MS: '700' })
    await world.fail('notion', 'POST /v1/pages', fault)
    expect(await world.deliver('reconcile-bulk')).toEqual({ acked: 1, retried: [] })
    expect(await world.parked()).toEqual([])
    expect(await world.rows(`SELECT page_id, sent_at IS NOT NULL AS sent FROM pages`)).toEqual([
      { page_id: null, sent: 1 },
    ])
    await world.minutes(1)
    expect(await owedBy(world, 'reconcile')).toHaveLength(1)
    await world.minutes(3)
    await saysOnce(world, ORIGINAL!.text)
    expect(await world.requests('notion', 'POST /v1/pages')).toBe(1)
    expect(await world.totals()).toMatchObject({ synced: 1, complete: true })
  })

  test.each([
    ['answered 500', { answer: 500 }],
    ['answered 409', { answer: 409 }],
    ['never answered', { answer: 'hang' }],
  ] as const)('%s, that did not land, is sent again later', async (_what, fault) => {
    const { world } = await waitingFor('reconcile', 1, { NOTION_TIMEOUT_MS: '700' })
    await world.fail('notion', 'POST /v1/pages', fault)
    await world.drain()
    await world.minutes(4)
    await saysOnce(world, ORIGINAL!.text)
    expect(await world.requests('notion', 'POST /v1/pages')).toBe(2)
  })

  test('that landed, and that a person removed before it was settled, is not made again', async () => {
    const { world } = await waitingFor('reconcile', 1)
    await world.fail('notion', 'POST /v1/pages', { answer: 500, when: 'after' })
    await world.deliver('reconcile-bulk')
    const [page] = await world.pages('message')
    await world.outside('notion', 'editAsPerson', page?.id, { in_trash: true })
    await world.minutes(5)
    expect((await world.pages('message')).map((one) => one.in_trash)).toEqual([true])
    expect(
      await world.rows(`SELECT page_id, removed_at IS NOT NULL AS removed FROM pages`),
    ).toEqual([{ page_id: page?.id, removed: 1 }])
    expect(await world.owed()).toEqual([])
  })

  test('that was asked for, and did not land, is made: an older page in the trash does not count', async () => {
    const world = await newWorld({ textMessages: [ORIGINAL!] }, {}, 'test')
    await world.backfill()
    const [page] = await world.pages('message')
    await world.outside('notion', 'editAsPerson', page?.id, { in_trash: true })
    world.advance(360 * MINUTE)
    await world.outsideClock()
    await change(world, 'Never mind.', 1)
    await world.drain()
    expect(await fileAgain(world.db, { kind: 'message', id: ORIGINAL!.id }, Date.now())).toBe(true)
    await world.fail('notion', 'POST /v1/pages', { answer: 500 })
    for (let nth = 0; nth < 6; nth++) {
      await world.minutes(1)
      await world.outsideClock()
    }
    expect((await world.pages('message')).map((one) => one.in_trash)).toEqual([true, false])
    expect(await world.owed()).toEqual([])
  })

  test('is not settled while nobody knows who we are in Notion', async () => {
    const { world } = await waitingFor('reconcile', 1)
    await world.fail('notion', 'POST /v1/pages', { answer: 500, when: 'after' })
    await world.deliver('reconcile-bulk')
    world.advance(5 * MINUTE)
    await world.fail('notion', 'GET /v1/users/me', 503, 9)
    await world.minutes(1)
    expect(await world.rows(`SELECT page_id, base FROM pages`)).toEqual([
      { page_id: null, base: null },
    ])
    expect(await world.letters()).toEqual([])
    await world.minutes(15)
    await saysOnce(world, ORIGINAL!.text)
    expect(await world.requests('notion', 'POST /v1/pages')).toBe(1)
  })

  test('is not settled before its time, whoever asks', async () => {
    const { world, queue, bodies } = await waitingFor('reconcile', 1)
    await world.fail('notion', 'POST /v1/pages', { answer: 500, when: 'after' })
    await world.deliver(queue)
    const asked = await world.asked()
    world.advance(SETTLE_MS - 1000)
    expect(await world.deliver(queue, bodies)).toEqual({ acked: 1, retried: [] })
    expect(await world.asked()).toBe(asked)
    expect(await owedBy(world, 'reconcile')).toEqual([{ id: 'ACT0', tries: 1, parkedOn: null }])
  })

  test('of unknown outcome whose content changes meanwhile ends with the newest', async () => {
    const { world, queue } = await waitingFor('reconcile', 1)
    await world.fail('notion', 'POST /v1/pages', { answer: 500, when: 'after' })
    await world.deliver(queue)
    world.advance(1000)
    await world.change({ textMessages: [saying(ORIGINAL!, 'Never mind.')] })
    await world.backfill()
    await world.minutes(4)
    await saysOnce(world, 'Never mind.')
  })

  test('doubled all the same leaves one page: ours that nobody touched goes', async () => {
    const { world, queue } = await waitingFor('reconcile', 1)
    await world.fail('notion', 'POST /v1/pages', { answer: 500, when: 'after' })
    await world.deliver(queue)
    // As if Notion had kept its first answer for hours: the stamp is gone, a second one was sent.
    await world.db.prepare(`UPDATE pages SET sent_at = NULL`).run()
    await world.fail('notion', 'POST /v1/pages', { answer: 500, when: 'after' })
    await world.minutes(1, 3 * MINUTE)
    await world.minutes(2, 3 * MINUTE)
    const pages = await world.pages('message')
    expect(pages).toHaveLength(2)
    expect(pages.filter((page) => !page.in_trash)).toHaveLength(1)
    expect(await world.owed()).toEqual([])
  })

  test('that ended in a letter appends to its body only what is missing, when it is replayed', async () => {
    const talk = Array.from({ length: 210 }, (_, nth) => `${nth} ${'so it goes '.repeat(95)}`)
    const world = await newWorld({ calls: [spokenCall({}, talk)] }, { MAX_TRIES: '1' })
    await world.fail('notion', 'POST /v1/pages', { answer: 500, when: 'after' })
    await world.backfill()
    await world.minutes(2, 3 * MINUTE)
    expect(await world.letters()).toHaveLength(1)

    await world.db
      .prepare(`UPDATE work SET wanted = wanted + 1, due_at = ?1`)
      .bind(Date.now())
      .run()
    await world.minutes(2)
    const [page] = await world.pages('call')
    expect(await world.outside<object[]>('notion', 'blocks', page?.id)).toHaveLength(211)
    expect(await world.letters()).toEqual([])
  })
})

describe('an update', () => {
  test('of unknown outcome waits, and is sent again', async () => {
    const world = await filed()
    await world.fail('notion', 'PATCH /v1/pages', { answer: 500 })
    await change(world, 'Never mind.', 1)
    await world.drain()
    const sent = await world.requests('notion', 'PATCH /v1/pages/{id}')
    await world.minutes(1)
    expect(await world.requests('notion', 'PATCH /v1/pages/{id}')).toBe(sent)
    await world.minutes(2)
    await saysOnce(world, 'Never mind.')
  })

  test('holds back the next one, whoever asks, until it can land no more', async () => {
    const world = await filed()
    await world.fail('notion', 'PATCH /v1/pages', { answer: 500 })
    await change(world, 'Never mind.', 1)
    await world.drain(['reconcile-bulk'])
    const bodies = world.queues.of('reconcile-bulk').map(({ body }) => body)
    await world.drain()
    const asked = await world.asked()
    world.advance(64_000)
    expect(await world.deliver('reconcile-bulk', bodies)).toEqual({ acked: 1, retried: [] })
    expect(await world.asked()).toBe(asked)
    world.advance(2000)
    await world.deliver('reconcile-bulk', bodies)
    await saysOnce(world, 'Never mind.')
  })

  test('is not believed to stand on a later try, whatever the fingerprint says', async () => {
    const world = await filed()
    await world.db.batch([
      world.db.prepare(`UPDATE pages SET base = json_remove(base, '$.Content')`),
      world.db.prepare(
        `UPDATE work SET wanted = wanted + 1, tries = 1, due_at = 0 WHERE stage = 'reconcile'`,
      ),
    ])
    const sent = await world.requests('notion', 'PATCH /v1/pages/{id}')
    await world.minutes(1)
    expect(await world.requests('notion', 'PATCH /v1/pages/{id}')).toBe(sent + 1)
  })

  test('that landed unseen does not stay when the content is what it was again', async () => {
    const world = await filed()
    await world.fail('notion', 'PATCH /v1/pages', { answer: 500, when: 'after' })
    await change(world, 'Never mind.', 1)
    await world.drain()
    world.advance(MINUTE)
    await change(world, ORIGINAL!.text, 2)
    await world.drain()
    await world.minutes(4)
    await saysOnce(world, ORIGINAL!.text)
  })

  test('whose sender died does not stay when the content is what it was again', async () => {
    const world = await filed()
    await change(world, 'Never mind.', 1)
    world.crash.planAt('after', 'PATCH /v1/pages')
    await expect(world.drain()).rejects.toThrow(Crashed)
    world.advance(MINUTE)
    await change(world, ORIGINAL!.text, 2)
    await world.drain()
    await world.minutes(2, 11 * MINUTE)
    await saysOnce(world, ORIGINAL!.text)
  })
})

describe('whoever no longer holds the record, or not for long,', () => {
  const lost: Record<string, (world: TestWorld) => Promise<void>> = {
    'is late in the lease': async (world) => world.advance(9 * MINUTE),
    'has lost it to another': async (world) => {
      await world.db.prepare(`UPDATE work SET token = 'another' WHERE stage = 'reconcile'`).run()
    },
  }

  test.each(Object.entries(lost))('%s: creates no page', async (_what, happen) => {
    const { world, queue } = await waitingFor('reconcile', 1)
    world.gate.meanwhile = () => happen(world)
    expect(await world.deliver(queue)).toEqual({ acked: 1, retried: [] })
    expect(await world.requests('notion', 'POST /v1/pages')).toBe(0)
    await world.minutes(2, 11 * MINUTE)
    await saysOnce(world, ORIGINAL!.text)
  })

  test.each(Object.entries(lost))('%s: updates none', async (_what, happen) => {
    const world = await filed()
    await change(world, 'Never mind.', 1)
    await world.drain(['reconcile-bulk'])
    world.gate.meanwhile = () => happen(world)
    expect(await world.deliver('reconcile-bulk')).toEqual({ acked: 1, retried: [] })
    expect(await world.requests('notion', 'PATCH /v1/pages/{id}')).toBe(0)
    await world.minutes(2, 11 * MINUTE)
    await saysOnce(world, 'Never mind.')
  })
})
