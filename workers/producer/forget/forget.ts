/**
 * Forgetting a person (docs/protocols.md#forgetting), in steps that any crash may part:
 *
 *   records   every record that is with the person leaves D1, a tombstone stays; then whatever else
 *             names them there
 *   outside   pages are emptied and trashed, files, vectors and texts deleted, the number taken off
 *             merchants' Canvas pages
 *   again     after the longest lease the same once more, and Notion is asked by the records' ids:
 *             what was in flight may have written since
 *   finished  nothing names the person any more; the counts stay
 */
import { addressesIn, toAddress } from '@switchboard/identity/mail'
import { ownFrom } from '@switchboard/identity/own'
import { outsideParties } from '@switchboard/identity/parties'
import { phonesIn, toE164 } from '@switchboard/identity/phone'
import { erasePage, eraseFromMerchant } from '@switchboard/notion/erase'
import { findPagesOf } from '@switchboard/notion/pages'
import type { Notion } from '@switchboard/notion/client'
import { vectorIdOf } from '@switchboard/search/vector'
import { StageError } from '@switchboard/shared/failure'
import { keyedHash } from '@switchboard/shared/hash'
import { KINDS } from '@switchboard/shared/kinds'
import type { Kind, RecordKey } from '@switchboard/shared/kinds'
import { log } from '@switchboard/shared/log'
import { mergeRecord } from '@switchboard/shared/merge'
import type { ConversationRecord } from '@switchboard/shared/record'
import { listSources } from '@switchboard/store/directory'
import {
  claimForgetting,
  closeTraces,
  dueForgettings,
  endForgetting,
  findForgetting,
  forgetPartyStatements,
  forgetRecordsStatements,
  noteForgetting,
  openTraces,
  placesOfRows,
  recordsNaming,
  recordsWith,
  reopenTraces,
} from '@switchboard/store/forget'
import type { Counts, Forgetting, PlacesOfRows, Trace, TraceKind } from '@switchboard/store/forget'
import { gatherParts, keyOf, partsStatement } from '@switchboard/store/records'
import type { PartRow } from '@switchboard/store/records'
import { removeTexts } from '@switchboard/store/text-index'
import { clearCache } from '../search/cache.ts'
import type { TombstoneOf } from './tombstones.ts'

export interface ForgetPorts {
  db: D1Database
  texts: D1Database
  files: Pick<R2Bucket, 'delete' | 'list'>
  cache: Pick<KVNamespace, 'list' | 'delete'>
  vectorize: { deleteByIds(ids: string[]): Promise<unknown> }
  notion: Notion
  country: string
  hashKey: string
  tombstone: TombstoneOf
  now: () => number
  newToken: () => string
}

/** The longest lease, and the settle time of a create that is in flight. */
const AGAIN_AFTER_MS = 13 * 60_000
const WORK_MS = 20_000
const LEASE_MS = 60_000
const ROWS_A_LOOK = 5000
const RECORDS_A_BATCH = 50
const IDS_A_DELETE = 100 // Vectorize: 40007 beyond
const FILES_A_DELETE = 1000 // R2

/** Goes on with those whose next step is due. */
export async function forgetDue(ports: ForgetPorts): Promise<void> {
  for (const id of await dueForgettings(ports.db, ports.now())) await workOn(id, false, ports)
}

/**
 * Goes on with a forgetting for up to twenty seconds; what it could not do it does the next time.
 * @param early nothing is in flight: the second look need not wait
 * @returns how far it is; null: there is no such forgetting
 */
export async function workOn(
  id: string,
  early: boolean,
  ports: ForgetPorts,
): Promise<Forgetting | null> {
  const { db, now } = ports
  const token = ports.newToken()
  const claimed = await claimForgetting(db, { id, token, until: now() + LEASE_MS, early }, now())
  if (claimed === null) return findForgetting(db, id)
  const until = now() + WORK_MS
  const work: Work = { ...claimed, until, counts: { ...claimed.counts } }
  try {
    await step(work, ports)
  } catch (error) {
    // Noted, and tried again: the next minute, or with the next order.
    log.warn('forgetting.failed', { failure: failureOf(error) })
  }
  if (work.phase === 'finished') await endForgetting(db, token, work, now())
  else {
    const waits = work.phase === 'again' && claimed.phase !== 'again'
    await noteForgetting(db, token, work, now() + (waits ? AGAIN_AFTER_MS : 0))
  }
  return findForgetting(db, id)
}

type Work = Forgetting & { until: number }

async function step(work: Work, ports: ForgetPorts): Promise<void> {
  const { party } = work
  if (party === null) return
  if (work.phase === 'records') {
    if (!(await takeRecords(work, party, ports))) return
    work.phase = 'outside'
  }
  if (work.phase === 'outside') {
    if (!(await clearOutside(work, party, ports))) return
    await reopenTraces(ports.db, work.id)
    work.phase = 'again'
    return
  }
  if (!(await findStrays(work, ports)) || !(await clearOutside(work, party, ports))) return
  work.phase = 'finished'
}

/** @returns whether there are no more */
async function takeRecords(work: Work, party: string, ports: ForgetPorts): Promise<boolean> {
  const places = await placesOfRows(ports.db)
  for (;;) {
    const known = await recordsWith(ports.db, party, RECORDS_A_BATCH)
    if (known.length === 0) break
    await take(work, known, places, ports)
    if (ports.now() > work.until) return false
  }
  // Whose parties nobody has noted yet.
  const words = wordsOf(party)
  for (;;) {
    const look = await recordsNaming(ports.db, words, work.scanned, ROWS_A_LOOK)
    await take(work, await theirs(look.keys, party, ports), places, ports)
    if (look.scanned === null) break
    work.scanned = look.scanned
    if (ports.now() > work.until) return false
  }
  await ports.db.batch(forgetPartyStatements(ports.db, work.id, party, words, places))
  return true
}

async function take(work: Work, keys: RecordKey[], places: PlacesOfRows, ports: ForgetPorts) {
  if (keys.length === 0) return
  const { db, tombstone, hashKey, now } = ports
  const doomed = await Promise.all(
    keys.map(async (key) => ({
      ...key,
      hash: (await tombstone(key)) ?? missingSecret(),
      stem: await keyedHash(hashKey, `${key.kind}/${key.id}`), // as vectorization names them
    })),
  )
  await db.batch(forgetRecordsStatements(db, work.id, doomed, places, now()))
  for (const { kind } of keys) count(work.counts, COUNTED[kind])
}

const COUNTED: Record<Kind, string> = { call: 'calls', message: 'messages', mail: 'mail' }

function missingSecret(): never {
  throw new StageError({ kind: 'config.invalid', setting: 'FORGET_SECRET', detail: 'is missing' })
}

/** Of these records, the ones that are with the person; the others only speak of them. */
async function theirs(keys: RecordKey[], party: string, ports: ForgetPorts): Promise<RecordKey[]> {
  if (keys.length === 0) return []
  const { results } = await partsStatement(ports.db, keys).all<PartRow>()
  const parts = gatherParts(results)
  return keys.filter((key) => {
    const record = mergeRecord(key.kind, parts.get(keyOf(key)) ?? {})
    return record !== null && isWith(record, party, ports.country)
  })
}

const NOBODY = ownFrom([], [])

function isWith(record: ConversationRecord, party: string, country: string): boolean {
  if (outsideParties(record, NOBODY, country).includes(party)) return true
  return record.kind === 'mail' && record.bcc.some(({ address }) => toAddress(address) === party)
}

/** A number as raw bodies hold it: without its plus, which URLs escape. */
function wordsOf(party: string): string {
  return party.replace(/^\+/, '').toLowerCase()
}

/** @returns whether nothing is left */
async function clearOutside(work: Work, party: string, ports: ForgetPorts): Promise<boolean> {
  await clearCache(ports.cache)
  const cleared = [
    await clear(work, 'record', RECORDS_A_BATCH, ports, (traces) =>
      removeTexts(ports.texts, traces.map(keyOfTrace)),
    ),
    await clear(work, 'file', FILES_A_DELETE, ports, async (traces) => {
      await ports.files.delete(traces.map(({ ref }) => ref))
      if (work.phase === 'outside') count(work.counts, 'files', traces.length)
    }),
    await clear(work, 'vectors', 1, ports, async ([trace]) => {
      if (trace !== undefined) await removeVectors(work, trace, ports)
    }),
    await clear(work, 'page', 1, ports, async ([trace]) => {
      if (trace === undefined || trace.kind === '') return
      const was = await erasePage(ports.notion, trace.kind, trace.ref)
      if (was && work.phase === 'outside') count(work.counts, 'pages')
    }),
    work.keepCanvas ||
      (await clear(work, 'merchant', 1, ports, async ([trace]) => {
        if (trace === undefined) return
        const left = (text: string) => without(text, party, ports.country)
        count(
          work.counts,
          'canvasProperties',
          await eraseFromMerchant(ports.notion, trace.ref, left),
        )
      })),
  ]
  return cleared.every(Boolean)
}

async function clear(
  work: Work,
  what: TraceKind,
  atOnce: number,
  { db, now }: ForgetPorts,
  remove: (traces: Trace[]) => Promise<void>,
): Promise<boolean> {
  for (;;) {
    const traces = await openTraces(db, work.id, what, null, atOnce)
    if (traces.length === 0) return true
    if (now() > work.until) return false
    await remove(traces)
    await closeTraces(db, work.id, traces, now())
  }
}

/** A record in flight may have been embedded anew, into a few more chunks. */
const SPARE_CHUNKS = 50

async function removeVectors(work: Work, { ref, chunks }: Trace, ports: ForgetPorts) {
  const most = work.phase === 'outside' ? chunks : chunks + SPARE_CHUNKS
  const ids = Array.from({ length: most }, (_, nth) => vectorIdOf(ref, nth))
  for (let from = 0; from < ids.length; from += IDS_A_DELETE)
    await ports.vectorize.deleteByIds(ids.slice(from, from + IDS_A_DELETE))
  if (work.phase === 'outside') count(work.counts, 'vectors', chunks)
}

/** The text of a Canvas property without this party; what else stands in it stays. */
function without(text: string, party: string, country: string): string | null {
  const isNumber = party.startsWith('+')
  const known = isNumber ? phonesIn(text, country) : addressesIn(text)
  if (!known.includes(party)) return text
  const others = known.filter((one) => one !== party)
  return others.length === 0 ? null : others.join(', ')
}

/** Pages of these records that a request in flight has made since. */
async function findStrays(work: Work, ports: ForgetPorts): Promise<boolean> {
  const sources = await listSources(ports.db)
  for (const kind of KINDS) {
    const source = sources.find(({ role }) => role === kind)
    if (source === undefined) continue
    for (;;) {
      const some = await openTraces(ports.db, work.id, 'record', kind, RECORDS_A_BATCH)
      if (some.length === 0) break
      if (ports.now() > work.until) return false
      const ids = some.map(({ ref }) => ref)
      // In the trash too: what made a page for a record that was gone has put it there as it was.
      for (const trashed of [false, true]) {
        const found = await findPagesOf(ports.notion, source.dataSourceId, kind, ids, trashed)
        for (const page of [...found.values()].flat()) {
          await erasePage(ports.notion, kind, page.id)
          count(work.counts, 'pages')
        }
      }
      await removeTexts(ports.texts, some.map(keyOfTrace))
      await closeTraces(ports.db, work.id, some, ports.now())
    }
  }
  return true
}

function keyOfTrace({ kind, ref }: Trace): RecordKey {
  if (kind === '') throw new Error('a merchant is no record')
  return { kind, id: ref }
}

function count(counts: Counts, what: string, by = 1): void {
  counts[what] = (counts[what] ?? 0) + by
}

function failureOf(error: unknown): string {
  return error instanceof StageError ? error.failure.kind : 'bug'
}

/** A number or an address as the party it is; null: it is none. */
export function partyOf(
  { phone, email }: { phone?: string | undefined; email?: string | undefined },
  country: string,
): string | null {
  return phone === undefined ? toAddress(email ?? '') : toE164(phone, country)
}
