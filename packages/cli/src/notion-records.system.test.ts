/** Repair and release on a real D1 and the sandbox's Notion. */
import type { D1Database } from '@cloudflare/workers-types'
import { connect } from '@switchboard/notion/client'
import { smallWorld } from '@switchboard/sandbox/http/small-world'
import { startOutside } from '@switchboard/sandbox/http/outside'
import {
  CALLS_DATABASE_ID,
  CALLS_DATA_SOURCE_ID,
  CANVAS_DATABASE_ID,
  MAIL_DATABASE_ID,
  MESSAGES_DATABASE_ID,
} from '@switchboard/sandbox/http/notion/workspace'
import { Miniflare, convertV4MiniflareOptions } from 'miniflare'
import { beforeAll, describe, onTestFinished, test } from 'vitest'
import { migrate } from './migrate.ts'
import { release, repair } from './notion-records.ts'
import type { NotionWorld } from './notion-world.ts'

let db: D1Database
beforeAll(async () => {
  const miniflare = new Miniflare(
    convertV4MiniflareOptions({
      workers: [
        {
          name: 'idle',
          compatibilityDate: '2026-11-01',
          modules: [{ type: 'ESModule', path: 'idle.mjs', contents: 'export default {}' }],
          d1Databases: ['DB'],
        },
      ],
      cf: false,
    }),
  )
  db = await miniflare.getD1Database('DB', 'idle')
  await migrate(db)
  return () => miniflare.dispose()
})

async function newScene() {
  for (const table of ['pages', 'work', 'records', 'held'])
    await db.prepare(`DELETE FROM ${table}`).run()
  let now = Date.now()
  const outside = await startOutside({
    world: () => smallWorld(),
    limits: false,
    visibilityMs: 0,
    clock: () => now,
  })
  onTestFinished(() => outside.close())
  const said: string[] = []
  const world: NotionWorld = {
    notion: connect({
      baseUrl: outside.notion.url,
      token: outside.settings['NOTION_TOKEN'] ?? '',
      timeoutMs: 5000,
      outside: {
        fetch: (input, init) => fetch(input, init),
        pace: { acquire: async () => {}, hold: async () => {} },
        now: Date.now,
      },
    }),
    databases: {
      canvas: CANVAS_DATABASE_ID,
      call: CALLS_DATABASE_ID,
      message: MESSAGES_DATABASE_ID,
      mail: MAIL_DATABASE_ID,
    },
    links: true,
    database: async () => db,
    close: async () => {},
  }
  return {
    world,
    said,
    notion: outside.notion,
    say: (line: string) => said.push(line),
    /** A page of ours. */
    async page(callId: string, duration = 1): Promise<string> {
      now += 60_000 // Notion tells creation to the minute
      const made = await world.notion.client.pages.create({
        parent: { type: 'data_source_id', data_source_id: CALLS_DATA_SOURCE_ID },
        properties: {
          'Call ID': { title: [{ text: { content: callId } }] },
          Duration: { number: duration },
        },
      })
      return made.id
    },
    /** A record that is filed on that page; null: on none. */
    async record(id: string, pageId: string | null): Promise<void> {
      await db.batch([
        db
          .prepare(
            `INSERT INTO records (kind, id, revision, occurred_at, stored_at, changed_at) VALUES ('call', ?1, 1, 1, 1, 1)`,
          )
          .bind(id),
        db
          .prepare(
            `INSERT INTO work (kind, id, stage, lane, cause, wanted, done) VALUES ('call', ?1, 'reconcile', 'bulk', 'backfill', 1, 1)`,
          )
          .bind(id),
        db
          .prepare(
            `INSERT INTO pages (kind, id, data_source_id, page_id, fingerprint, base) VALUES ('call', ?1, ?2, ?3, 'f', '{}')`,
          )
          .bind(id, CALLS_DATA_SOURCE_ID, pageId),
      ])
    },
    async map(): Promise<Record<string, unknown>> {
      const { results } = await db
        .prepare(`SELECT id, page_id FROM pages ORDER BY id`)
        .all<{ id: string; page_id: string }>()
      return Object.fromEntries(results.map((row) => [row.id, row.page_id]))
    },
    /** Ids of the pages that are not trashed. */
    left: () =>
      outside.notion
        .pages(CALLS_DATABASE_ID)
        .filter((page) => page['in_trash'] === false)
        .map((page) => page['id']),
  }
}

const touch = { properties: { Category: { select: { name: 'by hand' } } } }

describe('repair', () => {
  test('keeps the oldest of ours, trashes our untouched others, tells the rest', async ({
    expect,
  }) => {
    const scene = await newScene()
    const { notion, world, said, say } = scene
    const oldest = await scene.page('AC1')
    await scene.page('AC1')
    const touched = await scene.page('AC1')
    notion.editAsPerson(touched, touch)
    const theirs = notion.createAsPerson(CALLS_DATABASE_ID, {
      'Call ID': { title: [{ text: { content: 'AC1' } }] },
    })['id']
    const alone = await scene.page('AC2')
    await scene.record('AC1', oldest)
    await scene.record('AC2', alone)

    expect(await repair(world, say)).toBe(false)
    expect(scene.left()).toEqual([oldest, touched, theirs, alone])
    expect(said).toEqual([
      expect.stringMatching(/^Left Calls AC1: not ours, or a person touched it: https:/),
      expect.stringMatching(/^Left Calls AC1: /),
      'Calls: 5 pages, 3 doubles, 1 trashed, 2 left, 0 mapped anew',
      'Messages: 0 pages, 0 doubles, 0 trashed, 0 left, 0 mapped anew',
      'Mail: 0 pages, 0 doubles, 0 trashed, 0 left, 0 mapped anew',
    ])
    expect(await scene.map()).toEqual({ AC1: oldest, AC2: alone })
  })

  test('mends the map, and has what it mended reconciled', async ({ expect }) => {
    const scene = await newScene()
    const oldest = await scene.page('AC1', 5)
    const newer = await scene.page('AC1', 6)
    const lost = await scene.page('AC2')
    await scene.record('AC1', newer)
    await scene.record('AC2', null)
    await scene.page('AC3') // of no record that D1 knows

    expect(await repair(scene.world, scene.say)).toBe(true)
    expect(await scene.map()).toEqual({ AC1: oldest, AC2: lost })
    expect(scene.said[0]).toBe('Calls: 4 pages, 1 doubles, 1 trashed, 0 left, 2 mapped anew')
    const { results } = await db
      .prepare(
        `SELECT w.id, w.wanted, p.fingerprint, p.base ->> 'Duration' AS duration
           FROM work w JOIN pages p ON p.kind = w.kind AND p.id = w.id ORDER BY w.id`,
      )
      .all()
    expect(results).toEqual([
      { id: 'AC1', wanted: 2, fingerprint: null, duration: 5 },
      { id: 'AC2', wanted: 2, fingerprint: null, duration: 1 },
    ])
    expect(await repair(scene.world, scene.say)).toBe(true)
    expect(scene.said.slice(3)[0]).toBe(
      'Calls: 3 pages, 0 doubles, 0 trashed, 0 left, 0 mapped anew',
    )
  })

  test('keeps the page that a person works on where the map knows it', async ({ expect }) => {
    const scene = await newScene()
    await scene.page('AC1')
    const mapped = await scene.page('AC1')
    scene.notion.editAsPerson(mapped, touch)
    await scene.record('AC1', mapped)
    expect(await repair(scene.world, scene.say)).toBe(true)
    expect(scene.left()).toEqual([mapped])
  })

  test('leaves alone what is still being made', async ({ expect }) => {
    const scene = await newScene()
    const pages = [await scene.page('AC1'), await scene.page('AC1')]
    await scene.record('AC1', null)
    await db.prepare(`UPDATE pages SET sent_at = ?1`).bind(Date.now()).run()
    await repair(scene.world, scene.say)
    expect(scene.left()).toEqual(pages)
    expect(scene.said[0]).toBe('Left Calls AC1: its page is still being made')
  })
})

test('release hands a property back', async ({ expect }) => {
  const scene = await newScene()
  await scene.record('AC1', await scene.page('AC1'))
  expect(await release(scene.world, ['call', 'AC1', 'Category'], scene.say)).toBe(false)
  await db
    .prepare(
      `INSERT INTO held (kind, id, property, value, at) VALUES ('call', 'AC1', 'Category', '"by hand"', 1)`,
    )
    .run()
  expect(await release(scene.world, ['call', 'AC1', 'Category'], scene.say)).toBe(true)
  expect(scene.said).toEqual([
    'No person holds "Category" of this record.',
    'Released: the next start writes "Category" again.',
  ])
  await expect(release(scene.world, ['call', 'AC1', 'Colour'], scene.say)).rejects.toThrow(
    'Calls has no property "Colour" of ours.',
  )
})
