/**
 * What people changed on the pages of one data source (docs/protocols.md#people-win): a query by
 * last edited time, a hundred pages a request, compared with the values that Notion returned to us
 * last. Never by editor or time: an automation of theirs edits in any name, and Notion tells the
 * minute only. It runs here, before the writes it protects: what is not updated needs no pass.
 */
import { peoples } from '@switchboard/notion/base'
import type { Base } from '@switchboard/notion/base'
import type { EditedPages } from '@switchboard/notion/pages'

export interface KnownPage {
  id: string
  pageId: string
  base: Base
  /** As it stands in D1: the edit counts only while it does. */
  baseJson: string
  held: Base
  writtenAt: number
}

export interface Edit {
  id: string
  property: string
  value: Base[string]
  baseJson: string
}

export interface EditPassPorts {
  now: () => number
  watermark(dataSourceId: string): number | null
  edited(dataSourceId: string, since: number | null, cursor: string | null): Promise<EditedPages>
  known(pageIds: string[]): Promise<KnownPage[]>
  /** The page by its id, which lags behind nothing; null: it is gone. */
  read(pageId: string): Promise<Base | null>
  hold(edits: Edit[]): Promise<void>
  passed(pass: { dataSourceId: string; watermark: number; passedAt: number }): Promise<void>
}

/** Windows overlap: Notion may cut times to the minute. */
const OVERLAP_MS = 2 * 60_000
/** A query may still show a page as it was before we wrote it. */
const MAY_LAG_MS = 5 * 60_000

/** One whole pass. @returns what people hold by it, by record id */
export async function editPass(
  dataSourceId: string,
  ports: EditPassPorts,
): Promise<Map<string, Base>> {
  const startedAt = ports.now()
  const watermark = ports.watermark(dataSourceId)
  const since = watermark === null ? null : watermark - OVERLAP_MS
  const held = new Map<string, Base>()
  let cursor: string | null = null
  do {
    const listed: EditedPages = await ports.edited(dataSourceId, since, cursor)
    const byPage = new Map(listed.pages.map((page) => [page.id, page.properties]))
    // What D1 knows is read after what Notion showed: a write of ours since then is in it.
    for (const page of await ports.known([...byPage.keys()])) {
      const edits = await editsOf(page, byPage.get(page.pageId) ?? {}, startedAt, ports)
      if (Object.keys(edits).length === 0) continue
      held.set(page.id, { ...held.get(page.id), ...edits })
      await ports.hold(
        Object.entries(edits).map(([property, value]) => ({
          id: page.id,
          property,
          value,
          baseJson: page.baseJson,
        })),
      )
    }
    cursor = listed.cursor
  } while (cursor !== null)
  await ports.passed({ dataSourceId, watermark: startedAt - MAY_LAG_MS, passedAt: startedAt })
  return held
}

async function editsOf(
  page: KnownPage,
  shown: Base,
  startedAt: number,
  ports: EditPassPorts,
): Promise<Base> {
  const known = { ...page.base, ...page.held }
  const edits = peoples(shown, known)
  if (Object.keys(edits).length === 0 || page.writtenAt < startedAt - MAY_LAG_MS) return edits
  const now = await ports.read(page.pageId)
  return now === null ? {} : peoples(now, known)
}
