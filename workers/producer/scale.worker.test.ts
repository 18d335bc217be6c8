/**
 * However much there is, an answer reads little: every GET operation of the API is asked, with every
 * choice that its query offers, over a database of years. Rows are counted as D1 bills them.
 */
import { expect, test } from 'vitest'
import type { Operation } from '@switchboard/shared/api/operation'
import { spokenCall } from '../testing/scenes.ts'
import { SEEDED, seed } from '../testing/seed.ts'
import { newWorld } from '../testing/world.ts'
import type { TestWorld } from '../testing/world.ts'
import { ROUTES } from './api/routes.ts'

const MOST_ROWS = 6500
const SEEDING_MS = 240_000
const asAdmin = { Authorization: 'Bearer admin-token' }

/** A file is as long as what it holds: it is read page by page, and no page of it is asked here. */
const isFile = ({ path }: Operation) => path.endsWith('.csv')
/** Another process answers for the sandbox, where there is one. */
const isSandbox = ({ path }: Operation) => path === '/api/sandbox'
const asked = ROUTES.map(({ operation }) => operation).filter(
  (operation) => operation.method === 'GET' && !isFile(operation) && !isSandbox(operation),
)

test('every answer reads at most a few thousand rows', { timeout: SEEDING_MS }, async () => {
  const world = await newWorld({ calls: [spokenCall()] })
  await world.backfill()
  const [record] = await world.rows<Record<'kind' | 'id', string>>(`SELECT kind, id FROM records`)
  await seed(world.db, Date.now())
  await world.cron('minute')
  const [counts] = await world.rows<Record<string, number>>(
    `SELECT (SELECT count(*) FROM stage_events) AS events, (SELECT count(*) FROM records) AS records,
            (SELECT count(*) FROM dead_letters) AS letters`,
  )
  for (const [what, count] of Object.entries(counts!))
    expect(count, what).toBeGreaterThanOrEqual(SEEDED[what as keyof typeof SEEDED])

  const offenders: unknown[] = []
  for (const operation of asked) {
    const path = await filled(world, operation.path, record!)
    for (const query of queriesOf(operation)) {
      let status = 0
      const reads = await world.d1.readsOf(async () => {
        const response = await world.fetch(`${path}${query}`, { headers: asAdmin })
        status = response.status
        await response.arrayBuffer()
      })
      const rows = reads.reduce((sum, read) => sum + read.rows, 0)
      const worst = reads.toSorted((one, other) => other.rows - one.rows).slice(0, 2)
      if (rows > MOST_ROWS || status !== 200)
        offenders.push({ asked: `${path}${query}`, status, rows, worst })
    }
  }
  expect(offenders).toEqual([])
})

/** Where a path names something: what there is of it. */
const NAMED: Record<string, Record<string, string>> = {
  '/api/queues/:name': { name: 'reconcile-bulk' },
  '/api/runs/:id': { id: 'cron:seeded' },
  '/api/runs/:id/progress': { id: 'cron:seeded' },
  '/api/runs/:id/records': { id: 'cron:seeded' },
  '/api/merchants/:id': { id: 'merchant7' },
  '/api/replays/:id': { id: 'replay7' },
  '/api/forget/:id': { id: 'forgetting7' },
  '/api/unmatched/:party': { party: '+13100030007' },
}

async function filled(
  world: TestWorld,
  path: string,
  record: Record<'kind' | 'id', string>,
): Promise<string> {
  if (!path.includes(':')) return path
  const names =
    NAMED[path] ?? (path.startsWith('/api/records/') ? record : { id: await firstOf(world, path) })
  let full = path
  for (const [parameter, value] of Object.entries(names))
    full = full.replace(`:${parameter}`, encodeURIComponent(value))
  return full
}

/** The first of the list that the path begins with. */
async function firstOf(world: TestWorld, path: string): Promise<string> {
  const list = path.slice(0, path.indexOf('/:'))
  const response = await world.fetch(list, { headers: asAdmin })
  const { items } = await response.json<{ items: { id: string }[] }>()
  return items[0]?.id ?? ''
}

/** Nothing, the longest page, and each choice that a parameter offers. */
function queriesOf({ query }: Operation): string[] {
  const { entries = {} } = query as { entries?: Record<string, unknown> }
  const queries = ['']
  for (const [name, schema] of Object.entries(entries)) {
    if (name === 'limit') queries.push('?limit=200')
    for (const choice of choicesOf(schema)) queries.push(`?${name}=${encodeURIComponent(choice)}`)
  }
  return queries
}

/** The options of a picklist, however deep it stands in its schema. */
function choicesOf(schema: unknown): string[] {
  if (typeof schema !== 'object' || schema === null) return []
  if ('options' in schema && Array.isArray(schema.options))
    return schema.options.flatMap((one: unknown) =>
      typeof one === 'string' ? [one] : choicesOf(one),
    )
  if ('pipe' in schema && Array.isArray(schema.pipe)) return schema.pipe.flatMap(choicesOf)
  return 'wrapped' in schema ? choicesOf(schema.wrapped) : []
}
