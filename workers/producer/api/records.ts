/** Records: found, looked at, exported, worked again; and what people hold of them. */
import { sendOwed } from '@switchboard/consumer/send-owed'
import { ownFrom } from '@switchboard/identity/own'
import {
  exportRecords,
  listRecords,
  pageAgain,
  readRecord,
  releaseProperty,
  workAgain,
} from '@switchboard/shared/api/records'
import type { RecordRow } from '@switchboard/shared/api/records'
import { readSettings } from '@switchboard/shared/config'
import { replayCause } from '@switchboard/shared/queue-message'
import { listDirectory } from '@switchboard/store/directory'
import { findRecord } from '@switchboard/store/journey'
import { recordLines } from '@switchboard/store/record-list'
import { standStatements } from '@switchboard/store/standing'
import { workAgain as raise } from '@switchboard/store/work-again'
import { csvResponse } from '../records/csv.ts'
import { journeyOf } from '../records/journey.ts'
import { pageAgain as makeAgain, releaseProperty as handBack } from '../canvas/people.ts'
import { open } from '../ports.ts'
import type { Env } from '../ports.ts'
import { Refused } from '../door/problem.ts'
import { detailsOf } from '../records/record-details.ts'
import { rowOf } from '../records/record-row.ts'
import { findRecords } from '../records/record-search.ts'
import { expectedEnds } from '../records/record-wait.ts'
import { route } from './route.ts'

export const RECORD_ROUTES = [
  // Before the route of one record, whose path its own would fit.
  route(exportRecords, ({ query, env }) =>
    csvResponse('records.csv', CSV_HEAD, csvPages(query, env)),
  ),

  route(listRecords, ({ query: { cursor, limit, ...query }, env }) =>
    findRecords(env, query, cursor, limit),
  ),

  route(readRecord, async ({ params, env }) => {
    const now = Date.now()
    const stored = await findRecord(env.DB, params)
    if (stored === null) throw new Refused(404, 'There is no such record.')
    // One that the minute cron has not come to yet is looked at now.
    if (stored.facts.state === null) await env.DB.batch(standStatements(env.DB, [params]))
    const [line] = await recordLines(env.DB, [params])
    if (line === undefined) throw new Refused(404, 'There is no such record.')
    const settings = readSettings(env, ['DEFAULT_COUNTRY', 'OWN_MAIL_ADDRESSES'])
    const doneAt = await expectedEnds(env.DB, stored, now)
    const reader = {
      own: ownFrom(await listDirectory(env.DB), settings.OWN_MAIL_ADDRESSES),
      country: settings.DEFAULT_COUNTRY,
      doneAt,
    }
    return {
      record: detailsOf(stored, rowOf(line), reader),
      journey: journeyOf(stored, now, doneAt),
    }
  }),

  route(workAgain, async ({ params, body, env }) => {
    const { kind, id } = params
    const cause = replayCause({ fetchAnew: body.fetch, withoutAi: body.withoutAi })
    if (!(await raise(env.DB, params, cause, Date.now())))
      throw new Refused(404, 'There is no such record.')
    const ports = open(env)
    await sendOwed(ports.ledger, ports.queues, { keys: [{ kind, id }] }, ports.now)
    return { kind, id }
  }),

  route(releaseProperty, ({ params, body: { property }, env }) => handBack(params, property, env)),
  route(pageAgain, ({ params, env }) => makeAgain(params, env)),
]

const CSV_HEAD = [
  'Kind',
  'Id',
  'Time (UTC)',
  'State',
  'With',
  'Merchant',
  'Link',
  'Direction',
  'Text',
  'Sentiment',
  'Category',
  'Lead score',
  'Notion page',
]
const CSV_PAGE = 2000

/** Every page of the list, one after another. */
async function* csvPages(
  query: Parameters<typeof findRecords>[1],
  env: Env,
): AsyncGenerator<(string | number | null)[][]> {
  let cursor: string | undefined
  do {
    const page = await findRecords(env, query, cursor, CSV_PAGE)
    yield page.items.map(csvCells)
    cursor = page.nextCursor ?? undefined
  } while (cursor !== undefined)
}

function csvCells(row: RecordRow): (string | number | null)[] {
  return [
    row.kind,
    row.id,
    row.at,
    row.doing === null ? row.state : `${row.state}, ${row.doing}`,
    row.party,
    row.merchant?.name ?? null,
    row.link,
    row.direction,
    row.text,
    row.sentiment,
    row.category,
    row.leadScore,
    row.pageUrl,
  ]
}
