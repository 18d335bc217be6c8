import { afterEach, beforeEach, describe, test, vi } from 'vitest'
import { sha256 } from '@switchboard/shared/hash'
import { gatePace, gateState } from './client.ts'
import type { Gates } from './client.ts'
import type { Admission, GateState } from './gate.ts'

const NOW = Date.parse('2026-11-24T09:00:00Z')
const use = {
  api: 'notion',
  key: 'secret',
  lane: 'live',
  rate: { perWindow: 30, windowMs: 10_000 },
} as const

beforeEach(() => {
  vi.useFakeTimers({ now: NOW })
})
afterEach(() => {
  vi.useRealTimers()
})

const STATE: GateState = {
  rate: use.rate,
  waiting: { live: 0, bulk: 2 },
  holdUntil: 0,
  nextAt: NOW,
  grantedLastMinute: { live: 1, bulk: 0 },
  minutes: [],
}

/** Gates that answer in turn as told, and note what they were asked. */
function gates(...answers: (Admission | Error)[]) {
  const asked: unknown[] = []
  const answer = () => {
    const next = answers.shift()
    if (next instanceof Error) throw next
    return next ?? { granted: true as const }
  }
  const namespace: Gates = {
    getByName: (name) => ({
      acquire: async (lane, rate) => {
        asked.push(['acquire', name, lane, rate])
        return answer()
      },
      hold: async (ms) => {
        asked.push(['hold', name, ms])
        answer()
      },
      describe: () => {
        asked.push(['describe', name])
        return STATE
      },
    }),
  }
  return { namespace, asked }
}

/** The outcome of something that may sleep between its tries. */
async function outcome(waiting: Promise<void>): Promise<unknown> {
  const settled = waiting.then(
    () => 'granted',
    (error: unknown) => error,
  )
  await vi.runAllTimersAsync()
  return settled
}

const reset = () => Object.assign(new Error('its code was updated'), { durableObjectReset: true })
const overloaded = () => Object.assign(new Error('overloaded'), { overloaded: true })
const lost = () => Object.assign(new Error('Network connection lost.'), { retryable: true })

describe('acquire', () => {
  test('asks the gate of this API and key', async ({ expect }) => {
    const { namespace, asked } = gates()
    expect(await outcome(gatePace(namespace, use).acquire())).toBe('granted')
    expect(asked).toEqual([['acquire', `notion:${await sha256('secret')}`, 'live', use.rate]])
  })

  test('passes on that the turn did not come', async ({ expect }) => {
    const { namespace } = gates({ granted: false, notBefore: NOW + 90_000 })
    expect(await outcome(gatePace(namespace, use).acquire())).toMatchObject({
      failure: { kind: 'gate.later', api: 'notion', notBefore: NOW + 90_000 },
    })
  })

  test('asks again where the gate was reset, overloaded or out of reach', async ({ expect }) => {
    const { namespace, asked } = gates(reset(), overloaded(), lost())
    expect(await outcome(gatePace(namespace, use).acquire())).toBe('granted')
    expect(asked).toHaveLength(4)
  })

  test('puts the record off where the gate stays out of reach', async ({ expect }) => {
    const { namespace, asked } = gates(...Array.from({ length: 9 }, lost))
    const error = await outcome(gatePace(namespace, use).acquire())
    expect(error).toMatchObject({ failure: { kind: 'gate.later' }, cause: { retryable: true } })
    expect(asked).toHaveLength(5)
  })

  test('a fault in the gate itself is not hidden', async ({ expect }) => {
    const fault = Object.assign(new Error('a bug'), { remote: true })
    const { namespace, asked } = gates(fault)
    expect(await outcome(gatePace(namespace, use).acquire())).toBe(fault)
    expect(asked).toHaveLength(1)
  })
})

describe('hold', () => {
  test('tells the gate', async ({ expect }) => {
    const { namespace, asked } = gates(reset())
    expect(await outcome(gatePace(namespace, use).hold(30_000))).toBe('granted')
    expect(asked.at(-1)).toEqual(['hold', `notion:${await sha256('secret')}`, 30_000])
  })

  test('that reaches no gate puts the record off for as long', async ({ expect }) => {
    const { namespace } = gates(...Array.from({ length: 9 }, lost))
    const error = await outcome(gatePace(namespace, use).hold(600_000))
    const failure = { kind: 'gate.later', notBefore: Date.now() + 600_000 }
    expect(error).toMatchObject({ failure })
  })
})

test('without a rate there is no gate, and nobody is asked', async ({ expect }) => {
  const { namespace, asked } = gates()
  const pace = gatePace(namespace, { ...use, rate: null })
  await pace.acquire()
  await pace.hold(1000)
  expect(asked).toEqual([])
})

test('an operator sees the gate of this API and key', async ({ expect }) => {
  const { namespace, asked } = gates()
  expect(await gateState(namespace, use.api, use.key)).toEqual(STATE)
  expect(asked).toEqual([['describe', `notion:${await sha256('secret')}`]])
})
