/**
 * A crash at any await: a backfill is driven to edges at which a Worker touches the world, a few
 * apart, and the Worker is killed there. Then time passes, and the record has arrived all the same, once.
 */
import type { World } from '@switchboard/sandbox/world'
import type { Kind } from '@switchboard/shared/kinds'
import { mailAt } from '@switchboard/sandbox/http/small-world'
import { describe, expect, test } from 'vitest'
import { Crashed } from './crash.ts'
import { YESTERDAY, saying, spokenCall, textMessages } from './scenes.ts'
import { newWorld } from './world.ts'
import type { TestWorld } from './world.ts'

const MINUTE = 60_000

/** What becomes of the queues when a Worker dies; the first edge, and the least step to the next. */
interface Aftermath {
  first: number
  step: number
  happen: (world: TestWorld) => Promise<void>
}
const AFTERMATHS: Record<string, Aftermath> = {
  'what was in flight comes again': {
    first: 1,
    step: 1,
    happen: async (world) => world.queues.redeliver(),
  },
  'everything in the queues is lost': { first: 2, step: 5, happen: (world) => world.restart() },
}

interface Scene {
  /** 9: every ninth edge is tried. Odd: even ones would die after no effect. */
  every: number
  /** Up to where nothing dies. */
  start: () => Promise<TestWorld>
  drive: (world: TestWorld) => Promise<void>
  arrived: (world: TestWorld, where: string) => Promise<void>
}

const NO_MAIL = { JMAP_SESSION_URL: '', JMAP_TOKEN: '' }
const NO_OPENPHONE = { OPENPHONE_API_KEY: '' }

const CALL: Scene = {
  every: 9,
  start: () => lookedUp({ calls: [spokenCall()] }, NO_MAIL, 2),
  drive: (world) => world.drain(),
  arrived: (world, where) =>
    isFiled(world, where, { kind: 'call', property: 'Transcript', words: 'one by Friday' }),
}

const TEXT_MESSAGE: Scene = {
  every: 17,
  start: () => lookedUp({ textMessages: textMessages(1) }, NO_MAIL, 2),
  drive: (world) => world.drain(),
  arrived: (world, where) =>
    isFiled(world, where, { kind: 'message', property: 'Content', words: 'reader number 0' }),
}

const MAIL: Scene = {
  every: 17,
  start: () => lookedUp({ mails: [mailAt(YESTERDAY)] }, NO_OPENPHONE, 1),
  drive: (world) => world.drain(),
  arrived: (world, where) =>
    isFiled(world, where, { kind: 'mail', property: 'Body', words: 'fees of last month' }),
}

/** The second backfill finds other words: an update of the page. */
const CHANGED: Scene = {
  every: 19,
  async start() {
    const [before] = textMessages(1)
    const world = await newWorld({ textMessages: [before!] }, NO_MAIL)
    await world.backfill()
    world.advance(6 * 60 * MINUTE)
    await world.change({ textMessages: [saying(before!, 'Never mind, it has come.')] })
    await lookUp(world, 2)
    return world
  },
  drive: (world) => world.drain(),
  arrived: (world, where) =>
    isFiled(world, where, { kind: 'message', property: 'Content', words: 'it has come' }),
}

/** More than a property holds; a block each, which a create and two appends take. */
const UTTERANCES = Array.from({ length: 210 }, (_, nth) => `${nth}: ${'so it goes '.repeat(95)}`)
const LONG: Scene = {
  every: 19,
  async start() {
    const world = await lookedUp({ calls: [spokenCall({}, UTTERANCES)] }, NO_MAIL, 2)
    await world.drain(['reconcile-bulk'])
    return world
  },
  drive: (world) => world.drain(),
  async arrived(world, where) {
    const [page] = await world.pages('call')
    const blocks = await world.outside<object[]>('notion', 'blocks', page?.id)
    // Lines of the talk begin with who speaks; the summary above them quotes it.
    const line = /(?:Ana Lima|\+13105550123): (\d+): so/g
    const numbers = Array.from(JSON.stringify(blocks).matchAll(line), ([, nth]) => nth)
    const wanted = UTTERANCES.map((_, nth) => String(nth))
    // A piece of text stands in a block twice: as content and as plain text.
    expect(
      numbers.filter((nth, at) => nth !== numbers[at - 1]),
      where,
    ).toEqual(wanted)
    expect(await world.owed(), where).toEqual([])
  },
}

/** From the cron to the end of the look-ups, where nothing is owed yet. */
const LOOK_UPS: Scene = {
  every: 19,
  start: () => newWorld({ textMessages: textMessages(1) }, NO_MAIL),
  async drive(world) {
    await lookUp(world, 2)
    world.crash.clear()
    await world.drain()
  },
  arrived: TEXT_MESSAGE.arrived,
}

describe.each(Object.entries(AFTERMATHS))('%s', { timeout: 300_000 }, (_name, aftermath) => {
  test('a call arrives, once', () => crashEverywhere(CALL, aftermath))
  test('a text message arrives, once', () => crashEverywhere(TEXT_MESSAGE, aftermath))
  test('a mail arrives, once', () => crashEverywhere(MAIL, aftermath))
  test('a changed one ends with its newest words', () => crashEverywhere(CHANGED, aftermath))
  test('a run whose look-ups die goes on', () => crashEverywhere(LOOK_UPS, aftermath))
  test('a long transcript stands there whole, once', () => crashEverywhere(LONG, aftermath))
})

async function crashEverywhere(scene: Scene, aftermath: Aftermath): Promise<void> {
  const { first, step, happen } = aftermath
  for (let edge = first; ; edge += Math.max(step, scene.every)) {
    const world = await scene.start()
    const runs = await countRuns(world)
    world.crash.plan(edge)
    if (!(await dies(() => scene.drive(world)))) return expect(edge).toBeGreaterThan(20)
    await happen(world)
    // The six-hourly cron of a producer that died before it wrote anything comes in six hours.
    if ((await countRuns(world)) === 0 && runs === 0) await world.cron('backfill')
    await world.drain()
    await world.minutes(1, 11 * MINUTE)
    await world.minutes(1, 11 * MINUTE)
    await scene.arrived(world, `killed at edge ${edge}`)
  }
}

async function dies(drive: () => Promise<void>): Promise<boolean> {
  try {
    await drive()
    return false
  } catch (error) {
    if (error instanceof Crashed) return true
    throw error
  }
}

async function countRuns(world: TestWorld): Promise<number> {
  return (await world.rows(`SELECT id FROM runs`)).length
}

/** @param pages how many pages of look-ups come first: Canvas, and the directory */
async function lookedUp(
  outside: Partial<World>,
  settings: Record<string, string>,
  pages: number,
): Promise<TestWorld> {
  const world = await newWorld(outside, settings)
  await lookUp(world, pages)
  return world
}

async function lookUp(world: TestWorld, pages: number): Promise<void> {
  await world.cron('backfill')
  for (let nth = 0; nth < pages; nth++) await world.deliver('sweep')
}

/** One page with these words, nothing owed, no letter, and the run says what it listed. */
async function isFiled(
  world: TestWorld,
  where: string,
  page: { kind: Kind; property: string; words: string },
): Promise<void> {
  const pages = await world.pages(page.kind)
  expect(pages, where).toHaveLength(1)
  expect(JSON.stringify(pages[0]?.properties[page.property]), where).toContain(page.words)
  expect(pages[0]?.properties['Sentiment'], where).toMatchObject({ select: { name: 'positive' } })
  expect(await world.owed(), where).toEqual([])
  expect(await world.letters(), where).toEqual([])
  expect(await world.totals(), where).toEqual({
    synced: 1,
    failed: 0,
    skipped: 0,
    open: 0,
    complete: true,
  })
  expect(world.vectorize.index.size, where).toBe(page.kind === 'call' ? 2 : 1)
}
