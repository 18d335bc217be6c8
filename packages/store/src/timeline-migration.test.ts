/** What stood in the timeline before its rows had facts has them afterwards. */
import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { expect, test } from 'vitest'

const FOLDER = join(import.meta.dirname, '..', 'migrations')
const FACTS = '0016_timeline_facts.sql'

test('rows of before get the facts of their analysis', () => {
  const db = new DatabaseSync(':memory:')
  const files = readdirSync(FOLDER).toSorted((a, b) => (a < b ? -1 : 1))
  const run = (names: string[]) => {
    for (const name of names) db.exec(readFileSync(join(FOLDER, name), 'utf8'))
  }
  run(files.slice(0, files.indexOf(FACTS)))
  db.exec(`
    INSERT INTO timeline (party, occurred_at, kind, id, wants_reply)
      VALUES ('+1', 1, 'call', 'a', 1), ('+2', 1, 'call', 'a', 1), ('+1', 2, 'call', 'b', 1),
             ('+1', 3, 'call', 'c', 1);
    INSERT INTO analyses (kind, id, fingerprint, model, prompt_version, body, reason, analysed_at)
      VALUES ('call', 'a', 'f', 'm', '1', '{"sentiment":{"label":"negative"},"leadScore":7,"actionItems":[{},{}]}', NULL, 1),
             ('call', 'b', 'f', 'm', '1', NULL, 'no', 1)`)
  run([FACTS])
  const rows = db
    .prepare(
      `SELECT party || id AS row, sentiment, lead_score, open_actions FROM timeline ORDER BY row`,
    )
    .all()
  const facts = { sentiment: 'negative', lead_score: 7, open_actions: 2 }
  const none = { sentiment: null, lead_score: null, open_actions: null }
  expect(rows.map((row) => ({ ...row }))).toEqual([
    { row: '+1a', ...facts },
    { row: '+1b', ...none },
    { row: '+1c', ...none },
    { row: '+2a', ...facts },
  ])
})
