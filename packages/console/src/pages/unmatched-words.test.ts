import { describe, expect, test } from 'vitest'
import type { PartyRow } from '@switchboard/shared/api/unmatched'
import { followWords, linkWords, unmatchedSentence } from './unmatched-words.ts'

const row: PartyRow = {
  party: '+16465550117',
  state: 'open',
  name: 'Rosa (salon)',
  talks: 11,
  calls: 4,
  messages: 7,
  mails: 0,
  firstAt: '2026-10-27T15:00:00.000Z',
  lastAt: '2026-11-24T18:37:00.000Z',
  last: null,
  neverBy: null,
}
const nobody = { parties: 0, talks: 0 }
const say = (open: { parties: number; talks: number }, items: PartyRow[] = [row], sought = '') => {
  const counts = { open, never: nobody, matched: nobody }
  const { first, rest } = unmatchedSentence({ items, nextCursor: null, counts }, 'open', sought)
  return `${first} ${rest}`.trim()
}

describe('the sentence', () => {
  test('counts who is nobody’s, and says where most of it is', () => {
    const items = [row, row, row, ...Array.from({ length: 5 }, () => ({ ...row, talks: 5 }))]
    expect(say({ parties: 8, talks: 58 }, items)).toBe(
      '8 numbers and addresses belong to no merchant and hold 58 conversations. The first three make up half or more.',
    )
    expect(say({ parties: 30, talks: 95 }, items)).toContain('a third or more')
    expect(say({ parties: 300, talks: 950 }, items)).not.toContain('first three')
    expect(say({ parties: 8, talks: 58 }, items, 'rosa')).not.toContain('first three')
  })

  test('of one and of none', () => {
    expect(say({ parties: 1, talks: 1 })).toBe(
      '1 number or address belongs to no merchant and holds 1 conversation.',
    )
    expect(say(nobody)).toBe('Everybody who talked with us is a merchant’s.')
    const counts = { open: nobody, never: { parties: 2, talks: 3 }, matched: nobody }
    expect(unmatchedSentence({ items: [], nextCursor: null, counts }, 'never', '')).toEqual({
      first: '2 numbers and addresses',
      rest: 'are never a merchant’s and hold 3 conversations.',
    })
  })
})

test('what a link will do', () => {
  expect(linkWords(row, 'Golden Fern', '27 Oct')).toBe(
    'The number is written to Golden Fern’s page in Canvas, into a property that is empty. Its 11 conversations since 27 Oct are linked: 13 Notion requests. Later ones link by themselves.',
  )
  expect(linkWords({ ...row, party: 'a@b.example', talks: 1 }, 'Golden Fern', null)).toContain(
    'The address is written to Golden Fern’s page in Canvas, into a property that is empty. Its one conversation is linked: 3',
  )
})

test('how far the history has followed', () => {
  const merchants = [{ id: 'm', name: 'Golden Fern' }]
  expect(followWords({ ...row, merchants, waiting: 3 })).toBe(
    '(646) 555-0117 belongs to Golden Fern now. 3 of its 11 conversations are still on the way.',
  )
  expect(followWords({ ...row, merchants, waiting: 0 })).toBe(
    '(646) 555-0117 belongs to Golden Fern now. All 11 conversations are linked.',
  )
})
