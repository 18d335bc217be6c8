/** A merchant's rows: the timeline page by page, what they say together, and whom a text is like. */
import { gramsOf } from '@switchboard/shared/grams'
import type { Analysis } from '@switchboard/shared/analysis'
import type { Kind } from '@switchboard/shared/kinds'
import { beforeEach, describe, expect, test } from 'vitest'
import { emptyDatabase, rowsOf } from '../test/database.ts'
import { saveAnalysesStatements } from './analyses.ts'
import type { D1Database } from './d1.ts'
import { finishAction, reopenAction } from './done-actions.ts'
import { fileLetter } from './letters.ts'
import { merchantFacts } from './merchant-facts.ts'
import {
  holdersOf,
  merchantsById,
  merchantsByName,
  merchantsLike,
  merchantsWith,
} from './merchant-look-up.ts'
import { dropMerchants, saveMerchantsStatements } from './merchants.ts'
import type { Merchant } from './merchants.ts'
import { isKnownParty, pageAfter, timelineStatements } from './timeline.ts'
import type { Moment, TimelineEntry } from './timeline.ts'

const HOUR = 3_600_000
const DAY = 24 * HOUR
const NOVEMBER = Date.parse('2026-11-01T00:00:00Z')
const NUMBER = '+13105550123'
const ADDRESS = 'owner@bakery.example'
const held = { stage: 'enrich', token: 't' }

let db: D1Database
beforeEach(async () => {
  db = await emptyDatabase()
})

function entry(kind: Kind, id: string, at: number, over: Partial<TimelineEntry> = {}) {
  return { kind, id, occurredAt: at, parties: [NUMBER], wantsReply: true, ...over }
}

async function holds(keys: { kind: string; id: string }[]): Promise<void> {
  await db
    .prepare(
      `INSERT INTO work (kind, id, stage, lane, cause, wanted, token)
       SELECT value ->> 'kind', value ->> 'id', 'enrich', 'bulk', 'backfill', 1, 't'
         FROM json_each(?1) WHERE true
       ON CONFLICT DO UPDATE SET token = 't'`,
    )
    .bind(JSON.stringify(keys))
    .run()
}

async function note(...entries: TimelineEntry[]): Promise<void> {
  await holds(entries)
  await db.batch(timelineStatements(db, held, entries))
}

async function analysed(key: { kind: string; id: string }, body: object): Promise<void> {
  await db
    .prepare(
      `INSERT INTO analyses (kind, id, fingerprint, model, prompt_version, body, analysed_at)
       VALUES (?1, ?2, 'f', 'm', '1', ?3, 1)`,
    )
    .bind(key.kind, key.id, JSON.stringify(body))
    .run()
}

describe('the timeline', () => {
  test('is read newest first, page by page, one merchant’s rows over all its parties', async () => {
    await note(
      entry('call', 'a', 1),
      entry('mail', 'b', 3, { parties: [ADDRESS] }),
      entry('message', 'c', 2, { parties: [NUMBER, ADDRESS] }),
      entry('call', 'x', 2, { parties: ['+19995550000'] }),
    )
    const first = await timelinePage([NUMBER, ADDRESS], null, 2)
    expect(first.map(({ id }) => id)).toEqual(['b', 'c'])
    const second = await timelinePage([NUMBER, ADDRESS], first[1]!, 2)
    expect(second.map(({ id }) => id)).toEqual(['a'])
    expect((await timelinePage([NUMBER], null, 5)).map(({ id }) => id)).toEqual(['c', 'a'])
    expect(await timelinePage([], null, 5)).toEqual([])
  })

  test('records of one moment are on one page or the next, never on both or none', async () => {
    await note(...['a', 'b', 'c', 'd'].map((id) => entry('call', id, 5)))
    const first = await timelinePage([NUMBER], null, 3)
    const second = await timelinePage([NUMBER], first.at(-1)!, 3)
    expect([...first, ...second].map(({ id }) => id).toSorted()).toEqual(['a', 'b', 'c', 'd'])
  })

  test('a record that changes parties or time moves', async () => {
    await note(entry('call', 'a', 1, { parties: [NUMBER, ADDRESS] }))
    await note(entry('call', 'a', 9, { parties: [ADDRESS], wantsReply: false }))
    expect(await isKnownParty(db, NUMBER)).toBe(false)
    expect(await rowsOf(db, `SELECT party, occurred_at, wants_reply FROM timeline`)).toEqual([
      { party: ADDRESS, occurred_at: 9, wants_reply: 0 },
    ])
  })

  test('whoever lost the record writes nothing', async () => {
    await note(entry('call', 'a', 1))
    await db.batch(timelineStatements(db, { ...held, token: 'old' }, [entry('call', 'a', 9)]))
    await db.batch(
      timelineStatements(db, { ...held, token: 'old' }, [entry('call', 'a', 9, { parties: [] })]),
    )
    expect(await timelinePage([NUMBER], null, 5)).toMatchObject([{ occurredAt: 1 }])
  })
})

describe('what they say together', () => {
  test('kinds, months, sentiments and lead scores', async () => {
    await note(
      entry('call', 'a', NOVEMBER),
      entry('call', 'b', NOVEMBER + DAY, { parties: [NUMBER, ADDRESS] }),
      entry('mail', 'c', NOVEMBER - DAY, { parties: [ADDRESS] }),
    )
    await analysed({ kind: 'call', id: 'a' }, { sentiment: { label: 'positive' }, leadScore: 40 })
    await analysed({ kind: 'call', id: 'b' }, { sentiment: { label: 'negative' }, leadScore: 60 })
    const facts = await merchantFacts(db, [NUMBER, ADDRESS])
    expect(facts.groups).toMatchObject([
      { kind: 'mail', month: '2026-10', sentiment: null, records: 1, leadScores: 0 },
      { kind: 'call', month: '2026-11', sentiment: 'positive', firstAt: NOVEMBER },
      { kind: 'call', month: '2026-11', sentiment: 'negative', records: 1, leadScoreSum: 60 },
    ])
    expect(facts.latestLeadScore).toBe(60)
    expect(facts.latestSentiments).toEqual(['negative', 'positive'])
  })

  test('action items with their words, newest first', async () => {
    await note(entry('call', 'a', 1), entry('mail', 'b', 2), entry('mail', 'c', 3))
    await analysed({ kind: 'call', id: 'a' }, { actionItems: [action('call'), action('send')] })
    await analysed({ kind: 'mail', id: 'b' }, { actionItems: [action('refund')] })
    await analysed({ kind: 'mail', id: 'c' }, { actionItems: [] })
    const { actions } = await merchantFacts(db, [NUMBER])
    expect(actions.map(({ id }) => id)).toEqual(['b', 'a'])
    expect(JSON.parse(actions[1]!.actionItems)).toEqual([action('call'), action('send')])
  })

  test('without those that are done, however many those are', async () => {
    const ids = Array.from({ length: 60 }, (_, nth) => `a${nth}`)
    await note(...ids.map((id, nth) => entry('call', id, nth)))
    for (const id of ids) {
      const actionItems = [action('call'), ...(id === 'a0' ? [action('send')] : [])]
      await analysed({ kind: 'call', id }, { actionItems })
      await finishAction(db, { kind: 'call', id }, 'call', 'Dana', 1)
    }
    const { actions } = await merchantFacts(db, [NUMBER])
    expect(actions.map(({ id }) => id)).toEqual(['a0'])
    expect(JSON.parse(actions[0]!.actionItems)).toEqual([action('send')])
  })

  test('how long they waited: from the first of several, until our next record', async () => {
    const ours = { wantsReply: false }
    await note(
      entry('message', 'a', 0),
      entry('message', 'b', HOUR),
      entry('message', 'c', 2 * HOUR, ours),
      entry('message', 'd', 3 * HOUR, ours),
      entry('call', 'e', DAY),
      entry('call', 'f', DAY + 60_000, ours),
      entry('mail', 'g', 2 * DAY),
    )
    expect((await merchantFacts(db, [NUMBER])).waits).toEqual([
      { waitedSeconds: null, since: 2 * DAY },
      { waitedSeconds: 60, since: DAY },
      { waitedSeconds: 7200, since: 0 },
    ])
  })

  test('reads this merchant’s rows alone, however many others there are', async () => {
    await note(...Array.from({ length: 50 }, (_, nth) => entry('call', `m${nth}`, nth)))
    await analysed({ kind: 'call', id: 'm1' }, { sentiment: { label: 'neutral' }, actionItems: [] })
    const alone = await read()
    await note(
      ...Array.from({ length: 5000 }, (_, nth) =>
        entry('call', `x${nth}`, nth, { parties: [`+1999${nth}`] }),
      ),
    )
    // It may step on the row behind the last one.
    expect(await read()).toBeLessThanOrEqual(alone + 1)
    // Each record: its row, and once more in search of what is open.
    expect(alone).toBeLessThanOrEqual(50 * 2 + 5)
  })

  test('a record with two numbers of a merchant counts once, and has its place in time', async () => {
    await note(
      entry('call', 'a', 2, { parties: [NUMBER, ADDRESS] }),
      entry('call', 'b', 1, { parties: [ADDRESS], wantsReply: false }),
      entry('call', 'c', 3, { parties: [NUMBER], wantsReply: false }),
    )
    await analysed({ kind: 'call', id: 'a' }, { actionItems: [action('call')] })
    const facts = await merchantFacts(db, [NUMBER, ADDRESS])
    expect(facts.groups).toMatchObject([{ records: 3, firstAt: 1, lastAt: 3 }])
    expect(facts.waits).toHaveLength(1)
    expect(facts.actions.map(({ id }) => id)).toEqual(['a'])
  })

  test('nothing of nobody', async () => {
    expect(await merchantFacts(db, ['+10000000'])).toMatchObject({ groups: [], waits: [] })
  })
})

describe('facts in the timeline', () => {
  const key = { kind: 'call', id: 'a' } as const
  const both = entry('call', 'a', 1, { parties: [NUMBER, ADDRESS] })
  const first = { sentiment: { label: 'positive' }, leadScore: 40, actionItems: [action('call')] }
  const second = { sentiment: { label: 'negative' }, leadScore: null, actionItems: [] }
  const FIRST = { sentiment: 'positive', leadScore: 40, actions: 1 }
  const SECOND = { sentiment: 'negative', leadScore: null, actions: 0 }
  const again = { ...first, summary: 'in other words' }
  const reworded = { ...first, actionItems: [action('call back')] }
  const DONE = { ...FIRST, actions: 0 }
  const NONE = { sentiment: null, leadScore: null, actions: null }

  test.for<[string, object, (() => Promise<unknown>)[]]>([
    ['analysed, then noted', FIRST, [() => analyse(first), () => note(both)]],
    ['noted, then analysed', FIRST, [() => note(both), () => analyse(first)]],
    ['noted in the same batch', FIRST, [() => enriched(first)]],
    ['analysed once more', SECOND, [() => enriched(first), () => enriched(second)]],
    ['moved in time', FIRST, [() => enriched(first), () => note({ ...both, occurredAt: 9 })]],
    ['noted anew', FIRST, [() => enriched(first), () => note({ ...both, wantsReply: false })]],
    ['with one more party', FIRST, [() => enriched(first), () => note(withAnother())]],
    ['given up', NONE, [() => enriched(first), giveUp]],
    ['given up before it was noted', NONE, [giveUp, () => note(both)]],
    ['done', DONE, [() => enriched(first), finish]],
    ['done before it was noted', DONE, [() => analyse(first), finish, () => note(both)]],
    ['analysed alike', DONE, [() => enriched(first), finish, () => enriched(again)]],
    ['moved when it is done', DONE, [() => enriched(first), finish, () => note(withAnother())]],
    ['worded anew', FIRST, [() => enriched(first), finish, () => enriched(reworded)]],
    ['opened again', FIRST, [() => enriched(first), finish, reopen]],
    ['never analysed', NONE, [() => note(both)]],
  ])('%s', async ([, facts, happens]) => {
    for (const step of happens) await step()
    const rows = await rowsOf(
      db,
      `SELECT sentiment, lead_score AS leadScore, open_actions AS actions FROM timeline`,
    )
    expect(rows.length).toBeGreaterThanOrEqual(2)
    expect(rows).toEqual(rows.map(() => facts))
  })

  async function finish(): Promise<void> {
    expect(await finishAction(db, key, 'call', 'Dana', 2)).toMatchObject({ at: 2, by: 'Dana' })
  }

  async function reopen(): Promise<void> {
    expect(await reopenAction(db, key, 'call')).toBe(true)
  }

  function withAnother(): TimelineEntry {
    return { ...both, parties: [NUMBER, ADDRESS, '+19995550000'] }
  }

  async function analyse(body: object): Promise<void> {
    await holds([key])
    await db.batch(analysisStatements(body))
  }

  /** As enrichment leaves it: both in one batch. */
  async function enriched(body: object): Promise<void> {
    await holds([key])
    await db.batch([...analysisStatements(body), ...timelineStatements(db, held, [both])])
  }

  function analysisStatements(body: object) {
    const analysis = {
      summary: 's',
      category: null,
      keywords: [],
      ...body,
    } as unknown as Analysis
    const made = { ...key, fingerprint: 'f', result: { analysed: true as const, analysis } }
    return saveAnalysesStatements(db, held, [{ ...made, model: 'm', promptVersion: '1' }], 1)
  }

  async function giveUp(): Promise<void> {
    await holds([key])
    await db
      .prepare(`UPDATE work SET failed = wanted, error = '{"failure": "x", "reason": "no"}'`)
      .run()
    const letter = { ...key, stage: 'enrich', queueMessage: '{}', runId: null } as const
    expect(await fileLetter(db, letter, [], 2)).toBe(true)
  }
})

describe('looking up', () => {
  beforeEach(() =>
    save(
      merchant('Bella Napoli', [NUMBER, ADDRESS]),
      merchant('Golden Wok', ['+12125550100']),
      merchant('Café Zoë', ['+12125550101']),
    ),
  )

  test('what is spelt nearly alike comes first', async () => {
    expect((await like('bela napoli'))[0]).toBe('Bella Napoli')
    expect((await like('cafe zoe'))[0]).toBe('Café Zoë')
    expect((await like('555-0100'))[0]).toBe('Golden Wok')
    expect((await like('owner@bakery'))[0]).toBe('Bella Napoli')
    expect(await like('xyzzy')).toEqual([])
  })

  test('a new name takes the place of the old', async () => {
    await save(merchant('Golden Wok', ['+12125550100']))
    await save({ ...merchant('Golden Wok', ['+12125550100']), name: 'Jade Palace' })
    expect(await like('golden wok')).toEqual([])
    expect(await like('jade')).toEqual(['Jade Palace'])
  })

  test('one that is gone is not found', async () => {
    await dropMerchants(db, ['page Golden Wok'])
    expect(await like('golden wok')).toEqual([])
    expect(await rowsOf(db, `SELECT 1 FROM merchant_grams WHERE gram = 'wok'`)).toEqual([])
  })

  test('by number, by page, by name', async () => {
    expect(await merchantsWith(db, NUMBER)).toMatchObject([{ name: 'Bella Napoli' }])
    expect(await merchantsById(db, ['page Golden Wok'])).toMatchObject([{ name: 'Golden Wok' }])
    const [first] = await merchantsByName(db, null, 1)
    expect(first).toMatchObject({ name: 'Bella Napoli', keys: [NUMBER, ADDRESS] })
    const rest = await merchantsByName(db, first!, 5)
    expect(rest.map(({ name }) => name)).toEqual(['Café Zoë', 'Golden Wok'])
    await note(entry('mail', 'm', 1, { parties: [ADDRESS, '+1'] }))
    const holders = await holdersOf(db, [{ kind: 'mail', id: 'm' }])
    expect([...holders]).toMatchObject([[ADDRESS, [{ name: 'Bella Napoli' }]]])
  })

  test('a number that very many have names nobody', async () => {
    await save(...Array.from({ length: 26 }, (_, nth) => merchant(`Shop ${nth}`, ['+18005550000'])))
    expect(await merchantsWith(db, '+18005550000')).toEqual([])
    await note(entry('call', 'a', 1, { parties: ['+18005550000'] }))
    expect((await holdersOf(db, [{ kind: 'call', id: 'a' }])).size).toBe(0)
  })
})

function action(text: string): { text: string; quote: string } {
  return { text, quote: `${text}!` }
}

async function timelinePage(
  parties: string[],
  after: Moment | null,
  limit: number,
): Promise<Moment[]> {
  return pageAfter((await merchantFacts(db, parties)).records, after, limit)
}

async function read(): Promise<number> {
  return (await merchantFacts(db, [NUMBER])).rowsRead
}

function merchant(name: string, keys: string[]): Merchant {
  return { id: `page ${name}`, name, url: null, editedAt: 1, keys }
}

async function save(...merchants: Merchant[]): Promise<void> {
  await db.batch(saveMerchantsStatements(db, merchants, 1))
}

async function like(text: string): Promise<string[]> {
  return (await merchantsLike(db, gramsOf(text), 5)).map(({ name }) => name)
}
