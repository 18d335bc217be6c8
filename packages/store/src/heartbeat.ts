/**
 * How it is noticed that the database was restored to an earlier time (docs/protocols.md#restored):
 * its heartbeat is behind the one that stands outside of it.
 */
import type { R2Bucket } from '@cloudflare/workers-types'
import type { D1Database, D1PreparedStatement } from './d1.ts'

export interface Heartbeat {
  beat: number
  /** Of the object outside, as this beat left it. */
  etag: string
  at: number
}

/** What R2 holds: only the count and how it is told apart. */
export type BeatOutside = Pick<Heartbeat, 'beat' | 'etag'>

/** The object in R2 that holds the count. */
const OBJECT = 'heartbeat'

/** What the operator is told of it. */
export const RESTORED =
  'the database was restored to an earlier time: pages that it does not know are looked up in ' +
  'Notion before anything is filed. Nothing is to be done but to start a run, which lists again ' +
  'what came since'

/** The count that stands outside of the database; null: there is none. @throws what R2 throws */
export async function beatOutside(files: R2Bucket): Promise<BeatOutside | null> {
  const object = await files.get(OBJECT)
  if (object === null) return null
  const beat = Number(await object.text())
  return { beat: Number.isInteger(beat) ? beat : 0, etag: object.etag }
}

/**
 * Sets the count outside, where it stands as it was known; one request. Null: it stands otherwise.
 * @param known null: there is none
 * @throws what R2 throws
 */
export async function beatThere(
  files: R2Bucket,
  beat: number,
  known: { etag: string } | null,
): Promise<BeatOutside | null> {
  const onlyIf = known === null ? { etagDoesNotMatch: '*' } : { etagMatches: known.etag }
  const object = await files.put(OBJECT, String(beat), { onlyIf })
  return object && { beat, etag: object.etag }
}

/** Whether the database is an older one. One beat ahead is a cron that died between the two. */
export function isBehind(known: Heartbeat | null, outside: BeatOutside | null): boolean {
  return outside !== null && outside.beat > (known?.beat ?? 0) + 1
}

/** Without it for so long the database may be an old one: whoever creates looks outside first. */
export const BEAT_VALID_MS = 3 * 60_000

/** Rows: `Heartbeat`, none before the first. */
export function heartbeatStatement(db: D1Database): D1PreparedStatement {
  return db.prepare(`SELECT beat, etag, at FROM heartbeat`)
}

/** Null: this database has never beaten. */
export async function readHeartbeat(db: D1Database): Promise<Heartbeat | null> {
  return (await heartbeatStatement(db).all<Heartbeat>()).results[0] ?? null
}

/** @param before the beat that is followed; another one's is left as it stands */
export function beatStatement(
  db: D1Database,
  { beat, etag, at }: Heartbeat,
  before: number,
): D1PreparedStatement {
  return db
    .prepare(
      `INSERT INTO heartbeat (one, beat, etag, at) VALUES (1, ?1, ?2, ?3)
       ON CONFLICT (one) DO UPDATE SET beat = excluded.beat, etag = excluded.etag, at = excluded.at
         WHERE heartbeat.beat = ?4`,
    )
    .bind(beat, etag, at, before)
}
