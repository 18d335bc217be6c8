/**
 * What any way tells of mails, on its way into D1: which record each is, whether it is news, what
 * thread it belongs to. One mail by several ways is one record; a known Message-ID with another
 * sender, date or subject is a record of its own (docs/protocols.md#mail).
 */
import { hashId, identityOf, isSameMail } from '@switchboard/mail/identity'
import { withId } from '@switchboard/mail/map'
import { threadRefs } from '@switchboard/mail/thread'
import { sha256 } from '@switchboard/shared/hash'
import type { Lane, RecordKey } from '@switchboard/shared/kinds'
import { contentHash } from '@switchboard/shared/merge'
import type { Cause } from '@switchboard/shared/queue-message'
import type { MailPart } from '@switchboard/shared/record'
import { forgottenAmong } from '@switchboard/store/forget'
import { claimMailIds, sharpenStatement } from '@switchboard/store/mail-ids'
import type { MailId } from '@switchboard/store/mail-ids'
import { mailIntakeStatements, newsAmong } from '@switchboard/store/mail-intake'
import type { MailPartName, ToldMail } from '@switchboard/store/mail-intake'
import { joinThreadStatements } from '@switchboard/store/threads'
import type { TombstoneOf } from '../forget/tombstones.ts'

export interface ToldPorts {
  db: D1Database
  tombstone: TombstoneOf
  now: () => number
}

/** By which way mails came. */
const SOURCES: Record<MailPartName, string> = { routed: 'raw', rest: 'jmap', adopted: 'page' }

/** Mails as they are taken in. */
export interface Taken {
  /** One for each mail that was told, in its order; null: it was forgotten. */
  keys: (RecordKey | null)[]
  statements: D1PreparedStatement[] // for one batch
}

/** @param by the lane and why; a run counts what it lists */
export async function takeMails(
  ports: ToldPorts,
  part: MailPartName,
  mails: readonly MailPart[],
  by: { lane: Lane; cause: Cause; runId: string | null },
): Promise<Taken> {
  return take(ports, part, await identified(ports.db, part, mails), by)
}

/** The same for mails whose record is known: what they are told of by now. */
export function retakeMails(
  ports: ToldPorts,
  part: MailPartName,
  mails: readonly MailPart[],
  by: { lane: Lane; cause: Cause; runId: string | null },
): Promise<Taken> {
  return take(ports, part, { parts: mails, sharper: [] }, by)
}

interface Identified {
  parts: readonly MailPart[]
  sharper: MailId[] // who are known exactly now
}

async function take(
  ports: ToldPorts,
  part: MailPartName,
  { parts, sharper }: Identified,
  by: { lane: Lane; cause: Cause; runId: string | null },
): Promise<Taken> {
  const told = await Promise.all(parts.map((one) => toTold(ports, part, one)))
  const hashes = told.flatMap(({ tombstone }) => tombstone ?? [])
  const forgotten =
    hashes.length === 0 ? new Set<string>() : await forgottenAmong(ports.db, 'mail', hashes)
  const isGone = ({ tombstone }: ToldMail) => tombstone !== null && forgotten.has(tombstone)
  const kept = told.filter((mail) => !isGone(mail))
  const news = await newsAmong(ports.db, part, highestOfEach(kept))
  const now = ports.now()
  const ids = new Set(news.map(({ id }) => id))
  const refs = await Promise.all(
    parts.filter(({ id }) => ids.has(id)).map((one) => threadRefs(one, SOURCES[part])),
  )
  return {
    keys: told.map((mail) => (isGone(mail) ? null : { kind: 'mail', id: mail.id })),
    statements: [
      ...mailIntakeStatements(ports.db, part, news, by, now),
      ...refs.flatMap((one) => joinThreadStatements(ports.db, one, now)),
      ...(sharper.length > 0 ? [sharpenStatement(ports.db, sharper)] : []),
    ],
  }
}

/** Each mail under the id that is its own. */
async function identified(
  db: D1Database,
  part: MailPartName,
  mails: readonly MailPart[],
): Promise<Identified> {
  const exact = part !== 'adopted'
  const claims = mails
    .filter((mail) => mail.id === mail.messageId)
    .map((mail): MailId => ({ id: mail.id, ...identityOf(mail), exact }))
  const holders = await claimMailIds(db, claims)
  const sharper: MailId[] = []
  const parts = mails.map(async (mail) => {
    const known = mail.id === mail.messageId ? holders.get(mail.id) : undefined
    if (known === undefined) return mail
    const identity = identityOf(mail)
    if (!isSameMail(known, identity, exact && known.exact)) return withId(mail, await hashId(mail))
    if (exact && !known.exact) sharper.push({ id: mail.id, ...identity, exact })
    return mail
  })
  return { parts: await Promise.all(parts), sharper }
}

async function toTold(
  { tombstone }: ToldPorts,
  part: MailPartName,
  mail: MailPart,
): Promise<ToldMail> {
  return {
    id: mail.id,
    version: await rankOf(part, mail),
    // A second delivery of the same mail has other traces of its way, and says nothing new.
    hash: await contentHash({ ...mail, raw: undefined, envelope: undefined }),
    body: JSON.stringify(mail),
    occurredAt: Date.parse(mail.createdAt),
    tombstone: await tombstone({ kind: 'mail', id: mail.id }),
  }
}

/** Above every time, which stood here once, and within what a number holds exactly. */
const RANKS_FROM = 2 ** 52

/**
 * A mail does not change, but one way may know two copies of it (a mail to oneself lies in two
 * mailboxes) that differ in traces: always the same one of them stands, or they would take turns.
 * A page of another tool's does change.
 */
async function rankOf(part: MailPartName, mail: MailPart): Promise<number> {
  if (part === 'adopted') return 0
  const copy = (part === 'routed' ? mail.raw : mail.sourceId) ?? mail.id
  return RANKS_FROM + Number.parseInt((await sha256(copy)).slice(0, 12), 16)
}

function highestOfEach(mails: readonly ToldMail[]): ToldMail[] {
  const highest = new Map<string, ToldMail>()
  for (const mail of mails) {
    const other = highest.get(mail.id)
    if (other === undefined || other.version < mail.version) highest.set(mail.id, mail)
  }
  return [...highest.values()]
}
