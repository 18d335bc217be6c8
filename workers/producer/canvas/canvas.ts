/**
 * The canvas sweep: are the databases as we write them, then Canvas into its mirror. Every run lists
 * what was edited since the last one; once a day all of it, so that merchants who are gone go too.
 * Nothing is dropped because a listing does not show it: a merchant is asked for by its id first, and
 * very many at once stay until an operator means it (docs/protocols.md#canvas).
 */
import { sendOwed } from '@switchboard/consumer/send-owed'
import { addressesIn } from '@switchboard/identity/mail'
import { phonesIn } from '@switchboard/identity/phone'
import {
  contactOf,
  listEditedMerchants,
  listMerchants,
  readMerchant,
} from '@switchboard/notion/canvas'
import type { MerchantPage } from '@switchboard/notion/canvas'
import { addMissing } from '@switchboard/notion/setup'
import { examine, findDataSource, mustBeSound } from '@switchboard/notion/sources'
import type { Examined } from '@switchboard/notion/sources'
import { describe, toFailure } from '@switchboard/shared/failure'
import { KINDS } from '@switchboard/shared/kinds'
import type { RecordKey, SourceRole } from '@switchboard/shared/kinds'
import { log } from '@switchboard/shared/log'
import {
  forgetRelinked,
  listMirrors,
  openMirror,
  saveListing,
  saveRelinked,
  watchStatement,
} from '@switchboard/store/canvas-mirror'
import type { Mirror, Vanished } from '@switchboard/store/canvas-mirror'
import { listSources, saveSourceStatement } from '@switchboard/store/directory'
import { beginPassesStatement } from '@switchboard/store/held'
import {
  dropMerchants,
  dropMissing,
  mirrorSize,
  saveMerchantsStatements,
  seenStatement,
  unseenSince,
} from '@switchboard/store/merchants'
import type { Merchant } from '@switchboard/store/merchants'
import { park } from '@switchboard/store/parked'
import { raiseUnnoted } from '@switchboard/store/relink'
import { turnPageStatement } from '@switchboard/store/runs'
import type { Run, Sweep } from '@switchboard/store/runs'
import * as v from 'valibot'
import type { Ports } from '../ports.ts'

/** A little less than a day: the fourth run after a full listing lists all again. */
const FULL_EVERY_MS = 23 * 3_600_000
/** Notion cuts times to the minute and shows an edit late. */
const OVERLAP_MS = 2 * 60_000
/** More than this share at once is taken for a mistake, from so many on. */
const MASS_SHARE = 0.05
const MASS_LEAST = 3
const LOOK_UPS_A_PAGE = 50
const MOST_SENT = 500

/** Where the listing is. `all` and `edited` list; then what `all` did not show is asked for. */
const Place = v.object({
  phase: v.picklist(['all', 'edited', 'vanished', 'unnoted']),
  startedAt: v.number(),
  next: v.nullable(v.string()), // the listing's own cursor
  whole: v.boolean(), // nothing was left out so far
})
type Place = v.InferOutput<typeof Place>

/** Reads one page of Canvas and turns it. @throws StageError as Notion fails */
export async function readCanvas(ports: Ports, run: Run, page: Sweep): Promise<void> {
  if (page.cursor === null) await checkSources(ports, run.id)
  const source = (await listSources(ports.db)).find(({ role }) => role === 'canvas')
  let next: Place | null = null
  if (!ports.settings.RECONCILE_CANVAS) await forgetRelinked(ports.db)
  else if (source !== undefined) {
    const mirror = await openMirror(ports.db, source.dataSourceId)
    next = await step(ports, run, mirror, readPlace(page.cursor) ?? begin(mirror, ports.now()))
  }
  const cursor = next === null ? null : JSON.stringify(next)
  await turnPageStatement(ports.db, page, { cursor, upper: null }, ports.now()).run()
}

function readPlace(cursor: string | null): Place | null {
  if (cursor === null || !cursor.startsWith('{')) return null // of an earlier release: anew
  const parsed = v.safeParse(Place, JSON.parse(cursor))
  return parsed.success ? parsed.output : null
}

function begin({ listedAt, editedUntil }: Mirror, now: number): Place {
  const recent = listedAt !== null && editedUntil !== null && now - listedAt < FULL_EVERY_MS
  return { phase: recent ? 'edited' : 'all', startedAt: now, next: null, whole: true }
}

/** One step; null: the mirror is as fresh as it can be. */
async function step(ports: Ports, run: Run, mirror: Mirror, at: Place): Promise<Place | null> {
  switch (at.phase) {
    case 'all':
    case 'edited': {
      const { cursor, complete } = await listPage(ports, run, mirror, at)
      const further = { ...at, next: cursor, whole: at.whole && complete }
      return cursor === null ? endListing(ports, run, mirror, further) : further
    }
    case 'vanished':
      return endListing(ports, run, mirror, at)
    case 'unnoted':
      return relinkOld(ports, mirror, at)
  }
}

async function listPage(ports: Ports, run: Run, mirror: Mirror, at: Place) {
  const notion = ports.notion(run.id)
  const { dataSourceId, editedUntil } = mirror
  const page =
    at.phase === 'all'
      ? await listMerchants(notion, dataSourceId, at.next)
      : await listEditedMerchants(notion, dataSourceId, (editedUntil ?? 0) - OVERLAP_MS, at.next)
  await saveMerchants(ports, page.merchants)
  return page
}

/** Stores merchants and sends what is owed for records that are with them. */
export async function saveMerchants(ports: Ports, merchants: MerchantPage[]): Promise<void> {
  if (merchants.length === 0) return
  const rows = merchants.map((merchant) => toMerchant(merchant, ports.settings.DEFAULT_COUNTRY))
  const results = await ports.db.batch<RecordKey>(
    saveMerchantsStatements(ports.db, rows, ports.now()),
  )
  await sendRaised(
    ports,
    results.flatMap((result) => result.results),
  )
}

function toMerchant({ phoneFields, mailFields, ...page }: MerchantPage, country: string): Merchant {
  return {
    id: page.id,
    name: page.name,
    url: page.url,
    editedAt: Date.parse(page.editedAt),
    keys: [
      ...new Set([
        ...phoneFields.flatMap((field) => phonesIn(field, country)),
        ...mailFields.flatMap((field) => addressesIn(field)),
      ]),
    ],
  }
}

/** The first of them at once; the minute cron sends the rest. */
export async function sendRaised(ports: Ports, raised: RecordKey[]): Promise<void> {
  if (raised.length === 0) return
  log.info('records.relinked', { count: raised.length, cause: 'relink' })
  const keys = raised.slice(0, MOST_SENT)
  await sendOwed(ports.ledger, ports.queues, { keys }, ports.now)
}

/** Drops what is gone, as far as it is not too much at once. */
async function endListing(
  ports: Ports,
  run: Run,
  mirror: Mirror,
  at: Place,
): Promise<Place | null> {
  const { db } = ports
  const size = await mirrorSize(db)
  // Another database is Canvas now: what the mirror had was the other one's.
  const moved = (await listMirrors(db)).some((one) => one.dataSourceId !== mirror.dataSourceId)
  const meant = mirror.allowed || moved
  const full = at.phase !== 'edited' && at.whole
  let merchants = full ? 0 : (mirror.vanished?.merchants ?? 0)
  if (full) {
    const unseen = await unseenSince(db, at.startedAt)
    // Once the look-ups have begun it was not too much.
    if (at.phase === 'all' && !meant && isMass(unseen.length, size.merchants))
      merchants = unseen.length
    else {
      await dropGone(ports, run, mirror, unseen.slice(0, LOOK_UPS_A_PAGE), moved)
      if (unseen.length > LOOK_UPS_A_PAGE) return { ...at, phase: 'vanished' }
    }
  }
  const numbers = !meant && isMass(size.missingNumbers, size.numbers) ? size.missingNumbers : 0
  if (numbers === 0 && size.missingNumbers > 0)
    await sendRaised(ports, await dropMissing(db, ports.now()))

  const vanished = noted({ merchants, numbers }, mirror.vanished, ports.now())
  await saveListing(db, {
    dataSourceId: mirror.dataSourceId,
    listedAt: full ? at.startedAt : mirror.listedAt,
    editedUntil: at.startedAt,
    vanished,
    allowed: full ? false : mirror.allowed,
  })
  return relinkOld(ports, mirror, at)
}

function isMass(gone: number, all: number): boolean {
  return gone > MASS_LEAST && gone > all * MASS_SHARE
}

function noted(
  { merchants, numbers }: Omit<Vanished, 'since'>,
  before: Vanished | null,
  now: number,
): Vanished | null {
  if (merchants + numbers === 0) return null
  if (merchants > 0) log.warn('canvas.merchants-vanished', { count: merchants })
  if (numbers > 0) log.warn('canvas.numbers-vanished', { count: numbers })
  return { since: before?.since ?? now, merchants, numbers }
}

/** Of merchants that no listing shows, drops those whose page is trashed, gone or moved elsewhere. */
async function dropGone(
  ports: Ports,
  run: Run,
  { dataSourceId }: Mirror,
  ids: string[],
  moved: boolean,
): Promise<void> {
  const gone: string[] = []
  const there: string[] = []
  for (const id of ids) {
    const dropped = moved || (await readMerchant(ports.notion(run.id), dataSourceId, id)) === null
    ;(dropped ? gone : there).push(id)
  }
  if (there.length > 0) await seenStatement(ports.db, there, ports.now()).run()
  if (gone.length > 0) await sendRaised(ports, await dropMerchants(ports.db, gone, ports.now()))
}

/** Records from before it was noted who they are with: once, a few thousand a page. */
async function relinkOld(ports: Ports, mirror: Mirror, at: Place): Promise<Place | null> {
  const { relinkedAfter } = await openMirror(ports.db, mirror.dataSourceId)
  if (relinkedAfter === null) return null
  const last = await raiseUnnoted(ports.db, relinkedAfter, ports.now())
  await saveRelinked(ports.db, mirror.dataSourceId, last)
  return last === null ? null : { ...at, phase: 'unnoted' }
}

/**
 * The data source of each database and whether it is as we write it. A database of records that is
 * not set up parks itself and stops nobody else; without Canvas the mirror cannot be read.
 */
async function checkSources(ports: Ports, runId: string): Promise<void> {
  const links = ports.settings.RECONCILE_CANVAS
  let canvas: string | null | undefined = links ? undefined : null
  let canvasFailure: unknown = null
  const roles: SourceRole[] = links ? ['canvas', ...KINDS] : [...KINDS]
  for (const role of roles) {
    try {
      const source = await soundSource(ports, runId, role, canvas)
      if (role === 'canvas') canvas = source.dataSourceId
    } catch (error) {
      const failure = toFailure(error)
      if (failure.kind !== 'upstream.misconfigured') throw error
      if (role === 'canvas') canvasFailure = error
      else {
        const reason = describe(failure)
        await park(
          ports.db,
          { scope: failure.scope, reason, until: null, failure: failure.kind },
          ports.now(),
        )
      }
    }
  }
  if (canvasFailure !== null) throw canvasFailure
}

async function soundSource(
  ports: Ports,
  runId: string,
  role: SourceRole,
  canvas: string | null | undefined,
): Promise<Examined> {
  const notion = ports.notion(runId)
  const databaseId = ports.databases[role]
  const dataSourceId = await findDataSource(notion, databaseId, role)
  let source = await examine(notion, dataSourceId, role, canvas)
  if (ports.settings.NOTION_MANAGE_SCHEMA && source.faults.length > 0) {
    const added = await addMissing(notion, source, canvas ?? null, { renameTitle: false })
    if (added.length > 0) source = await examine(notion, dataSourceId, role, canvas)
  }
  mustBeSound(source)
  await ports.db.batch([
    saveSourceStatement(ports.db, { role, databaseId, dataSourceId }, ports.now()),
    role === 'canvas'
      ? watchStatement(ports.db, dataSourceId, watchedIn(source))
      : beginPassesStatement(ports.db, { kind: role, dataSourceId }, ports.now()),
  ])
  return source
}

/** What makes a merchant: its name, numbers and addresses. */
function watchedIn({ properties }: Examined): string[] {
  return Object.entries(properties)
    .filter(([name, { type }]) => type === 'title' || contactOf(name, type) !== null)
    .map(([, { id }]) => id)
}
