import { describe, expect, test } from 'vitest'
import type { Gate, QueueRow, QueueSeries } from '@switchboard/shared/api/queues'
import type { ParkedScope, Stage } from '@switchboard/shared/api/stages'
import {
  backlogSentence,
  chosenQueue,
  doneWords,
  gateNote,
  gateSentence,
  letterQueuesWords,
  limitWords,
  parkedNotice,
  pausedNotice,
  percentileSentence,
  queuesSentence,
  seconds,
  spread,
  throughputSentence,
} from './queues-words.ts'

const NOW = Date.parse('2026-11-24T14:21:00Z')
const clock = { now: NOW, zone: 'UTC' }
const settled = { done: 0, unchanged: 0, retried: 0, failed: 0, putOff: 0, parked: 0 }

function queue(over: Partial<QueueRow> = {}): QueueRow {
  return {
    name: 'reconcile-bulk',
    stage: 'reconcile',
    lanes: ['bulk'],
    state: 'running',
    backlog: 0,
    bytes: 0,
    oldestAt: null,
    owed: 0,
    owedAtLeast: false,
    inPerMinute: 0,
    outPerMinute: 0,
    retriedShare: null,
    failedShare: null,
    settled,
    waiting: null,
    working: null,
    doneAt: { state: 'now', at: null, basis: null },
    ...over,
  }
}

const live = queue({
  name: 'reconcile',
  lanes: ['live'],
  waiting: { p50: 100, p95: 900, p99: 1100, samples: 40 },
})
const busy = queue({
  owed: 1342,
  doneAt: { state: 'at', at: '2026-11-24T14:29:00.000Z', basis: 'measured' },
})
const parked: ParkedScope = {
  scope: 'workers-ai',
  name: 'Workers AI',
  reason: 'workers-ai has no budget left',
  cure: 'Nothing: it goes on by itself then.',
  since: '2026-11-24T14:08:00.000Z',
  until: '2026-11-24T18:00:00.000Z',
  probes: 0,
  stages: ['enrich', 'vectorize'],
  waiting: 2216,
  atLeast: false,
}
const paused: Stage = {
  name: 'archive',
  state: 'paused',
  reason: 'the store is moved',
  by: 'Dana',
  since: '2026-11-24T13:02:00.000Z',
  waiting: 1,
}

describe('the sentence', () => {
  test('of an idle system', () => {
    expect(queuesSentence([queue(), live], { items: [], parked: [] }, clock)).toEqual({
      first: 'Nothing waits in the queues.',
      rest: '',
    })
  })

  test('of a backfill: when it is done, and that live records pass it', () => {
    expect(queuesSentence([busy, live], { items: [], parked: [] }, clock).first).toBe(
      'What waits in reconcile-bulk is done at 14:29; live records pass it in 0.9 s.',
    )
  })

  test('says first what stands, a pause before what is parked', () => {
    expect(queuesSentence([busy], { items: [paused], parked: [parked] }, clock)).toEqual({
      first: 'Archiving is paused by Dana.',
      rest: 'Analysis and Vectors wait for Workers AI until 18:00. What waits in reconcile-bulk is done at 14:29.',
    })
  })

  test('counts what waits where no pace is known', () => {
    const waiting = queue({ owed: 1, doneAt: { state: 'unknown', at: null, basis: null } })
    expect(queuesSentence([waiting], { items: [], parked: [] }, clock).first).toBe(
      '1 record waits.',
    )
  })
})

test('a notice says what stands, why, that nothing is lost, and what to do', () => {
  expect(parkedNotice(parked, clock)).toEqual({
    title: 'Workers AI is parked since 14:08.',
    why: 'Workers-ai has no budget left. Nothing is lost: 2,216 rows wait. Not tried before 18:00.',
    todo: 'Nothing: it goes on by itself then.',
  })
  expect(pausedNotice(paused, clock)).toEqual({
    title: 'Archiving is paused by Dana since 13:02.',
    why: 'The store is moved. Nothing is lost: 1 row waits.',
  })
})

test('times stand in seconds, long ones in minutes', () => {
  expect([0, 38, 420, 41_000, 240_000, undefined].map(seconds)).toEqual([
    '0.0',
    '0.0',
    '0.4',
    '41',
    '4 min',
    '–',
  ])
})

test('when a queue is done', () => {
  expect(doneWords(busy, clock)).toBe('14:29')
  expect(doneWords(queue(), clock)).toBe('now')
  const stands = queue({
    owed: 300,
    owedAtLeast: true,
    doneAt: { state: 'standing', at: null, basis: null },
  })
  expect(doneWords(stands, clock)).toBe('300+ due')
})

test('letters that are not filed yet are told', () => {
  const letters = queue({ name: 'reconcile-dlq', lanes: [] })
  expect(letterQueuesWords([busy, letters]).words).toBe(
    'all 1 dead-letter queues empty: letters are filed at once',
  )
  expect(letterQueuesWords([{ ...letters, backlog: 2 }])).toEqual({
    ok: false,
    words: '2 letters not filed yet',
  })
})

test('the queue with most to do is shown unless another is asked for', () => {
  expect(chosenQueue([live, busy], '')?.name).toBe('reconcile-bulk')
  expect(chosenQueue([live, busy], 'reconcile')?.name).toBe('reconcile')
  expect(chosenQueue([], '')).toBeUndefined()
})

const series: QueueSeries = {
  range: '1h',
  queue: queue({ owed: 3, outPerMinute: 0.5, settled: { ...settled, done: 30, failed: 1 } }),
  from: '2026-11-24T14:18:00.000Z',
  to: '2026-11-24T14:21:00.000Z',
  stepMs: 60_000,
  points: [
    {
      at: '2026-11-24T14:19:00.000Z',
      settled,
      waiting: null,
      working: null,
      backlog: { live: 1, bulk: 40 },
    },
  ],
  marks: [],
}

test('spans in which nothing was seen are gaps', () => {
  const { at, points } = spread(series)
  expect(at).toHaveLength(4)
  expect(points.map((point) => point?.backlog.bulk ?? null)).toEqual([null, 40, null, null])
})

test('a chart says its numbers', () => {
  expect(backlogSentence(series)).toBe(
    'Backlog of reconcile, last hour: now 3 in reconcile-bulk, at the most 1 live and 40 bulk',
  )
  expect(throughputSentence(series)).toBe(
    'Throughput of reconcile-bulk, last hour: 30 done, 0 retried, 1 failed; 0.5 a minute',
  )
  expect(percentileSentence('Waiting time', series, null)).toContain('nothing was worked')
  expect(
    percentileSentence('Waiting time', series, { p50: 400, p95: 7000, p99: 60_000, samples: 31 }),
  ).toBe(
    'Waiting time in reconcile-bulk, last hour: half within 0.4 s, 95 of 100 within 7.0 s, 99 within 60 s, of 31 records',
  )
})

describe('a gate', () => {
  const gate: Gate = {
    name: 'notion',
    label: 'Notion',
    open: true,
    limit: { perWindow: 30, windowMs: 10_000 },
    perMinute: 180,
    granted: { live: 2, bulk: 170 },
    waiting: { live: 0, bulk: 40 },
    heldUntil: null,
    parked: null,
    needs: ['reconcile'],
    recent: [],
  }

  test('says its limit as the setting does', () => {
    expect(limitWords(gate)).toBe('3/s')
    expect(limitWords({ limit: { perWindow: 300, windowMs: 60_000 } })).toBe('300/min')
    expect(limitWords({ limit: { perWindow: 1, windowMs: 20_000 } })).toBe('1 in 20 s')
    expect(limitWords({ limit: null })).toBe('none')
  })

  test('says how it is used, and what that means', () => {
    expect(gateSentence(gate)).toBe('Notion: 96 % of the budget used, 1.1 % live, 94 % bulk')
    expect(gateNote(gate, clock)).toBe('used in full: this is what the queues wait for')
    expect(gateNote({ ...gate, granted: { live: 0, bulk: 0 } }, clock)).toBe(
      'unused in the last minute',
    )
    expect(gateNote({ ...gate, heldUntil: '2026-11-24T14:22:00.000Z' }, clock)).toBe(
      'asks everybody to wait until 14:22:00',
    )
    expect(gateNote({ ...gate, open: false }, clock)).toBe('no gate: its setting is 0')
  })
})
