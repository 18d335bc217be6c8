/** Whom a query speaks of, and how like a text a merchant is. */
import { describe, test } from 'vitest'
import { LIKE_ENOUGH, editDistance, likeness, mentioned } from './names.ts'
import type { Named } from './names.ts'
import { wordsOf } from './words.ts'

const MERCHANTS: Named[] = [
  'Bella Napoli Pizzeria',
  "Joe's Auto Repair",
  'Kowalski Hardware',
  'Smith & Sons Plumbing',
  'Golden Wok',
  'Clover',
  'Card Palace',
  'Lakeside Dental Studio',
  'Lakeside Bakery',
].map((name, nth) => ({
  id: name,
  name,
  keys: [`+1212555010${nth}`, `owner${nth}@${name.split(/\W/)[0]?.toLowerCase() ?? ''}.example`],
}))

describe('spoken of', () => {
  test.for<[string, string | null]>([
    ['what did Bella Napoli say about fees', 'Bella Napoli'],
    ['bela napoli pizeria fees', 'bela napoli pizeria'],
    ['calls with Kowalski about fees', 'Kowalski'],
    ['calls with kowalsky', 'kowalsky'],
    ["Kowalski Hardware's fees", "Kowalski Hardware's"],
    ['texts from joes auto', 'joes auto'],
    ['smith and sons plumbing leak', 'smith and sons plumbing'],
    ['Smith & Sons', 'Smith Sons'],
    ['texts from golden wock', 'golden wock'],
    ['clover', 'clover'],
    ['calls with Lakeside Dental', 'Lakeside Dental'],
    ['Kowalski', null],
    ['card machine', null],
    ['paying by card', null],
    ['golden rule', null],
    ['with documents attached', null],
    ['auto repair', null],
  ])('%s', ([query, words], { expect }) => {
    const all = wordsOf(query)
    const mention = mentioned(all, MERCHANTS)
    const named =
      mention &&
      all
        .slice(mention.at, mention.at + mention.length)
        .map(({ text }) => text)
        .join(' ')
    expect(named).toBe(words)
  })

  test('all who share the words', ({ expect }) => {
    expect(mentioned(wordsOf('calls with Lakeside'), MERCHANTS)?.ids).toEqual([
      'Lakeside Dental Studio',
      'Lakeside Bakery',
    ])
  })

  test('a gap ends a name', ({ expect }) => {
    const [bella = null, napoli = null] = wordsOf('Bella Napoli')
    expect(mentioned([bella, null, napoli], MERCHANTS)).toBeNull()
  })
})

describe('like', () => {
  test.for<[string, string]>([
    ['bella', 'Bella Napoli Pizzeria'],
    ['Bela Napoli', 'Bella Napoli Pizzeria'],
    ['napoli piz', 'Bella Napoli Pizzeria'],
    ['kowalsky hardwear', 'Kowalski Hardware'],
    ['joes auto', "Joe's Auto Repair"],
    ['5550102', 'Kowalski Hardware'],
    ['(212) 555-0102', 'Kowalski Hardware'],
    ['+12125550102', 'Kowalski Hardware'],
    ['owner2@kowalski.example', 'Kowalski Hardware'],
    ['owner2', 'Kowalski Hardware'],
    ['lakeside dental', 'Lakeside Dental Studio'],
  ])('%s', ([text, id], { expect }) => {
    expect(best(text)[0]).toBe(id)
  })

  test.for(['zzz', '99', '999 999 9999', 'nobody@nowhere.test', ''])(
    'nobody: %s',
    (text, { expect }) => {
      expect(best(text)).toEqual([])
    },
  )

  test.for<[string, string, number]>([
    ['same', 'same', 0],
    ['bela', 'bella', 1],
    ['napoil', 'napoli', 1],
    ['', 'abc', 3],
    ['kitten', 'sitting', 3],
  ])('%s and %s are %i apart', ([a, b, apart], { expect }) => {
    expect(editDistance(a, b)).toBe(apart)
  })
})

/** Ids of those who are like the text, the likest first. */
function best(text: string): string[] {
  return MERCHANTS.map((merchant) => ({ id: merchant.id, ...likeness(text, merchant) }))
    .filter(({ score }) => score >= LIKE_ENOUGH)
    .toSorted((a, b) => b.score - a.score)
    .map(({ id }) => id)
}
