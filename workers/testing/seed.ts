/**
 * A database as large as years of traffic leave it: a million stage events, 50,000 dead letters,
 * 200,000 records with all that belongs to each. What triggers would count one by one is counted at
 * once, by the sums that the migrations count with.
 */
import type { D1Database } from '@cloudflare/workers-types'
import { rollUp } from '@switchboard/store/statistics'

export const SEEDED = { events: 1_000_000, letters: 50_000, records: 200_000, merchants: 800 }
const DAY = 86_400_000
const EVENT_DAYS = 30
const RECORD_DAYS = 400

/** SQL: numbers from 0 on, as many as the first parameter says. */
const NUMBERS = `WITH RECURSIVE n (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < ?1 - 1)`
const KIND = `CASE i % 3 WHEN 0 THEN 'call' WHEN 1 THEN 'message' ELSE 'mail' END`
const STAGE = `CASE i % 4 WHEN 0 THEN 'enrich' WHEN 1 THEN 'vectorize' WHEN 2 THEN 'reconcile' ELSE 'archive' END`
const PARTY = `'+1310' || substr('0000000' || (i % 40000), -7)`

/** @param now ms since epoch: everything is older */
export async function seed(db: D1Database, now: number): Promise<void> {
  const triggers = await db
    .prepare(`SELECT name, sql FROM sqlite_schema WHERE type = 'trigger'`)
    .all<{ name: string; sql: string }>()
  await db.batch(triggers.results.map(({ name }) => db.prepare(`DROP TRIGGER ${name}`)))
  for (const [count, sql] of inserts(now)) {
    const values = sql.includes('?2') ? [count, now] : [count]
    await db
      .prepare(sql)
      .bind(...values)
      .run()
  }
  await db.batch(SUMS.map((sql) => db.prepare(sql)))
  await db.batch(triggers.results.map(({ sql }) => db.prepare(sql)))
  // The last day is rolled up as the cron does it; the days before were like it.
  await rollUp(db, now - DAY, now)
  await db
    .prepare(
      `WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?1)
       INSERT OR IGNORE INTO stage_statistics
         (span, stage, lane, at, counts, waited, worked, waited_ms, worked_ms)
       SELECT span, stage, lane, at - i * ${DAY}, counts, waited, worked, waited_ms, worked_ms
         FROM n, stage_statistics WHERE span IN ('ten', 'hour', 'day') AND stage <> 'sweep'`,
    )
    .bind(EVENT_DAYS)
    .run()
}

function inserts(now: number): [number, string][] {
  const { events, letters, records, merchants } = SEEDED
  const eventStep = Math.floor((EVENT_DAYS * DAY) / events)
  const recordStep = Math.floor((RECORD_DAYS * DAY) / records)
  const occurred = `?2 - i * ${recordStep}`
  return [
    [
      events,
      `INSERT INTO stage_events (at, stage, kind, id, run_id, lane, attempt, outcome, waited_ms, worked_ms, error)
       ${NUMBERS} SELECT ?2 - (${events} - i) * ${eventStep}, ${STAGE}, ${KIND}, 'S' || (i % ${records}), 'cron:seeded',
         CASE WHEN i % 5 = 0 THEN 'live' ELSE 'bulk' END, 1,
         CASE WHEN i % 100 < 90 THEN 'done' WHEN i % 100 < 95 THEN 'retry'
           WHEN i % 100 < 97 THEN 'deadLetter' ELSE 'unchanged' END,
         i * 7919 % 60000, i * 31 % 900, NULL FROM n`,
    ],
    [
      records,
      `INSERT INTO records (kind, id, revision, occurred_at, stored_at, changed_at)
       ${NUMBERS} SELECT ${KIND}, 'S' || i, 1, ${occurred}, ${occurred} + 500, ${occurred} + 500 FROM n`,
    ],
    [
      records,
      `INSERT INTO work (kind, id, stage, lane, cause, wanted, done, due_at)
       ${NUMBERS} SELECT ${KIND}, 'S' || i, 'reconcile', 'bulk', 'backfill', 1, i % 4 > 0,
         CASE WHEN i % 4 = 0 THEN ?2 END FROM n`,
    ],
    [
      records,
      `INSERT INTO pages (kind, id, data_source_id, page_id, fingerprint, blocks, written_at)
       ${NUMBERS} SELECT ${KIND}, 'S' || i, 'source', 'page' || i, 'f', 1, ${occurred} + 900 FROM n`,
    ],
    [
      records,
      `INSERT INTO analyses (kind, id, fingerprint, model, prompt_version, body, analysed_at)
       ${NUMBERS} SELECT ${KIND}, 'S' || i, 'f', 'm', '1',
         '{"sentiment":{"label":"positive"},"leadScore":' || (i % 100) || ',"actionItems":[]}',
         ${occurred} + 700 FROM n`,
    ],
    [
      records,
      `INSERT INTO record_parties (party, kind, id) ${NUMBERS} SELECT ${PARTY}, ${KIND}, 'S' || i FROM n`,
    ],
    [
      records,
      `INSERT INTO timeline (party, occurred_at, kind, id, wants_reply, sentiment, lead_score,
         open_actions)
       ${NUMBERS} SELECT ${PARTY}, ${occurred}, ${KIND}, 'S' || i, i % 9 = 0, 'positive', i % 100, 0
         FROM n`,
    ],
    [
      records,
      `INSERT INTO standings (kind, id, day, occurred_at, state, link, needs, outgoing, facets)
       ${NUMBERS} SELECT ${KIND}, 'S' || i, date((${occurred}) / 1000, 'unixepoch'), ${occurred},
         CASE WHEN i % 40 = 0 THEN 'stuck' WHEN i % 40 = 1 THEN 'failing' WHEN i % 4 = 2 THEN 'way' ELSE 'filed' END,
         CASE WHEN i % 2 = 0 THEN 'linked' ELSE 'unmatched' END, i % 25 = 0, i % 3 = 0,
         '{"is:filed": 1, "mood:positive": 1, "linked": 1}' FROM n`,
    ],
    [
      letters,
      `INSERT INTO dead_letters (stage, kind, id, failure, reason, pattern, attempts, queue_message, run_id, first_at, last_at, closed_at)
       ${NUMBERS} SELECT ${STAGE}, ${KIND}, 'S' || i, CASE i % 2 WHEN 0 THEN 'record.refused' ELSE 'record.invalid' END,
         'field' || (i % 30) || ': is wrong for ' || i, 'field' || (i % 30) || ': is wrong for …', 3, '{}', 'cron:seeded',
         ?2 - i * 40000 - 5000, ?2 - i * 40000, CASE WHEN i % 5 = 0 THEN ?2 END FROM n`,
    ],
    [
      merchants,
      `INSERT INTO merchants (id, name, url, edited_at, seen_at)
       ${NUMBERS} SELECT 'merchant' || i, 'Shop number ' || i, NULL, ?2, ?2 FROM n`,
    ],
    [
      merchants,
      `INSERT INTO merchant_keys (key, merchant_id) ${NUMBERS} SELECT ${PARTY}, 'merchant' || i FROM n`,
    ],
    [
      merchants,
      `INSERT INTO contacts (id, name, version, deleted) ${NUMBERS} SELECT 'contact' || i, 'Ana ' || i, 1, 0 FROM n`,
    ],
    [
      merchants,
      `INSERT INTO contact_keys (key, contact_id) ${NUMBERS} SELECT ${PARTY}, 'contact' || i FROM n`,
    ],
    [
      50_000,
      `INSERT INTO run_records (run_id, kind, id, outcome)
       ${NUMBERS} SELECT 'cron:seeded', ${KIND}, 'S' || i,
         CASE i % 4 WHEN 0 THEN NULL WHEN 1 THEN 'failed' WHEN 2 THEN 'skipped' ELSE 'synced' END FROM n`,
    ],
    [
      2000,
      `INSERT INTO runs (id, since, until, started_at, finished_at)
       ${NUMBERS} SELECT 'cron:' || i, ?2 - i * 21600000 - ${30 * DAY}, ?2 - i * 21600000, ?2 - i * 21600000,
         ?2 - i * 21600000 + 600000 FROM n`,
    ],
    [
      1,
      `INSERT INTO runs (id, since, until, started_at)
       SELECT 'cron:seeded', ?2 - ?1 * ${30 * DAY}, ?2, ?2 - 60000`,
    ],
    [
      1,
      `INSERT INTO sweeps (run_id, sweep, page, due_at, done)
       SELECT 'cron:seeded', 'call', ?1, ?2, 0`,
    ],
    [
      50_000,
      `INSERT INTO audit (at, actor, role, action, target, status)
       ${NUMBERS} SELECT ?2 - i * 60000, 'Dana', 'admin', 'replayLetters', '/api/records/call/S' || i, 202 FROM n`,
    ],
    [
      50_000,
      `INSERT INTO files (key, kind, id, source_id, content_type, size_bytes, sha256, stored_at, tried_at)
       ${NUMBERS} SELECT 'calls/S' || i || '/CR1', ${KIND}, 'S' || i, 'CR1', 'audio/mpeg', 1000, 'hash', ?2, ?2 FROM n`,
    ],
    [
      1800,
      `INSERT INTO event_counts (day, type, outcome, count, last_at)
       ${NUMBERS} SELECT date(?2 / 1000 - 86400 * (i / 20), 'unixepoch'), 'type' || (i % 20), 'stored', 100,
         ?2 - ${DAY} * (i / 20) FROM n`,
    ],
    [
      500,
      `INSERT INTO gaps (webhook_id, delivery_id, type, resource_id, made_at, found_at, outcome)
       ${NUMBERS} SELECT 'WH1', 'msg' || i, 'call.completed', 'S' || i, ?2 - i * 3600000, ?2 - i * 3600000,
         'recovered' FROM n`,
    ],
    [
      500,
      `INSERT INTO replays (id, state, actor, pace, options, started_at, finished_at, succeeded)
       ${NUMBERS} SELECT 'replay' || i, 'completed', 'Dana', '"careful"',
         '{"fetchAnew":false,"withoutAi":false,"remakePages":false}', ?2 - i * 60000,
         ?2 - i * 60000 + 5000, 10 FROM n`,
    ],
    [
      50,
      `INSERT INTO forgettings (id, phase, keep_canvas, started_at, counts, finished_at)
       ${NUMBERS} SELECT 'forgetting' || i, 'finished', 0, ?2, '{}', ?2 FROM n`,
    ],
    ...samples(now),
  ]
}

/** Every minute, ten minutes and hour of a queue and a gate for as long as they are kept. */
function samples(now: number): [number, string][] {
  const queues = `'["sweep","enrich","enrich-bulk","vectorize","reconcile","reconcile-bulk","archive","enrich-dlq"]'`
  const spans = [
    ['minute', 60_000, 2880],
    ['ten', 600_000, 1296],
    ['hour', 3_600_000, 960],
  ] as const
  return [
    ...spans.map(([span, length, count]): [number, string] => [
      count,
      `INSERT INTO queue_samples (span, queue, at, backlog, bytes, oldest_at, owed)
       ${NUMBERS} SELECT '${span}', q.value, ${now - (now % length)} - i * ${length}, 5, 900, NULL, 50000
         FROM n, json_each(${queues}) q`,
    ]),
    [
      2880,
      `INSERT INTO gate_samples (gate, at, live, bulk, waiting_live, waiting_bulk)
       ${NUMBERS} SELECT g.value, ?2 - ?2 % 60000 - i * 60000, 3, 150, 0, 40
         FROM n, json_each('["notion","openphone","workers-ai","mailbox"]') g`,
    ],
  ]
}

const SUMS = [
  `INSERT OR REPLACE INTO letter_counts (state, stage, failure, pattern, kind, count)
   SELECT state, stage, failure, pattern, kind, count(*) FROM dead_letters
    GROUP BY state, stage, failure, pattern, kind`,
  `INSERT OR REPLACE INTO day_counts (kind, day, counts)
   SELECT kind, day, json_object('is:filed', count(*), 'mood:positive', count(*), 'linked', count(*))
     FROM standings GROUP BY kind, day`,
  `INSERT OR REPLACE INTO source_days (kind, day, listed, run_id, listed_at)
   SELECT kind, day, counts ->> '$."is:filed"', 'cron:0', 0 FROM day_counts`,
  `INSERT OR REPLACE INTO run_counts (run_id, kind, outcome, why, count)
   SELECT run_id, kind, coalesce(outcome, 'open'), '', count(*) FROM run_records
    GROUP BY run_id, kind, outcome`,
  `INSERT OR REPLACE INTO parties (party, calls, messages, mails, last_at, last_kind, last_id, merchants)
   SELECT p.party, sum(p.kind = 'call'), sum(p.kind = 'message'), sum(p.kind = 'mail'),
          max(r.occurred_at), p.kind, p.id,
          (SELECT count(*) FROM merchant_keys k WHERE k.key = p.party)
     FROM record_parties p JOIN records r ON r.kind = p.kind AND r.id = p.id GROUP BY p.party`,
  `INSERT OR REPLACE INTO party_counts (state, parties, talks) SELECT state, count(*), sum(talks) FROM parties GROUP BY state`,
]
