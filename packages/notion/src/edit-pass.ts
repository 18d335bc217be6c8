/**
 * What people changed on the pages of one data source (docs/protocols.md#people-win): a query by
 * last edited time, a hundred pages a request, compared with the values that Notion returned to us
 * last. Never by editor or time: an automation of theirs edits in any name, and Notion tells the
 * minute only. What is not updated needs no pass.
 */
import * as v from 'valibot'
import type { Kind } from '@switchboard/shared/kinds'
import { Base, PlainValue, peoples } from './base.ts'
import type { Notion } from './client.ts'
import { MissingPage, TrashedPage } from './errors.ts'
import { editedPages, readPage } from './pages.ts'

/** A page as D1 knows it. */
export interface KnownPage {
  id: string // of the record
  pageId: string
  base: string | null // JSON; null: what stands there is not known
  held: string // JSON object: property -> value as JSON text
  writtenAt: number | null
}

/** A property that a person changed. It counts only while the base that told of it stands. */
export interface Edit {
  id: string
  property: string
  value: string // JSON
  base: string // as in D1
}

export interface Pass {
  dataSourceId: string
  watermark: number
  passedAt: number
}

export interface EditPassPorts {
  /** Edits before it are known, ms since epoch; null: none is. */
  watermark: number | null
  known(pageIds: string[]): Promise<KnownPage[]>
  hold(edits: Edit[]): Promise<unknown>
  passed(pass: Pass): Promise<void>
}

/** Windows overlap: Notion may cut times to the minute. */
const OVERLAP_MS = 2 * 60_000
/** A query may still show a page as it was before we wrote it. */
const MAY_LAG_MS = 5 * 60_000

/** Pages that were edited before are not looked at. */
export function passSince(watermark: number | null): number | null {
  return watermark === null ? null : watermark - OVERLAP_MS
}

/**
 * One whole pass.
 * @returns what people hold by it, by record id
 * @throws StageError gate.later, upstream.*
 */
export async function editPass(
  notion: Notion,
  kind: Kind,
  dataSourceId: string,
  ports: EditPassPorts,
): Promise<Map<string, Base>> {
  const { now } = notion.outside
  const startedAt = now()
  const since = passSince(ports.watermark)
  const held = new Map<string, Base>()
  let cursor: string | null = null
  do {
    const listed: Awaited<ReturnType<typeof editedPages>> = await editedPages(
      notion,
      dataSourceId,
      kind,
      since,
      cursor,
    )
    const byPage = new Map(listed.pages.map((page) => [page.id, page.properties]))
    // What D1 knows is read after what Notion showed: a write of ours since then is in it.
    for (const page of await ports.known([...byPage.keys()])) {
      const { base } = page
      if (base === null) continue
      const edits = await editsOf(notion, kind, page, byPage.get(page.pageId) ?? {}, startedAt)
      if (Object.keys(edits).length === 0) continue
      held.set(page.id, { ...held.get(page.id), ...edits })
      await ports.hold(
        Object.entries(edits).map(([property, value]) => ({
          id: page.id,
          property,
          value: JSON.stringify(value),
          base,
        })),
      )
    }
    cursor = listed.cursor
  } while (cursor !== null)
  await ports.passed({ dataSourceId, watermark: startedAt - MAY_LAG_MS, passedAt: startedAt })
  return held
}

async function editsOf(
  notion: Notion,
  kind: Kind,
  page: KnownPage,
  shown: Base,
  startedAt: number,
): Promise<Base> {
  const known = { ...readBase(page.base), ...readHeld(JSON.parse(page.held)) }
  const edits = peoples(shown, known)
  const lags = (page.writtenAt ?? 0) >= startedAt - MAY_LAG_MS
  if (Object.keys(edits).length === 0 || !lags) return edits
  const now = await readPage(notion, kind, page.pageId).catch((error: unknown) => {
    if (error instanceof MissingPage || error instanceof TrashedPage) return null
    throw error
  })
  return now === null ? {} : peoples(now, known)
}

/** A base as D1 keeps it; null: there is none. */
export function readBase(json: string | null): Base | null {
  const parsed = v.safeParse(Base, json === null ? null : JSON.parse(json))
  return parsed.success ? parsed.output : null
}

/** @param held property -> value as JSON text */
export function readHeld(held: unknown): Base {
  const parsed = v.safeParse(HeldValues, held)
  return parsed.success ? parsed.output : {}
}

const HeldValues = v.record(v.string(), v.pipe(v.string(), v.parseJson(), PlainValue))
