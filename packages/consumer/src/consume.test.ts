/** The harness over a ledger in memory: what becomes of each queue message, whatever fails. */
import { beforeEach, describe, expect, test, vi } from 'vitest'
import { StageError } from '@switchboard/shared/failure'
import type { Failure } from '@switchboard/shared/failure'
import { Harness, NOW, batchOf, queueMessage } from '../test/harness.ts'
import type { Owed, Verdict } from '../test/harness.ts'
import { consume, each } from './consume.ts'
import { done } from './ports.ts'

const RETRY: Verdict = { retry: undefined }
const MINUTE = 60_000
const UNAVAILABLE: Failure = {
  kind: 'upstream.unavailable',
  api: 'openphone',
  status: 500,
  detail: 'it broke',
}

beforeEach(() => {
  vi.spyOn(console, 'info').mockReturnValue()
  vi.spyOn(console, 'warn').mockReturnValue()
  vi.spyOn(console, 'error').mockReturnValue()
})

async function deliver(harness: Harness, bodies: unknown[]): Promise<Verdict[]> {
  const { batch, verdicts } = batchOf(bodies)
  const queue = consume<Harness, Owed, string>((opened) => opened.open())
  const context: object = {} // the harness waits for everything itself
  await queue(batch, harness, context as ExecutionContext)
  return verdicts
}

/** One owed call whose stage fails so. */
async function failing(failure: Failure, change: (harness: Harness) => void = () => {}) {
  const harness = new Harness()
  harness.owe('AC1')
  harness.fail(failure)
  change(harness)
  const [verdict] = await deliver(harness, [queueMessage('AC1')])
  const [finish] = harness.finishes
  return { harness, verdict, finish: finish!, postponed: finish?.postponed[0] }
}

describe('a batch', () => {
  test('is worked together, finished in one batch and acknowledged', async () => {
    const harness = new Harness()
    harness.owe('AC1', 'AC2')
    expect(await deliver(harness, ['AC1', 'AC2'].map(queueMessage))).toEqual(['ack', 'ack'])
    expect(harness.claims).toEqual([{ ids: ['AC1', 'AC2'], alone: false }])
    expect(harness.finishes).toHaveLength(1)
    expect(harness.finishes[0]?.done).toEqual([
      { kind: 'call', id: 'AC1', wanted: 7 },
      { kind: 'call', id: 'AC2', wanted: 7 },
    ])
    expect(harness.finishes[0]?.events).toMatchObject([
      { id: 'AC1', outcome: 'done', attempt: 1, waitedMs: 50, error: null },
      { id: 'AC2', outcome: 'done' },
    ])
  })

  test('whose rows are not owed is acknowledged unworked', async () => {
    const harness = new Harness()
    const run = vi.spyOn(harness, 'run')
    expect(await deliver(harness, [queueMessage('AC1')])).toEqual(['ack'])
    expect(run).not.toHaveBeenCalled()
    expect(harness.finishes).toEqual([])
  })

  test('with copies works once; of several copies one comes back', async () => {
    const harness = new Harness()
    harness.owe('AC1')
    harness.fail(UNAVAILABLE)
    const verdicts = await deliver(harness, [queueMessage('AC1'), queueMessage('AC1')])
    expect(verdicts).toEqual([RETRY, 'ack'])
    expect(harness.claims).toEqual([{ ids: ['AC1'], alone: false }])
  })

  test('leaves rows that were tried before to claims of their own', async () => {
    const harness = new Harness()
    harness.owe('fresh')
    for (const id of ['tried', 'again']) harness.owed.set(id, { tries: 1, error: null })
    const verdicts = await deliver(harness, ['tried', 'fresh', 'again'].map(queueMessage))
    expect(verdicts).toEqual(['ack', 'ack', 'ack'])
    expect(harness.claims).toEqual([
      { ids: ['tried', 'fresh', 'again'], alone: false },
      { ids: ['tried'], alone: true },
      { ids: ['again'], alone: true },
    ])
    expect(harness.finishes).toHaveLength(3)
  })

  test('that takes long leaves the rest of those for another time', async () => {
    const harness = new Harness()
    for (const id of ['slow', 'late']) harness.owed.set(id, { tries: 1, error: null })
    harness.run = async (owed) => {
      harness.now += 6 * MINUTE
      return owed.map(({ claim }) => done(claim.id))
    }
    expect(await deliver(harness, ['slow', 'late'].map(queueMessage))).toEqual(['ack', RETRY])
  })

  test('sends what the next stages owe, best effort', async () => {
    const harness = new Harness()
    harness.owe('AC1')
    harness.next = ['reconcile']
    const row = {
      kind: 'call',
      id: 'AC1',
      stage: 'reconcile',
      lane: 'live',
      cause: 'backfill',
    } as const
    harness.due = [{ ...row, runId: 'r', dueAt: NOW }]
    await deliver(harness, [queueMessage('AC1')])
    expect(harness.finishes[0]?.next).toEqual([
      { stage: 'reconcile', keys: [{ kind: 'call', id: 'AC1' }] },
    ])
    expect(harness.sent).toMatchObject([{ id: 'AC1', lane: 'live', runId: 'r' }])
  })

  test('sends a record again at once where more of it came while it was held', async () => {
    const harness = new Harness()
    harness.owe('AC1', 'AC2')
    harness.anew = [{ kind: 'call', id: 'AC2' }]
    const row = { kind: 'call', id: 'AC2', stage: 'reconcile', lane: 'live' } as const
    harness.due = [{ ...row, cause: 'webhook', runId: null, dueAt: NOW }]
    await deliver(harness, ['AC1', 'AC2'].map(queueMessage))
    expect(harness.finishes[0]?.done).toHaveLength(2)
    expect(harness.sent).toMatchObject([{ id: 'AC2', lane: 'live', cause: 'webhook' }])
  })
})

describe('a body', () => {
  test('that does not decode is a letter and is acknowledged; the batch goes on', async () => {
    const harness = new Harness()
    harness.owe('AC1')
    const verdicts = await deliver(harness, [{ v: 1, kind: 'fax' }, 'x', queueMessage('AC1')])
    expect(verdicts).toEqual(['ack', 'ack', 'ack'])
    expect(harness.letters).toMatchObject([
      {
        unreadable: { queueMessageId: 'm0', reason: expect.stringMatching(/^kind: /), attempts: 2 },
      },
      { unreadable: { queueMessageId: 'm1', reason: expect.stringMatching(/^body: /) } },
    ])
    expect(harness.finishes[0]?.done).toHaveLength(1)
  })

  test('of a newer release is left for it', async () => {
    expect(await deliver(new Harness(), [{ ...queueMessage('AC1'), v: 2 }])).toEqual([RETRY])
  })

  test('as large as a queue takes is cut, so that its letter fits into one', async () => {
    const harness = new Harness()
    await deliver(harness, [{ v: 1, text: '\u0001"ß'.repeat(20_000) }])
    expect(new TextEncoder().encode(JSON.stringify(harness.letters[0])).length).toBeLessThan(
      128_000,
    )
  })
})

describe('what a failure leads to', () => {
  test('a record’s fault: a letter at once, with its reason', async () => {
    const { harness, verdict, finish } = await failing({
      kind: 'record.invalid',
      field: 'text',
      detail: 'is missing',
    })
    expect(verdict).toBe('ack')
    expect(finish.failed).toEqual([
      { kind: 'call', id: 'AC1', wanted: 7, error: expect.any(String) },
    ])
    expect(JSON.parse(finish.failed[0]?.error ?? '')).toEqual({
      failure: 'record.invalid',
      reason: 'text: is missing',
      pattern: 'text: is missing',
      attempts: 1,
    })
    expect(harness.letters).toMatchObject([{ v: 1, kind: 'call', id: 'AC1', runId: 'r' }])
  })

  test('a fault of a system that answers: the queue’s own delay, a try burnt', async () => {
    const { harness, verdict, postponed } = await failing(UNAVAILABLE)
    expect(harness.probed).toEqual(['openphone'])
    expect(verdict).toEqual(RETRY)
    expect(postponed).toMatchObject({ dueAt: NOW + 5 * MINUTE, burnsTry: true, parkedOn: null })
  })

  test('a fault of a system that does not answer either: parked, no try burnt', async () => {
    const { harness, verdict, postponed } = await failing(UNAVAILABLE, (one) => {
      one.answers = false
    })
    expect(verdict).toBe('ack')
    expect(harness.parked).toMatchObject([{ scope: 'openphone', until: null }])
    expect(postponed).toMatchObject({ dueAt: NOW, burnsTry: false, parkedOn: 'openphone' })
  })

  test('refused credentials that the probe does not see: one more try', async () => {
    const { harness, verdict, postponed } = await failing({
      kind: 'upstream.unauthorized',
      api: 'openphone',
      detail: 'no',
    })
    expect(harness.parked).toEqual([])
    expect(verdict).toEqual(RETRY)
    expect(postponed).toMatchObject({ burnsTry: true, parkedOn: null })
  })

  test('a spent budget: parked until it comes back, on its word', async () => {
    const until = NOW + 60 * MINUTE
    const { harness, verdict } = await failing({
      kind: 'upstream.exhausted',
      api: 'workers-ai',
      until,
      detail: 'the daily quota',
    })
    expect(harness.probed).toEqual([])
    expect(harness.parked).toMatchObject([{ scope: 'workers-ai', until }])
    expect(verdict).toBe('ack')
  })

  test('known to be parked: it joins the others, and the reason stands', async () => {
    const { harness, postponed } = await failing({
      kind: 'scope.parked',
      scope: 'notion:call',
      detail: 'there is no property',
    })
    expect(harness.parked).toEqual([])
    expect(postponed).toMatchObject({ parkedOn: 'notion:call', burnsTry: false })
  })

  test('asked to wait: after as long, no try burnt', async () => {
    const { verdict, postponed } = await failing({
      kind: 'upstream.throttled',
      api: 'notion',
      retryAfterMs: 17_200,
    })
    expect(verdict).toEqual({ retry: 18 })
    expect(postponed).toMatchObject({ dueAt: NOW + 17_200 + 5 * MINUTE, burnsTry: false })
  })

  test.each([
    [{ kind: 'upstream.doubtful', api: 'notion', notBefore: NOW + 9, detail: '' }, true],
    [{ kind: 'not.yet', notBefore: NOW + 9 }, false],
    [{ kind: 'gate.later', api: 'notion', notBefore: NOW + 9 }, false],
  ] satisfies [Failure, boolean][])('%o: put off until then', async (failure, burnsTry) => {
    const { verdict, postponed } = await failing(failure)
    expect(verdict).toBe('ack')
    expect(postponed).toMatchObject({ dueAt: NOW + 9, burnsTry })
  })

  test('a row in other hands: left to them', async () => {
    const { verdict, postponed } = await failing({ kind: 'lease.lost' })
    expect(verdict).toBe('ack')
    expect(postponed).toMatchObject({ dueAt: NOW, burnsTry: false })
  })

  test('after the last try: a letter that says why, and the try that gives up is none', async () => {
    const harness = new Harness()
    harness.owed.set('AC1', { tries: 3, error: JSON.stringify({ reason: 'it broke' }) })
    harness.owed.set('AC2', { tries: 3, error: null })
    const run = vi.spyOn(harness, 'run')
    expect(await deliver(harness, ['AC1', 'AC2'].map(queueMessage))).toEqual(['ack', 'ack'])
    expect(run).not.toHaveBeenCalled()
    const errors = harness.finishes.flatMap(({ failed }) => failed.map(({ error }) => error))
    expect(errors.map((error): unknown => JSON.parse(error))).toEqual([
      {
        failure: 'record.invalid',
        reason: 'tries: given up after 3 failed tries: it broke',
        pattern: 'tries: given up after # failed tries: it broke',
        attempts: 3,
      },
      expect.objectContaining({
        reason: 'tries: given up after 3 failed tries: the Worker died each time',
      }),
    ])
  })

  test('a stage that throws: all its rows fail alike, and nobody else’s', async () => {
    const harness = new Harness()
    harness.owe('AC1', 'AC2')
    harness.run = async () => {
      throw new TypeError('undefined is not a function')
    }
    expect(await deliver(harness, ['AC1', 'AC2'].map(queueMessage))).toEqual([RETRY, RETRY])
    expect(harness.finishes[0]?.postponed).toMatchObject([{ burnsTry: true }, { burnsTry: true }])
  })

  test('a system is probed once a batch, however many rows it failed', async () => {
    const harness = new Harness()
    harness.owe('AC1', 'AC2', 'AC3')
    harness.fail(UNAVAILABLE)
    await deliver(harness, ['AC1', 'AC2', 'AC3'].map(queueMessage))
    expect(harness.probed).toEqual(['openphone'])
  })

  test('done but still owed: saved, handed on, and parked', async () => {
    const harness = new Harness()
    harness.owe('AC1')
    harness.next = ['reconcile']
    const failure = { kind: 'scope.parked', scope: 'workers-ai', detail: 'spent' } as const
    harness.run = async (owed) => owed.map(() => done('saved', { stillOwed: failure }))
    expect(await deliver(harness, [queueMessage('AC1')])).toEqual(['ack'])
    expect(harness.finishes[0]).toMatchObject({
      done: [],
      postponed: [{ id: 'AC1', parkedOn: 'workers-ai' }],
      next: [{ keys: [{ id: 'AC1' }] }],
    })
  })
})

describe('it never throws, and loses nothing', () => {
  test('where a setting is missing', async () => {
    const harness = new Harness()
    harness.open = () => {
      throw new StageError({ kind: 'config.invalid', setting: 'HASH_KEY', detail: 'is missing' })
    }
    expect(await deliver(harness, ['AC1', 'AC2'].map(queueMessage))).toEqual([RETRY, RETRY])
  })

  test('where D1 fails at the claim: what was settled stays settled', async () => {
    const harness = new Harness()
    harness.owe('AC1')
    harness.failClaims = 1
    expect(await deliver(harness, ['nonsense', queueMessage('AC1')])).toEqual(['ack', RETRY])
    expect(harness.letters).toHaveLength(1)
  })

  test('where D1 refuses the finish once: it is offered again, unchanged', async () => {
    const harness = new Harness()
    harness.owe('AC1')
    harness.failFinishes = 2
    expect(await deliver(harness, [queueMessage('AC1')])).toEqual(['ack'])
    expect(harness.finishes).toHaveLength(1)
  })

  test('where D1 never takes the finish: the message comes back', async () => {
    const harness = new Harness()
    harness.owe('AC1')
    harness.failFinishes = 3
    expect(await deliver(harness, [queueMessage('AC1')])).toEqual([RETRY])
  })

  test('where the dead-letter queue does not take a letter: the message comes back', async () => {
    const { verdict } = await failing(
      { kind: 'record.invalid', field: 'text', detail: 'is missing' },
      (harness) => {
        harness.failLetters = 1
      },
    )
    expect(verdict).toEqual(RETRY)
  })
})

describe('a stage over a batch', () => {
  test('keeps the order, and each record’s failure its own', async () => {
    const outcomes = await each([1, 2, 3], async (nth) => {
      if (nth === 2) throw new StageError({ kind: 'lease.lost' })
      return done(nth)
    })
    expect(outcomes).toEqual([done(1), { ok: false, failure: { kind: 'lease.lost' } }, done(3)])
  })

  test('runs no more at once than it may', async () => {
    let running = 0
    let most = 0
    await each(
      Array.from({ length: 9 }, (_, nth) => nth),
      async (nth) => {
        running += 1
        most = Math.max(most, running)
        await new Promise((resolve) => setTimeout(resolve, 1))
        running -= 1
        return done(nth)
      },
      4,
    )
    expect(most).toBe(4)
  })
})
