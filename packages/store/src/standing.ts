/**
 * How each record stands (docs/protocols.md#standings), made of facts wherever they change, so that
 * making it again changes nothing. The tables' triggers add the standings up by day.
 *
 *   filed    its page stands in Notion        failing  it does, and a later try has a dead letter
 *   way      it will be filed                 stuck    it will not: it has a dead letter
 *   removed  a person removed its page        skipped  there is nothing to file, and nothing owed
 */
import { STAGES } from '@switchboard/shared/kinds'
import type { RecordKey } from '@switchboard/shared/kinds'
import { keysJson } from './d1.ts'
import type { D1Database, D1PreparedStatement } from './d1.ts'
import { bucketSql } from './histogram.ts'
import { MOST_MERCHANTS_A_NUMBER } from './merchants.ts'
import { isOpen } from './open-actions.ts'

const STANDINGS = ['filed', 'failing', 'way', 'stuck', 'removed', 'skipped'] as const
export type Standing = (typeof STANDINGS)[number]

export const LINKS = ['linked', 'several', 'unmatched', 'anonymous'] as const
export type LinkState = (typeof LINKS)[number]

/** SQL: a stage's letters; a listing's or a webhook's say nothing of what is stored. */
const OF_STAGES = `stage IN (${STAGES.map((stage) => `'${stage}'`).join(', ')})`

/** SQL: the facts of each key in parameter 1, one row a record that is there. */
const FACTS = `
  SELECT r.kind, r.id, r.occurred_at, r.stored_at,
         p.page_id IS NOT NULL AND p.removed_at IS NULL AS filed,
         p.removed_at IS NOT NULL AS removed, p.written_at,
         EXISTS (SELECT 1 FROM dead_letters l WHERE l.kind = r.kind AND l.id = r.id
            AND l.closed_at IS NULL AND l.${OF_STAGES}) AS stuck,
         EXISTS (SELECT 1 FROM work w WHERE w.kind = r.kind AND w.id = r.id
            AND w.stage IN ('enrich', 'reconcile') AND w.done < w.wanted) AS owed,
         EXISTS (SELECT 1 FROM work w WHERE w.kind = r.kind AND w.id = r.id
            AND w.stage = 'reconcile' AND w.lane = 'live') AS live,
         (SELECT count(*) FROM record_parties rp WHERE rp.kind = r.kind AND rp.id = r.id) AS parties,
         (SELECT count(DISTINCT k.merchant_id) FROM record_parties rp
            JOIN merchant_keys k ON k.key = rp.party
           WHERE rp.kind = r.kind AND rp.id = r.id
             AND (SELECT count(*) FROM merchant_keys c WHERE c.key = rp.party)
               <= ${MOST_MERCHANTS_A_NUMBER}) AS merchants,
         CASE r.kind WHEN 'mail' THEN
           (SELECT EXISTS (SELECT 1 FROM directory d WHERE d.type = 'address'
                AND d.label = lower(x.body ->> '$.from[0].address'))
              FROM parts x WHERE x.kind = r.kind AND x.id = r.id
               AND x.part IN ('rest', 'routed', 'adopted') LIMIT 1)
         ELSE
           (SELECT x.body ->> '$.direction' = 'outgoing' FROM parts x
             WHERE x.kind = r.kind AND x.id = r.id
               AND x.part IN ('rest', 'event:call', 'event:message')
               AND x.body ->> '$.direction' IS NOT NULL LIMIT 1)
         END AS outgoing,
         CASE WHEN a.body IS NULL THEN 'none'
           ELSE coalesce(a.body ->> '$.sentiment.label', 'unknown') END AS mood,
         CASE WHEN a.body IS NULL THEN 'none'
           ELSE coalesce(a.body ->> '$.category.label', 'unknown') END AS category,
         a.body ->> '$.leadScore' AS lead,
         coalesce(json_array_length(a.body, '$.actionItems'), 0) AS items,
         EXISTS (SELECT 1 FROM json_each(a.body, '$.actionItems') i
            WHERE ${isOpen('r.kind', 'r.id', 'i.value')}) AS open,
         coalesce(a.body ->> '$.claims.made', 0) AS claims,
         coalesce(a.body ->> '$.claims.dropped', 0) AS dropped,
         o.state AS before, o.filed_ms AS filed_before
    FROM json_each(?1) j
   CROSS JOIN records r ON r.kind = j.value ->> 'kind' AND r.id = j.value ->> 'id'
    LEFT JOIN pages p ON p.kind = r.kind AND p.id = r.id
    LEFT JOIN analyses a ON a.kind = r.kind AND a.id = r.id
    LEFT JOIN standings o ON o.kind = r.kind AND o.id = r.id`

const STATED = `
  SELECT *,
         CASE WHEN filed THEN iif(stuck, 'failing', 'filed') WHEN removed THEN 'removed'
           WHEN stuck THEN 'stuck' WHEN owed THEN 'way' ELSE 'skipped' END AS state,
         CASE WHEN NOT filed THEN NULL WHEN parties = 0 THEN 'anonymous'
           WHEN merchants = 0 THEN 'unmatched' WHEN merchants = 1 THEN 'linked'
           ELSE 'several' END AS link,
         -- Only the first page is timed, and only where it was waited for.
         coalesce(filed_before, CASE WHEN filed AND live AND before = 'way'
           THEN max(0, written_at - stored_at) END) AS filed_ms,
         -- Whoever has done all that was to be done has answered the complaint too.
         iif(items > 0, open, category = 'complaint'
           OR (mood = 'negative' AND coalesce(outgoing, 0) = 0)) AS needs
    FROM (${FACTS})`

/**
 * Notes how these records stand, and what their revision said. For one batch, after all else in it.
 */
export function standStatements(db: D1Database, keys: readonly RecordKey[]): D1PreparedStatement[] {
  if (keys.length === 0) return []
  const json = keysJson(keys)
  return [
    db
      .prepare(
        `INSERT INTO standings (kind, id, day, occurred_at, state, link, needs, outgoing, filed_ms, facets)
         SELECT kind, id, date(occurred_at / 1000, 'unixepoch'), occurred_at, state, link, needs,
                outgoing, filed_ms, json_object(
                  'is:' || state, 1, 'link:' || coalesce(link, 'none'), 1, 'mood:' || mood, 1,
                  'about:' || category, 1, 'leads', lead IS NOT NULL, 'lead', coalesce(lead, 0),
                  'items', items, 'claims', claims, 'dropped', dropped,
                  'live:' || coalesce(${bucketSql('filed_ms')}, 'none'), filed_ms IS NOT NULL)
           FROM (${STATED}) WHERE true
         ON CONFLICT (kind, id) DO UPDATE SET day = excluded.day, occurred_at = excluded.occurred_at,
           state = excluded.state, link = excluded.link, needs = excluded.needs,
           outgoing = excluded.outgoing, filed_ms = excluded.filed_ms, facets = excluded.facets
         WHERE (standings.facets, standings.occurred_at, standings.needs, standings.outgoing)
            IS NOT (excluded.facets, excluded.occurred_at, excluded.needs, excluded.outgoing)`,
      )
      .bind(json),
    db
      .prepare(
        `INSERT INTO revisions (kind, id, revision, at, cause, told)
         SELECT r.kind, r.id, r.revision, r.changed_at,
                (SELECT w.cause FROM work w
                  WHERE w.kind = r.kind AND w.id = r.id AND w.stage = 'enrich'),
                (SELECT json_group_array(json_object('part', p.part, 'characters', length(p.body),
                     'status', p.body ->> '$.status', 'event', p.body ->> '$.event',
                     'lines', (SELECT sum(json_array_length(s.value, '$.utterances'))
                                 FROM json_each(p.body, '$.segments') s)))
                   FROM parts p WHERE p.kind = r.kind AND p.id = r.id AND p.stored_at = r.changed_at)
           FROM json_each(?1) j
          CROSS JOIN records r ON r.kind = j.value ->> 'kind' AND r.id = j.value ->> 'id'
          WHERE NOT EXISTS (SELECT 1 FROM revisions v
             WHERE v.kind = r.kind AND v.id = r.id AND v.revision = r.revision)`,
      )
      .bind(json),
  ]
}

/** So many records of the round a minute. */
const ROUND = 500
const MARKED = 1000

/**
 * Looks again at records whose letters moved, and at the next few of all: whatever changed a fact
 * without saying so is seen with the round at last. Standings of records that are gone go.
 */
export async function restand(db: D1Database): Promise<void> {
  const [marked, places, next] = await db.batch<RecordKey>([
    db.prepare(`SELECT kind, id FROM restanding LIMIT ${MARKED}`),
    db.prepare(`SELECT kind, id FROM standing_round`),
    db.prepare(
      `SELECT kind, id FROM records
        WHERE (kind, id) > (coalesce((SELECT kind FROM standing_round), ''),
                            coalesce((SELECT id FROM standing_round), ''))
        ORDER BY kind, id LIMIT ${ROUND}`,
    ),
  ])
  const [place] = places?.results ?? []
  const after = [place?.kind ?? '', place?.id ?? ''] as const
  const again = marked?.results ?? []
  const round = next?.results ?? []
  const last = round.length < ROUND ? null : round.at(-1)
  await db.batch([
    ...standStatements(db, again),
    db
      .prepare(
        `DELETE FROM restanding WHERE (kind, id) IN (
           SELECT value ->> 'kind', value ->> 'id' FROM json_each(?1))`,
      )
      .bind(keysJson(again)),
    ...standStatements(db, round),
    db
      .prepare(
        `DELETE FROM standings WHERE (kind, id) > (?1, ?2) AND (kind, id) <= (?3, ?4)
            AND NOT EXISTS (SELECT 1 FROM records r
              WHERE r.kind = standings.kind AND r.id = standings.id)`,
      )
      .bind(...after, last?.kind ?? '~', last?.id ?? ''),
    db
      .prepare(
        `INSERT INTO standing_round (one, kind, id) VALUES (1, ?1, ?2)
         ON CONFLICT (one) DO UPDATE SET kind = excluded.kind, id = excluded.id`,
      )
      .bind(last?.kind ?? '', last?.id ?? ''),
  ])
}
