/** How fresh the mirror of Canvas is, what Notion's webhooks told of it, and their handshake. */
import { KINDS } from '@switchboard/shared/kinds'
import type { RecordKey } from '@switchboard/shared/kinds'
import * as v from 'valibot'
import { fromJson } from './d1.ts'
import type { D1Database, D1PreparedStatement } from './d1.ts'

const Vanished = v.object({ since: v.number(), merchants: v.number(), numbers: v.number() })
/** What was not dropped because it was too much at once. */
export type Vanished = v.InferOutput<typeof Vanished>

const Place = v.object({ kind: v.union([v.picklist(KINDS), v.literal('')]), id: v.string() })
/** The last record that was told of; of no kind: none was. */
type Place = v.InferOutput<typeof Place>

export interface Mirror {
  dataSourceId: string
  listedAt: number | null
  editedUntil: number | null
  watched: string[] | null // property ids; null: not known
  vanished: Vanished | null
  allowed: boolean
  relinkedAfter: Place | null // null: all records are told of
}

interface MirrorRow {
  dataSourceId: string
  listedAt: number | null
  editedUntil: number | null
  watched: string | null
  vanished: string | null
  allowed: number
  relinkedAfter: string | null
}

const COLUMNS = `data_source_id AS dataSourceId, listed_at AS listedAt, edited_until AS editedUntil,
  watched, vanished, allowed, relinked_after AS relinkedAfter`
const NO_RECORD_YET = JSON.stringify({ kind: '', id: '' })

/** The mirror of this data source; a new one where there is none. */
export async function openMirror(db: D1Database, dataSourceId: string): Promise<Mirror> {
  const [, found] = await db.batch<MirrorRow>([
    db
      .prepare(
        `INSERT INTO canvas_mirror (data_source_id, relinked_after) VALUES (?1, ?2)
         ON CONFLICT (data_source_id) DO NOTHING`,
      )
      .bind(dataSourceId, NO_RECORD_YET),
    db.prepare(`SELECT ${COLUMNS} FROM canvas_mirror WHERE data_source_id = ?1`).bind(dataSourceId),
  ])
  const row = found?.results[0]
  if (row === undefined) throw new Error('the mirror was not made')
  return readRow(row)
}

/** Every mirror; another than the present one is what Canvas was before. */
export async function listMirrors(db: D1Database): Promise<Mirror[]> {
  const { results } = await db.prepare(`SELECT ${COLUMNS} FROM canvas_mirror`).all<MirrorRow>()
  return results.map(readRow)
}

function readRow({ watched, vanished, allowed, relinkedAfter, ...row }: MirrorRow): Mirror {
  return {
    ...row,
    watched: watched === null ? null : fromJson(v.array(v.string()), watched),
    vanished: vanished === null ? null : fromJson(Vanished, vanished),
    allowed: allowed === 1,
    relinkedAfter: relinkedAfter === null ? null : fromJson(Place, relinkedAfter),
  }
}

/** Notes which properties of Canvas count: its phones, mails and title. */
export function watchStatement(
  db: D1Database,
  dataSourceId: string,
  watched: string[],
): D1PreparedStatement {
  return db
    .prepare(
      `INSERT INTO canvas_mirror (data_source_id, watched, relinked_after) VALUES (?1, ?2, ?3)
       ON CONFLICT (data_source_id) DO UPDATE SET watched = excluded.watched`,
    )
    .bind(dataSourceId, JSON.stringify(watched), NO_RECORD_YET)
}

/** The end of a listing. What Canvas was before goes. */
export async function saveListing(
  db: D1Database,
  mirror: Pick<Mirror, 'dataSourceId' | 'listedAt' | 'editedUntil' | 'vanished' | 'allowed'>,
): Promise<void> {
  const { dataSourceId, listedAt, editedUntil, vanished, allowed } = mirror
  await db.batch([
    db
      .prepare(
        `UPDATE canvas_mirror SET listed_at = ?2, edited_until = ?3, vanished = ?4, allowed = ?5
          WHERE data_source_id = ?1`,
      )
      .bind(
        dataSourceId,
        listedAt,
        editedUntil,
        vanished === null ? null : JSON.stringify(vanished),
        allowed ? 1 : 0,
      ),
    db.prepare(`DELETE FROM canvas_mirror WHERE data_source_id <> ?1`).bind(dataSourceId),
  ])
}

/** @param after the last record that was told of; null: all are */
export async function saveRelinked(
  db: D1Database,
  dataSourceId: string,
  after: RecordKey | null,
): Promise<void> {
  await db
    .prepare(`UPDATE canvas_mirror SET relinked_after = ?2 WHERE data_source_id = ?1`)
    .bind(dataSourceId, after === null ? null : JSON.stringify(after))
    .run()
}

/** Links are switched off: what is filed now is to be told of once they are on again. */
export async function forgetRelinked(db: D1Database): Promise<void> {
  await db.prepare(`UPDATE canvas_mirror SET relinked_after = ?1`).bind(NO_RECORD_YET).run()
}

/** An operator means it: what has vanished may be dropped by the next listing, which is a full one. */
export async function allowVanished(db: D1Database): Promise<boolean> {
  const { meta } = await db
    .prepare(`UPDATE canvas_mirror SET allowed = 1, listed_at = NULL WHERE vanished IS NOT NULL`)
    .run()
  return meta.changes > 0
}

/** A webhook tells that a merchant changed. */
export async function noteChange(db: D1Database, merchantId: string, now: number): Promise<void> {
  await db
    .prepare(
      `INSERT INTO canvas_changes (merchant_id, told, due_at) VALUES (?1, 1, ?2)
       ON CONFLICT (merchant_id) DO UPDATE SET told = told + 1, due_at = excluded.due_at, tries = 0`,
    )
    .bind(merchantId, now)
    .run()
}

export interface CanvasChange {
  merchantId: string
  told: number
  tries: number
}

/** Takes what is due for a while: who dies with it leaves it to the next. */
export async function takeChanges(
  db: D1Database,
  now: number,
  leaseMs: number,
  limit: number,
): Promise<CanvasChange[]> {
  const { results } = await db
    .prepare(
      `UPDATE canvas_changes SET due_at = ?1 + ?2, tries = tries + 1 WHERE merchant_id IN
         (SELECT merchant_id FROM canvas_changes WHERE due_at <= ?1 ORDER BY due_at LIMIT ?3)
       RETURNING merchant_id AS merchantId, told, tries`,
    )
    .bind(now, leaseMs, limit)
    .all<CanvasChange>()
  return results
}

/** Read; unless it was told of once more meanwhile. */
export function changeReadStatement(db: D1Database, change: CanvasChange): D1PreparedStatement {
  return db
    .prepare(`DELETE FROM canvas_changes WHERE merchant_id = ?1 AND told = ?2`)
    .bind(change.merchantId, change.told)
}

export interface Handshake {
  token: string
  at: number
}

const HANDSHAKE_SHOWN_MS = 86_400_000

/** The token that the last handshake brought. @returns whether it is another than before */
export async function noteHandshake(db: D1Database, token: string, now: number): Promise<boolean> {
  const { meta } = await db
    .prepare(
      `INSERT INTO notion_handshake (one, token, at) VALUES (1, ?1, ?2)
       ON CONFLICT (one) DO UPDATE SET token = excluded.token, at = excluded.at
         WHERE token <> excluded.token`,
    )
    .bind(token, now)
    .run()
  return meta.changes > 0
}

/** What a handshake brought within a day; null: nothing, or the token that is set. */
export async function shownHandshake(
  db: D1Database,
  known: string | undefined,
  now: number,
): Promise<Handshake | null> {
  const [, shown] = await db.batch<Handshake>([
    db
      .prepare(`DELETE FROM notion_handshake WHERE at < ?1 OR token = ?2`)
      .bind(now - HANDSHAKE_SHOWN_MS, known ?? ''),
    db.prepare(`SELECT token, at FROM notion_handshake`),
  ])
  return shown?.results[0] ?? null
}
