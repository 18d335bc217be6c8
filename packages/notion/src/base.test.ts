import { describe, test } from 'vitest'
import * as v from 'valibot'
import { MERCHANT_ID, titled, worded } from '../test/notion-pages.ts'
import {
  alike,
  differing,
  filledIn,
  filling,
  idsOf,
  lost,
  normalise,
  peoples,
  plain,
  remembered,
  stamped,
} from './base.ts'
import {
  checkbox,
  date,
  multiSelect,
  number,
  phone,
  relation,
  select,
  text,
  title,
  url,
} from './property.ts'
import { PageProperty } from './wire.ts'

const Returned = v.record(v.string(), PageProperty)
const returned = (properties: Record<string, unknown>) =>
  normalise('call', v.parse(Returned, properties))

const created = (value: object) => returned({ 'Created At': { type: 'date', date: value } })

const wanted = {
  'Call ID': title('AC1'),
  Direction: select('incoming'),
  Duration: number(61),
  'Created At': date('2026-11-24T08:30:15.250Z'),
  'Answered At': date(null),
  From: phone('+14155550100'),
  'Recording URL': url(null),
  'Has Recording': checkbox(true),
  Transcript: text('漢'.repeat(3000)),
  Keywords: multiSelect(['rates', 'terminal']),
  Canvas: relation([MERCHANT_ID]),
}

/** The same, as Notion answers it. */
const answer = {
  'Call ID': titled('AC1'),
  Direction: { type: 'select', select: { id: 'x', name: 'incoming', color: 'red' } },
  Duration: { type: 'number', number: 61 },
  'Created At': { type: 'date', date: { start: '2026-11-24T08:30:00.000+00:00', end: null } },
  'Answered At': { type: 'date', date: null },
  From: { type: 'phone_number', phone_number: '+14155550100' },
  'Recording URL': { type: 'url', url: null },
  'Has Recording': { type: 'checkbox', checkbox: true },
  Transcript: {
    type: 'rich_text',
    rich_text: [{ plain_text: '漢'.repeat(2000) }, { plain_text: '漢'.repeat(1000) }],
  },
  Keywords: { type: 'multi_select', multi_select: [{ name: 'terminal' }, { name: 'rates' }] },
  Canvas: {
    type: 'relation',
    relation: [{ id: MERCHANT_ID.replaceAll('-', '') }],
    has_more: false,
  },
}

describe('what Notion returned', () => {
  test('of what we sent differs in nothing', ({ expect }) => {
    expect(differing(wanted, returned(answer))).toEqual({})
  })

  test("leaves people's own properties and shortened relations out", ({ expect }) => {
    const canvas = { type: 'relation', relation: [{ id: MERCHANT_ID }], has_more: true }
    const own = { Notes: worded('mine'), Owner: { type: 'people', people: [] } }
    expect(returned({ ...own, Canvas: canvas, Summary: worded('hi') })).toEqual({ Summary: 'hi' })
  })

  test('may have another type than ours', ({ expect }) => {
    expect(returned({ Status: { type: 'status', status: { name: 'Done' } } })).toEqual({})
  })
})

describe('differing', () => {
  test('sends what differs, and the time of writing with it', ({ expect }) => {
    const base = { ...returned(answer), Duration: 60, Canvas: [] }
    const now = Date.parse('2026-11-24T09:00:00Z')
    expect(differing(stamped(wanted, now), base)).toEqual({
      Duration: { number: 61 },
      Canvas: { relation: [{ id: MERCHANT_ID }] },
      'Synced At': { date: { start: '2026-11-24T09:00:00.000Z' } },
    })
    expect(differing(stamped(wanted, now), returned(answer))).toEqual({})
  })

  test('sends what the base does not know', ({ expect }) => {
    expect(differing(wanted, {})).toEqual(wanted)
  })

  test('empties what is to be empty', ({ expect }) => {
    expect(
      differing({ Summary: text(''), From: phone(null) }, { Summary: 'x', From: '+1' }),
    ).toEqual({
      Summary: { rich_text: [] },
      From: { phone_number: null },
    })
  })
})

test('filling leaves everything alone that somebody has filled in', ({ expect }) => {
  const base = {
    'Call ID': 'AC1',
    Direction: 'outgoing',
    Duration: 0,
    Transcript: '',
    Keywords: [],
  }
  const filled = filling(
    { ...wanted, 'Has Recording': checkbox(true) },
    { ...base, 'Has Recording': false },
  )
  expect(filled).not.toHaveProperty('Direction')
  expect(filled).not.toHaveProperty('Duration')
  expect(filled).toHaveProperty('Transcript')
  expect(filled).toHaveProperty('Keywords')
  expect(filled).toHaveProperty('Has Recording')
})

describe('dates', () => {
  test.for([
    ['2026-11-24T08:30:15.250Z', '2026-11-24T08:30:00.000Z', true], // kept to the minute
    ['2026-11-24T08:30:15.250Z', '2026-11-24T08:30:15.000Z', true], // to the second
    ['2026-11-24T08:30:15.250Z', '2026-11-24T08:30:15.250Z', true],
    ['2026-11-24T08:30:15.250Z', '2026-11-24T08:30:14.000Z', false],
    ['2026-11-24T08:31:15.250Z', '2026-11-24T08:30:00.000Z', false],
    ['2026-11-24T08:30:15.250Z', '2026-11-24', false],
  ] as const)(
    '%s and %s are the same as far as Notion keeps them: %s',
    ([a, b, same], { expect }) => {
      expect(alike(a, b)).toBe(same)
    },
  )

  test('of a person may have an end or no time', ({ expect }) => {
    expect(created({ start: '2026-11-24', end: '2026-11-25' })).toEqual({
      'Created At': '2026-11-24/2026-11-25',
    })
    expect(created({ start: '2026-11-24T10:00:00.000+01:00' })).toEqual({
      'Created At': '2026-11-24T09:00:00.000Z',
    })
  })
})

test('plain tells requests and answers alike', ({ expect }) => {
  const { 'Created At': createdAt, ...rest } = plain(wanted)
  expect(returned(answer)).toMatchObject(rest)
  expect(createdAt).toBe('2026-11-24T08:30:15.250Z')
})

const shown = (id: string | undefined, category: string | null) =>
  remembered(
    'call',
    v.parse(Returned, {
      'Call ID': titled('AC1'),
      Category: { id, type: 'select', select: category === null ? null : { name: category } },
      Summary: { ...worded(''), id: 'S%7C' },
    }),
  )
const known = shown('C%3Aa', 'sales')

describe('a property that was deleted and made anew', () => {
  test('stands empty on a page that nobody has emptied', ({ expect }) => {
    expect(lost(shown('%5Bb~', null), known)).toEqual({ Category: null })
    expect(peoples(shown('%5Bb~', null), known)).toEqual({})
  })

  test('is a person’s once somebody has filled it in', ({ expect }) => {
    expect(lost(shown('%5Bb~', 'by hand'), known)).toEqual({})
    expect(peoples(shown('%5Bb~', 'by hand'), known)).toEqual({ Category: 'by hand' })
  })

  test('is told by its id alone: the same one emptied is a person’s, as where no id is known', ({
    expect,
  }) => {
    for (const id of ['C%3Aa', '', undefined]) {
      expect(lost(shown(id, null), known)).toEqual({})
      expect(peoples(shown(id, null), known)).toEqual({ Category: null })
    }
    const { Category: category } = known
    expect(peoples(shown('%5Bb~', null), { Category: category ?? null })).toEqual({
      Category: null,
    })
  })

  test('leaves its new id, which is no property of anybody', ({ expect }) => {
    const anew = { ...known, Category: null, ...idsOf(shown('%5Bb~', null)) }
    expect(peoples(shown('%5Bb~', 'by hand'), anew)).toEqual({ Category: 'by hand' })
    expect(filledIn(known)).toEqual({ 'Call ID': 'AC1', Category: 'sales' })
  })
})
