/**
 * Lists of records, newest first, a page at a time: each source is searched by an index and read no
 * further than a page needs, however many records there are.
 */
import { KINDS } from '@switchboard/shared/kinds'
import type { Kind, RecordKey } from '@switchboard/shared/kinds'
import { keysJson } from './d1.ts'
import type { D1Database, D1PreparedStatement } from './d1.ts'
import type { LinkState, Standing } from './standing.ts'

/** Where a record is in the order of time. */
export interface Place extends RecordKey {
  at: number // ms since epoch
}

export interface Found extends Place {
  state: Standing
  link: LinkState | null
}

/** What is left out narrows nothing. */
export interface RecordFilter {
  kinds: readonly Kind[]
  states?: readonly Standing[]
  link?: LinkState
  from?: number // ms since epoch, inclusive
  to?: number // exclusive
  sentiment?: string // of the analysis; `none`: there is no analysis
  category?: string
}

/** A page; `next` is the place to go on from, null on the last. A page may hold less than asked for. */
export interface Page<Row, Next = Place> {
  rows: Row[]
  next: Next | null
}

/** So many rows are looked through for one page where an index does not answer the filter alone. */
const LOOKED_THROUGH = 1500
const MOST_LOOKED_THROUGH = 3 * LOOKED_THROUGH
const COLUMNS = `kind, id, occurred_at AS at, state, link`

/** SQL: what was said in this record is what the facets in these two parameters name, or any. */
const SAYS = (facets: string, mood: string, about: string): string =>
  `(${mood} IS NULL OR ${facets} ->> ${mood} = 1) AND (${about} IS NULL OR ${facets} ->> ${about} = 1)`

/** A facet's name each, as standStatements writes them. */
function facetsOf({ sentiment, category }: RecordFilter): [string | null, string | null] {
  return [
    sentiment === undefined ? null : `mood:${sentiment}`,
    category === undefined ? null : `about:${category}`,
  ]
}

function isByWords({ sentiment, category }: RecordFilter): boolean {
  return sentiment !== undefined || category !== undefined
}

interface Seen extends Found {
  says: 0 | 1 // what it is asked for
}

/** Records that pass the filter. */
export async function listStanding(
  db: D1Database,
  filter: RecordFilter,
  after: Place | null,
  limit: number,
): Promise<Page<Found>> {
  const { states, link } = filter
  // Both at once: by the link, whose rows are looked through. What was said has no index at all.
  const looks = isByWords(filter) || (states !== undefined && link !== undefined)
  const lists = filter.kinds.length * (link === undefined ? (states?.length ?? 1) : 1)
  const rows = looks
    ? Math.min(LOOKED_THROUGH, Math.floor(MOST_LOOKED_THROUGH / Math.max(1, lists)))
    : limit + 1
  const read = filter.kinds.flatMap((kind) =>
    link !== undefined
      ? [rangeStatement(db, `link = ?5 AND`, kind, filter, after, rows, link)]
      : states === undefined
        ? [rangeStatement(db, '', kind, filter, after, rows)]
        : states.map((state) =>
            rangeStatement(db, `state = ?5 AND`, kind, filter, after, rows, state),
          ),
  )
  const ordered = await inOrder(db, read)
  if (!looks) return pageOf(ordered.slice(0, limit + 1), limit)
  return lookedThrough(
    ordered.slice(0, rows),
    rows,
    limit,
    ({ state, says }) => says === 1 && (states === undefined || states.includes(state)),
  )
}

/** Records that are with any of these numbers and addresses. */
export async function listWith(
  db: D1Database,
  parties: readonly string[],
  filter: RecordFilter,
  after: Place | null,
  limit: number,
): Promise<Page<Found>> {
  const { kinds, states, link } = filter
  const isNarrow =
    kinds.length < KINDS.length || states !== undefined || link !== undefined || isByWords(filter)
  const rows = isNarrow
    ? Math.max(limit + 1, Math.floor(LOOKED_THROUGH / parties.length))
    : limit + 1
  const upper = filter.to === undefined ? after : earlier(after, filter.to)
  const pages = await db.batch<Seen>(
    parties.map((party) =>
      db
        .prepare(
          `SELECT t.kind, t.id, t.occurred_at AS at, s.state, s.link,
                  ${SAYS('s.facets', '?7', '?8')} AS says
             FROM (SELECT kind, id, occurred_at FROM timeline
                    WHERE party = ?1 AND occurred_at >= ?2 AND occurred_at <= ?3
                      AND (occurred_at, kind, id) < (?3, ?4, ?5)
                    ORDER BY occurred_at DESC, kind DESC, id DESC LIMIT ?6) t
             JOIN standings s ON s.kind = t.kind AND s.id = t.id`,
        )
        .bind(
          party,
          filter.from ?? 0,
          upper?.at ?? Number.MAX_SAFE_INTEGER,
          upper?.kind ?? '',
          upper?.id ?? '',
          rows,
          ...facetsOf(filter),
        ),
    ),
  )
  // Down to where every party was read: what lies below belongs to the next page.
  const ends = pages.flatMap(({ results }) => {
    const last = results.toSorted(byTime).at(-1)
    return results.length < rows || last === undefined ? [] : [last]
  })
  const end = ends.toSorted(byTime)[0] ?? null
  const known = new Map(
    pages.flatMap(({ results }) => results).map((row) => [`${row.kind}/${row.id}`, row]),
  )
  const passed = [...known.values()]
    .toSorted(byTime)
    .filter(
      (row) =>
        (end === null || byTime(row, end) <= 0) &&
        kinds.includes(row.kind) &&
        row.says === 1 &&
        (states === undefined || states.includes(row.state)) &&
        (link === undefined || link === row.link),
    )
  const last = passed.length > limit ? passed[limit - 1] : end
  return { rows: passed.slice(0, limit), next: last ? placeOf(last) : null }
}

/** The place before which both end. */
function earlier(after: Place | null, to: number): Place | null {
  return after !== null && after.at < to ? after : { at: to, kind: 'call', id: '' }
}

/** The records of this id, or whose id begins so; at most `limit`. */
export async function listById(db: D1Database, id: string, limit: number): Promise<Found[]> {
  const pages = await db.batch<Found>(
    KINDS.map((kind) =>
      db
        .prepare(
          `SELECT ${COLUMNS} FROM standings WHERE kind = ?1 AND id >= ?2 AND id < ?2 || char(1114111)
            ORDER BY id LIMIT ?3`,
        )
        .bind(kind, id, limit),
    ),
  )
  return pages
    .flatMap(({ results }) => results)
    .toSorted(byTime)
    .slice(0, limit)
}

/** By key: whatever waits for a parked system, is tried again, or is held by people in part. */
export type KeyedList = 'parked' | 'retrying' | 'held'

const KEYED: Record<KeyedList, string> = {
  parked: `SELECT DISTINCT kind, id FROM work WHERE parked_on IN (SELECT scope FROM parked)`,
  retrying: `SELECT DISTINCT kind, id FROM work
     WHERE error IS NOT NULL AND due_at IS NOT NULL AND parked_on IS NULL AND done < wanted`,
  held: `SELECT DISTINCT kind, id FROM held WHERE true`,
}

/** Such records, in the order of their keys. */
export async function listKeyed(
  db: D1Database,
  of: KeyedList,
  kinds: readonly Kind[],
  after: RecordKey | null,
  limit: number,
): Promise<Page<Found, RecordKey>> {
  const pages = await db.batch<Found>(
    kinds
      .filter((kind) => after === null || kind >= after.kind)
      .toSorted((a, b) => (a < b ? -1 : 1))
      .map((kind) =>
        db
          .prepare(
            `SELECT s.kind, s.id, s.occurred_at AS at, s.state, s.link
               FROM (${KEYED[of]} AND kind = ?1 AND id > ?2 ORDER BY id LIMIT ?3) k
               JOIN standings s ON s.kind = k.kind AND s.id = k.id ORDER BY s.id`,
          )
          .bind(kind, after?.kind === kind ? after.id : '', limit + 1),
      ),
  )
  const rows = pages.flatMap(({ results }) => results)
  const last = rows[limit - 1]
  return {
    rows: rows.slice(0, limit),
    next: rows.length > limit && last ? { kind: last.kind, id: last.id } : null,
  }
}

/** An id in which a listing and D1 differ. */
export interface Difference extends RecordKey {
  day: string // YYYY-MM-DD, UTC
  at: number // the record's, else its day's
  reason: string | null // why it could not be read
}

/** Where listings and D1 differ, newest day first. @param from and `to`: days, inclusive */
export async function listDifferences(
  db: D1Database,
  what: 'missing' | 'extra',
  filter: { kinds: readonly Kind[]; from: string | null; to: string | null },
  after: { day: string; kind: string; id: string } | null,
  limit: number,
): Promise<Page<Difference, { day: string; kind: Kind; id: string }>> {
  const pages = await db.batch<Difference>(
    filter.kinds.map((kind) =>
      db
        .prepare(
          `SELECT d.kind, d.id, d.day,
                  coalesce(r.occurred_at, CAST(strftime('%s', d.day) AS INTEGER) * 1000) AS at,
                  (SELECT l.reason FROM dead_letters l
                    WHERE l.stage = 'sweep' AND l.kind = d.kind AND l.id = d.id) AS reason
             FROM differences d LEFT JOIN records r ON r.kind = d.kind AND r.id = d.id
            WHERE d.what = ?1 AND d.kind = ?2 AND d.day >= coalesce(?3, '') AND d.day <= coalesce(?4, '9')
              AND d.day <= coalesce(?5, '9') AND (?5 IS NULL OR (d.day, d.kind, d.id) < (?5, ?6, ?7))
            ORDER BY d.day DESC, d.id DESC LIMIT ?8`,
        )
        .bind(
          what,
          kind,
          filter.from,
          filter.to,
          after?.day ?? null,
          after?.kind ?? null,
          after?.id ?? null,
          limit + 1,
        ),
    ),
  )
  const key = (row: Difference) => [row.day, row.kind, row.id]
  const rows = pages
    .flatMap(({ results }) => results)
    .toSorted((a, b) => compare(key(b), key(a)))
    .slice(0, limit + 1)
  const last = rows[limit - 1]
  return {
    rows: rows.slice(0, limit),
    next: rows.length > limit && last ? { day: last.day, kind: last.kind, id: last.id } : null,
  }
}

/** What a row of a list says of a record. */
export interface RecordLine extends RecordKey {
  at: number
  state: Standing
  link: LinkState | null
  direction: string | null
  durationSeconds: number | null
  status: string | null // of a call or text message, in OpenPhone's words
  subject: string | null
  text: string | null // how it begins
  sender: string | null // a mail's
  summary: string | null
  reason: string | null // why it is not analysed
  sentiment: string | null
  category: string | null
  leadScore: number | null
  party: string | null
  parties: number
  merchantId: string | null
  merchant: string | null
  pageId: string | null
  parkedOn: string | null
  tries: number // of owed work that failed before
  dueAt: number | null // when it is tried again
  owed: number // 0: nothing of its way to Notion is owed
  held: number // properties that people keep
}

/** The lines of these records, in their order. */
export async function recordLines(
  db: D1Database,
  keys: readonly RecordKey[],
): Promise<RecordLine[]> {
  if (keys.length === 0) return []
  const { results } = await db
    .prepare(
      `SELECT s.kind, s.id, s.occurred_at AS at, s.state, s.link,
              coalesce(rest.body ->> '$.direction', told.body ->> '$.direction',
                CASE s.outgoing WHEN 1 THEN 'outgoing' WHEN 0 THEN 'incoming' END) AS direction,
              coalesce(rest.body ->> '$.durationSeconds', told.body ->> '$.durationSeconds')
                AS durationSeconds,
              coalesce(rest.body ->> '$.status', told.body ->> '$.status') AS status,
              rest.body ->> '$.subject' AS subject,
              substr(coalesce(rest.body ->> '$.said', rest.body ->> '$.text', told.body ->> '$.text'),
                1, 300) AS text,
              rest.body ->> '$.from[0].address' AS sender,
              a.body ->> '$.summary' AS summary, a.reason,
              a.body ->> '$.sentiment.label' AS sentiment,
              a.body ->> '$.category.label' AS category, a.body ->> '$.leadScore' AS leadScore,
              (SELECT min(party) FROM timeline t WHERE t.kind = s.kind AND t.id = s.id) AS party,
              (SELECT count(*) FROM timeline t WHERE t.kind = s.kind AND t.id = s.id) AS parties,
              m.id AS merchantId, m.name AS merchant,
              CASE WHEN p.removed_at IS NULL THEN p.page_id END AS pageId,
              w.parked_on AS parkedOn, CASE WHEN w.error IS NULL THEN 0 ELSE w.tries END AS tries,
              w.due_at AS dueAt, w.kind IS NOT NULL AS owed,
              (SELECT count(*) FROM held h WHERE h.kind = s.kind AND h.id = s.id) AS held
         FROM json_each(?1) j
        CROSS JOIN standings s ON s.kind = j.value ->> 'kind' AND s.id = j.value ->> 'id'
         LEFT JOIN parts rest ON rest.kind = s.kind AND rest.id = s.id
          AND rest.part = CASE WHEN s.kind <> 'mail' OR EXISTS (SELECT 1 FROM parts x
             WHERE x.kind = s.kind AND x.id = s.id AND x.part = 'rest') THEN 'rest' ELSE 'routed' END
         LEFT JOIN parts told ON told.kind = s.kind AND told.id = s.id
          AND told.part = 'event:' || s.kind
         LEFT JOIN analyses a ON a.kind = s.kind AND a.id = s.id
         LEFT JOIN pages p ON p.kind = s.kind AND p.id = s.id
         LEFT JOIN merchants m ON m.id = (SELECT min(k.merchant_id) FROM timeline t
             JOIN merchant_keys k ON k.key = t.party WHERE t.kind = s.kind AND t.id = s.id)
         LEFT JOIN work w ON w.kind = s.kind AND w.id = s.id AND w.done < w.wanted
          AND w.stage = CASE WHEN EXISTS (SELECT 1 FROM work e WHERE e.kind = s.kind AND e.id = s.id
             AND e.stage = 'reconcile' AND e.done < e.wanted) THEN 'reconcile' ELSE 'enrich' END
        ORDER BY j.key`,
    )
    .bind(keysJson(keys))
    .all<RecordLine>()
  return results
}

/** A range of standings by time, newest first. `narrow` may name parameter 5. */
function rangeStatement(
  db: D1Database,
  narrow: string,
  kind: Kind,
  filter: RecordFilter,
  after: Place | null,
  rows: number,
  ...named: string[]
): D1PreparedStatement {
  const { from, to } = filter
  const [mood, about] = [`?${named.length + 5}`, `?${named.length + 6}`]
  // Behind the last one of the page before; of another kind the same moment may be behind it, too.
  const upper = after === null || (to !== undefined && to <= after.at) ? null : after
  const most = upper === null ? (to ?? Number.MAX_SAFE_INTEGER) - 1 : upper.at
  const id = upper === null || kind < upper.kind ? LAST : kind === upper.kind ? upper.id : ''
  return db
    .prepare(
      `SELECT ${COLUMNS}, ${SAYS('facets', mood, about)} AS says FROM standings
        WHERE ${narrow} kind = ?1 AND occurred_at >= ?2 AND occurred_at <= ?3
          AND (occurred_at, id) < (?3, ?4)
        ORDER BY occurred_at DESC, id DESC LIMIT ${rows}`,
    )
    .bind(kind, from ?? 0, most, id, ...named, ...facetsOf(filter))
}

/** Greater than any id. */
const LAST = '\u{10FFFF}'

async function inOrder(db: D1Database, statements: D1PreparedStatement[]): Promise<Seen[]> {
  if (statements.length === 0) return []
  const pages = await db.batch<Seen>(statements)
  return pages.flatMap(({ results }) => results).toSorted(byTime)
}

/** Newest first; the order within a moment is the same everywhere. */
function byTime(a: Place, b: Place): number {
  return b.at - a.at || compare([b.kind, b.id], [a.kind, a.id])
}

function compare(a: readonly string[], b: readonly string[]): number {
  for (const [nth, left] of a.entries()) {
    const right = b[nth] ?? ''
    if (left !== right) return left < right ? -1 : 1
  }
  return 0
}

function placeOf({ at, kind, id }: Place): Place {
  return { at, kind, id }
}

function pageOf(rows: Found[], limit: number): Page<Found> {
  const last = rows[limit - 1]
  return { rows: rows.slice(0, limit), next: rows.length > limit && last ? placeOf(last) : null }
}

/** @param rows how many were asked for: as many as came means that there may be more */
function lookedThrough(
  found: Seen[],
  rows: number,
  limit: number,
  passes: (row: Seen) => boolean,
): Page<Found> {
  const passed = found.filter(passes)
  const last = passed.length > limit ? passed[limit - 1] : found.at(-1)
  const more = passed.length > limit || found.length >= rows
  return { rows: passed.slice(0, limit), next: more && last ? placeOf(last) : null }
}
