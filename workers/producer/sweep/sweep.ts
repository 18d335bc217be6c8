/**
 * One page of one listing: ask, compare with D1 in one statement, write what is new together with
 * what is owed for it in one batch, then send (docs/protocols.md#runs). A row that our schema
 * cannot read is kept raw as a dead letter and costs its page nothing.
 */
import { sendOwed } from '@switchboard/consumer/send-owed'
import { addressesIn } from '@switchboard/identity/mail'
import { toE164 } from '@switchboard/identity/phone'
import { listCalls } from '@switchboard/openphone/calls'
import { listPhoneNumbers, listUsers } from '@switchboard/openphone/directory'
import { listTextMessages } from '@switchboard/openphone/messages'
import { isExpiredCursor } from '@switchboard/openphone/refusal'
import type { OpenPhone } from '@switchboard/openphone/request'
import { StageError } from '@switchboard/shared/failure'
import { sha256 } from '@switchboard/shared/hash'
import { KINDS } from '@switchboard/shared/kinds'
import type { Kind } from '@switchboard/shared/kinds'
import { log } from '@switchboard/shared/log'
import type { RestPart } from '@switchboard/shared/merge'
import { noteSilence } from '@switchboard/store/deliveries'
import { saveDirectoryStatement } from '@switchboard/store/directory'
import type { DirectoryRow } from '@switchboard/store/directory'
import { forgottenAmong } from '@switchboard/store/forget'
import { changedAmong, intakeStatements } from '@switchboard/store/intake'
import type { Listed } from '@switchboard/store/intake'
import {
  compareListings,
  concludeListingStatements,
  countListedStatements,
} from '@switchboard/store/listings'
import type { ListedId } from '@switchboard/store/listings'
import { closeListedStatement, fileListedStatement } from '@switchboard/store/letters'
import type { UnreadableRow } from '@switchboard/store/letters'
import { raiseKnownStatement } from '@switchboard/store/run-again'
import { takeOverStatement } from '@switchboard/store/run-control'
import { listedStatements, turnPageStatement } from '@switchboard/store/runs'
import type { Run, Sweep } from '@switchboard/store/runs'
import { workAgain } from './again.ts'
import { workedBy } from './backfill.ts'
import * as v from 'valibot'
import { readCanvas } from '../canvas/canvas.ts'
import { repairGaps } from './gaps.ts'
import { newestOfEach, toListed } from './listed.ts'
import { keptPlace, placeOf } from './place.ts'
import { askMailDatabase } from '../mail/mail-poll.ts'
import { takeMails } from '../mail/mail-told.ts'
import type { Ports } from '../ports.ts'

/** What a source answers: readable rows, unreadable ones, and the way on. */
interface SourcePage {
  rows: RestPart[]
  unreadable: { id: string | null; field: string; detail: string; raw: string }[]
  cursor: string | null
}

/** Reads one page and turns it. @throws StageError as the outside system fails */
export async function readPage(ports: Ports, run: Run, sweep: Sweep): Promise<void> {
  if (run.again !== null) return workAgain(ports, run, { ...sweep, sweep: kindOf(sweep.sweep) })
  if (sweep.sweep === 'canvas') return readCanvas(ports, run, sweep)
  if (sweep.sweep === 'directory') return readDirectory(ports, run, sweep)
  if (sweep.sweep === 'deliveries') return repairGaps(ports, openphoneOf(ports, run), run, sweep)
  const kind = sweep.sweep
  await takeIn(ports, run, { ...sweep, sweep: kind }, await list(ports, run, sweep, kind))
}

async function takeIn(
  ports: Ports,
  run: Run,
  page: Sweep & { sweep: Kind },
  { rows, unreadable, cursor }: SourcePage,
): Promise<void> {
  const kind = page.sweep
  const { times, statements, upper } =
    kind === 'mail'
      ? await listedMails(ports, run, rows)
      : await listedRecords(ports, run, kind, rows)
  const ids = times.map(({ id }) => id)
  const letters = await Promise.all(unreadable.map(async (row) => toLetter(kind, row)))
  const now = ports.now()
  const { cause, all } = workedBy(run)
  await ports.db.batch([
    ...statements,
    ...(all ? [raiseKnownStatement(ports.db, run.id, kind, ids, cause, now)] : []),
    takeOverStatement(ports.db, kind, ids, run.id, now),
    closeListedStatement(ports.db, kind, ids, now),
    ...(letters.length > 0 ? [fileListedStatement(ports.db, run.id, letters, now)] : []),
    ...countListedStatements(ports.db, page, [
      ...times,
      ...letters.map(({ id, raw }) => ({ id, occurredAt: timeIn(raw) ?? run.until })),
    ]),
    ...listedStatements(ports.db, page, [
      ...ids.map((id) => ({ id, outcome: null })),
      ...letters.map(({ id }) => ({ id, outcome: 'failed' as const })),
    ]),
    turnPageStatement(ports.db, page, { cursor, upper }, now),
    ...(cursor === null ? concludeListingStatements(ports.db, { runId: run.id, kind }) : []),
  ])
  if (cursor === null) await compareListings(ports.db, AT_ONCE)
  if (cursor === null && kind !== 'mail') await listenForSilence(ports)
  // Whatever is owed for this page goes out, changed now or left by a crash before.
  const keys = ids.map((id) => ({ kind, id }))
  await sendOwed(ports.ledger, ports.queues, { keys }, ports.now)
}

/** What a page lists, on its way into D1. */
interface Listing {
  times: ListedId[]
  statements: D1PreparedStatement[]
  upper: number | null // the oldest of them
}

async function listedRecords(
  ports: Ports,
  run: Run,
  kind: Kind,
  rows: readonly RestPart[],
): Promise<Listing> {
  const found = await withoutForgotten(
    ports,
    kind,
    await Promise.all(newestOfEach(rows).map((part) => toListed(kind, part, ports.tombstone))),
  )
  const changed = await changedAmong(ports.db, kind, found)
  const by = { lane: 'bulk', cause: workedBy(run).cause, runId: run.id } as const
  return {
    times: found.map(({ id, occurredAt }) => ({ id, occurredAt })),
    statements: intakeStatements(ports.db, kind, changed, by, ports.now()),
    upper: oldest(found.map(({ occurredAt }) => occurredAt)),
  }
}

/** A mailbox is one of several ways, and what a Message-ID stands for must be known first. */
async function listedMails(ports: Ports, run: Run, rows: readonly RestPart[]): Promise<Listing> {
  const mails = rows.filter((row) => 'subject' in row)
  const by = { lane: 'bulk', cause: workedBy(run).cause, runId: run.id } as const
  const { keys, statements } = await takeMails(ports, 'rest', mails, by)
  return {
    times: newestOfEach(
      keys.flatMap((key, nth) => {
        const at = Date.parse(mails[nth]?.createdAt ?? '')
        return key === null ? [] : [{ id: key.id, occurredAt: at }]
      }),
    ),
    statements,
    upper: oldest(mails.map(({ createdAt }) => Date.parse(createdAt))),
  }
}

/** A small listing is compared at once; the rest is left to the minute cron. */
const AT_ONCE = 4

/**
 * When a row that cannot be read happened, where it tells so much. The day must be the one that the
 * comparison gives it (packages/store/src/listings.ts): what SQLite takes for no time is none here.
 */
function timeIn(raw: string): number | null {
  const read = v.safeParse(Told, raw)
  if (!read.success) return null
  const told = read.output.createdAt ?? read.output.receivedAt ?? ''
  const at = SQL_TIME.test(told) ? Date.parse(told) : NaN
  return Number.isNaN(at) ? null : at
}

const SQL_TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)$/

const Told = v.pipe(
  v.string(),
  v.parseJson(),
  v.object({ createdAt: v.optional(v.string()), receivedAt: v.optional(v.string()) }),
)

/** What was forgotten is listed by its source for ever: here it does not exist. */
async function withoutForgotten({ db }: Ports, kind: Kind, listed: Listed[]): Promise<Listed[]> {
  const hashes = listed.flatMap(({ tombstone }) => tombstone ?? [])
  if (hashes.length === 0) return listed
  const forgotten = await forgottenAmong(db, kind, hashes)
  return listed.filter(({ tombstone }) => !forgotten.has(tombstone ?? ''))
}

/** A listing that is through knows what webhooks should have told. */
async function listenForSilence({ db, settings, now }: Ports): Promise<void> {
  if (settings.OPENPHONE_WEBHOOK_SECRETS === undefined) return
  const untold = await noteSilence(db, now())
  if (untold > 0) log.warn('webhooks.silent', { count: untold })
}

async function list(ports: Ports, run: Run, sweep: Sweep, kind: Kind): Promise<SourcePage> {
  const since = new Date(run.since)
  if (kind === 'mail')
    return listFrom(ports, run.id, kind, {
      since,
      until: new Date(run.until),
      cursor: sweep.cursor,
    })
  const place = placeOf(sweep.cursor, run.until)
  const ask = async (cursor: string | null, until: number, again: number) => {
    const window = { since, until: new Date(until), cursor }
    const page = await listFrom(ports, run.id, kind, window)
    return { ...page, cursor: keptPlace(page.cursor, { until, again }) }
  }
  if (place === null) return ask(null, run.until, 0)
  try {
    return await ask(place.after, place.until, place.again)
  } catch (error) {
    if (!isExpiredCursor(error)) throw error
    // Cursors are short-lived: go on by time from the oldest that was listed; doubles cost nothing.
    // A millisecond more: OpenPhone may count finer than we do.
    const until = sweep.upper === null ? run.until : Math.min(sweep.upper + 1, run.until)
    const again = until < place.until ? 0 : place.again + 1
    if (again > MOST_AGAIN) throw standsStill(error)
    return ask(null, until, again)
  }
}

/** How often a listing goes on from the same moment: cursors that never hold lead nowhere. */
const MOST_AGAIN = 3

function standsStill(cause: unknown): StageError {
  const detail = 'its cursors expire before their page is read'
  return new StageError(
    { kind: 'upstream.unavailable', api: 'openphone', status: null, detail },
    { cause },
  )
}

async function listFrom(
  ports: Ports,
  runId: string,
  kind: Kind,
  window: { since: Date; until: Date; cursor: string | null },
): Promise<SourcePage> {
  switch (kind) {
    case 'call':
      return listCalls(openphoneOf(ports, { id: runId }), window)
    case 'message':
      return listTextMessages(openphoneOf(ports, { id: runId }), window)
    case 'mail': {
      const mail = configured(ports.mail(runId), 'JMAP_SESSION_URL')
      if (window.cursor === null) {
        await saveOwnAddresses(ports, await mail.ownAddresses())
        await askMailDatabase(ports, mayAnswer, runId)
      }
      return mail.list(window)
    }
  }
}

/** What does not answer is parked by the minute cron. */
async function mayAnswer(): Promise<boolean> {
  return true
}

/** What is ours in OpenPhone: without it nobody knows who the outside party is. */
async function readDirectory(ports: Ports, run: Run, page: Sweep): Promise<void> {
  const openphone = openphoneOf(ports, run)
  const { rows: numbers } = await listPhoneNumbers(openphone)
  const { rows: users } = await listUsers(openphone)
  const country = ports.settings.DEFAULT_COUNTRY
  const rows: DirectoryRow[] = [
    ...numbers.map(({ id, number }): DirectoryRow => ({
      type: 'number',
      id,
      label: toE164(number, country) ?? number,
    })),
    ...users.map(({ id, name }): DirectoryRow => ({ type: 'user', id, label: name ?? id })),
    ...users.flatMap(({ email }) => addressesIn(email ?? '').map(address)),
  ]
  await ports.db.batch([
    saveDirectoryStatement(ports.db, rows),
    turnPageStatement(ports.db, page, { cursor: null, upper: null }, ports.now()),
  ])
}

async function saveOwnAddresses(ports: Ports, addresses: string[]): Promise<void> {
  const own = [...addresses, ...ports.settings.OWN_MAIL_ADDRESSES].flatMap((text) =>
    addressesIn(text),
  )
  if (own.length > 0) await saveDirectoryStatement(ports.db, own.map(address)).run()
}

function address(text: string): DirectoryRow {
  return { type: 'address', id: text, label: text }
}

async function toLetter(kind: Kind, row: SourcePage['unreadable'][number]): Promise<UnreadableRow> {
  return {
    kind,
    id: row.id ?? `raw:${await sha256(row.raw)}`,
    reason: `${row.field}: ${row.detail}`,
    raw: row.raw,
  }
}

function oldest(times: number[]): number | null {
  return times.length === 0 ? null : Math.min(...times)
}

/** A run over records that are in D1 has listings of records alone. */
function kindOf(sweep: Sweep['sweep']): Kind {
  const kind = KINDS.find((one) => one === sweep)
  if (kind === undefined) throw new Error(`no kind of records: ${sweep}`)
  return kind
}

function openphoneOf(ports: Ports, { id }: Pick<Run, 'id'>): OpenPhone {
  return configured(ports.openphone(id), 'OPENPHONE_API_KEY')
}

function configured<T>(port: T | null, setting: string): T {
  if (port === null) throw new StageError({ kind: 'config.invalid', setting, detail: 'is missing' })
  return port
}
