/**
 * The database is restored to an earlier time (D1's Time Travel, or an older copy of its file), and
 * Notion is not: one page a record all the same (docs/protocols.md#restored).
 */
import { describe, expect, test } from 'vitest'
import { oneOfEach, saying, textMessages } from '../testing/scenes.ts'
import { newWorld, textOf } from '../testing/world.ts'
import type { TestWorld } from '../testing/world.ts'

const MINUTE = 60_000
const KINDS = ['call', 'message', 'mail'] as const
type Rows = Map<string, Record<string, unknown>[]>

/** Every table as it stands. */
async function snapshot(world: TestWorld): Promise<Rows> {
  const tables = await world.rows<{ name: string }>(
    `SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE '%~_cf~_%' ESCAPE '~'
        AND name NOT LIKE 'sqlite~_%' ESCAPE '~' AND name <> 'd1_migrations'
      ORDER BY name IN ('merchant_keys', 'contact_keys')`, // what refers to others comes last
  )
  const all: Rows = new Map()
  for (const { name } of tables) {
    // Columns that are computed are none to put back.
    const columns = await world.rows<{ name: string }>(
      `SELECT name FROM pragma_table_info(?1)`,
      name,
    )
    const listed = columns.map((column) => `"${column.name}"`).join(', ')
    all.set(name, await world.rows(`SELECT ${listed} FROM "${name}"`))
  }
  return all
}

/** What D1 was then; the queues and everything outside stay as they are. */
async function restore(world: TestWorld, all: Rows): Promise<void> {
  const names = [...all.keys()]
  await world.db.batch(names.toReversed().map((name) => world.db.prepare(`DELETE FROM "${name}"`)))
  for (const name of names) {
    const rows = all.get(name) ?? []
    const statements = rows.map((row) => {
      const columns = Object.keys(row)
      const marks = columns.map((_column, at) => `?${at + 1}`)
      // What a trigger has just counted is counted there already.
      return world.db
        .prepare(
          `INSERT OR REPLACE INTO "${name}" (${columns.join(', ')}) VALUES (${marks.join(', ')})`,
        )
        .bind(...Object.values(row))
    })
    if (statements.length > 0) await world.db.batch(statements)
  }
}

/** Record id -> how many pages it has outside the trash. */
async function pagesEach(world: TestWorld): Promise<Record<string, number>> {
  const counts: Record<string, number> = {}
  for (const kind of KINDS)
    for (const page of await world.pages(kind)) {
      if (page.in_trash) continue
      const id = textOf(
        page,
        { call: 'Call ID', message: 'Message ID', mail: 'MIME Message ID' }[kind],
      )
      counts[id] = (counts[id] ?? 0) + 1
    }
  return counts
}

function once(ids: string[]): Record<string, number> {
  return Object.fromEntries(ids.map((id) => [id, 1]))
}

const refuse = () => Promise.reject(new Error('internal error (10001)'))

const TEXTS = textMessages(60)
const IDS = TEXTS.map(({ id }) => id)

/** Thirty records are filed, D1 is remembered, thirty more are filed. */
async function sixtyFiled(between: (world: TestWorld) => Promise<void> = async () => {}) {
  const world = await newWorld({ textMessages: TEXTS.slice(0, 30) })
  await world.backfill()
  await world.minutes(2)
  await between(world)
  const before = await snapshot(world)
  world.advance(60 * MINUTE)
  await world.change({ textMessages: TEXTS })
  await world.backfill()
  await world.minutes(5)
  expect(await pagesEach(world)).toEqual(once(IDS))
  return { world, before }
}

async function isWell(world: TestWorld): Promise<void> {
  expect(await pagesEach(world)).toEqual(once(IDS))
  expect(await world.owed()).toEqual([])
  expect(await world.letters()).toEqual([])
  expect(await world.parked()).toEqual([])
  expect(
    await world.rows(`SELECT count(*) AS mapped, count(DISTINCT page_id) AS pages FROM pages`),
  ).toEqual([{ mapped: 60, pages: 60 }])
}

describe('a database that was restored', () => {
  test('to an hour ago: sixty records, one page each, and none is made while it is parked', async () => {
    const { world, before } = await sixtyFiled()
    await restore(world, before)
    const made = await world.requests('notion', 'POST /v1/pages')
    await world.backfill()
    expect(await world.parked()).toEqual(['notion:call', 'notion:mail', 'notion:message'])
    const [parked] = await world.rows<{ reason: string }>(`SELECT reason FROM parked`)
    expect(parked?.reason).toMatch(/restored to an earlier time/)
    await world.minutes(2)
    expect(await world.parked()).toHaveLength(3)
    await world.minutes(4)
    await isWell(world)
    expect(await world.requests('notion', 'POST /v1/pages')).toBe(made)
  })

  test('before any cron has noticed: the stage itself does', async () => {
    const { world, before } = await sixtyFiled()
    await restore(world, before)
    const made = await world.requests('notion', 'POST /v1/pages')
    // As of then, the thirty that followed were still to be listed and filed.
    await world.db
      .prepare(`UPDATE work SET wanted = wanted + 1, due_at = ?1 WHERE stage = 'reconcile'`)
      .bind(Date.now())
      .run()
    await world.db.prepare(`DELETE FROM pages`).run()
    const bodies = IDS.slice(0, 30).map((id) => ({
      v: 1,
      kind: 'message',
      id,
      lane: 'live',
      cause: 'webhook',
      enqueuedAt: Date.now(),
    }))
    await world.deliver('reconcile', bodies)
    expect(await world.requests('notion', 'POST /v1/pages')).toBe(made)
    expect((await world.owed()).map(({ tries }) => tries)).toEqual(Array(30).fill(0))
    await world.minutes(6)
    await world.backfill()
    await world.minutes(2)
    await isWell(world)
    expect(await world.requests('notion', 'POST /v1/pages')).toBe(made)
  })

  test('that is restored once more while pages are looked up', async () => {
    const { world, before } = await sixtyFiled()
    await restore(world, before)
    await world.minutes(2)
    await restore(world, before)
    await world.backfill()
    await world.minutes(8)
    await isWell(world)
  })

  test('to nothing at all: every page is taken in', async () => {
    const { world, before } = await sixtyFiled()
    await restore(world, new Map([...before.keys()].map((name) => [name, []])))
    await world.backfill()
    await world.minutes(6)
    await isWell(world)
  })

  test('does not make again what a person removed since', async () => {
    const { world, before } = await sixtyFiled()
    const page = (await world.pages('message')).find((one) => textOf(one, 'Message ID') === 'ACT45')
    await world.outside('notion', 'editAsPerson', page?.id, { in_trash: true })
    await restore(world, before)
    await world.backfill()
    await world.minutes(6)
    expect(await pagesEach(world)).toEqual(once(IDS.filter((id) => id !== 'ACT45')))
    expect(await world.rows(`SELECT id FROM pages WHERE removed_at IS NOT NULL`)).toEqual([
      { id: 'ACT45' },
    ])
    expect(await world.owed()).toEqual([])
  })

  test('keeps what people changed since, and goes on with what it wrote itself', async () => {
    const { world, before } = await sixtyFiled()
    const byId = async (id: string) =>
      (await world.pages('message')).find((page) => textOf(page, 'Message ID') === id)
    for (const id of ['ACT3', 'ACT45'])
      await world.outside('notion', 'editAsPerson', (await byId(id))?.id, {
        properties: { Category: { select: { name: 'by hand' } } },
      })
    const changed = TEXTS.map((text, nth) =>
      [3, 7, 45, 50].includes(nth) ? saying(text, `Never mind ${nth}.`, 5) : text,
    )
    await restore(world, before)
    await world.change({ textMessages: changed })
    await world.backfill()
    await world.minutes(8)
    for (const [id, words] of [
      ['ACT7', 'Never mind 7.'],
      ['ACT50', 'Never mind 50.'],
    ] as const)
      expect(textOf(await byId(id), 'Content')).toBe(words)
    expect(textOf(await byId('ACT3'), 'Content')).toBe('Never mind 3.')
    for (const id of ['ACT3', 'ACT45'])
      expect((await byId(id))?.properties['Category']).toMatchObject({
        select: { name: 'by hand' },
      })
    await isWell(world)
  })

  test('doubles that it finds are settled: the oldest of ours stays', async () => {
    const { world, before } = await sixtyFiled()
    await restore(world, before)
    // As if somebody had filed two of them before it was noticed.
    const source = await world.rows<{ id: string }>(
      `SELECT data_source_id AS id FROM notion_sources WHERE role = 'message'`,
    )
    for (const id of ['ACT40', 'ACT41'])
      await fetch(`${world.env['NOTION_BASE_URL'] as string}/v1/pages`, {
        method: 'POST',
        headers: {
          authorization: `Bearer ${world.env['NOTION_TOKEN'] as string}`,
          'notion-version': '2026-03-11',
          'content-type': 'application/json',
        },
        body: JSON.stringify({
          parent: { type: 'data_source_id', data_source_id: source[0]?.id },
          properties: { 'Message ID': { title: [{ text: { content: id } }] } },
        }),
      })
    await world.backfill()
    await world.minutes(8)
    await isWell(world)
  })
})

describe('a heart that beats', () => {
  test('costs one request to R2 a minute', async () => {
    const world = await newWorld()
    await world.minutes(2)
    const asked: string[] = []
    const files = world.env.FILES
    world.env.FILES = new Proxy(files, {
      get: (target, name: keyof R2Bucket) => {
        asked.push(name)
        return target[name]
      },
    })
    await world.minutes(5)
    expect(asked).toEqual(Array(5).fill('put'))
  })

  test.each(['before', 'after'] as const)(
    'and dies %s its beat outside goes on without an alarm',
    async (when) => {
      const world = await newWorld(oneOfEach())
      await world.minutes(2)
      for (let nth = 0; nth < 3; nth++) {
        world.crash.planAt(when, 'put heartbeat')
        await expect(world.cron('minute')).rejects.toThrow('killed')
      }
      await world.minutes(3)
      expect(await world.parked()).toEqual([])
      const [beats] = await world.rows<{ beat: number; at: number }>(
        `SELECT beat, at FROM heartbeat`,
      )
      expect(beats?.at).toBe(Date.now())
    },
  )

  test('that stood still for a day is no restored one', async () => {
    const world = await newWorld(oneOfEach())
    await world.backfill()
    world.advance(24 * 60 * MINUTE)
    await world.change({ textMessages: textMessages(3) })
    await world.backfill()
    expect(await world.parked()).toEqual([])
    expect(await world.owed()).toEqual([])
  })

  test('beats on while R2 does not answer, and no record waits', async () => {
    const world = await newWorld()
    await world.minutes(1)
    const files = world.env.FILES
    world.env.FILES = { ...files, put: refuse, get: refuse }
    await world.minutes(5)
    await world.change({ textMessages: textMessages(1) })
    await world.backfill()
    expect(await world.owed()).toEqual([])
    expect(await world.pages('message')).toHaveLength(1)
  })
})
