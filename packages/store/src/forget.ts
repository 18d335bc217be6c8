/**
 * Forgetting a person (docs/protocols.md#forgetting): which records are theirs, everything that D1
 * holds of those, and what must go outside. One batch takes the records' rows, leaves a tombstone of
 * each and notes what stands elsewhere, so that a crash loses sight of nothing.
 */
import * as v from 'valibot'
import type { Kind, RecordKey } from '@switchboard/shared/kinds'
import { fromJson, inKeys, keysJson } from './d1.ts'
import type { D1Database, D1PreparedStatement } from './d1.ts'

/** A person's number or address under another name than `party`. */
const PARTY_KEYS = [
  ['contact_keys', 'key'],
  ['merchant_keys', 'key'],
  ['parties', 'party'],
] as const

/** Every table with a mail's id in a column of its own. */
const MAIL_TABLES = [
  ['mail_ids', 'id'],
  ['mail_refs', 'ref'],
] as const

const PHASES = ['records', 'outside', 'again', 'finished'] as const
export type Phase = (typeof PHASES)[number]

const TRACES = ['record', 'page', 'file', 'vectors', 'merchant'] as const
export type TraceKind = (typeof TRACES)[number]

const Counts = v.record(v.string(), v.number())
export type Counts = v.InferOutput<typeof Counts>

export interface Forgetting {
  id: string
  party: string | null // null: finished
  phase: Phase
  scanned: number
  keepCanvas: boolean
  startedAt: number
  dueAt: number | null
  finishedAt: number | null
  counts: Counts
}

export interface Trace {
  what: TraceKind
  kind: Kind | ''
  ref: string
  chunks: number
}

/** A record that is to go. */
export interface Doomed extends RecordKey {
  hash: string // of its tombstone
  stem: string // of its vector ids
}

/** SQL condition: no tombstone has this hash. `hash` NULL: nobody is ever forgotten here. */
export function notForgotten(kind: string, hash: string): string {
  return `NOT EXISTS (SELECT 1 FROM forgotten f WHERE f.kind = ${kind} AND f.hash = ${hash})`
}

/** Of these hashes, the ones that have a tombstone. */
export async function forgottenAmong(
  db: D1Database,
  kind: Kind,
  hashes: readonly string[],
): Promise<ReadonlySet<string>> {
  const { results } = await db
    .prepare(
      `SELECT hash FROM forgotten
        WHERE kind = ?1 AND hash IN (SELECT value FROM json_each(?2))`,
    )
    .bind(kind, JSON.stringify(hashes))
    .all<{ hash: string }>()
  return new Set(results.map(({ hash }) => hash))
}

export interface PartyPreview {
  records: Record<Kind, number>
  merchants: string[]
  contacts: number
}

/** How much is known of a party. */
export async function previewParty(db: D1Database, party: string): Promise<PartyPreview> {
  const [records, merchants, contacts] = await db.batch<Record<string, unknown>>([
    db
      .prepare(`SELECT kind, count(*) AS count FROM record_parties WHERE party = ?1 GROUP BY kind`)
      .bind(party),
    db
      .prepare(
        `SELECT m.name FROM merchant_keys k JOIN merchants m ON m.id = k.merchant_id
          WHERE k.key = ?1 ORDER BY m.name LIMIT 100`,
      )
      .bind(party),
    db.prepare(`SELECT count(*) AS count FROM contact_keys WHERE key = ?1`).bind(party),
  ])
  const counted = new Map(records?.results.map(({ kind, count }) => [kind, Number(count)]))
  return {
    records: {
      call: counted.get('call') ?? 0,
      message: counted.get('message') ?? 0,
      mail: counted.get('mail') ?? 0,
    },
    merchants: (merchants?.results ?? []).map(({ name }) => String(name)),
    contacts: Number(contacts?.results[0]?.['count'] ?? 0),
  }
}

/** Begins; one that is under way for this party goes on. @returns its id */
export async function beginForgetting(
  db: D1Database,
  { id, party, keepCanvas }: { id: string; party: string; keepCanvas: boolean },
  now: number,
): Promise<string> {
  const known = await db
    .prepare(`SELECT id FROM forgettings WHERE due_at IS NOT NULL AND party = ?1`)
    .bind(party)
    .first<{ id: string }>()
  if (known !== null) return known.id
  await db
    .prepare(
      `INSERT INTO forgettings (id, party, phase, keep_canvas, started_at, due_at, counts)
       VALUES (?1, ?2, 'records', ?3, ?4, ?4, '{}')`,
    )
    .bind(id, party, keepCanvas ? 1 : 0, now)
    .run()
  return id
}

const COLUMNS = `id, party, phase, scanned, keep_canvas AS keepCanvas, started_at AS startedAt,
  due_at AS dueAt, finished_at AS finishedAt, counts`

type Row = Omit<Forgetting, 'keepCanvas' | 'counts'> & { keepCanvas: number; counts: string }

function read(row: Row): Forgetting {
  const counts = fromJson(Counts, row.counts)
  return { ...row, keepCanvas: row.keepCanvas === 1, counts }
}

/** Null: there is none of this id. */
export async function findForgetting(db: D1Database, id: string): Promise<Forgetting | null> {
  const row = await db
    .prepare(`SELECT ${COLUMNS} FROM forgettings WHERE id = ?1`)
    .bind(id)
    .first<Row>()
  return row === null ? null : read(row)
}

/** The ids of those whose next step is due. */
export async function dueForgettings(db: D1Database, now: number): Promise<string[]> {
  const { results } = await db
    .prepare(`SELECT id FROM forgettings WHERE due_at <= ?1 ORDER BY due_at LIMIT 20`)
    .bind(now)
    .all<{ id: string }>()
  return results.map(({ id }) => id)
}

/**
 * Takes a forgetting to work on it until `until`; null: it is finished, or in other hands.
 * @param early even if its next step is not due yet: nothing is in flight
 */
export async function claimForgetting(
  db: D1Database,
  { id, token, until, early }: { id: string; token: string; until: number; early: boolean },
  now: number,
): Promise<Forgetting | null> {
  const row = await db
    .prepare(
      `UPDATE forgettings SET token = ?2, due_at = ?3
        WHERE id = ?1 AND due_at IS NOT NULL
          AND (due_at <= ?4 OR (?5 = 1 AND token IS NULL))
       RETURNING ${COLUMNS}`,
    )
    .bind(id, token, until, now, early ? 1 : 0)
    .first<Row>()
  return row === null ? null : read(row)
}

/** Notes how far it is, while it is still ours. @param dueAt of the next step */
export async function noteForgetting(
  db: D1Database,
  token: string,
  { id, phase, scanned, counts }: Pick<Forgetting, 'id' | 'phase' | 'scanned' | 'counts'>,
  dueAt: number,
): Promise<void> {
  await db
    .prepare(
      `UPDATE forgettings SET phase = ?3, scanned = ?4, counts = ?5, due_at = ?6, token = NULL
        WHERE id = ?1 AND token = ?2`,
    )
    .bind(id, token, phase, scanned, JSON.stringify(counts), dueAt)
    .run()
}

/** The end: what names the person goes. */
export async function endForgetting(
  db: D1Database,
  token: string,
  { id, counts }: Pick<Forgetting, 'id' | 'counts'>,
  now: number,
): Promise<void> {
  await db.batch([
    db.prepare(`DELETE FROM forget_traces WHERE forgetting_id = ?1`).bind(id),
    db
      .prepare(
        `UPDATE forgettings SET phase = 'finished', party = NULL, due_at = NULL, token = NULL,
            counts = ?3, finished_at = ?4 WHERE id = ?1 AND token = ?2`,
      )
      .bind(id, token, JSON.stringify(counts), now),
  ])
}

/** Records that are known to be with this party. At most `limit`. */
export async function recordsWith(
  db: D1Database,
  party: string,
  limit: number,
): Promise<RecordKey[]> {
  const { results } = await db
    .prepare(`SELECT kind, id FROM record_parties WHERE party = ?1 LIMIT ?2`)
    .bind(party, limit)
    .all<RecordKey>()
  return results
}

/**
 * Of the next rows of `parts`, the records whose text holds these words: whose parties nobody has
 * noted yet, they may be the person's.
 * @param after the row that was looked at last
 * @param words in lower case
 */
export async function recordsNaming(
  db: D1Database,
  words: string,
  after: number,
  rows: number,
): Promise<{ keys: RecordKey[]; scanned: number | null }> {
  const [found, last] = await db.batch<RecordKey & { last: number | null }>([
    db
      .prepare(
        `SELECT DISTINCT kind, id FROM (SELECT kind, id, body FROM parts WHERE rowid > ?1
            ORDER BY rowid LIMIT ?2) WHERE instr(lower(body), ?3) > 0`,
      )
      .bind(after, rows, words),
    db
      .prepare(
        `SELECT max(rowid) AS last FROM (SELECT rowid FROM parts WHERE rowid > ?1
            ORDER BY rowid LIMIT ?2)`,
      )
      .bind(after, rows),
  ])
  return {
    keys: (found?.results ?? []).map(({ kind, id }) => ({ kind, id })),
    scanned: last?.results[0]?.last ?? null,
  }
}

/** Where rows of records and of parties stand: a table that is added later is among them by itself. */
export interface PlacesOfRows {
  records: string[] // tables with `kind` and `id`
  parties: string[] // tables with `party`
}

/** Reads the schema. */
export async function placesOfRows(db: D1Database): Promise<PlacesOfRows> {
  const withColumns = `SELECT m.name FROM sqlite_schema m
     WHERE m.type = 'table' AND m.name NOT LIKE '\\_cf%' ESCAPE '\\' AND m.name <> 'forgettings'
       AND (SELECT count(*) FROM pragma_table_info(m.name) c
             WHERE c.name IN (SELECT value FROM json_each(?1))) = json_array_length(?1)`
  const [records, parties] = await db.batch<{ name: string }>([
    db.prepare(withColumns).bind('["kind","id"]'),
    db.prepare(withColumns).bind('["party"]'),
  ])
  return { records: namesIn(records), parties: namesIn(parties) }
}

function namesIn(of: { results: { name: string }[] } | undefined): string[] {
  return (of?.results ?? []).map(({ name }) => name)
}

/**
 * Takes these records out of D1: a tombstone each, a note of what stands outside, every row gone. For
 * one batch. A message in flight finds no work and saves nothing.
 */
export function forgetRecordsStatements(
  db: D1Database,
  forgettingId: string,
  doomed: readonly Doomed[],
  places: PlacesOfRows,
  now: number,
): D1PreparedStatement[] {
  const keys = keysJson(doomed)
  const trace = (what: TraceKind, select: string) =>
    db
      .prepare(
        `INSERT OR IGNORE INTO forget_traces (forgetting_id, what, kind, ref, chunks)
         SELECT ?2, '${what}', ${select}`,
      )
      .bind(keys, forgettingId)
  return [
    db
      .prepare(
        `INSERT OR IGNORE INTO forgotten (kind, hash, at)
         SELECT value ->> 'kind', value ->> 'hash', ?2 FROM json_each(?1)`,
      )
      .bind(JSON.stringify(doomed), now),
    trace('record', `value ->> 'kind', value ->> 'id', 0 FROM json_each(?1)`),
    trace('page', `kind, page_id, 0 FROM pages WHERE page_id IS NOT NULL AND ${inKeys('?1')}`),
    trace('file', `kind, key, 0 FROM files WHERE stored_at IS NOT NULL AND ${inKeys('?1')}`),
    // The raw message of a mail that was routed to us.
    trace(
      'file',
      `kind, body ->> 'raw', 0 FROM parts WHERE kind = 'mail' AND body ->> 'raw' IS NOT NULL
          AND ${inKeys('?1')}`,
    ),
    // Also where none are known: they may be on their way.
    db
      .prepare(
        `INSERT OR IGNORE INTO forget_traces (forgetting_id, what, kind, ref, chunks)
         SELECT ?2, 'vectors', j.kind, j.stem, coalesce(w.chunks, 0)
           FROM (SELECT value ->> 'kind' AS kind, value ->> 'id' AS id, value ->> 'stem' AS stem
                   FROM json_each(?1)) j
           LEFT JOIN vectors w ON w.kind = j.kind AND w.id = j.id`,
      )
      .bind(JSON.stringify(doomed), forgettingId),
    ...places.records.map((table) =>
      db.prepare(`DELETE FROM "${table}" WHERE ${inKeys('?1')}`).bind(keys),
    ),
    ...MAIL_TABLES.map(([table, column]) =>
      db
        .prepare(
          `DELETE FROM ${table} WHERE ${column} IN (SELECT value ->> 'id' FROM json_each(?1)
              WHERE value ->> 'kind' = 'mail')`,
        )
        .bind(keys),
    ),
  ]
}

/**
 * Takes the person out of everything that is no record: contacts, the mirror of Canvas, letters that
 * were kept raw, the audit. For one batch.
 * @param words the party as raw bodies hold it, in lower case
 */
export function forgetPartyStatements(
  db: D1Database,
  forgettingId: string,
  party: string,
  words: string,
  places: PlacesOfRows,
): D1PreparedStatement[] {
  return [
    db
      .prepare(
        `INSERT OR IGNORE INTO forget_traces (forgetting_id, what, kind, ref)
         SELECT ?2, 'merchant', '', merchant_id FROM merchant_keys WHERE key = ?1`,
      )
      .bind(party, forgettingId),
    db
      .prepare(
        `DELETE FROM contacts WHERE id IN (SELECT contact_id FROM contact_keys WHERE key = ?1)`,
      )
      .bind(party),
    ...PARTY_KEYS.map(([table, column]) =>
      db.prepare(`DELETE FROM ${table} WHERE ${column} = ?1`).bind(party),
    ),
    ...places.parties.map((table) =>
      db.prepare(`DELETE FROM "${table}" WHERE party = ?1`).bind(party),
    ),
    db
      .prepare(
        `DELETE FROM dead_letters
          WHERE instr(lower(coalesce(queue_message, '') || reason), ?1) > 0`,
      )
      .bind(words),
    db
      .prepare(
        `UPDATE audit SET target = '(forgotten)', detail = NULL
          WHERE instr(lower(target || coalesce(detail, '')), ?1) > 0`,
      )
      .bind(words),
    db
      .prepare(
        `UPDATE stage_events SET error = NULL WHERE error IS NOT NULL AND instr(lower(error), ?1) > 0`,
      )
      .bind(words),
    db
      .prepare(
        `UPDATE work SET error = NULL WHERE error IS NOT NULL AND instr(lower(error), ?1) > 0`,
      )
      .bind(words),
  ]
}

/** What still stands outside. @param kind of the records; null: of any */
export async function openTraces(
  db: D1Database,
  forgettingId: string,
  what: TraceKind,
  kind: Kind | null,
  limit: number,
): Promise<Trace[]> {
  const { results } = await db
    .prepare(
      `SELECT what, kind, ref, chunks FROM forget_traces
        WHERE forgetting_id = ?1 AND what = ?2 AND done_at IS NULL
          AND kind = coalesce(?3, kind) LIMIT ?4`,
    )
    .bind(forgettingId, what, kind, limit)
    .all<Trace>()
  return results
}

/** These are gone. */
export async function closeTraces(
  db: D1Database,
  forgettingId: string,
  traces: readonly Trace[],
  now: number,
): Promise<void> {
  await db
    .prepare(
      `UPDATE forget_traces SET done_at = ?3 WHERE forgetting_id = ?1 AND (what, kind, ref) IN
        (SELECT value ->> 'what', value ->> 'kind', value ->> 'ref' FROM json_each(?2))`,
    )
    .bind(forgettingId, JSON.stringify(traces), now)
    .run()
}

/** Everything outside is looked at once more: what was in flight may have written since. */
export async function reopenTraces(db: D1Database, forgettingId: string): Promise<void> {
  await db
    .prepare(
      `UPDATE forget_traces SET done_at = NULL WHERE forgetting_id = ?1 AND what <> 'merchant'`,
    )
    .bind(forgettingId)
    .run()
}
