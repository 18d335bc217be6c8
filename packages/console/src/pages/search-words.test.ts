import type { RecordHit } from '@switchboard/shared/api/search'
import { describe, expect, test } from 'vitest'
import { marked, merchantsOf, questionOf, searchSentence, whoOf } from './search-words.ts'
import type { Found } from './search-words.ts'

const bakery = { id: 'c1', name: 'Corner Bakery', url: null }
const wok = { id: 'c2', name: 'Golden Wok', url: null }

function hit(over: Partial<RecordHit> = {}): RecordHit {
  return {
    kind: 'call',
    id: 'AC1',
    score: 1,
    passage: 'the statement fee went up',
    at: '2026-11-20T17:08:00Z',
    seconds: 134,
    direction: 'incoming',
    subject: null,
    summary: null,
    sentiment: 'negative',
    category: 'complaint',
    parties: ['+13105550123'],
    merchants: [bakery],
    page: null,
    url: '/records/call/AC1',
    foundBy: ['text'],
    ...over,
  }
}

function found(over: Partial<Found> = {}): Found {
  return {
    hits: [hit()],
    merchants: [],
    mode: 'hybrid',
    reason: null,
    chips: [],
    words: 'fee',
    nextCursor: null,
    ...over,
  }
}

describe('the sentence', () => {
  test('tells how many, and with whom', () => {
    const hits = [
      hit(),
      hit({ merchants: [wok] }),
      hit({ merchants: [], parties: ['+19175550000'] }),
    ]
    expect(searchSentence(found({ hits }), 'fee')).toBe(
      '3 conversations with 2 merchants and one unknown party.',
    )
  })

  test('does not take the first page for all there is', () => {
    expect(searchSentence(found({ hits: [hit(), hit()], nextCursor: 'x' }), 'fee')).toBe(
      'The best 2 conversations with 1 merchant.',
    )
    expect(searchSentence(found({ hits: [hit(), hit()], nextCursor: 'x' }), '')).toContain(
      'The newest 2',
    )
  })

  test('tells what became a filter', () => {
    const chips: Found['chips'] = [
      { word: 'unhappy', filter: 'sentiment', value: 'negative', label: 'negative' },
      { word: 'last week', filter: 'time', value: '../..', label: '16 to 22 Nov' },
    ]
    expect(searchSentence(found({ chips }), 'unhappy last week')).toBe(
      '1 conversation with 1 merchant. “unhappy” and “last week” became filters; take one off to see more.',
    )
  })

  test('tells when there is nothing, and when meaning was out', () => {
    expect(searchSentence(found({ hits: [], mode: 'text' }), 'x')).toBe(
      'No conversation says that. Found by words alone, not by meaning.',
    )
  })
})

test('an address becomes a question, without what it does not say', () => {
  const query = new URLSearchParams('q=fee&kind=call,mail&from=2026-11-01&to=&word=texts')
  expect(questionOf(query)).toEqual({
    query: 'fee',
    kinds: ['call', 'mail'],
    from: '2026-11-01',
    asWords: ['texts'],
    limit: 20,
  })
})

test('merchants are counted over the shown records, most first', () => {
  expect(merchantsOf([hit({ merchants: [wok] }), hit(), hit()])).toEqual([
    { id: 'c1', name: 'Corner Bakery', records: 2 },
    { id: 'c2', name: 'Golden Wok', records: 1 },
  ])
})

test('a hit is with its merchant, else with its number', () => {
  expect(whoOf(hit())).toBe('Corner Bakery')
  expect(whoOf(hit({ merchants: [bakery, wok] }))).toBe('Corner Bakery and 1 more')
  expect(whoOf(hit({ merchants: [] }))).toBe('(310) 555-0123')
})

describe('what was asked for is marked in the passage', () => {
  test('in whichever form it stands', () => {
    expect(marked('The Fees, a fee; coffee.', 'fees')).toEqual([
      { text: 'The ', hit: false },
      { text: 'Fees', hit: true },
      { text: ', a ', hit: false },
      { text: 'fee', hit: true },
      { text: '; coffee.', hit: false },
    ])
  })

  test('and what looks like a pattern is only a word', () => {
    expect(marked('2.3 % (net)', 'net.*( ')).toEqual([
      { text: '2.3 % (', hit: false },
      { text: 'net', hit: true },
      { text: ')', hit: false },
    ])
    expect(marked('abc', '')).toEqual([{ text: 'abc', hit: false }])
  })
})
