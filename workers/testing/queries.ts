/** Requests to Notion by what they are about: other parts of the system ask meanwhile, too. */
import type { SourceRole } from '@switchboard/shared/kinds'
import { vi } from 'vitest'
import type { TestWorld } from './world.ts'

/** Counts, from now on, how often each of these data sources is queried. */
export async function countQueries(
  world: TestWorld,
  roles: readonly SourceRole[],
): Promise<() => Record<string, number>> {
  const sources = await world.rows<{ role: string; id: string }>(
    `SELECT role, data_source_id AS id FROM notion_sources`,
  )
  const counts: Record<string, number> = Object.fromEntries(roles.map((role) => [role, 0]))
  const { fetch } = globalThis
  vi.stubGlobal('fetch', (input: RequestInfo, init?: RequestInit) => {
    const { url } = new Request(input, init)
    for (const { role, id } of sources)
      if (url.endsWith(`/${id}/query`) && role in counts) counts[role] = (counts[role] ?? 0) + 1
    return fetch(input, init)
  })
  return () => counts
}
