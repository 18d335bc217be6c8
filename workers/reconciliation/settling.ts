/**
 * What Notion holds of creates whose outcome nobody knows (docs/protocols.md#one-page). The first
 * one that asks in an invocation asks for all of its kind that must have landed by now, so that
 * a hundred doubtful creates cost two queries and not two hundred.
 */
import type { FoundPage } from '@switchboard/notion/pages'

/** A create that was sent at `sentAt`, ms since epoch. */
export interface Doubtful {
  id: string
  sentAt: number
}

export interface SettlingPorts {
  settleMs: number
  now: () => number
  sleep: (ms: number) => Promise<void>
  /** Creates of this kind that were sent before `before`, oldest first. */
  doubtful(before: number): Promise<Doubtful[]>
  /** @param trashed looks into the trash instead */
  find(
    dataSourceId: string,
    ids: string[],
    trashed: boolean,
  ): Promise<ReadonlyMap<string, FoundPage[]>>
}

/** Oldest first. The trash is looked into only where nothing else is found. */
export interface Settled {
  pages: FoundPage[]
  trashed: FoundPage[]
}

/** Two queries, 5 s apart where a create settles in 150 s: one may be answered by a replica that lags. */
const BETWEEN_QUERIES = 1 / 30
/** Conditions of one query; Notion takes a hundred. */
const MOST_AT_ONCE = 50

/**
 * The pages of a create that must have landed by now. What a query found before is the answer for
 * the very same create only: a later one of the same record is asked for anew.
 */
export function settling(
  ports: SettlingPorts,
): (dataSourceId: string, create: Doubtful) => Promise<Settled> {
  const known = new Map<string, { sentAt: number; found: Promise<Settled> }>()
  return async (dataSourceId, create) => {
    const before = known.get(create.id)
    if (before?.sentAt === create.sentAt) return before.found
    const others = await ports.doubtful(ports.now() - ports.settleMs)
    const asked = [create, ...others.filter(({ id }) => id !== create.id)].slice(0, MOST_AT_ONCE)
    const answer = findTwice(
      ports,
      dataSourceId,
      asked.map(({ id }) => id),
    )
    for (const { id, sentAt } of asked)
      known.set(id, { sentAt, found: answer.then((found) => found.get(id) ?? NOTHING) })
    try {
      await answer
    } catch (error) {
      for (const { id } of asked) known.delete(id)
      throw error
    }
    return known.get(create.id)?.found ?? NOTHING
  }
}

const NOTHING: Settled = { pages: [], trashed: [] }

async function findTwice(
  ports: SettlingPorts,
  dataSourceId: string,
  ids: string[],
): Promise<Map<string, Settled>> {
  const first = await ports.find(dataSourceId, ids, false)
  await ports.sleep(ports.settleMs * BETWEEN_QUERIES)
  const second = await ports.find(dataSourceId, ids, false)
  const pages = new Map(
    ids.map((id) => [id, oldestFirst([...(first.get(id) ?? []), ...(second.get(id) ?? [])])]),
  )
  const missing = ids.filter((id) => pages.get(id)?.length === 0)
  const trash = missing.length === 0 ? null : await ports.find(dataSourceId, missing, true)
  return new Map(
    ids.map((id) => [
      id,
      { pages: pages.get(id) ?? [], trashed: oldestFirst(trash?.get(id) ?? []) },
    ]),
  )
}

function oldestFirst(found: FoundPage[]): FoundPage[] {
  const byId = new Map(found.map((one) => [one.id, one]))
  return [...byId.values()].toSorted((a, b) => Date.parse(a.createdAt) - Date.parse(b.createdAt))
}
