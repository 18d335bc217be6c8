/** No question of a search or of a merchant's page reads a whole table. */
import { expect, test } from 'vitest'
import { emptyDatabase, emptyTextIndex } from '../test/database.ts'
import { planOf } from '../test/explain.ts'
import { actionItems } from './action-items.ts'
import { pageIdsStatement, recordsOfHashes, shortPartsStatement } from './cards.ts'
import type { D1Database } from './d1.ts'
import { finishAction, reopenAction } from './done-actions.ts'
import { merchantFacts } from './merchant-facts.ts'
import {
  holdersOf,
  merchantsById,
  merchantsByName,
  merchantsLike,
  merchantsWith,
} from './merchant-look-up.ts'
import { failing, newestRecords, passageTexts, removeTexts, writeTexts } from './text-index.ts'
import { isKnownParty, partiesStatement, timelineStatements } from './timeline.ts'

const key = { kind: 'call', id: 'AC1' } as const
const held = { stage: 'enrich', token: 't' } as const
const entry = { ...key, parties: ['+1'], occurredAt: 1, wantsReply: true }
const filters = { kinds: ['call'], sentiment: 'negative', from: 1, to: 2 } as const
const text = {
  ...key,
  version: 1,
  fingerprint: 'f',
  occurredAt: 1,
  sentiment: null,
  category: null,
  parties: [],
  texts: ['x'],
}

const MAIN: Record<string, (db: D1Database) => unknown> = {
  'a timeline’s note': (db) => timelineStatements(db, held, [entry]),
  'a party': (db) => isKnownParty(db, '+1'),
  'the parties of records': (db) => partiesStatement(db, [key]),
  'a merchant’s facts': (db) => merchantFacts(db, ['+1', '+2']),
  'merchants by number': (db) => merchantsWith(db, '+1'),
  'merchants by page': (db) => merchantsById(db, ['p']),
  'merchants alike': (db) => merchantsLike(db, ['abc'], 5),
  'who holds numbers': (db) => holdersOf(db, [key]),
  'the cards of records': (db) => [shortPartsStatement(db, [key]), pageIdsStatement(db, [key])],
  'what is to be done': (db) =>
    actionItems(db, { state: 'open', from: 0, to: 9, after: null, limit: 5 }),
  'what is done': async (db) => {
    await finishAction(db, key, 'x', 'Dana', 1)
    await reopenAction(db, key, 'x')
  },
  'records by their vectors': (db) => recordsOfHashes(db, ['h']),
}
const TEXTS: Record<string, (db: D1Database) => unknown> = {
  'a record’s text': (db) => writeTexts(db, [text]),
  'a record’s removal': (db) => removeTexts(db, [key]),
  'the newest records': (db) => newestRecords(db, filters, null, 10),
  passages: (db) => passageTexts(db, [{ ...key, nth: 0 }]),
  'what fails the filters': (db) => failing(db, [key], filters),
}

test.each(Object.entries(MAIN))('%s', async (_name, use) => {
  expect(scansIn(await planOf(await emptyDatabase(), use))).toEqual([])
})

test.each(Object.entries(TEXTS))('%s, in the text index', async (_name, use) => {
  expect(scansIn(await planOf(await emptyTextIndex(), use))).toEqual([])
})

test('all merchants are listed along their names', async () => {
  const steps = await planOf(await emptyDatabase(), (db) => merchantsByName(db, null, 50))
  expect(steps[0]).toContain('merchants_id_by_name')
  expect(steps.some((step) => step.includes('TEMP B-TREE'))).toBe(false)
})

/** Whole tables that are read; what a statement makes for itself is none. */
function scansIn(steps: string[]): string[] {
  const own = steps.flatMap((step) => /^(?:MATERIALIZE|CO-ROUTINE) (\w+)/.exec(step)?.[1] ?? [])
  const fine = [...own, 'CONSTANT ROW'].map((name) => `SCAN ${name}`)
  expect(steps.length).toBeGreaterThan(0)
  return steps.filter(
    (step) => step.startsWith('SCAN ') && !step.includes('VIRTUAL TABLE') && !fine.includes(step),
  )
}
