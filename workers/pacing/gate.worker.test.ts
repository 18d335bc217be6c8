/** Only lower bounds of time are asserted: a busy machine may be slow, a gate may not be fast. */
import { abortAllDurableObjects, evictDurableObject } from 'cloudflare:test'
import { env, exports } from 'cloudflare:workers'
import { describe, test } from 'vitest'
import type { Gate } from '@switchboard/pacing/gate'
import { gatePace } from '@switchboard/pacing/client'

declare global {
  namespace Cloudflare {
    interface Env {
      GATE: DurableObjectNamespace<Gate>
    }
    interface GlobalProps {
      mainModule: typeof import('./index.ts')
    }
  }
}

const fast = { perWindow: 10, windowMs: 200 }
const slow = { perWindow: 1, windowMs: 100_000 }
const alive = () => {}
const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))

let gates = 0
/** A gate of its own for each test. */
const newGate = () => env.GATE.getByName(`test:${++gates}`)

describe.concurrent('a gate', () => {
  test('grants no more than its rate in any window', async ({ expect }) => {
    const gate = newGate()
    const times: number[] = []
    const asked = Array.from({ length: 32 }, async () => {
      expect(await gate.acquire('bulk', fast, alive)).toEqual({ granted: true })
      times.push(Date.now())
    })
    await Promise.all(asked)
    for (const [n, time] of times.entries()) {
      const over = times[n + fast.perWindow]
      if (over !== undefined) expect(over - time).toBeGreaterThanOrEqual(fast.windowMs)
    }
  })

  test('waits a second after it started', async ({ expect }) => {
    const gate = newGate()
    const before = Date.now()
    await gate.acquire('live', fast, alive)
    expect(Date.now() - before).toBeGreaterThanOrEqual(999)
  })

  test('grants live before bulk, and tells what it does', async ({ expect }) => {
    const gate = newGate()
    const order: string[] = []
    const come = async (lane: 'live' | 'bulk') => {
      await gate.acquire(lane, fast, alive)
      order.push(lane)
    }
    const all = Promise.all([come('bulk'), come('bulk'), come('live')])
    expect(await gate.describe()).toMatchObject({ waiting: { live: 1, bulk: 2 } })
    await all
    expect(order).toEqual(['live', 'bulk', 'bulk'])
    const state = await gate.describe()
    expect(state).toMatchObject({
      rate: fast,
      waiting: { live: 0, bulk: 0 },
      grantedLastMinute: { live: 1, bulk: 2 },
    })
    const granted = { live: 0, bulk: 0 } // they may lie on both sides of a minute's end
    for (const { live, bulk } of state.minutes) {
      granted.live += live
      granted.bulk += bulk
    }
    expect(granted).toEqual({ live: 1, bulk: 2 })
    const ends = state.minutes.map(({ at }) => at + 60_000 - Date.now())
    expect(Math.max(...ends)).toBeGreaterThan(0)
    expect(Math.max(...ends)).toBeLessThanOrEqual(60_000)
  })

  test('gives the turn of a caller who has vanished to the next', async ({ expect }) => {
    const gate = newGate()
    const gone = gate.acquire('live', slow, () => Promise.reject(new Error('has ended')))
    expect(await gone).toMatchObject({ granted: false })
    expect(await gate.describe()).toMatchObject({
      waiting: { live: 0 },
      grantedLastMinute: { live: 0, bulk: 0 },
      minutes: [],
    })
  })

  test('sends everybody away while a hold outlasts their patience', async ({ expect }) => {
    const gate = newGate()
    const early = gate.acquire('live', fast, alive)
    const from = Date.now()
    await gate.hold(120_000)
    await gate.hold(1000)
    for (const admission of [await early, await gate.acquire('live', fast, alive)]) {
      expect(admission.granted).toBe(false)
      if (!admission.granted) expect(admission.notBefore).toBeGreaterThanOrEqual(from + 120_000)
    }
  })

  test('remembers a hold when it is started again', async ({ expect }) => {
    const gate = newGate()
    await gate.hold(120_000)
    const { holdUntil } = await gate.describe()
    await evictDurableObject(gate)
    expect(await gate.describe()).toMatchObject({ holdUntil })
  })
})

describe('the pace of a client', () => {
  const use = { api: 'openphone', lane: 'live', rate: fast } as const

  test('is granted by the gate of its key', async ({ expect }) => {
    const pace = gatePace(env.GATE, { ...use, key: 'one' })
    await pace.acquire()
    await pace.hold(120_000)
    const held = { failure: { kind: 'gate.later', api: 'openphone' } }
    await expect(pace.acquire()).rejects.toMatchObject(held)
    await gatePace(env.GATE, { ...use, key: 'other' }).acquire()
  })

  test('outlives a reset of the gate', async ({ expect }) => {
    const waiting = gatePace(env.GATE, { ...use, key: 'reset' }).acquire()
    await wait(50)
    await abortAllDurableObjects()
    await expect(waiting).resolves.toBeUndefined()
  })
})

test('the Worker itself answers nothing', async ({ expect }) => {
  const answer = await exports.default.fetch('https://pacing.invalid/')
  expect(answer.status).toBe(404)
})
