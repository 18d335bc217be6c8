/**
 * The stage `reconcile`: one record, one page (docs/protocols.md#one-page). Notion has no
 * idempotency key and lists a new page late, so a create whose outcome is unknown is left alone
 * until it must have landed, and then settled by a query.
 *
 *   no page, no stamp      -> of a mail another tool's is looked for; gate, stamp, POST -> page
 *   no page, stamp         -> too young: put off; else settle: adopt what a query finds, or free
 *   page, stamp            -> an update may still land: put off
 *   page, same content     -> nothing (believed on the first try only)
 *   page, other content    -> see what people changed, gate, PATCH of what differs and is not theirs
 *   page, other database   -> left where it is: the record is filed anew in the one of now
 *   page, nothing else     -> read, and left as it is where a person may have had a hand in it
 *
 * Only the token's holder writes, and sends nothing late in its lease.
 */
import { done } from '@switchboard/consumer/ports'
import type { Claim, Outcome } from '@switchboard/consumer/ports'
import {
  differing,
  filling,
  idsOf,
  lost,
  peoples,
  plain,
  recalled,
  stamped,
} from '@switchboard/notion/base'
import type { Base } from '@switchboard/notion/base'
import { bodyBlocks } from '@switchboard/notion/body'
import { MissingPage, OptionsFull, TrashedPage } from '@switchboard/notion/errors'
import { pageId as canonical } from '@switchboard/notion/ids'
import { ANY } from '@switchboard/notion/mark'
import type { PageContent } from '@switchboard/notion/pages/content'
import type { FoundPage } from '@switchboard/notion/pages'
import type { Properties } from '@switchboard/notion/property'
import { StageError, toFailure } from '@switchboard/shared/failure'
import type { Scope } from '@switchboard/shared/kinds'
import { mergeRecord } from '@switchboard/shared/merge'
import { appendAll, completeBody, followOnTop } from './page-body.ts'
import type { OwedPage, ReconcilePorts, Reconciled, StoredPage } from './reconcile-ports.ts'
import { inDoubt, isLate, leaseLost } from './sending.ts'

const NO_PAGE: StoredPage = {
  pageId: null,
  sentAt: null,
  fingerprint: null,
  base: null,
  blocks: 0,
  top: null,
  writtenAt: null,
  dataSourceId: null,
}
/** A person's edit is safe once it is so old; a page that we wrote since then has no older ones. */
const EDIT_SAFE_MS = 2 * 60_000
const UPDATE_PAUSE_MS = 65_000 // Notion gives a request up after 60 s
const CLOCKS_DIFFER_MS = 2 * 60_000
/** Later than this after its stamp a create would be settled too early: back to the gate. */
const STAMP_VALID_MS = 20_000
const WITHOUT_KEYWORDS = 'written without keywords: the database takes no new options'

/** @throws StageError record.*, upstream.*, gate.later, not.yet, lease.lost, scope.parked */
export async function reconcile(
  owed: OwedPage,
  ports: ReconcilePorts,
): Promise<Outcome<Reconciled>> {
  const record = mergeRecord(owed.claim.kind, owed.parts)
  if (record === null) return done({ wrote: null }, { skipped: true }) // no record yet, so no page
  const merchants = ports.merchantsOf(record)
  let page = owed.page ?? NO_PAGE
  awaitPause(page, ports)
  const content = await ports.contentOf(record, owed.analysis, merchants)
  // A doubtful update may have landed since: on a later try the fingerprint is not believed.
  if (page.pageId !== null && page.fingerprint === content.fingerprint && owed.claim.tries === 1)
    return done({ wrote: null }, { skipped: true })

  mustBeOpen(owed.claim, ports)
  if (page.pageId !== null && page.dataSourceId !== (await ports.notion.dataSource())) {
    page = await leave(ports)
    owed = { ...owed, held: {} }
  }
  let theirs = false
  try {
    if (page.pageId === null && page.sentAt !== null)
      ({ page, theirs } = await settle(owed.claim, page, page.sentAt, ports))
    if (page.pageId === null) ({ owed, page } = await present(owed, page, ports))
    if (page.pageId !== null && page.base === null)
      ({ page, theirs } = await recall({ ...page, pageId: page.pageId }, content, ports))
    return await writePage(owed, page, theirs, content, ports)
  } catch (error) {
    if (error instanceof OptionsFull) {
      const { Keywords: keywords, ...properties } = content.properties
      if (keywords === undefined) throw error
      const outcome = await writePage(owed, page, theirs, { ...content, properties }, ports)
      return outcome.ok ? { ...outcome, note: WITHOUT_KEYWORDS } : outcome
    }
    if (error instanceof TrashedPage || isAbout(error, page.pageId))
      return takenAway(content, 'the page was removed by a person')
    if (await wasMoved(error, page.pageId, ports))
      return takenAway(content, 'the page was moved elsewhere by a person')
    if (!(error instanceof MissingPage) && !isRefusal(error)) throw error
    // A merchant was trashed or moved meanwhile: the mirror is stale, the record is not at fault.
    const gone = await ports.notion.dropMissing(merchants ?? [])
    if (gone.length === 0) throw error instanceof MissingPage ? refused(error) : error
    const left = (merchants ?? []).filter((merchant) => !gone.includes(merchant))
    return writePage(owed, page, theirs, await ports.contentOf(record, owed.analysis, left), ports)
  }
}

/** A person took the page out of the database, and that stands. */
function takenAway({ fingerprint }: PageContent, note: string): Outcome<Reconciled> {
  return done({ wrote: 'nothing', fingerprint }, { skipped: true, note })
}

/** Elsewhere a page has other properties, and Notion names those that it lacks. */
async function wasMoved(
  error: unknown,
  pageId: string | null,
  ports: ReconcilePorts,
): Promise<boolean> {
  if (pageId === null || toFailure(error).kind !== 'upstream.misconfigured') return false
  return !(await ports.notion.isAtHome(pageId, await ports.notion.dataSource()))
}

/** @throws StageError not.yet while an earlier write may still land */
function awaitPause({ pageId, sentAt }: StoredPage, ports: ReconcilePorts): void {
  if (sentAt === null) return
  const notBefore = sentAt + (pageId === null ? ports.settleMs : UPDATE_PAUSE_MS)
  if (ports.now() < notBefore) throw new StageError({ kind: 'not.yet', notBefore })
}

function mustBeOpen({ kind }: Claim, ports: ReconcilePorts): void {
  const needs: Scope[] = ['notion', `notion:${kind}`]
  for (const scope of needs) {
    const detail = ports.parked.get(scope)
    if (detail !== undefined) throw new StageError({ kind: 'scope.parked', scope, detail })
  }
}

/** Whether the database of now has a page from before is told by a query, as for a doubtful create. */
async function leave(ports: ReconcilePorts): Promise<StoredPage> {
  const dataSourceId = await ports.notion.dataSource()
  if (!(await ports.store.leave(dataSourceId))) throw leaseLost()
  return { ...NO_PAGE, dataSourceId, sentAt: 0 }
}

/** A create of unknown outcome: what queries find is adopted, doubles of ours are trashed. */
async function settle(
  claim: Claim,
  page: StoredPage,
  sentAt: number,
  ports: ReconcilePorts,
): Promise<{ page: StoredPage; theirs: boolean }> {
  const source = await ports.notion.dataSource()
  const { pages: found, trashed } = await ports.notion.settled(source, { id: claim.id, sentAt })
  const removed = found.length > 0 ? undefined : trashed.find((one) => isSince(one, sentAt))
  if (removed !== undefined) {
    if (!(await ports.store.adopt(removed.id)) || isLate(claim, ports)) throw leaseLost()
    throw new TrashedPage()
  }
  const whose = await Promise.all(found.map((one) => ports.notion.whose(one)))
  // A page that somebody else made, or that a person has touched, wins.
  const theirs = found.find((_one, at) => whose[at] === 'theirs')
  const kept = theirs ?? found[0] ?? null
  if (!(await ports.store.adopt(kept?.id ?? null)) || isLate(claim, ports)) throw leaseLost()
  for (const [at, double] of found.entries())
    if (double !== kept && whose[at] === 'ours') {
      await ports.notion.acquire()
      await ports.notion.trash(double.id)
    }
  return {
    page: {
      ...page,
      pageId: kept?.id ?? null,
      sentAt: null,
      fingerprint: null,
      base: kept?.properties ?? null,
      blocks: null,
      top: theirs === undefined ? ANY : null,
      writtenAt: null,
    },
    theirs: theirs !== undefined,
  }
}

/** Before a page is made: another tool may have filed the record already. Its page is the record's. */
async function present(
  owed: OwedPage,
  page: StoredPage,
  ports: ReconcilePorts,
): Promise<{ owed: OwedPage; page: StoredPage }> {
  const dataSourceId = await ports.notion.dataSource()
  const found = await ports.notion.present(dataSourceId)
  if (found === null || !(await ports.store.adoptPresent(dataSourceId, found)))
    return { owed, page }
  if (isLate(owed.claim, ports)) throw leaseLost()
  return {
    owed: { ...owed, held: { ...owed.held, ...found.theirs } },
    page: { ...NO_PAGE, dataSourceId, pageId: found.pageId, blocks: null },
  }
}

/** Notion tells creation to the minute, by its own clock. Pages of an earlier life are older. */
function isSince({ createdAt }: FoundPage, sentAt: number): boolean {
  return Date.parse(createdAt) >= sentAt - CLOCKS_DIFFER_MS
}

/** A page of which nothing is remembered but that it is the record's. */
async function recall(
  page: StoredPage & { pageId: string },
  { properties }: PageContent,
  ports: ReconcilePorts,
): Promise<{ page: StoredPage; theirs: boolean }> {
  const shown = await ports.notion.look(page.pageId)
  const theirs = (await ports.notion.whose(shown)) === 'theirs'
  const base = theirs ? shown.properties : recalled(properties, shown.properties)
  return { page: { ...page, base, writtenAt: ports.now() }, theirs }
}

function writePage(
  owed: OwedPage,
  page: StoredPage,
  theirs: boolean,
  content: PageContent,
  ports: ReconcilePorts,
): Promise<Outcome<Reconciled>> {
  return page.pageId === null
    ? create(owed, content, ports)
    : update(owed, { ...page, pageId: page.pageId }, theirs, content, ports)
}

/** Gate first, then stamp, then POST at once. */
async function create(
  owed: OwedPage,
  content: PageContent,
  ports: ReconcilePorts,
): Promise<Outcome<Reconciled>> {
  const { claim } = owed
  const dataSourceId = await ports.notion.dataSource()
  const [children = [], ...rest] = bodyBlocks(content.body, content.top)
  const sentAt = await stampAtGate(claim, dataSourceId, ports)
  const answer = await ports.notion
    .create({ dataSourceId, properties: stamped(content.properties, sentAt), children, sentAt })
    .catch(async (error: unknown) => {
      // A clear refusal made no page; in doubt the stamp stays.
      if (toFailure(error).kind !== 'upstream.doubtful') await ports.store.clearStamp(sentAt)
      throw error
    })
  // With a part of the body missing the page is not what it shall be yet.
  const fingerprint = rest.length === 0 ? content.fingerprint : ''
  const top = content.topMark
  const base = answer.properties
  const made = { pageId: answer.id, fingerprint, base, blocks: children.length, top }
  if (!(await ports.store.keep(made, ports.now()))) {
    await ports.notion.acquire()
    await ports.notion.trash(answer.id)
    throw leaseLost()
  }
  if (rest.length === 0) return done({ wrote: null })
  const blocks = await appendAll(claim, answer.id, rest.flat(), children.length, ports)
  return done({ wrote: 'page', fingerprint: content.fingerprint, base, blocks, top, held: {} })
}

/** @returns the stamp, ms since epoch */
async function stampAtGate(
  claim: Claim,
  dataSourceId: string,
  ports: ReconcilePorts,
): Promise<number> {
  for (;;) {
    await ports.notion.acquire()
    if (isLate(claim, ports)) throw leaseLost()
    const sentAt = ports.now()
    if (!(await ports.store.stamp(dataSourceId, sentAt))) throw leaseLost()
    if (ports.now() - sentAt <= STAMP_VALID_MS) return sentAt
    await ports.store.clearStamp(sentAt)
  }
}

/** Sends what differs from what Notion last returned, and is not a person's by now. */
async function update(
  owed: OwedPage,
  page: StoredPage & { pageId: string },
  theirs: boolean,
  content: PageContent,
  ports: ReconcilePorts,
): Promise<Outcome<Reconciled>> {
  // What stands on another's page is theirs: it counts as written, until we have something new.
  let base = theirs ? plain(content.properties) : (page.base ?? {})
  let held: Base = {}
  const sendable = (): Properties => {
    const wanted = without(stamped(content.properties, ports.now()), { ...owed.held, ...held })
    return theirs ? filling(wanted, page.base ?? {}) : differing(wanted, base)
  }
  let sending = sendable()
  if (!theirs && Object.keys(sending).length > 0) {
    const seen = await seenEdits(owed, page, ports)
    held = seen.held
    base = without(base, seen.lost)
    sending = sendable()
  }
  const wrote = Object.keys(sending).length > 0
  // A second time where the first answer shows columns that were made anew.
  for (let nth = 0; nth < 2 && Object.keys(sending).length > 0; nth++) {
    await ports.notion.acquire()
    if (isLate(owed.claim, ports)) throw leaseLost()
    base = without(base, sending)
    if (!(await ports.store.announce(base))) throw leaseLost()
    const sentAt = ports.now()
    const sent = sending
    const answer = await inDoubt(ports, sentAt, () => ports.notion.update(page.pageId, sent))
    // The answer is a reading too: an unsent property that differs now is a person's.
    held = { ...held, ...peoples(answer.properties, { ...base, ...owed.held, ...held }, sent) }
    // Only what was sent is known by it, and that columns are others now.
    const gone = theirs ? {} : without(lost(answer.properties, base), sent)
    base = { ...without(base, gone), ...only(answer.properties, sent), ...idsOf(answer.properties) }
    sending = Object.keys(gone).length > 0 ? sendable() : {}
  }
  const { blocks, ...begun } = await completeBody(owed, page, content, ports)
  const top = await followOnTop(owed.claim, { ...page, ...begun }, content, ports)
  const skipped = !wrote && blocks === page.blocks && top === page.top
  const kept = Object.keys({ ...owed.held, ...held })
  if (top === null && page.top !== null) kept.push('the text on top')
  return done(
    { wrote: 'page', fingerprint: content.fingerprint, base, blocks, top, held },
    { skipped, note: kept.length === 0 ? null : `kept as a person left it: ${kept.join(', ')}` },
  )
}

/**
 * What people changed since we last looked: live by a reading, in bulk by a pass over all pages. A
 * reading also tells what was lost with a property that was made anew.
 */
async function seenEdits(
  { claim, held }: OwedPage,
  { pageId, base, writtenAt }: StoredPage & { pageId: string },
  ports: ReconcilePorts,
): Promise<{ held: Base; lost: Base }> {
  if (claim.lane === 'live') {
    const shown = await ports.notion.read(pageId)
    return { held: peoples(shown, { ...base, ...held }), lost: lost(shown, base ?? {}) }
  }
  if (writtenAt !== null && writtenAt > ports.now() - EDIT_SAFE_MS) return { held: {}, lost: {} }
  return { held: await ports.notion.edits(await ports.notion.dataSource()), lost: {} }
}

function without<T>(all: Record<string, T>, left: Properties | Base): Record<string, T> {
  return Object.fromEntries(Object.entries(all).filter(([name]) => !(name in left)))
}

function only(base: Base, sent: Properties): Base {
  return Object.fromEntries(Object.entries(base).filter(([name]) => name in sent))
}

function isAbout(error: unknown, pageId: string | null): boolean {
  return (
    error instanceof MissingPage && pageId !== null && error.pageIds.includes(canonical(pageId))
  )
}

function isRefusal(error: unknown): boolean {
  return toFailure(error).kind === 'record.refused'
}

function refused(error: MissingPage): StageError {
  return new StageError(
    {
      kind: 'record.refused',
      api: 'notion',
      status: 404,
      detail: 'Notion does not find a page that it names',
    },
    { cause: error },
  )
}
