/**
 * The Mail database, where another tool may file mails: pages that we did not make are swept by their
 * last edit, and each becomes its record's page (docs/protocols.md#adopted-pages).
 *
 *   made by us                     -> nothing: our own edits are no changes
 *   a record's, told of otherwise  -> nothing
 *   a record's, only told of here  -> read again
 *   no mail (nobody sent it)       -> left until somebody edits it
 *   a mail without a page          -> its page
 *   a mail with a page of ours     -> its page; ours goes to the trash, if no person touched it
 */
import { addressesIn } from '@switchboard/identity/mail'
import { fitting, tidy } from '@switchboard/mail/body'
import { instant } from '@switchboard/mail/headers'
import { mailId, normaliseMessageId } from '@switchboard/mail/identity'
import { defined, withId } from '@switchboard/mail/map'
import { ownWords } from '@switchboard/mail/said'
import { isThreadOfOurs } from '@switchboard/mail/thread'
import { filledIn } from '@switchboard/notion/base'
import type { Notion } from '@switchboard/notion/client'
import { MissingPage } from '@switchboard/notion/errors'
import { authorsOf } from '@switchboard/notion/listing'
import { editedMailPages, pageText } from '@switchboard/notion/mail-pages'
import type { MailDatabasePage } from '@switchboard/notion/mail-pages'
import { ownUserId, trashPage } from '@switchboard/notion/pages'
import { sendOwed } from '@switchboard/consumer/send-owed'
import type { Lane } from '@switchboard/shared/kinds'
import { log } from '@switchboard/shared/log'
import type { MailAddress, MailPart } from '@switchboard/shared/record'
import {
  adoptMailPagesStatements,
  knownMailPages,
  pagesOfMails,
} from '@switchboard/store/mail-pages'
import type { AdoptedPage } from '@switchboard/store/mail-pages'
import { moveSourceStatement } from '@switchboard/store/mail-sources'
import * as v from 'valibot'
import { retakeMails, takeMails } from './mail-told.ts'
import type { Ports } from '../ports.ts'

/** Where the sweep is. */
export const PagePlace = v.object({
  since: v.nullable(v.number()), // pages edited before are known; null: nobody has looked yet
  met: v.number(), // 1: a page of another tool's was met, ever
  startedAt: v.nullable(v.number()), // of the pass that is under way
  cursor: v.nullable(v.string()),
  held: v.nullable(v.number()), // the oldest edit that this pass could not take yet
})
export type PagePlace = v.InferOutput<typeof PagePlace>

export const NO_PAGES: PagePlace = {
  since: null,
  met: 0,
  startedAt: null,
  cursor: null,
  held: null,
}

/** Notion cuts times to the minute and shows an edit late. */
const OVERLAP_MS = 2 * 60_000
/** A query may not list a page that was edited just now. */
const MAY_LAG_MS = 60_000
const DAY_MS = 86_400_000

/**
 * One hundred pages.
 * @param again when the source is due once the pass is through, ms since epoch
 * @returns where the sweep is now, and whether the pass is through
 */
export async function sweepMailPages(
  ports: Ports,
  source: { name: string; dataSourceId: string; runId: string | null },
  place: PagePlace,
  again: number,
): Promise<{ place: PagePlace; through: boolean }> {
  const notion = ports.notion(source.runId)
  const startedAt = place.startedAt ?? ports.now()
  // At first as far back as a backfill looks.
  const since = (place.since ?? startedAt - ports.settings.DAYS_BACK * DAY_MS) - OVERLAP_MS
  const listed = await editedMailPages(notion, source.dataSourceId, since, place.cursor)
  const own = listed.pages.length === 0 ? null : await ownUserId(notion)
  const theirs = listed.pages.filter(({ createdBy }) => createdBy !== own)
  const lane = place.since === null ? 'bulk' : 'live'
  const looking: Looking = { ports, notion, dataSourceId: source.dataSourceId, own: own ?? '' }
  const { statements, keys, held } = await adopt(looking, theirs, lane)
  const further: PagePlace = {
    ...place,
    met: theirs.length > 0 ? 1 : place.met,
    startedAt,
    cursor: listed.cursor,
    held: least(place.held, held),
  }
  const through = listed.cursor === null
  const next = through
    ? { ...NO_PAGES, met: further.met, since: least(startedAt - MAY_LAG_MS, further.held) }
    : further
  const now = ports.now()
  await ports.db.batch([
    ...statements,
    moveSourceStatement(ports.db, source.name, JSON.stringify(next), through ? again : now),
  ])
  if (keys.length > 0) await sendOwed(ports.ledger, ports.queues, { keys }, ports.now)
  return { place: next, through }
}

/** One pass over the database. */
interface Looking {
  ports: Ports
  notion: Notion
  dataSourceId: string
  own: string // our connection's user
}

async function adopt(looking: Looking, pages: readonly MailDatabasePage[], lane: Lane) {
  const { ports, notion, dataSourceId } = looking
  const known = new Map(
    (
      await knownMailPages(
        ports.db,
        pages.map(({ id }) => id),
      )
    ).map((page) => [page.pageId, page]),
  )
  const by = { lane, cause: 'mail', runId: null } as const
  const again = pages.flatMap((page) => {
    const mine = known.get(page.id)
    return mine?.alone === true ? [{ id: mine.id, page }] : []
  })
  const retold = await retakeMails(
    ports,
    'adopted',
    await eachOf(again, async ({ id, page }) => withId(await toPart(notion, page), id)),
    by,
  )
  const fresh = pages.filter((page) => !known.has(page.id))
  const parts = await eachOf(fresh, async (page) => ({ page, part: await toPart(notion, page) }))
  const mails = parts.filter(({ part }) => isMail(part))
  const told = await takeMails(
    ports,
    'adopted',
    mails.map(({ part }) => part),
    by,
  )
  const claims = mails.flatMap(({ page }, nth) => {
    const key = told.keys[nth] ?? null
    return key === null ? [] : [{ id: key.id, page }]
  })
  const { adopted, held } = await settled(looking, firstOfEach(claims))
  return {
    statements: [
      ...retold.statements,
      ...told.statements,
      ...adoptMailPagesStatements(ports.db, dataSourceId, adopted, by.lane, ports.now()),
    ],
    keys: [...retold.keys, ...told.keys].filter((key) => key !== null),
    held,
  }
}

interface Claim {
  id: string // of the record
  page: MailDatabasePage
}

/** Which pages become their records', where those have one already or one is being made. */
async function settled(
  looking: Looking,
  claims: readonly Claim[],
): Promise<{ adopted: AdoptedPage[]; held: number | null }> {
  const present = await pagesOfMails(
    looking.ports.db,
    claims.map(({ id }) => id),
  )
  const adopted: AdoptedPage[] = []
  let held: number | null = null
  for (const { id, page } of claims) {
    const other = present.get(id)
    const theirs = Object.entries(filledIn(page.properties)).map(([property, value]) => ({
      property,
      value: JSON.stringify(value),
    }))
    if (other === undefined) adopted.push({ id, pageId: page.id, replaces: null, theirs })
    else if (other.pageId === null) held = least(held, Date.parse(page.editedAt)) // on its way
    else if (await isOutOfTheWay(looking, other.pageId))
      adopted.push({ id, pageId: page.id, replaces: other.pageId, theirs })
    else log.warn('mail.two-pages', { kind: 'mail', outcome: 'a person touched ours: it stays' })
  }
  return { adopted, held }
}

/** Only a page that we made and no person touched is ever trashed. */
async function isOutOfTheWay({ notion, own }: Looking, pageId: string): Promise<boolean> {
  try {
    const authors = await authorsOf(notion, 'mail', pageId)
    if (authors === null) return true
    if (authors.createdBy !== own || authors.lastEditedBy !== own) return false
  } catch (error) {
    if (error instanceof MissingPage) return true
    throw error
  }
  await notion.outside.pace.acquire()
  await trashPage(notion, 'mail', pageId)
  return true
}

/** Two pages of one mail: the older one is it. */
function firstOfEach(claims: readonly Claim[]): Claim[] {
  const oldest = claims.toSorted(
    (a, b) => Date.parse(a.page.createdAt) - Date.parse(b.page.createdAt),
  )
  const seen = new Set<string>()
  return oldest.filter(({ id }) => !seen.has(id) && seen.add(id) !== undefined)
}

/** Somebody sent it. A page that a person is only beginning to write is edited again. */
function isMail({ messageId, from, subject, text }: MailPart): boolean {
  return messageId !== null || (from.length > 0 && (subject !== '' || text !== ''))
}

/** One after another: each may be a request. */
async function eachOf<T, R>(all: readonly T[], work: (one: T) => Promise<R>): Promise<R[]> {
  const done: R[] = []
  for (const one of all) done.push(await work(one))
  return done
}

/** What the page tells of its mail: its body stands in a property, or else on the page itself. */
async function toPart(
  notion: Notion,
  { id: pageId, createdAt, properties }: MailDatabasePage,
): Promise<MailPart> {
  const said = (name: string): string => {
    const value = properties[name]
    return typeof value === 'string' ? value : ''
  }
  const sentAt = instant(said('Created At').split('/')[0] ?? null)
  const hasSender = said('From') !== '' || said('MIME Message ID') !== ''
  const subject = said('Subject').trim()
  const text =
    said('Body').trim() || (hasSender ? fitting(tidy(await pageText(notion, pageId))) : '')
  const part = {
    messageId: messageIdOf(said('MIME Message ID'), said('Message ID')),
    sourceId: null,
    threadId: isThreadOfOurs(said('Conversation ID'))
      ? null
      : said('Conversation ID').trim() || null,
    inReplyTo: [],
    references: [],
    subject,
    from: addressesOf(said('From')),
    to: addressesOf(said('To')),
    cc: addressesOf(said('CC')),
    bcc: addressesOf(said('BCC')),
    createdAt: sentAt ?? new Date(createdAt).toISOString(),
    ...(sentAt !== null && { sentAt }),
    text,
    ...defined({ said: ownWords(text, subject) }),
    attachments: [],
  }
  return withId(part, await mailId(part))
}

/** A tool's own ids stand in `Message ID`, too: one of a mail's looks like an address. */
function messageIdOf(mime: string, own: string): string | null {
  const id = normaliseMessageId(mime) ?? (own.includes('@') ? normaliseMessageId(own) : null)
  return id?.startsWith('hash:') === true ? null : id
}

function addressesOf(field: string): MailAddress[] {
  return addressesIn(field).map((address) => ({ name: null, address }))
}

function least(a: number | null, b: number | null): number | null {
  return a === null ? b : b === null ? a : Math.min(a, b)
}
