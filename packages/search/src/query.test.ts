/** What a query is understood as. Monday, 16 November 2026, 09:00 UTC. */
import * as fc from 'fast-check'
import { describe, test } from 'vitest'
import { searchable, spanLabel, textOf, understand } from './query.ts'
import { termsOf, wordsOf } from './words.ts'

const NOW = Date.parse('2026-11-16T09:00:00Z')

function chipsOf(query: string, asWords: string[] = []): string[] {
  return understand(query, NOW, asWords).chips.map(
    ({ word, filter, value }) => `${word} -> ${filter} ${value}`,
  )
}

function restOf(query: string): string {
  return textOf(searchable(understand(query, NOW).rest))
}

function days(query: string): string | undefined {
  const time = understand(query, NOW).chips.find(({ filter }) => filter === 'time')
  return time?.value.replaceAll('T00:00:00.000Z', '')
}

describe('time words', () => {
  test.for<[string, string]>([
    ['fees today', '2026-11-16/2026-11-17'],
    ['fees yesterday', '2026-11-15/2026-11-16'],
    ['fees last week', '2026-11-09/2026-11-16'],
    ['fees this week', '2026-11-16/2026-11-23'],
    ['fees this month', '2026-11-01/2026-12-01'],
    ['fees last month', '2026-10-01/2026-11-01'],
    ['fees last quarter', '2026-07-01/2026-10-01'],
    ['fees last year', '2025-01-01/2026-01-01'],
    ['fees in October', '2026-10-01/2026-11-01'],
    ['fees in December', '2025-12-01/2026-01-01'],
    ['fees in November', '2026-11-01/2026-12-01'],
    ['fees last November', '2025-11-01/2025-12-01'],
    ['fees in Oct 2025', '2025-10-01/2025-11-01'],
    ['fees October 2025', '2025-10-01/2025-11-01'],
    ['fees in 2025', '2025-01-01/2026-01-01'],
    ['fees since Monday', '2026-11-16/..'],
    ['fees since last Monday', '2026-11-09/..'],
    ['fees on Friday', '2026-11-13/2026-11-14'],
    ['fees on Nov 5th', '2026-11-05/2026-11-06'],
    ['fees on the 5th of November', '2026-11-05/2026-11-06'],
    ['fees 20 December', '2025-12-20/2025-12-21'],
    ['fees November 5, 2025', '2025-11-05/2025-11-06'],
    ['fees 2026-11-03', '2026-11-03/2026-11-04'],
    ['fees before October', '../2026-10-01'],
    ['fees until October', '../2026-11-01'],
    ['fees after 2026-11-03', '2026-11-04/..'],
    ['fees between 1 and 5 November', '2026-11-01/2026-11-06'],
    ['fees from March to May', '2026-03-01/2026-06-01'],
    ['fees past 3 days', '2026-11-13T09:00:00.000Z/..'],
    ['fees in the last two weeks', '2026-11-02T09:00:00.000Z/..'],
    ['fees over the past month', '2026-10-16T09:00:00.000Z/..'],
    ['fees 3 days ago', '2026-11-13/2026-11-14'],
    ['fees a month ago', '2026-10-01/2026-11-01'],
    ['fees this morning', '2026-11-16/2026-11-17'],
  ])('%s', ([query, span], { expect }) => {
    expect(days(query)).toBe(span)
    expect(restOf(query)).toBe('fees')
  })

  test.for([
    'next day funding',
    'he may call',
    'march madness',
    'the last 4 digits',
    'a slow season',
    'monday',
    '10 to 2',
  ])('no time: %s', (query, { expect }) => {
    expect(days(query)).toBeUndefined()
  })

  test('at the turn of the year', ({ expect }) => {
    const newYear = Date.parse('2027-01-01T00:30:00Z')
    const [chip] = understand('last month', newYear).chips
    expect(chip?.value).toBe('2026-12-01T00:00:00.000Z/2027-01-01T00:00:00.000Z')
    expect(chip?.label).toBe('1 to 31 Dec 2026')
  })

  test.for<[number | null, number | null, string]>([
    [Date.UTC(2026, 10, 9), Date.UTC(2026, 10, 16), '9 to 15 Nov 2026'],
    [Date.UTC(2026, 9, 30), Date.UTC(2026, 10, 2), '30 Oct 2026 to 1 Nov 2026'],
    [Date.UTC(2026, 9, 30), Date.UTC(2026, 9, 31), '30 Oct 2026'],
    [Date.UTC(2026, 9, 30), null, 'since 30 Oct 2026'],
    [null, Date.UTC(2026, 9, 1), 'until 30 Sep 2026'],
  ])('label %s to %s', ([from, to, label], { expect }) => {
    expect(spanLabel(from, to)).toBe(label)
  })
})

describe('kinds', () => {
  test.for<[string, string[]]>([
    ['find all calls about pricing', ['call']],
    ['phone calls about pricing', ['call']],
    ['texts about pricing', ['message']],
    ['text messages about pricing', ['message']],
    ['emails and texts about pricing', ['mail', 'message']],
    ['calls, texts or mails about pricing', ['call', 'message', 'mail']],
    ['the call about pricing', ['call']],
    ['mail from Rosa', ['mail']],
    ['messages asking for a call', ['message']],
    ['voicemails about pricing', ['call']],
  ])('%s', ([query, kinds], { expect }) => {
    expect(understand(query, NOW).filters.kinds).toEqual(kinds)
  })

  test.for([
    'asks for a call back',
    'who calls us every day',
    'taking payments by text link',
    'wants a call about pricing',
    'their email address',
    '"calls" in quotes',
  ])('none: %s', (query, { expect }) => {
    expect(understand(query, NOW).filters.kinds).toBeUndefined()
  })
})

describe('sentiment and category', () => {
  test.for<[string, string | undefined]>([
    ['who was unhappy about fees', 'negative'],
    ['not happy with the reader', 'negative'],
    ["wasn't happy with the reader", 'negative'],
    ['happy texts', 'positive'],
    ['negative calls', 'negative'],
    ['neutral sentiment', 'neutral'],
    ['a negative balance', undefined],
    ['positive test', undefined],
    ['sentiment:unknown', 'unknown'],
  ])('%s', ([query, sentiment], { expect }) => {
    expect(understand(query, NOW).filters.sentiment).toBe(sentiment)
  })

  test.for<[string, string | undefined]>([
    ['complaint calls', 'complaint'],
    ['follow-up calls last week', 'follow-up'],
    ['category:request about fees', 'request'],
    ['category sales', 'sales'],
    ['messages asking for an appointment', undefined],
    ['complaints about fees', undefined],
  ])('%s', ([query, category], { expect }) => {
    expect(understand(query, NOW).filters.category).toBe(category)
  })
})

describe('as typed', () => {
  test('each filter is a chip with its words', ({ expect }) => {
    expect(chipsOf('Who was unhappy about fees last week?')).toEqual([
      'unhappy -> sentiment negative',
      'last week -> time 2026-11-09T00:00:00.000Z/2026-11-16T00:00:00.000Z',
    ])
    expect(restOf('Who was unhappy about fees last week?')).toBe('fees')
  })

  test('a chip that is taken off is a word again', ({ expect }) => {
    expect(chipsOf('who was unhappy last week', ['Unhappy'])).toEqual([
      'last week -> time 2026-11-09T00:00:00.000Z/2026-11-16T00:00:00.000Z',
    ])
    const { rest } = understand('unhappy merchants last week', NOW, ['unhappy', 'last week'])
    expect(textOf(searchable(rest))).toBe('unhappy merchants last week')
  })

  test.for<[string, string]>([
    ['find all calls about pricing', 'pricing'],
    ['people who want to leave us', 'want to leave us'],
    ['conversations in Spanish', 'Spanish'],
    ['mails with documents attached', 'documents attached'],
    ['"last week" in quotes', '"last week" in quotes'],
    ['calls last week', ''],
    ['the', ''],
    ['1099-K', '1099-K'],
  ])('what is searched for: %s', ([query, rest], { expect }) => {
    expect(restOf(query)).toBe(rest)
  })

  test('every word is searched for or on a chip, and nothing throws', ({ expect }) => {
    const piece = fc.oneof(
      fc.constantFrom(
        'calls',
        'last',
        'week',
        'in',
        'October',
        'not',
        'happy',
        'and',
        '5',
        'since',
        '"x',
        'a,',
      ),
      fc.string({ maxLength: 8 }),
    )
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
        const query = pieces.join(' ')
        const { rest, chips } = understand(query, NOW)
        const kept = rest.filter((word) => word !== null).length
        const taken = chips.reduce((sum, { word }) => sum + wordsOf(word).length, 0)
        expect(kept + taken).toBe(wordsOf(query).length)
        searchable(rest)
      }),
    )
  })
})

describe('terms of the text index', () => {
  test.for<[string, string[]]>([
    ['passing the card cost on to the shopper', ['passing', 'card', 'cost', 'shopper']],
    ["Rosa's fees, and fees", ['rosa', 'fees']],
    ['who are they', ['who', 'are', 'they']],
    ['"early termination" fee', ['early termination', 'fee']],
    ['', []],
  ])('%s', ([query, terms], { expect }) => {
    expect(termsOf(wordsOf(query))).toEqual(terms)
  })
})
