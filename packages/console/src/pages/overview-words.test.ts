import type { Need, Overview, ProofDay, ProofOfKind } from '@switchboard/shared/api/overview'
import { describe, expect, test } from 'vitest'
import {
  dayWords,
  differingDays,
  figuresOf,
  footWords,
  gapsOf,
  needWords,
  overviewSentence,
  shapeOf,
  stripWords,
  talkerWords,
} from './overview-words.ts'

const clock = { now: Date.parse('2026-11-24T20:21:00Z'), zone: 'America/Chicago' }
const none = { way: 0, stuck: 0, removed: 0, skipped: 0, missing: 0, extra: 0 }
const kind = (over: Partial<ProofOfKind>): ProofOfKind => ({
  kind: 'call',
  source: 163,
  stored: 163,
  filed: 163,
  ...none,
  from: '2026-10-26',
  listedAt: null,
  unlisted: 0,
  days: [],
  ...over,
})
const said = (kinds: ProofOfKind[], items: Partial<Need>[] = []) =>
  overviewSentence(
    {
      proof: { kinds, since: '2026-10-25' },
      needs: { items, talkers: 0 },
    } as unknown as Overview,
    clock,
  )
    .map(({ text }) => text)
    .join('')

describe('the sentence', () => {
  test('when all is well', () => {
    expect(said([kind({}), kind({ source: 399, stored: 399, filed: 399 })], [{}, {}])).toBe(
      'All is well. All 562 conversations are in Notion, none missed since 25 Oct. 2 things wait for a person.',
    )
    expect(said([kind({ source: 1, stored: 1, filed: 1 })])).toBe(
      'All is well. The one conversation is in Notion, none missed since 25 Oct.',
    )
  })

  test('what a person removed is no fault', () => {
    expect(said([kind({ filed: 162, removed: 1 })])).toContain(
      'All 162 conversations are in Notion',
    )
  })

  test('when something stands', () => {
    expect(said([kind({ filed: 148, stuck: 13, way: 2 })])).toBe(
      '148 of 163 are in Notion, 2 on the way, 13 stuck. Nothing is lost.',
    )
  })

  test('when something is missing', () => {
    expect(said([kind({ stored: 162, filed: 162, missing: 1 })])).toBe(
      '162 of 163 are in Notion. 1 missing here.',
    )
  })

  test('before anything was listed', () => {
    expect(said([kind({ source: null })])).toMatch(/^Nothing was listed yet/)
  })
})

test('every difference leads to the list of it', () => {
  const range = { kind: 'call', from: '2026-10-26', to: '2026-11-24' }
  expect(gapsOf(kind({}), range)).toEqual([{ is: 'equal', words: 'equal', href: null }])
  expect(gapsOf(kind({ stuck: 13, way: 2, missing: 1 }), range)).toEqual([
    {
      is: 'failed',
      words: '1 missing here',
      href: '/records?kind=call&state=missing&from=2026-10-26&to=2026-11-24',
    },
    {
      is: 'stuck',
      words: '13 stuck',
      href: '/records?kind=call&state=stuck&from=2026-10-26&to=2026-11-24',
    },
    {
      is: 'way',
      words: '2 on the way',
      href: '/records?kind=call&state=way&from=2026-10-26&to=2026-11-24',
    },
  ])
  expect(gapsOf(kind({ source: null }), range)).toEqual([])
})

const oneDay = (over: Partial<ProofDay>): ProofDay => ({
  day: '2026-11-23',
  source: 5,
  stored: 5,
  filed: 5,
  ...none,
  ...over,
})

test('a day is drawn by the worst in it', () => {
  expect(shapeOf(oneDay({}))).toBe('ok')
  expect(shapeOf(oneDay({ source: 0, stored: 0, filed: 0 }))).toBe('none')
  expect(shapeOf(oneDay({ way: 1 }))).toBe('way')
  expect(shapeOf(oneDay({ way: 1, stuck: 1 }))).toBe('stuck')
  expect(shapeOf(oneDay({ missing: 1 }))).toBe('stuck')
  expect(shapeOf(oneDay({ removed: 1 }))).toBe('off')
  expect(shapeOf(oneDay({ source: null }))).toBe('unlisted')
  expect(shapeOf(oneDay({ source: null, stored: 0 }))).toBe('none')
})

test('days in words, in UTC as they are counted', () => {
  expect(dayWords(oneDay({ filed: 4, way: 1 }), clock)).toBe(
    'yesterday: 5 at the source, 5 in D1, 4 in Notion',
  )
  expect(stripWords([oneDay({})], clock)).toBe('Every day is equal.')
  expect(stripWords([oneDay({}), oneDay({ filed: 4, stuck: 1 })], clock)).toBe(
    '1 day with a difference: yesterday: 5 at the source, 5 in D1, 4 in Notion.',
  )
})

test('each day that differs leads to its records', () => {
  const days = [
    oneDay({ day: '2026-11-20', stuck: 1, way: 1 }),
    oneDay({ day: '2026-11-21' }),
    oneDay({ day: '2026-11-23', missing: 1, stuck: 1 }),
  ]
  expect(differingDays([kind({ days })], clock)).toEqual([
    { words: 'yesterday', href: '/records?state=missing&from=2026-11-23&to=2026-11-23' },
    { words: '20 Nov', href: '/records?state=way,stuck&from=2026-11-20&to=2026-11-20' },
  ])
})

test('what stands under the proof', () => {
  const proof = {
    deliveries: { heard: 1204, failed: 3, recovered: 2, asked: 1 },
    lastSweep: { id: 'r', at: '12:00', synced: 19, skipped: 540, failed: 3 },
    nextSweepAt: '18:00',
  } as unknown as Overview['proof']
  expect(footWords(proof, (at) => at)).toBe(
    'Of 1,207 webhook deliveries 3 failed: 2 recovered from the delivery log, 1 asked for again. Last full sweep 12:00: 19 synced, 540 skipped, 3 failed; next at 18:00.',
  )
  expect(
    footWords(
      {
        ...proof,
        deliveries: { heard: 0, failed: 0, recovered: 0, asked: 0 },
        lastSweep: null,
      },
      (at) => at,
    ),
  ).toBe('No webhook delivery in this time. No full sweep has ended yet; next at 18:00.')
})

test('what waits for a person', () => {
  const need = {
    what: 'promise',
    party: '+16465550117',
    merchant: null,
    text: 'Call back with the new rate',
    quote: null,
    talks: 11,
  } as unknown as Need
  expect(needWords(need)).toEqual({ who: '(646) 555-0117', what: 'callback promised' })
  expect(needWords({ ...need, text: 'Send the form' }).what).toBe('promised')
  expect(talkerWords({ ...need, text: '' })).toBe('Spoke to us 11 times.')
  expect(talkerWords({ ...need, text: 'Rosa', talks: 1 })).toBe(
    'Spoke to us once; contacts say “Rosa”.',
  )
})

test('figures', () => {
  expect(
    figuresOf({
      links: { filed: 562, linked: 483, several: 12, unmatched: 68, anonymous: 11 },
      memory: { answered: 86, worked: 100 },
      live: { records: 0, p95Ms: null },
      claims: { made: 1640, dropped: 31 },
    } as unknown as Overview),
  ).toMatchObject({ linked: '483 of 562', memory: '86 %', live: '–', claims: '1.8 %' })
})
