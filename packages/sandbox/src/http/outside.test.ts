import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'vitest'
import { CALLS_DATA_SOURCE_ID, CANVAS_DATABASE_ID } from './notion/workspace.ts'
import { type Outside, startOutside } from './outside.ts'
import type { RequestCounts } from './requests.ts'
import { callAt, mailAt, merchant, smallWorld } from './small-world.ts'

async function totalsOf(outside: Outside): Promise<Record<string, number>> {
  const doors = [outside.openphone, outside.notion, outside.mailbox]
  const counts = await Promise.all(
    doors.map(async ({ url }) => {
      const response = await fetch(`${url}/__sandbox/requests`)
      return (await response.json()) as RequestCounts
    }),
  )
  return Object.fromEntries(counts.map(({ api, total }) => [api, total]))
}

test('three doors over one world, with settings that open them', async ({ expect }) => {
  const stateDir = mkdtempSync(join(tmpdir(), 'outside-'))
  let world = smallWorld({
    calls: [callAt('2026-11-01T10:00:00Z')],
    mails: [mailAt('2026-11-01T10:00:00Z')],
  })
  const outside = await startOutside({ stateDir, world: () => world, limits: true })
  try {
    const { settings } = outside
    const calls = await fetch(`${settings['OPENPHONE_BASE_URL']}/calls`, {
      headers: {
        authorization: settings['OPENPHONE_API_KEY'] ?? '',
        'quo-api-version': '2026-03-30',
      },
    })
    expect(calls.status).toBe(200)
    const database = await fetch(
      `${settings['NOTION_BASE_URL']}/v1/databases/${settings['NOTION_CALLS_DATABASE_ID']}`,
      {
        headers: {
          authorization: `Bearer ${settings['NOTION_TOKEN']}`,
          'notion-version': '2026-03-11',
        },
      },
    )
    expect(await database.json()).toMatchObject({ data_sources: [{ id: CALLS_DATA_SOURCE_ID }] })
    const session = await fetch(settings['JMAP_SESSION_URL'] ?? '', {
      headers: { authorization: `Bearer ${settings['JMAP_TOKEN']}` },
    })
    expect(await session.json()).toMatchObject({ username: 'hello@ours.example' })
    expect(await totalsOf(outside)).toEqual({ openphone: 1, notion: 1, mailbox: 1 })

    world = { ...world, merchants: [...world.merchants, merchant('New Deli')] }
    outside.reseed()
    expect(outside.notion.pages(CANVAS_DATABASE_ID)).toHaveLength(2)
  } finally {
    await outside.close()
    rmSync(stateDir, { recursive: true })
  }
})
