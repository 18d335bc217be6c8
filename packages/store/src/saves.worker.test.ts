/**
 * What stages save, against real D1: only the holder's results count, and older content never
 * undoes newer.
 */
import { beforeEach, describe, expect, test } from 'vitest'
import { emptyDatabase, rowsOf } from '../test/database.ts'
import { saveAnalysesStatements } from './analyses.ts'
import type { D1Database } from './d1.ts'
import { changedAmong, intakeStatements } from './intake.ts'
import { closeLettersStatement } from './letters.ts'
import {
  adoptPage,
  announceUpdate,
  doubtUpdatesStatement,
  keepCreated,
  noteBlocks,
  saveRemovedStatement,
  saveWrittenStatements,
  stampCreate,
} from './pages.ts'
import { savePartsStatements } from './records.ts'
import { saveVectorsStatement } from './vectors.ts'

const NOW = 1_000_000
const CALL = { kind: 'call', id: 'AC1' } as const
let db: D1Database

/** The call is in the hands of `mine` at every stage. */
beforeEach(async () => {
  db = await emptyDatabase()
  await db
    .prepare(
      `INSERT INTO work (kind, id, stage, lane, cause, wanted, due_at, token)
       SELECT 'call', 'AC1', value, 'bulk', 'backfill', 1, 1, 'mine'
         FROM json_each('["enrich", "vectorize", "reconcile"]')`,
    )
    .run()
})

const listed = (version: number, hash: string) => [
  { id: 'AC2', version, hash, body: JSON.stringify({ hash }), occurredAt: 1 },
]

const stored = async () => {
  const [row] = await rowsOf(
    db,
    `SELECT p.hash, p.version, r.revision, w.wanted FROM parts p JOIN records r USING (kind, id)
       JOIN work w USING (kind, id) WHERE p.id = 'AC2'`,
  )
  return row
}

const pages = () => rowsOf(db, `SELECT page_id, sent_at, fingerprint, base, blocks FROM pages`)

const saved = async () => {
  const [row] = await rowsOf(
    db,
    `SELECT (SELECT count(*) FROM parts) AS parts, (SELECT count(*) FROM analyses) AS analyses,
            (SELECT count(*) FROM vectors) AS vectors, (SELECT revision FROM records) AS revision,
            (SELECT count(*) FROM dead_letters WHERE closed_at IS NULL) AS open`,
  )
  return row
}

describe('intake', () => {
  const by = { lane: 'bulk', cause: 'backfill', runId: 'r' } as const
  const take = (version: number, hash: string) =>
    db.batch(intakeStatements(db, 'call', listed(version, hash), by, NOW))
  test('takes newer content, once, and what it owes with it', async () => {
    await take(5, 'a')
    await take(5, 'a')
    await take(6, 'b')
    expect(await stored()).toEqual({ hash: 'b', version: 6, revision: 2, wanted: 2 })
  })

  test('never lets older content undo newer', async () => {
    await take(5, 'a')
    await take(4, 'older')
    expect(await stored()).toEqual({ hash: 'a', version: 5, revision: 1, wanted: 1 })
    expect(await changedAmong(db, 'call', listed(4, 'older'))).toEqual([])
  })

  test('takes other content of the same time: sources date by the second', async () => {
    await take(5, 'a')
    expect(await changedAmong(db, 'call', listed(5, 'b'))).toHaveLength(1)
    await take(5, 'b')
    expect(await stored()).toMatchObject({ hash: 'b', revision: 2 })
  })
})

describe('a page', () => {
  const page = { ...CALL, dataSourceId: 'd' }
  const made = { ...CALL, pageId: 'p', fingerprint: 'f', base: '{}', blocks: 2, top: null }
  test('is stamped for one caller, and for its holder only', async () => {
    expect(await stampCreate(db, page, 'another', NOW)).toBe(false)
    expect(await stampCreate(db, page, 'mine', NOW)).toBe(true)
    expect(await stampCreate(db, page, 'mine', NOW + 1)).toBe(false)
    expect(await pages()).toMatchObject([{ page_id: null, sent_at: NOW }])
  })

  test('is kept whoever made it, unless the record has another by now', async () => {
    await stampCreate(db, page, 'mine', NOW)
    expect(await keepCreated(db, made, NOW)).toBe(true)
    expect(await keepCreated(db, { ...made, pageId: 'a late one' }, NOW)).toBe(false)
    expect(await pages()).toEqual([
      { page_id: 'p', sent_at: null, fingerprint: 'f', base: '{}', blocks: 2 },
    ])
  })

  test('is adopted by its holder, or the way is free again', async () => {
    await stampCreate(db, page, 'mine', NOW)
    expect(await adoptPage(db, CALL, 'p', 'another')).toBe(false)
    expect(await adoptPage(db, CALL, null, 'mine')).toBe(true)
    expect(await stampCreate(db, page, 'mine', NOW + 1)).toBe(true)
    expect(await adoptPage(db, CALL, 'p', 'mine')).toBe(true)
    expect(await adoptPage(db, CALL, 'q', 'mine')).toBe(false)
    expect(await pages()).toMatchObject([{ page_id: 'p', sent_at: null, fingerprint: null }])
  })

  test('is written by nobody else', async () => {
    await stampCreate(db, page, 'mine', NOW)
    await keepCreated(db, made, NOW)
    const before = await pages()
    const other = { ...CALL, fingerprint: 'g', base: '{"a":"b"}', blocks: 9, top: null }
    const write = async (token: string) => {
      const announced = await announceUpdate(db, other, token)
      await noteBlocks(db, CALL, 9, token)
      await db.batch([
        ...saveWrittenStatements(db, token, [other], NOW),
        doubtUpdatesStatement(db, token, [{ ...CALL, sentAt: NOW }]),
      ])
      return announced
    }
    expect(await write('another')).toBe(false)
    await saveRemovedStatement(db, 'another', [other], NOW).run()
    expect(await pages()).toEqual(before)
    expect(await write('mine')).toBe(true)
    expect(await pages()).toEqual([
      { page_id: 'p', sent_at: NOW, fingerprint: 'g', base: '{"a":"b"}', blocks: 9 },
    ])
  })
})

describe('results are saved while the stage still holds the record', () => {
  const part = { ...CALL, part: 'transcripts', hash: 'h', body: '{}' } as const
  const analysis = {
    ...CALL,
    fingerprint: 'f',
    model: 'm',
    promptVersion: '1',
    result: { analysed: false, reason: 'no text' },
  } as const
  const vectors = { ...CALL, recordHash: 'r', fingerprint: 'f', model: 'm', chunks: 1 }
  const save = (token: string) =>
    db.batch([
      ...savePartsStatements(db, { stage: 'enrich', token }, [part], NOW),
      ...saveAnalysesStatements(db, { stage: 'enrich', token }, [analysis], NOW),
      saveVectorsStatement(db, { stage: 'vectorize', token }, [vectors], NOW),
      closeLettersStatement(db, 'enrich', token, [CALL], NOW),
    ])
  beforeEach(async () => {
    await db.batch([
      db.prepare(
        `INSERT INTO records (kind, id, revision, occurred_at, stored_at, changed_at)
         VALUES ('call', 'AC1', 1, 1, 1, 1)`,
      ),
      db.prepare(
        `INSERT INTO dead_letters (stage, kind, id, failure, reason, attempts, first_at, last_at)
         VALUES ('enrich', 'call', 'AC1', 'bug', '', 1, 1, 1)`,
      ),
    ])
  })

  test('and by nobody else', async () => {
    await save('another')
    expect(await saved()).toEqual({ parts: 0, analyses: 0, vectors: 0, revision: 1, open: 1 })
  })

  test('once: the same part again is no new revision', async () => {
    await save('mine')
    await save('mine')
    expect(await saved()).toEqual({ parts: 1, analyses: 1, vectors: 1, revision: 2, open: 0 })
  })
})
