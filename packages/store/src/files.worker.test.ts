/** Files: written only by the holder, and what is stored stays so. */
import { expect, test } from 'vitest'
import { emptyDatabase, rowsOf } from '../test/database.ts'
import type { D1Database } from './d1.ts'
import { filesStatement, findFile, saveFilesStatements } from './files.ts'
import type { FileToSave } from './files.ts'

const KEY = { kind: 'call', id: 'AC1' } as const
const FILE = { ...KEY, key: 'calls/AC1/CR1', sourceId: 'CR1' }
const STORED = {
  ...FILE,
  stored: true,
  contentType: 'audio/mpeg',
  sizeBytes: 0,
  sha256: 'e3b0',
} as const
const GONE = { ...FILE, stored: false, error: 'it went' } as const

async function held(): Promise<D1Database> {
  const db = await emptyDatabase()
  await db
    .prepare(
      `INSERT INTO work (kind, id, stage, lane, cause, wanted, token)
       VALUES ('call', 'AC1', 'archive', 'bulk', 'backfill', 1, 'mine')`,
    )
    .run()
  return db
}

const save = (db: D1Database, file: FileToSave, token = 'mine', now = 5) =>
  db.batch(saveFilesStatements(db, { stage: 'archive', token }, [file], now))

test('a file is known by its record, and served by its key', async () => {
  const db = await held()
  expect(await findFile(db, FILE.key)).toBeNull()
  await save(db, STORED)
  expect(await findFile(db, FILE.key)).toEqual({
    stored: true,
    kind: 'call',
    contentType: 'audio/mpeg',
    sizeBytes: 0,
    sha256: 'e3b0',
  })
  expect((await filesStatement(db, [KEY, { kind: 'call', id: 'AC2' }]).all()).results).toEqual([
    { ...KEY, key: FILE.key, sizeBytes: 0, contentType: 'audio/mpeg' },
  ])
})

test('who no longer holds the record writes nothing', async () => {
  const db = await held()
  await save(db, STORED, 'another')
  expect(await findFile(db, FILE.key)).toBeNull()
})

test('one that is gone may be found, and one that is stored is not lost again', async () => {
  const db = await held()
  await save(db, GONE)
  expect(await findFile(db, FILE.key)).toEqual({ stored: false, kind: 'call', error: 'it went' })
  await save(db, STORED, 'mine', 7)
  expect(await findFile(db, FILE.key)).toMatchObject({ stored: true })
  await save(db, GONE, 'mine', 9)
  expect(await rowsOf(db, `SELECT stored_at, error, tried_at FROM files`)).toEqual([
    { stored_at: 7, error: null, tried_at: 7 },
  ])
})
