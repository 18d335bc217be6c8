/**
 * One record, one page: the rules of reconcile.ts in virtual time. Every invocation dies wherever
 * it can, answers come as late as they may, queries lag, and it is one page in the end that says
 * what was said last.
 */
import { describe, expect, test } from 'vitest'
import { FAULTS } from './simulation/notion.ts'
import type { Weather } from './simulation/notion.ts'
import { chance } from './simulation/time.ts'
import { SimWorld } from './simulation/world.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const ALIVE = Number.POSITIVE_INFINITY

function weather(over: Partial<Weather> = {}): Weather {
  return { fault: () => null, effectMs: () => 100, answerMs: () => 100, lagMs: () => 0, ...over }
}

function endsWellWith(world: SimWorld, words: string): void {
  expect(world.owed()).toEqual([])
  expect(world.notion.of('A').map(({ properties }) => properties['Content'])).toEqual([words])
  expect(world.rows.get('A')?.page?.pageId).toBe(world.notion.of('A')[0]?.id)
}

/** One record; the n-th and then the m-th point kill the first and the second invocation. */
async function killedAt(deaths: number[], outside: Weather): Promise<SimWorld> {
  const world = new SimWorld({ weather: outside })
  const left = [...deaths]
  world.dieAt = () => left.shift() ?? ALIVE
  world.say('A', 'first')
  await world.run(3 * HOUR)
  return world
}

/** Files so many new records. @returns how many requests one took */
async function requestsEach(count: number, fault: Weather['fault']): Promise<number> {
  const world = new SimWorld({ weather: weather({ fault, lagMs: () => 5000 }), gateMs: 333 })
  for (let nth = 0; nth < count; nth++) world.say(`A${nth}`, 'words')
  await world.run(12 * HOUR)
  expect(world.owed()).toEqual([])
  expect(world.notion.pages).toHaveLength(count)
  expect(new Set(world.notion.pages.map(({ key }) => key)).size).toBe(count)
  return world.notion.requests / count
}

describe.each([0, 5000, 60_000])('queries that lag %i ms', (lagMs) => {
  test.each([0, 30_000, 60_000])('killed at every await, effects %i ms late', async (effectMs) => {
    const outside = weather({ lagMs: () => lagMs, effectMs: () => effectMs, answerMs: () => 5000 })
    const { passed: points } = await killedAt([], outside)
    expect(points).toBeGreaterThan(15)
    for (let first = 1; first <= points; first++)
      for (const second of [0, 1, 2, 3, 5, 8, 13, 18, 21, 24, 27, 30]) {
        const world = await killedAt(second === 0 ? [first] : [first, second], outside)
        endsWellWith(world, 'first')
      }
  })
})

test('seeded: deaths, faults, late effects, slow D1, lag, new content, stray queue messages', async () => {
  for (let seed = 1; seed <= 2000; seed++) {
    const random = chance(seed)
    const upTo = (most: number) => Math.floor(random() * most)
    const world = new SimWorld({
      weather: weather({
        fault: () => (random() < 0.4 ? (FAULTS[upTo(FAULTS.length)] ?? null) : null),
        effectMs: () => (random() < 0.3 ? upTo(60_000) : upTo(500)),
        answerMs: () => (random() < 0.2 ? upTo(60_000) : upTo(500)),
        lagMs: () => upTo([1, 5000, 60_000][seed % 3]!),
      }),
      storeMs: () => (random() < 0.05 ? upTo(40_000) : upTo(100)),
    })
    const trouble = world.time.now + HOUR
    world.dieAt = () => (world.time.now < trouble && random() < 0.5 ? 1 + upTo(40) : ALIVE)
    world.say('A', 'words 0')
    const changes = upTo(4)
    for (let nth = 1; nth <= changes; nth++)
      world.time.at(world.time.now + upTo(HOUR), () => world.say('A', `words ${nth % 3}`))
    for (let nth = 0; nth < 10; nth++)
      world.time.at(world.time.now + upTo(HOUR), () => world.deliver(['A']))
    const said = world.rows
    const end = world.time.now + 3 * HOUR
    world.time.at(trouble, () => {
      world.weather = weather()
    })
    while (world.time.now < end) await world.run(10 * MINUTE)
    expect(said.get('A')?.wanted, `seed ${seed}`).toBe(changes + 1)
    expect(world.owed(), `seed ${seed}`).toEqual([])
    expect(
      world.notion.of('A').map(({ properties }) => properties['Content']),
      `seed ${seed}`,
    ).toEqual([`words ${said.get('A')?.words.slice(-1)}`])
  }
})

describe('many new records', () => {
  test('10,000 without faults: one request each', async () => {
    expect(await requestsEach(10_000, () => null)).toBe(1)
  })

  test('10,000, one in twenty failing in any way: one page each, 1.1 requests at most', async () => {
    const random = chance(7)
    const any = () => FAULTS[Math.floor(random() * FAULTS.length)] ?? null
    expect(await requestsEach(10_000, () => (random() < 0.05 ? any() : null))).toBeLessThan(1.1)
  })

  test.each(FAULTS)('1,000, one in twenty answered %s: the same', async (fault) => {
    const random = chance(7)
    const each = await requestsEach(1000, () => (random() < 0.05 ? fault : null))
    expect(each).toBeLessThanOrEqual(1.1)
  })
})
