/** No statement on the way of a record reads a whole table: all of them search by an index. */
import { expect, test } from 'vitest'
import { emptyDatabase } from '../test/database.ts'
import { planOf } from '../test/explain.ts'
import { adoptStatements, doubtTrashedStatements } from './adoptions.ts'
import { analysesStatement, saveAnalysesStatements } from './analyses.ts'
import { takeChanges } from './canvas-mirror.ts'
import { awaitedStatements, raiseAwaited, recheckStatement } from './awaited.ts'
import { saveContactStatements } from './contacts.ts'
import type { D1Database } from './d1.ts'
import { isSeen, noteSilence, seenStatements } from './deliveries.ts'
import { repairedAmong, saveGapsStatement } from './gaps.ts'
import { filesStatement, findFile, saveFilesStatements } from './files.ts'
import { changedAmong, intakeStatements, promoteStatement } from './intake.ts'
import { ledger } from './ledger.ts'
import { toldStatements } from './live-intake.ts'
import { closeListedStatement, fileLetter, settleRunsStatement } from './letters.ts'
import { dropMerchants, noteAndFind, saveMerchantsStatements, unseenSince } from './merchants.ts'
import {
  adoptPage,
  announceUpdate,
  clearStamp,
  keepCreated,
  noteTop,
  pagesStatement,
  saveWrittenStatements,
  stampCreate,
} from './pages.ts'
import { reopen, unparkOpen } from './parked.ts'
import { findParties, findParty, markNever, rankedParties, unmarkNever } from './parties.ts'
import { goneStatement, partsStatement, savePartsStatements } from './records.ts'
import { raiseAgainStatement, raiseKnownStatement, recordsAfter } from './run-again.ts'
import { cancelRun, resumeRun, shiftPage, takeOverStatement } from './run-control.ts'
import { countsOf, runRecords, runSamples, sampleRuns } from './run-records.ts'
import {
  beginPage,
  dueSweeps,
  finishRuns,
  listRuns,
  listedStatements,
  runProgress,
  startRun,
  turnPageStatement,
} from './runs.ts'
import { saveVectorsStatement, vectorsStatement } from './vectors.ts'
import { claimStatement, dueRows, markSent } from './work.ts'

const key = { kind: 'call', id: 'AC1' } as const
const keys = [key]
const held = { stage: 'enrich', token: 't' } as const
const page = { runId: 'r', sweep: 'call', page: 0 } as const
const listed = [{ id: 'AC1', version: 1, hash: 'h', body: '{}', occurredAt: 1 }]
const by = { lane: 'bulk', cause: 'backfill', runId: 'r' } as const
const part = { ...key, part: 'transcripts', hash: 'h', body: '{}' } as const
const analysis = {
  ...key,
  fingerprint: 'f',
  model: 'm',
  promptVersion: '1',
  result: { analysed: false, reason: 'none' },
} as const
const due = {
  ...key,
  stage: 'enrich',
  lane: 'bulk',
  cause: 'backfill',
  runId: 'r',
  dueAt: 1,
} as const
const file = {
  ...key,
  key: 'calls/AC1/CR1',
  sourceId: 'CR1',
  stored: false,
  error: 'gone',
} as const
const told = { part: 'event:call', version: 1, hash: 'h', body: '{}' } as const
const gap = {
  webhookId: '1',
  deliveryId: 'msg_1',
  type: 'call.completed',
  resourceId: 'AC1',
  madeAt: 1,
  outcome: 'recovered',
} as const
const vectors = { ...key, recordHash: 'r', fingerprint: 'f', model: 'm', chunks: 1 }

const STATEMENTS: Record<string, (db: D1Database) => unknown> = {
  'the claim': (db) =>
    ledger(db).claim({ ...held, keys, now: 1, alone: false }, [
      partsStatement(db, keys),
      analysesStatement(db, keys),
      vectorsStatement(db, keys),
      pagesStatement(db, keys),
      filesStatement(db, keys),
    ]),
  'the finish': (db) =>
    ledger(db).finish(
      {
        ...held,
        saves: [
          ...savePartsStatements(db, held, [part], 1),
          ...saveAnalysesStatements(db, held, [analysis], 1),
          saveVectorsStatement(db, held, [vectors], 1),
          ...saveFilesStatements(db, held, [file], 1),
          ...saveWrittenStatements(
            db,
            't',
            [{ ...key, fingerprint: 'f', base: '{}', blocks: 0, top: null }],
            1,
          ),
        ],
        next: [{ stage: 'reconcile', keys }],
        done: [{ ...key, wanted: 1 }],
        failed: [{ ...key, wanted: 1, error: '{}' }],
        postponed: [{ ...key, dueAt: 1, burnsTry: true, error: null, parkedOn: null }],
        events: [],
        requests: [],
      },
      1,
    ),
  'settling runs': (db) => settleRunsStatement(db, keys),
  'due rows, by record': (db) => dueRows(db, { keys }, 1, 500),
  'due rows, by time': (db) => dueRows(db, { before: 1 }, 1, 500),
  'the mark': (db) => markSent(db, [due], 1),
  'the comparison with what is stored': (db) => changedAmong(db, 'call', listed),
  'the intake': (db) => intakeStatements(db, 'call', listed, by, 1),
  'live intake': (db) => [
    isSeen(db, 'msg_1'),
    ...toldStatements(db, key, [told], 1, 'webhook', 1),
    ...seenStatements(db, 'msg_1', { type: 'call.completed', outcome: 'stored' }, 1),
    ...saveContactStatements(db, { id: 'c', name: null, keys: ['+1'], deleted: false, version: 1 }),
  ],
  'late artefacts': (db) => [
    ...awaitedStatements(db, held, [{ ...key, since: 1 }], keys),
    recheckStatement(db, keys, 1),
    goneStatement(db, held, keys, 1),
    raiseAwaited(db, 'due', 1),
    raiseAwaited(db, 'all', 1),
  ],
  'gap repair': (db) => [repairedAmong(db, '1', ['msg_1']), saveGapsStatement(db, [gap], 1)],
  silence: (db) => noteSilence(db, 1),
  'live promotion': (db) => promoteStatement(db, keys, 1),
  'what was listed': (db) => [
    listedStatements(db, page, [{ id: 'AC1', outcome: null }]),
    closeListedStatement(db, 'call', ['AC1'], 1),
    turnPageStatement(db, page, { cursor: null, upper: null }, 1),
  ],
  'a page of a listing': (db) => beginPage(db, page, 1),
  'due listings': (db) => dueSweeps(db, 1),
  'the end of runs': (db) => finishRuns(db, 1),
  'a page in Notion': async (db) => {
    await stampCreate(db, { ...key, dataSourceId: 'd' }, 't', 1)
    await clearStamp(db, key, 1)
    await keepCreated(
      db,
      { ...key, pageId: 'p', fingerprint: 'f', base: '{}', blocks: 0, top: null },
      1,
    )
    await adoptPage(db, key, 'p', 't')
    await announceUpdate(db, { ...key, base: '{}' }, 't')
    await noteTop(db, key, 'x', 't')
  },
  'a letter': (db) =>
    fileLetter(db, { ...key, stage: 'enrich', queueMessage: '{}', runId: 'r' }, ['reconcile'], 1),
  'after a restore': (db) => {
    const shown = { id: 'AC1', pageId: 'p', ours: true, lastOurs: true }
    adoptStatements(db, 'call', 'd', [shown])
    doubtTrashedStatements(db, 'call', 'd', [shown])
  },
  reopening: async (db) => {
    await reopen(db, 'notion')
    await unparkOpen(db)
  },
  'a file for the door': (db) => findFile(db, 'calls/AC1/CR1'),
  'merchants by number': (db) => noteAndFind(db, [{ ...key, parties: ['+13105550123'] }]),
  'a merchant and its records': async (db) => {
    const merchant = { id: 'm', name: 'M', url: null, editedAt: 1, keys: ['+13105550123'] }
    saveMerchantsStatements(db, [merchant], 1)
    await dropMerchants(db, ['m'], 1)
    await unseenSince(db, 1)
  },
  'what a webhook told of': (db) => takeChanges(db, 1, 1, 20),
  'who is nobody’s': async (db) => {
    await rankedParties(db, 'open', { talks: 1, lastAt: 1, party: '+1' }, 50)
    await findParties(db, 'open', ['+1'], 'rosa')
    await findParty(db, '+13105550123')
    await markNever(db, '+13105550123', 'Ana', 1)
    await unmarkNever(db, '+13105550123')
  },
  'a run that is cancelled and resumed': async (db) => {
    await startRun(db, { id: 'r', since: 0, until: 1, sweeps: ['call'] }, 1)
    await cancelRun(db, 'r', 'Ana', 1)
    await shiftPage(db, 'r', 1)
    await resumeRun(db, 'r', 1)
    await takeOverStatement(db, 'call', ['AC1'], 'r', 1).run()
  },
  'what a run tells': async (db) => {
    await runProgress(db, 'r')
    await countsOf(db, ['r'])
    await runRecords(db, 'r', 'failed', ['call'], null, 50)
    await runSamples(db, 'r')
    await sampleRuns(db, 1)
    await listRuns(db, 50)
  },
  'what is made again': async (db) => {
    const versions = { model: 'm', promptVersion: '1', embeddingModel: 'e' }
    await recordsAfter(db, 'call', '', 0)
    for (const again of ['analyse', 'embed'] as const)
      raiseAgainStatement(db, { id: 'r', again }, 'call', ['AC1'], versions, 1)
    raiseKnownStatement(db, 'r', 'call', ['AC1'], 'replay-anew', 1)
  },
}

/**
 * Small by nature: a row for each thing that stands still or is paused, for each listing of a run,
 * for each run, for each type of event of a day.
 */
const SMALL = ['parked', 'pauses', 'sweeps', 'runs', 'event_counts']

test.each(Object.entries(STATEMENTS))('%s reads no whole table', async (_name, use) => {
  const db = await emptyDatabase()
  const steps = await planOf(db, use)
  // What a statement makes for itself, from a parameter, is no table.
  const own = steps.flatMap((step) => /^(?:MATERIALIZE|CO-ROUTINE) (\w+)/.exec(step)?.[1] ?? [])
  const fine = [...SMALL, ...own, 'CONSTANT ROW'].map((name) => `SCAN ${name}`)
  const scans = steps.filter((step) => step.startsWith('SCAN ') && !step.includes('VIRTUAL TABLE'))
  expect(scans.filter((step) => !fine.includes(step))).toEqual([])
  expect(steps.length).toBeGreaterThan(0)
})

test('keys given as one JSON parameter are looked up by the primary key', async () => {
  const steps = await planOf(await emptyDatabase(), (db) =>
    claimStatement(db, { ...held, keys, now: 1, alone: false }),
  )
  expect(steps[0]).toBe('SEARCH work USING PRIMARY KEY (kind=? AND id=? AND stage=?)')
})
