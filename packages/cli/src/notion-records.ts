/**
 * `notion repair` and `notion release`: what concerns single records. Both work on the kept state
 * while no `npm start` runs.
 */
import { allPages, authorsOf } from '@switchboard/notion/listing'
import type { ListedPage } from '@switchboard/notion/listing'
import { MissingPage } from '@switchboard/notion/errors'
import { countBlocks, ownUserId, readPage, trashPage } from '@switchboard/notion/pages'
import { DATABASES, PROPERTIES } from '@switchboard/notion/properties'
import { findDataSource } from '@switchboard/notion/sources'
import { KINDS } from '@switchboard/shared/kinds'
import type { Kind } from '@switchboard/shared/kinds'
import { release as releaseProperty } from '@switchboard/store/held'
import { mappedPages, mendPages } from '@switchboard/store/mend'
import type { Mapped, MendedPage } from '@switchboard/store/mend'
import type { D1Database } from '@cloudflare/workers-types'
import type { NotionWorld } from './notion-world.ts'
import { SetupError } from './settings.ts'

type Say = (line: string) => void

const IDS_A_READ = 500
/** A create whose outcome is not known yet: its page may still come. */
const SETTLES_MS = 150_000

interface Repair {
  world: NotionWorld
  db: D1Database
  say: Say
  kind: Kind
  dataSourceId: string
  ownId: string
}

/**
 * Finds pages that say they are of the same record: keeps the oldest of ours, trashes our others that
 * no person touched, tells the rest; then maps every record to its page.
 * @returns whether no double is left
 */
export async function repair(world: NotionWorld, say: Say): Promise<boolean> {
  const db = await world.database()
  const ownId = await ownUserId(world.notion)
  let clean = true
  for (const kind of KINDS) {
    const dataSourceId = await findDataSource(world.notion, world.databases[kind], kind)
    const left = await repairKind({ world, db, say, kind, dataSourceId, ownId })
    clean &&= left === 0
  }
  return clean
}

async function repairKind(at: Repair): Promise<number> {
  const { kind, say, db } = at
  const byRecord = new Map<string, ListedPage[]>()
  let count = 0
  for await (const page of allPages(at.world.notion, at.dataSourceId, kind)) {
    count += 1
    if (page.recordId === '') continue
    byRecord.set(page.recordId, [...(byRecord.get(page.recordId) ?? []), page])
  }
  const totals = { doubles: 0, trashed: 0, left: 0, mended: 0 }
  const ids = [...byRecord.keys()]
  for (let from = 0; from < ids.length; from += IDS_A_READ) {
    const part = ids.slice(from, from + IDS_A_READ)
    const mapped = new Map((await mappedPages(db, kind, part)).map((row) => [row.id, row]))
    const mended: MendedPage[] = []
    for (const id of part) {
      const pages = byRecord.get(id) ?? []
      const known = mapped.get(id)
      if (isSettling(known)) {
        if (pages.length > 1) say(`Left ${nameOf(kind)} ${id}: its page is still being made`)
        continue
      }
      const kept = keptOf(pages, known, at.ownId)
      const rest = pages.filter((page) => page !== kept)
      totals.doubles += rest.length
      for (const page of rest) {
        if (await trash(at, page)) totals.trashed += 1
        else {
          totals.left += 1
          say(`Left ${nameOf(kind)} ${id}: not ours, or a person touched it: ${page.url}`)
        }
      }
      // Of records that D1 does not know there is nothing to map.
      if (known !== undefined && known.pageId !== kept.id) mended.push(await mending(at, id, kept))
    }
    await mendPages(db, kind, mended, Date.now())
    totals.mended += mended.length
  }
  const { doubles, trashed, left, mended } = totals
  say(
    `${nameOf(kind)}: ${count} pages, ${doubles} doubles, ${trashed} trashed, ${left} left, ${mended} mapped anew`,
  )
  return left
}

function nameOf(kind: Kind): string {
  return DATABASES[kind].name
}

function isSettling(known: Mapped | undefined): boolean {
  const sentAt = known?.sentAt ?? null
  return sentAt !== null && Date.now() < sentAt + SETTLES_MS
}

/**
 * The oldest of ours, unless a person works on the one that the map knows. Where none is ours: the
 * one that the map knows, else the oldest.
 */
function keptOf(pages: ListedPage[], known: Mapped | undefined, ownId: string): ListedPage {
  // Of two that were made in one minute, which is all that Notion tells, the one that the map knows.
  const ordered = pages.toSorted(
    (a, b) =>
      Date.parse(a.createdAt) - Date.parse(b.createdAt) ||
      Number(b.id === known?.pageId) - Number(a.id === known?.pageId) ||
      (a.id < b.id ? -1 : 1),
  )
  const [oldest] = ordered
  if (oldest === undefined) throw new Error('a record of no page')
  const mapped = ordered.find(({ id }) => id === known?.pageId)
  if (mapped?.createdBy === ownId && mapped.lastEditedBy !== ownId) return mapped
  return ordered.find(({ createdBy }) => createdBy === ownId) ?? mapped ?? oldest
}

/** Only what is ours and what no person touched, by what Notion says of it now. */
async function trash({ world, kind, ownId }: Repair, page: ListedPage): Promise<boolean> {
  if (page.createdBy !== ownId || page.lastEditedBy !== ownId) return false
  const now = await authorsOf(world.notion, kind, page.id).catch((error: unknown) => {
    if (error instanceof MissingPage) return null
    throw error
  })
  if (now === null) return true // somebody was faster
  if (now.createdBy !== ownId || now.lastEditedBy !== ownId) return false
  await world.notion.outside.pace.acquire()
  await trashPage(world.notion, kind, page.id)
  return true
}

async function mending({ world, kind, dataSourceId }: Repair, id: string, page: ListedPage) {
  return {
    id,
    dataSourceId,
    pageId: page.id,
    base: JSON.stringify(await readPage(world.notion, kind, page.id)),
    blocks: await countBlocks(world.notion, kind, page.id),
  }
}

/**
 * Hands a property that a person changed back to us.
 * @returns whether a person held it
 */
export async function release(world: NotionWorld, words: string[], say: Say): Promise<boolean> {
  const [kind, id, property] = words
  const found = KINDS.find((one) => one === kind)
  if (found === undefined || id === undefined || property === undefined || words.length > 3)
    throw new SetupError(`release takes ${KINDS.join('|')}, the record's id and a property.`)
  if (!Object.hasOwn(PROPERTIES[found], property))
    throw new SetupError(`${DATABASES[found].name} has no property "${property}" of ours.`)
  const released = await releaseProperty(
    await world.database(),
    { kind: found, id },
    property,
    Date.now(),
  )
  say(
    released
      ? `Released: the next start writes "${property}" again.`
      : `No person holds "${property}" of this record.`,
  )
  return released
}
