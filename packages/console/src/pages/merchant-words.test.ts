import type { Everything, MerchantStatistics } from '@switchboard/shared/api/merchants'
import { describe, expect, test } from 'vitest'
import {
  actionKey,
  answerWords,
  countsWords,
  entriesOf,
  merchantSentence,
  merchantsSentence,
  moodsOf,
  titleOf,
  withoutDone,
} from './merchant-words.ts'
import type { Entry } from './merchant-words.ts'

const at = { now: Date.parse('2026-11-24T20:21:00Z'), zone: 'UTC' }

function statistics(over: Partial<MerchantStatistics> = {}): MerchantStatistics {
  return {
    counts: { calls: 41, messages: 71, mail: 1 },
    interactions: 113,
    firstContact: '2025-03-04T10:00:00Z',
    lastContact: '2026-11-23T10:00:00Z',
    sentiment: {
      counts: { positive: 3, neutral: 2, negative: 1, unknown: 0 },
      shares: { positive: 0.5, neutral: 0.3, negative: 0.2 },
      trend: 'better',
      months: [],
    },
    leadScore: { mean: 64, latest: 78 },
    openActionItems: [],
    responseTimes: { answered: 9, unanswered: 0, medianSeconds: 840, p90Seconds: 4000 },
    ...over,
  }
}

const call: Entry = {
  kind: 'call',
  id: 'AC1',
  at: '2026-11-23T16:12:00Z',
  direction: 'incoming',
  parties: [],
  summary: null,
  sentiment: 'negative',
  category: null,
  leadScore: null,
  actionItems: [],
  page: null,
  status: 'missed',
  durationSeconds: 0,
  voicemail: null,
}

describe('the sentence', () => {
  test('tells the mood, what is open, and the last contact', () => {
    expect(merchantSentence(statistics(), at)).toBe(
      'Warmer than before; nothing is open. Last contact yesterday.',
    )
    const item = { kind: 'call' as const, id: 'AC1', at: call.at, text: 'Call back', quote: 'x' }
    expect(
      merchantSentence(
        statistics({ openActionItems: [item], lastContact: '2026-10-01T10:00:00Z' }),
        at,
      ),
    ).toBe('Warmer than before; 1 action item is open. Last contact on 1 Oct.')
  })

  test('counts no more what is done', () => {
    const item = { kind: 'call' as const, id: 'AC1', at: call.at, text: 'Call back', quote: 'x' }
    const two = statistics({ openActionItems: [item, { ...item, text: 'Send a reader' }] })
    expect(merchantSentence(withoutDone(two, new Set([actionKey(item)])), at)).toContain(
      '1 action item is open',
    )
  })

  test('of one nobody spoke with says so', () => {
    expect(merchantSentence(statistics({ interactions: 0 }), at)).toBe(
      'Nobody has spoken with this merchant yet.',
    )
  })

  test('of the list says what it lists', () => {
    expect(merchantsSentence(50, true, '')).toBe('The first 50 merchants of Canvas, by name.')
    expect(merchantsSentence(1, false, 'wok')).toBe('1 merchant like “wok”, best first.')
    expect(merchantsSentence(0, false, 'x')).toBe('No merchant is called that.')
  })
})

test('counts leave out what there is none of', () => {
  expect(countsWords({ calls: 41, messages: 1, mail: 0 })).toBe('41 calls, 1 text')
})

test('how fast we answer', () => {
  expect(answerWords(statistics().responseTimes)).toEqual({
    big: '14 min',
    sub: 'median of 9, none left open',
  })
  expect(
    answerWords({ answered: 0, unanswered: 0, medianSeconds: null, p90Seconds: null }).big,
  ).toBe('–')
})

test('records stand in the order of the timeline', () => {
  const other = { ...call, id: 'AC2' }
  const everything = {
    calls: [call, other],
    messages: [],
    mail: [],
    timeline: [other, call, { kind: 'mail', id: 'gone', at: call.at }],
  } as unknown as Everything
  expect(entriesOf(everything).map(({ id }) => id)).toEqual(['AC2', 'AC1'])
})

test('a call without a summary says how it ended', () => {
  expect(titleOf(call)).toBe('Call, missed')
  expect(titleOf({ ...call, voicemail: 'Call me back.' })).toBe('Call me back.')
})

test('moods run from the oldest on, their mean over the last five', () => {
  const older: Entry = { ...call, id: 'AC0', at: '2026-11-20T10:00:00Z', sentiment: 'positive' }
  const { known, mean } = moodsOf([call, older, { ...call, id: 'AC9', sentiment: null }])
  expect(known.map(({ value, tone }) => [value, tone])).toEqual([
    [1, 'ok'],
    [-1, 'bad'],
  ])
  expect(mean).toEqual([1, 0])
})
