/** Live calls and text messages, from webhook to page: any order, little told, artefacts that come late. */
import { describe, expect, test } from 'vitest'
import { EXAMPLES } from '../../packages/openphone/fixtures/webhook/examples.ts'
import { callAt, textAt } from '@switchboard/sandbox/http/small-world'
import type { WorldCall } from '@switchboard/sandbox/world'
import { completed, eventsOf, missed, received, ringing, transcribed } from '../testing/events.ts'
import { spokenCall } from '../testing/scenes.ts'
import { SECRET, delivery } from '../testing/webhook.ts'
import { newWorld, textOf } from '../testing/world.ts'
import type { NotionPage, TestWorld } from '../testing/world.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const NOW = '2026-11-24T09:00:00.000Z'
const JUST_NOW = '2026-11-24T08:59:00.000Z'

const worldOf = (calls: WorldCall[], settings: Record<string, string> = {}) =>
  newWorld({ calls }, { OPENPHONE_WEBHOOK_SECRETS: SECRET, ...settings })

async function post(world: TestWorld, payload: unknown, id?: string): Promise<void> {
  const request = await delivery(payload, id === undefined ? {} : { id })
  const response = await world.fetch('/webhooks/openphone', request)
  expect(response.status).toBe(200)
}

/** Everything but what files owe: nothing here is about files. */
const work = (world: TestWorld) => world.drain(['archive'])

async function minutes(world: TestWorld, count: number): Promise<void> {
  for (let nth = 0; nth < count; nth++) {
    world.advance(MINUTE)
    await world.cron('minute')
    await work(world)
  }
}

async function owed(world: TestWorld): Promise<object[]> {
  return (await world.owed()).filter(({ stage }) => stage !== 'archive')
}

/** A call that has just ended, and of which nothing is made yet. */
function freshCall(over: Partial<WorldCall> = {}): WorldCall {
  const call = spokenCall({ createdAt: JUST_NOW, completedAt: NOW, updatedAt: NOW })
  return { ...call, ...over }
}

/** The same call while OpenPhone is still making its artefacts. */
function inTheMaking(call: WorldCall): WorldCall {
  return {
    ...call,
    summary: { ...call.summary, status: 'in-progress', summary: null, nextSteps: null },
    recordings: call.recordings.map((one) => ({ ...one, status: 'processing' as const })),
    transcripts: call.transcripts.map((one) => ({
      ...one,
      status: 'in-progress' as const,
      dialogue: [],
    })),
  }
}

function ordersOf<T>(things: readonly T[]): T[][] {
  if (things.length === 0) return [[]]
  return things.flatMap((thing, index) =>
    ordersOf(things.toSpliced(index, 1)).map((rest) => [thing, ...rest]),
  )
}

/** All a page says but when it was written; what is signed anew each time without its signature. */
function said(page: NotionPage | undefined, id: string): string {
  const { 'Synced At': _when, ...properties } = page?.properties ?? {}
  return JSON.stringify(properties)
    .replaceAll(id, 'ID')
    .replaceAll(/\?[^"]*/g, '')
}

const property = async (world: TestWorld, name: string) =>
  textOf((await world.pages('call'))[0], name)
const awaited = (world: TestWorld) =>
  world.rows<{ checks: number; due: number | null }>(
    `SELECT checks, (due_at - since) / ${MINUTE} AS due FROM awaited`,
  )
const asked = (world: TestWorld) => world.requests('openphone', 'GET /calls/{id}/transcripts')

describe('the four events of one call, in all 24 orders, each of them twice', () => {
  test.each([
    ['worked one by one', true, false],
    ['worked together', false, false],
    ['while OpenPhone is still making what they tell of', true, true],
  ])(
    '%s: the same single page',
    async (_how, oneByOne, lagging) => {
      const orders = ordersOf([0, 1, 2, 3])
      const calls = orders.map((_order, nth) => freshCall({ id: `ACorder${nth}x` }))
      const world = await worldOf(lagging ? calls.map(inTheMaking) : calls)
      for (const [nth, order] of orders.entries()) {
        const events = eventsOf(calls[nth]!)
        const posted = [...order, ...order.toReversed()] // the second time by another endpoint
        for (const one of posted) {
          await post(world, events[one])
          if (oneByOne) await work(world)
        }
      }
      await work(world)
      await minutes(world, 3)
      const pages = await world.pages('call')
      expect(pages).toHaveLength(24)
      const byId = new Map(pages.map((page) => [textOf(page, 'Call ID'), page]))
      expect(byId.size).toBe(24)
      const [first, ...others] = calls.map(({ id }) => said(byId.get(id), id))
      for (const [nth, other] of others.entries())
        expect(other, `order ${orders[nth + 1]?.join()}`).toBe(first)
      const [page] = pages
      expect(textOf(page, 'Transcript')).toContain('The new reader is great')
      expect(textOf(page, 'Summary')).toBe('Asked for a terminal.')
      expect(page?.properties['Has Recording']).toMatchObject({ checkbox: true })
      expect(page?.properties['Sentiment']).toMatchObject({ select: { name: 'positive' } })
      expect(await owed(world)).toEqual([])
      expect(await world.letters()).toEqual([])
    },
    120_000,
  )
})

describe('an event that carries too little', () => {
  test.each([
    ['new.call.missed', 'missed'],
    ['new.call.answered', 'in-progress'],
    ['new.call.forwarded', 'forwarded'],
  ] as const)('%s has the call fetched by its id', async (name, status) => {
    const { id } = EXAMPLES[name].data.resource
    const call = callAt(JUST_NOW, { id, status, answeredAt: null, duration: 0 })
    const world = await worldOf([call])
    await post(world, EXAMPLES[name])
    await work(world)
    expect(await world.requests('openphone', 'GET /calls/{id}')).toBe(1)
    const [page] = await world.pages('call')
    expect(page?.properties['Status']).toMatchObject({ select: { name: status } })
    expect(page?.properties['From']).toMatchObject({ phone_number: '+13105550123' })
    expect(await world.rows(`SELECT occurred_at AS at FROM records`)).toEqual([
      { at: Date.parse(JUST_NOW) },
    ])
  })

  test('a ringing call has its page at once, and nobody is asked', async () => {
    const call = freshCall({ completedAt: null, answeredAt: null, status: 'ringing', duration: 0 })
    const world = await worldOf([call])
    await post(world, ringing(call))
    await work(world)
    const [page] = await world.pages('call')
    expect(page?.properties['Status']).toMatchObject({ select: { name: 'ringing' } })
    expect(await world.requests('openphone')).toBe(0)
  })

  test('whose end nobody tells is asked for again', async () => {
    const call = freshCall()
    const world = await worldOf([call])
    await post(world, ringing(call))
    await work(world)
    await minutes(world, 3)
    const [page] = await world.pages('call')
    expect(page?.properties['Status']).toMatchObject({ select: { name: 'completed' } })
  })

  test('a text message needs no fetch', async () => {
    const world = await worldOf([])
    await post(world, received(textAt(JUST_NOW)))
    await work(world)
    expect(await world.pages('message')).toHaveLength(1)
    expect(await world.requests('openphone')).toBe(0)
  })

  test('OpenPhone that refuses our key parks it; the page follows', async () => {
    const call = freshCall()
    const world = await worldOf([call])
    const key = world.env['OPENPHONE_API_KEY']
    await world.outside('openphone', 'setKey', 'another key')
    await post(world, missed(call))
    await work(world)
    expect(await world.parked()).toEqual(['openphone'])
    await world.outside('openphone', 'setKey', key)
    await minutes(world, 1)
    expect(await world.pages('call')).toHaveLength(1)
  })
})

test('a call that events have told whole is filed while OpenPhone stands still', async () => {
  const call = freshCall()
  const world = await worldOf([call])
  await world.db
    .prepare(`INSERT INTO parked (scope, reason, since) VALUES ('openphone', '', 0)`)
    .run()
  await post(world, completed(call))
  await work(world)
  const [page] = await world.pages('call')
  expect(page?.properties['Status']).toMatchObject({ select: { name: 'completed' } })
  expect(await world.requests('openphone')).toBe(0)
  await minutes(world, 4)
  expect(await world.parked()).toEqual([])
  expect(await world.requests('openphone', 'GET /calls/{id}')).toBe(1)
  expect(textOf((await world.pages('call'))[0], 'Transcript')).toContain('The new reader is great')
  expect(await owed(world)).toEqual([])
})

describe('a call that OpenPhone does not know', () => {
  test('is made from its payload alone', async () => {
    const world = await worldOf([])
    await post(world, completed(freshCall()))
    await post(world, transcribed(freshCall()))
    await work(world)
    const [page] = await world.pages('call')
    expect(textOf(page, 'Transcript')).toContain('The new reader is great')
    expect(await world.letters()).toEqual([])
    expect(await owed(world)).toEqual([])
    expect(await world.rows(`SELECT gone_at FROM records`)).toEqual([{ gone_at: Date.parse(NOW) }])
  })

  test('and whose payload makes no record is counted, once, and nothing else', async () => {
    const world = await worldOf([])
    await post(world, EXAMPLES['new.call.summary.completed'])
    await work(world)
    await minutes(world, 3)
    expect(await world.pages('call')).toEqual([])
    expect(await world.letters()).toEqual([])
    expect(await owed(world)).toEqual([])
    expect(await world.rows(`SELECT type, count FROM event_counts WHERE outcome = 'gone'`)).toEqual(
      [{ type: 'call', count: 1 }],
    )
    expect(world.queues.of('reconcile')).toEqual([])
  })

  test('yet, is asked for again', async () => {
    const call = freshCall()
    const world = await worldOf([])
    await post(world, missed(call))
    await work(world)
    expect(await world.pages('call')).toEqual([])
    await world.change({ calls: [call] })
    await minutes(world, 2)
    expect(await world.pages('call')).toHaveLength(1)
    expect(await world.rows(`SELECT gone_at FROM records`)).toEqual([{ gone_at: null }])
  })
})

describe('late artefacts', () => {
  test('say pending meanwhile, and come by a recheck without any further event', async () => {
    const call = freshCall()
    const world = await worldOf([inTheMaking(call)])
    await post(world, completed(call))
    await work(world)
    expect(await property(world, 'Transcript')).toBe('(pending)')
    expect(await property(world, 'Summary')).toBe('(pending)')
    expect(await property(world, 'AI Summary')).toContain('the transcript is not there yet')
    expect(await awaited(world)).toEqual([{ checks: 0, due: 2 }])
    expect(await owed(world)).toEqual([])

    await world.change({ calls: [call] })
    await minutes(world, 1)
    expect(await property(world, 'Transcript')).toBe('(pending)')
    await minutes(world, 1)
    expect(await property(world, 'Transcript')).toContain('The new reader is great')
    expect(await property(world, 'Summary')).toBe('Asked for a terminal.')
    expect(await property(world, 'AI Summary')).toContain('About:')
    expect(await awaited(world)).toEqual([])
    expect(world.ai.analyses).toBe(1)
  })

  test('are asked for after 2, 10 and 60 minutes, then by each run, for a day', async () => {
    const call = freshCall()
    const world = await worldOf([inTheMaking(call)])
    await post(world, completed(call))
    await work(world)
    expect(await asked(world)).toBe(1)
    await minutes(world, 2)
    expect([await asked(world), await awaited(world)]).toEqual([2, [{ checks: 1, due: 10 }]])
    await minutes(world, 8)
    expect([await asked(world), await awaited(world)]).toEqual([3, [{ checks: 2, due: 60 }]])
    world.advance(49 * MINUTE)
    await minutes(world, 1)
    expect([await asked(world), await awaited(world)]).toEqual([4, [{ checks: 3, due: null }]])
    await minutes(world, 5)
    expect(await asked(world)).toBe(4)
    world.advance(5 * HOUR)
    await world.cron('backfill')
    await work(world)
    expect(await asked(world)).toBe(5)
    world.advance(19 * HOUR)
    await world.cron('backfill')
    await work(world)
    expect([await asked(world), await awaited(world)]).toEqual([5, []])
  })

  test('keep no run open', async () => {
    const world = await worldOf([inTheMaking(freshCall())])
    await world.cron('backfill')
    await work(world)
    await world.cron('minute')
    expect(await awaited(world)).toHaveLength(1)
    expect(await world.totals()).toMatchObject({ synced: 1, open: 0, complete: true })
    const counted = await world.rows(`SELECT api, count FROM run_requests`)
    await minutes(world, 2)
    expect(await asked(world)).toBe(2)
    expect(await world.totals()).toMatchObject({ synced: 1, open: 0, complete: true })
    expect(await world.rows(`SELECT api, count FROM run_requests`)).toEqual(counted)
  })

  test('that never come let the call be analysed without after ten minutes', async () => {
    const call = inTheMaking(freshCall())
    const voicemail = {
      id: 'VM1',
      status: 'completed',
      duration: 3,
      transcript: 'Call me.',
    } as const
    const world = await worldOf([{ ...call, voicemail }])
    await post(world, completed(call))
    await work(world)
    expect(world.ai.analyses).toBe(0)
    await minutes(world, 10)
    expect(world.ai.analyses).toBe(1)
  })

  test('a voicemail that is still transcribed comes with the call itself', async () => {
    const call = freshCall({ answeredAt: null, answeredBy: null, duration: 0, recordings: [] })
    const voicemail = { id: 'VM1', duration: 3 } as const
    const making = { ...voicemail, status: 'in-progress', transcript: null } as const
    const world = await worldOf([{ ...call, transcripts: [], voicemail: making }])
    await post(world, missed(call))
    await work(world)
    expect(await property(world, 'Transcript')).toBe('(pending)')
    const made = { ...voicemail, status: 'completed', transcript: 'Call me.' } as const
    await world.change({ calls: [{ ...call, transcripts: [], voicemail: made }] })
    await minutes(world, 2)
    expect(await property(world, 'Transcript')).toContain('Call me.')
  })

  test('what a list shows late is found within the hour', async () => {
    const call = freshCall()
    const world = await worldOf([{ ...call, recordings: [], transcripts: [] }])
    await post(world, completed(call))
    await work(world)
    await world.change({ calls: [call] })
    await minutes(world, 2)
    expect(await property(world, 'Transcript')).toContain('The new reader is great')
  })

  test('that an event has told are not waited for', async () => {
    const call = freshCall()
    const world = await worldOf([inTheMaking(call)])
    for (const payload of eventsOf(call)) await post(world, payload)
    await work(world)
    expect(await property(world, 'Transcript')).toContain('The new reader is great')
    expect(await awaited(world)).toEqual([])
  })

  test('that an event has told reach the page while OpenPhone stands still', async () => {
    const call = freshCall()
    const world = await worldOf([inTheMaking(call)])
    const [end, ...made] = eventsOf(call)
    await post(world, end)
    await work(world)
    await world.db
      .prepare(`INSERT INTO parked (scope, reason, since) VALUES ('openphone', '', 0)`)
      .run()
    for (const payload of made) await post(world, payload)
    await work(world)
    expect(await property(world, 'Transcript')).toContain('The new reader is great')
  })
})
