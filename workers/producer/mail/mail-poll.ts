/**
 * What the minute cron asks sources of mail beside the runs: a mailbox what has changed since the
 * state it was at, the Mail database which pages were edited. A mailbox that does not know its old
 * state any more is listed by time once. Each source has its place, which moves in the batch that
 * takes mails in; what fails is tried again, or parked like everywhere.
 */
import { sendOwed } from '@switchboard/consumer/send-owed'
import type { MailSource } from '@switchboard/mail/source'
import { describe, disposition, toFailure } from '@switchboard/shared/failure'
import { sha256 } from '@switchboard/shared/hash'
import type { Scope } from '@switchboard/shared/kinds'
import { log } from '@switchboard/shared/log'
import type { MailPart } from '@switchboard/shared/record'
import { listSources } from '@switchboard/store/directory'
import { moveSourceStatement, putOffSource, takeSource } from '@switchboard/store/mail-sources'
import { listParked, park } from '@switchboard/store/parked'
import { countRequestsStatement } from '@switchboard/store/runs'
import * as v from 'valibot'
import { NO_PAGES, PagePlace, sweepMailPages } from './mail-pages.ts'
import { takeMails } from './mail-told.ts'
import type { Ports } from '../ports.ts'

/** Where a mailbox is. */
const BoxPlace = v.variant('by', [
  v.object({ by: v.literal('nothing') }), // not asked yet
  v.object({ by: v.literal('changes'), state: v.string(), at: v.number() }),
  // Listed by time; `state` is from before the listing.
  v.object({
    by: v.literal('query'),
    state: v.string(),
    since: v.number(),
    until: v.number(),
    cursor: v.nullable(v.string()),
  }),
])
type BoxPlace = v.InferOutput<typeof BoxPlace>

const LEASE_MS = 5 * 60_000
/** A little less than a minute: a cron may be early. */
const MAILBOX_EVERY_MS = 50_000
const PAGES_EVERY_MS = 290_000
const AGAIN_MS = 60_000
/** Of one cron: the rest waits a minute. */
const MOST_STEPS = 20
/** A mailbox lists a mail by when it came, which may be before it was seen. */
const OVERLAP_MS = 3_600_000
/** What is older was moved or imported: nobody waits for it. */
const NEW_MS = 2 * 86_400_000

/**
 * Asks every source whose time has come. Never throws.
 * @param answers whether a system answers at all: what is its own fault parks it
 */
export async function askMailSources(
  ports: Ports,
  answers: (scope: Scope) => Promise<boolean>,
): Promise<void> {
  const parked = new Set((await listParked(ports.db)).map(({ scope }) => scope))
  const { JMAP_SESSION_URL: url } = ports.settings
  if (url !== undefined && !parked.has('mailbox'))
    await ask(ports, answers, `mailbox:${(await sha256(url)).slice(0, 16)}`, 'mailbox', askMailbox)
  if (!parked.has('notion') && !parked.has('notion:mail')) await askMailDatabase(ports, answers)
  const requests = ports.tally.take()
  if (requests.length > 0) await countRequestsStatement(ports.db, requests).run()

  async function askMailbox(name: string, json: string): Promise<void> {
    const source = ports.mail(null, 'live')
    if (source === null) return
    let place = readBox(json)
    for (let step = 0; step < MOST_STEPS; step++) {
      const next = await stepMailbox(ports, name, source, place)
      place = next.place
      if (next.through) return
    }
  }
}

/**
 * Looks into the Mail database for pages of other tools, if its time has come. A run does so before it
 * lists the first mail: then it is known whether there may be any. Never throws.
 */
export async function askMailDatabase(
  ports: Ports,
  answers: (scope: Scope) => Promise<boolean>,
  runId: string | null = null,
): Promise<void> {
  const found = (await listSources(ports.db)).find(({ role }) => role === 'mail')
  if (found === undefined) return
  const { dataSourceId } = found
  await ask(ports, answers, `pages:${dataSourceId}`, 'notion', (name, place) =>
    askDatabase(ports, { name, dataSourceId, runId }, place),
  )
}

/** @param work takes the place of the source as JSON and moves it */
async function ask(
  ports: Ports,
  answers: (scope: Scope) => Promise<boolean>,
  name: string,
  scope: Scope,
  work: (name: string, place: string) => Promise<void>,
): Promise<void> {
  const place = await takeSource(ports.db, name, '{}', ports.now(), LEASE_MS)
  if (place === null) return
  try {
    await work(name, place)
  } catch (error) {
    const failure = toFailure(error)
    const reason = describe(failure)
    log.warn('mail.unasked', { scope, failure: failure.kind, error: reason })
    await putOffSource(ports.db, name, reason, ports.now() + AGAIN_MS)
    const step = disposition(failure)
    const faulty =
      step.do === 'park' ? step.scope : failure.kind === 'upstream.unavailable' ? scope : null
    if (faulty !== null && !(await answers(faulty)))
      await park(
        ports.db,
        { scope: faulty, reason, until: step.do === 'park' ? step.until : null },
        ports.now(),
      )
  }
}

/** One request to the mailbox, and what it tells in D1. */
async function stepMailbox(
  ports: Ports,
  name: string,
  source: MailSource,
  place: BoxPlace,
): Promise<{ place: BoxPlace; through: boolean }> {
  const startedAt = ports.now()
  switch (place.by) {
    case 'nothing': {
      // What came before is listed by the runs.
      const state = await source.state()
      return move(ports, name, [], { by: 'changes', state, at: startedAt }, true)
    }
    case 'changes': {
      const changes = await source.changes(place.state)
      if (changes !== null)
        return move(
          ports,
          name,
          changes.rows,
          { by: 'changes', state: changes.state, at: startedAt },
          !changes.more,
        )
      const state = await source.state()
      const since = place.at - OVERLAP_MS
      return move(
        ports,
        name,
        [],
        { by: 'query', state, since, until: startedAt, cursor: null },
        false,
      )
    }
    case 'query': {
      const { since, until, cursor, state } = place
      const page = await source.list({ since: new Date(since), until: new Date(until), cursor })
      const next: BoxPlace =
        page.cursor === null
          ? { by: 'changes', state, at: startedAt }
          : { ...place, cursor: page.cursor }
      return move(ports, name, page.rows, next, false)
    }
  }
}

/** A mail that cannot be read is left to the next run, which keeps it as a letter. */
async function move(
  ports: Ports,
  name: string,
  mails: readonly MailPart[],
  place: BoxPlace,
  through: boolean,
): Promise<{ place: BoxPlace; through: boolean }> {
  const now = ports.now()
  const isNew = ({ createdAt }: MailPart) => Date.parse(createdAt) > now - NEW_MS
  const by = { cause: 'mail', runId: null } as const
  const fresh = await takeMails(ports, 'rest', mails.filter(isNew), { lane: 'live', ...by })
  const old = mails.filter((mail) => !isNew(mail))
  const rest = await takeMails(ports, 'rest', old, { lane: 'bulk', ...by })
  await ports.db.batch([
    ...fresh.statements,
    ...rest.statements,
    moveSourceStatement(
      ports.db,
      name,
      JSON.stringify(place),
      through ? now + MAILBOX_EVERY_MS : now,
    ),
  ])
  const owed = [...fresh.keys, ...rest.keys].filter((key) => key !== null)
  if (owed.length > 0) await sendOwed(ports.ledger, ports.queues, { keys: owed }, ports.now)
  return { place, through }
}

async function askDatabase(
  ports: Ports,
  source: { name: string; dataSourceId: string; runId: string | null },
  json: string,
): Promise<void> {
  let place = readPages(json)
  for (let step = 0; step < MOST_STEPS; step++) {
    const next = await sweepMailPages(ports, source, place, ports.now() + PAGES_EVERY_MS)
    place = next.place
    if (next.through) return
  }
}

function readBox(json: string): BoxPlace {
  const parsed = v.safeParse(BoxPlace, JSON.parse(json))
  return parsed.success ? parsed.output : { by: 'nothing' }
}

function readPages(json: string): PagePlace {
  const parsed = v.safeParse(PagePlace, JSON.parse(json))
  return parsed.success ? parsed.output : NO_PAGES
}
