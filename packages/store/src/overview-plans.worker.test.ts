/** What the overview, the lists of records and the pulse read, they find by an index. */
import { KINDS } from '@switchboard/shared/kinds'
import { expect, test } from 'vitest'
import { emptyDatabase } from '../test/database.ts'
import { planOf } from '../test/explain.ts'
import type { D1Database } from './d1.ts'
import { countAhead, findRecord } from './journey.ts'
import {
  compareListings,
  concludeListingStatements,
  countListedStatements,
  listedSince,
  sourceDays,
} from './listings.ts'
import {
  dayCounts,
  heardSince,
  lastFullRun,
  storedAnalyses,
  talkers,
  unanswered,
} from './overview.ts'
import { readBeat } from './pulse.ts'
import {
  listById,
  listDifferences,
  listKeyed,
  listStanding,
  listWith,
  recordLines,
} from './record-list.ts'
import { restand, standStatements } from './standing.ts'
import { workAgain } from './work-again.ts'

const key = { kind: 'call', id: 'AC1' } as const
const page = { runId: 'r', sweep: 'call', page: 0 } as const
const place = { at: 1, ...key }
const day = '2026-11-24'

const STATEMENTS: Record<string, (db: D1Database) => unknown> = {
  'how records stand': (db) => standStatements(db, [key]),
  'the round': (db) => restand(db),
  'a page of a listing': (db) => [
    countListedStatements(db, page, [{ id: 'AC1', occurredAt: 1 }]),
    concludeListingStatements(db, { runId: 'r', kind: 'call' }),
  ],
  'what is compared': (db) => compareListings(db, 1),
  'the proof': async (db) => {
    await sourceDays(db, day, day)
    await listedSince(db)
    await dayCounts(db, day, day)
    await heardSince(db, day, 1)
    await lastFullRun(db)
  },
  'who waits for a person': async (db) => {
    await unanswered(db, 1)
    await talkers(db, 1)
    await storedAnalyses(db, [key])
  },
  'a list of records': async (db) => {
    await listStanding(db, { kinds: KINDS, from: 1, to: 2 }, place, 50)
    await listStanding(db, { kinds: KINDS, states: ['stuck', 'way'] }, place, 50)
    await listStanding(db, { kinds: KINDS, link: 'unmatched' }, null, 50)
    await listStanding(db, { kinds: KINDS, sentiment: 'negative' }, place, 50)
    await listWith(db, ['+12125550142'], { kinds: KINDS, category: 'sales' }, place, 50)
    await listById(db, 'AC1', 50)
    await recordLines(db, [key])
  },
  'a list by key': async (db) => {
    await listKeyed(db, 'parked', KINDS, key, 50)
    await listKeyed(db, 'retrying', KINDS, key, 50)
    await listKeyed(db, 'held', KINDS, null, 50)
  },
  differences: (db) =>
    listDifferences(db, 'missing', { kinds: KINDS, from: day, to: day }, { day, ...key }, 50),
  'one record': async (db) => {
    await findRecord(db, key)
    await countAhead(db, [{ stage: 'enrich', lane: 'bulk', dueAt: 1 }])
    await workAgain(db, key, 'replay', 1)
  },
  'the pulse': (db) => readBeat(db, 1),
}

/** Small by nature: a row for each thing that stands, for each listing, group of letters or state. */
const SMALL = [
  'parked',
  'pauses',
  'sweeps',
  'runs',
  'event_counts',
  'comparisons',
  'c', // comparisons
  'r', // runs, newest first
  'restanding',
  'standing_round',
  'letter_counts',
  'party_counts',
  'replays',
]

test.each(Object.entries(STATEMENTS))('%s reads no whole table', async (_name, use) => {
  const db = await emptyDatabase()
  const steps = await planOf(db, use)
  // What a statement makes for itself, from a parameter or from rows it has found, is no table.
  const own = steps.flatMap((step) => /^(?:MATERIALIZE|CO-ROUTINE) (\w+)/.exec(step)?.[1] ?? [])
  const fine = new Set([...SMALL, ...own, 'CONSTANT'])
  const scans = steps.filter((step) => step.startsWith('SCAN ') && !step.includes('VIRTUAL TABLE'))
  const scanned = scans.map((step) => step.split(' ')[1] ?? '')
  expect(scanned.filter((name) => !name.startsWith('(subquery') && !fine.has(name))).toEqual([])
  expect(steps.length).toBeGreaterThan(0)
})
