/** The full-text index: what is found, what is narrowed, what a later or an older writer leaves. */
import { beforeEach, describe, expect, test } from 'vitest'
import { emptyTextIndex, rowsOf } from '../test/database.ts'
import type { D1Database } from './d1.ts'
import {
  MOST_RANKED,
  findPassages,
  indexSize,
  newestRecords,
  passageTexts,
  removeTexts,
  writeTexts,
} from './text-index.ts'
import type { FoundPassage, RecordText, TextFilters } from './text-index.ts'

let db: D1Database
beforeEach(async () => {
  db = await emptyTextIndex()
})

function text(id: string, texts: string[], over: Partial<RecordText> = {}): RecordText {
  return {
    kind: 'call',
    id,
    version: 1,
    fingerprint: texts.join('|'),
    occurredAt: 1000,
    sentiment: null,
    category: null,
    parties: [],
    texts,
    ...over,
  }
}

async function idsFor(words: string[], filters: TextFilters = {}): Promise<string[]> {
  return (await findPassages(db, words, filters, 50)).map(({ id }: FoundPassage) => id)
}

/** What the index itself holds of a word, whatever its rows say. */
async function terms(): Promise<string[]> {
  await db.prepare(`CREATE VIRTUAL TABLE terms USING fts5vocab(passages_text, 'row')`).run()
  const rows = await rowsOf<{ term: string }>(db, `SELECT term FROM terms`)
  await db.prepare(`DROP TABLE terms`).run()
  return rows.map(({ term }) => term)
}

describe('finding', () => {
  test('any of the words finds, more of them come first', async () => {
    await writeTexts(db, [
      text('one', ['The fee is high']),
      text('both', ['The statement fee is high']),
      text('none', ['Good morning to all of you']),
    ])
    expect(await idsFor(['statement', 'fee'])).toEqual(['both', 'one'])
  })

  test('stems, accents and capitals do not matter', async () => {
    await writeTexts(db, [text('a', ['Pricing for the Café'])])
    expect(await idsFor(['prices'])).toEqual(['a'])
    expect(await idsFor(['cafe'])).toEqual(['a'])
  })

  test('nothing that is typed is an operator', async () => {
    await writeTexts(db, [text('a', ['a fee']), text('b', ['a refund'])])
    expect(await idsFor(['fee" OR "refund'])).toEqual([])
    expect(await idsFor(['fee NOT', '*', '"', 'facets:kcall0', 'NEAR('])).toEqual([])
  })

  test('facets are never found as words', async () => {
    await writeTexts(db, [text('a', ['words'], { parties: ['abc'], sentiment: 'negative' })])
    for (const word of ['kcall0', 'pabc0', 'snegative0']) expect(await idsFor([word])).toEqual([])
  })

  test('each passage of a record is found, and read in full', async () => {
    await writeTexts(db, [text('a', ['about the lease', 'about the reader'])])
    const [found] = await findPassages(db, ['reader'], {}, 10)
    expect(found).toMatchObject({ kind: 'call', id: 'a', nth: 1, occurredAt: 1000 })
    expect(await passageTexts(db, [found!])).toEqual([
      { kind: 'call', id: 'a', nth: 1, text: 'about the reader' },
    ])
  })

  test('words that stand nearly everywhere still order what rarer ones find', async () => {
    const many = Array.from({ length: MOST_RANKED + 200 }, (_, nth) =>
      text(`r${nth}`, [nth % 2 === 0 ? 'the common card' : 'the common reader again']),
    )
    for (let at = 0; at < many.length; at += 1000) await writeTexts(db, many.slice(at, at + 1000))
    await writeTexts(db, [text('rare', ['some other lease']), text('best', ['the common lease'])])
    expect(await idsFor(['common', 'lease'])).toEqual(['best', 'rare'])
    expect(await idsFor(['common'])).toHaveLength(50)
  })
})

describe('narrowing', () => {
  beforeEach(async () => {
    const labels = { sentiment: 'negative', category: 'follow-up' }
    await writeTexts(db, [
      text('a', ['a fee'], { kind: 'call', parties: ['p1', 'p2'], occurredAt: 100, ...labels }),
      text('b', ['a fee'], { kind: 'mail', parties: ['p2'], occurredAt: 200 }),
      text('c', ['a fee'], { kind: 'message', parties: ['p3'], occurredAt: 300 }),
    ])
  })

  const CASES: [TextFilters, string[]][] = [
    [{}, ['a', 'b', 'c']],
    [{ kinds: ['call', 'mail'] }, ['a', 'b']],
    [{ kinds: [] }, []],
    [{ sentiment: 'negative' }, ['a']],
    [{ category: 'follow-up' }, ['a']],
    [{ parties: ['p2'] }, ['a', 'b']],
    [{ parties: ['p2', 'p3'], kinds: ['message'] }, ['c']],
    [{ parties: [] }, []],
    [{ from: 200 }, ['b', 'c']],
    [{ from: 100, to: 200 }, ['a']],
  ]
  test.for(CASES)('by words and %j', async ([filters, ids]) => {
    expect((await idsFor(['fee'], filters)).toSorted()).toEqual(ids)
  })

  test.for(CASES)('by %j alone, newest first', async ([filters, ids]) => {
    const found = await newestRecords(db, filters, null, 10)
    expect(found.map(({ id }) => id)).toEqual(ids.toReversed())
  })

  test('page by page', async () => {
    for (const filters of [{}, { parties: ['p1', 'p2', 'p3'] }]) {
      const [first, second] = await newestRecords(db, filters, null, 2)
      expect(second?.id).toBe('b')
      expect(await newestRecords(db, filters, second!, 2)).toMatchObject([{ id: 'a' }])
      expect(first?.id).toBe('c')
    }
  })

  test('a record without words is found by what it is', async () => {
    await writeTexts(db, [text('d', [], { parties: ['p9'], occurredAt: 400 })])
    expect((await newestRecords(db, { parties: ['p9'] }, null, 5)).map(({ id }) => id)).toEqual([
      'd',
    ])
  })
})

describe('writing', () => {
  test('new words take the place of the old, which leave no trace', async () => {
    await writeTexts(db, [text('a', ['secret lease', 'more of it'])])
    await writeTexts(db, [text('a', ['never mind'], { version: 2 })])
    expect(await idsFor(['lease'])).toEqual([])
    expect(await idsFor(['mind'])).toEqual(['a'])
    expect(await terms()).toEqual(['kcall0', 'mind', 'never'])
    expect(await indexSize(db)).toBe(1)
  })

  test('an older input never lands on a newer one', async () => {
    await writeTexts(db, [text('a', ['the new words'], { version: 3 })])
    await writeTexts(db, [text('a', ['the old lease'], { version: 2 })])
    expect(await idsFor(['lease'])).toEqual([])
    expect(await idsFor(['new'])).toEqual(['a'])
  })

  test('what has not changed is not written again', async () => {
    await writeTexts(db, [text('a', ['the words'])])
    const [before] = await rowsOf(db, `SELECT passage FROM passages`)
    await writeTexts(db, [text('a', ['the words'], { version: 2 })])
    expect(await rowsOf(db, `SELECT passage FROM passages`)).toEqual([before])
  })

  test('a label that changes moves the record to where it is looked for', async () => {
    await writeTexts(db, [text('a', ['fee'])])
    await writeTexts(db, [text('a', ['fee'], { fingerprint: '2', sentiment: 'positive' })])
    expect(await idsFor(['fee'], { sentiment: 'positive' })).toEqual(['a'])
  })

  test('what is removed is gone', async () => {
    await writeTexts(db, [text('a', ['lease']), text('b', ['lease'])])
    await removeTexts(db, [{ kind: 'call', id: 'a' }])
    expect(await idsFor(['lease'])).toEqual(['b'])
    expect(await indexSize(db)).toBe(1)
  })
})
