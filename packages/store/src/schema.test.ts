/** The schema that all migrations together make, held as a golden file. */
import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { expect, test } from 'vitest'

const PACKAGE = join(import.meta.dirname, '..')

test('schema.sql is what the migrations make', async () => {
  const db = new DatabaseSync(':memory:')
  const folder = join(PACKAGE, 'migrations')
  for (const name of readdirSync(folder).toSorted((a, b) => (a < b ? -1 : 1)))
    db.exec(readFileSync(join(folder, name), 'utf8'))
  const rows = db
    .prepare(
      `SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY tbl_name, type DESC, name`,
    )
    .all()
  const dump = rows.map(({ sql }) => `${String(sql)};\n`).join('\n')
  await expect(dump).toMatchFileSnapshot(join(PACKAGE, 'schema.sql'))
})
