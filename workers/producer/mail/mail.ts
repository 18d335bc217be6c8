/**
 * Email Routing hands us mails: the raw message is in R2 before anything looks into it, then it is
 * read, then its record and what is owed for it stand in D1, then it is sent on the live lane.
 *
 *   R2 does not take it        -> thrown: the sender keeps it and tries again
 *   D1 does not answer         -> a note in R2; the next run brings it in
 *   whatever dies after that   -> the minute cron takes it up again
 *   nobody can read it         -> a dead letter that can be replayed; the raw message stays
 *
 * Nothing is ever bounced: what is in R2 is ours.
 */
import { sendOwed } from '@switchboard/consumer/send-owed'
import { readRaw } from '@switchboard/mail/raw'
import { toFailure } from '@switchboard/shared/failure'
import type { RecordKey } from '@switchboard/shared/kinds'
import { log } from '@switchboard/shared/log'
import type { MailPart } from '@switchboard/shared/record'
import {
  closeMailStatement,
  deliveredStatement,
  keepMailStatement,
  keptMail,
  noteDeliveryStatement,
  rawFileStatement,
  takeDeliveries,
} from '@switchboard/store/mail-deliveries'
import type { MailDelivery } from '@switchboard/store/mail-deliveries'
import * as v from 'valibot'
import type { IntakePorts } from '../intake/intake.ts'
import { takeMails } from './mail-told.ts'
import { Refused } from '../door/problem.ts'
import type { Env, Ports } from '../ports.ts'
import { openIntake } from '../intake/webhooks.ts'

export interface MailPorts extends IntakePorts {
  files: R2Bucket
}

/** Only what intake needs is read: a wrong Notion setting costs no mail. */
export function openMail(env: Env): MailPorts {
  return { ...openIntake(env), files: env.FILES }
}

/** The same for a cron, which has read every setting. */
export function mailPortsOf(ports: Ports): MailPorts {
  return { ...ports, outbox: ports.ledger, country: ports.settings.DEFAULT_COUNTRY }
}

/** As much of Cloudflare's message as we need. */
export interface RoutedMail {
  from: string // of the envelope; empty: the null sender
  to: string
  raw: ReadableStream<Uint8Array>
  rawSize: number // bytes
}

export const RAW = 'mail/raw/'
const UNFILED = 'mail/unfiled/'
/** The minute cron leaves a mail to its own invocation for so long. */
const LEFT_TO_INTAKE_MS = 2 * 60_000
const LEASE_MS = 10 * 60_000
const MOST_TRIES = 5
const MOST_AT_ONCE = 10
const R2_TRIES = 3

/** Takes one mail in. @throws what R2 throws: then the sender tries again */
export async function receiveMail(mail: RoutedMail, ports: MailPorts): Promise<void> {
  const startedAt = ports.now()
  const bytes = await readAll(mail.raw, mail.rawSize)
  const sha256 = await digest(bytes)
  const delivery: MailDelivery = {
    key: `${RAW}${sha256}`,
    envelopeFrom: mail.from,
    envelopeTo: [mail.to],
    receivedAt: startedAt,
  }
  await keep(ports.files, delivery.key, bytes)
  const outcome = await noted(delivery, bytes, sha256, ports)
  log.info('mail.received', { outcome, durationMs: ports.now() - startedAt })
}

/** @returns what became of it; `delayed`: it is in R2 and will be filed */
async function noted(
  delivery: MailDelivery,
  bytes: Uint8Array,
  sha256: string,
  ports: MailPorts,
): Promise<string> {
  try {
    await noteDeliveryStatement(ports.db, delivery, ports.now() + LEFT_TO_INTAKE_MS).run()
  } catch (error) {
    log.error('mail.delayed', { failure: toFailure(error).kind })
    // D1 does not know of it: R2 does.
    await ports.files.put(`${UNFILED}${sha256}`, JSON.stringify(delivery))
    return 'delayed'
  }
  try {
    return await fileMail(delivery, bytes, sha256, ports)
  } catch (error) {
    log.error('mail.delayed', { failure: toFailure(error).kind })
    return 'delayed'
  }
}

/** What an invocation left unfiled is filed now. */
export async function fileLeftMails(ports: MailPorts): Promise<void> {
  for (const { tries, ...delivery } of await takeDeliveries(
    ports.db,
    ports.now(),
    LEASE_MS,
    MOST_AT_ONCE,
  )) {
    try {
      await fileAgain(delivery, tries, ports)
    } catch (error) {
      log.error('mail.delayed', { failure: toFailure(error).kind, attempt: tries })
    }
  }
}

/** Brings in what D1 could not be told of. Reads R2, so a run does it, not the minute cron. */
export async function fileNotedMails(ports: MailPorts): Promise<void> {
  const { objects } = await ports.files.list({ prefix: UNFILED, limit: 100 })
  for (const { key } of objects) {
    const note = v.safeParse(Note, await (await ports.files.get(key))?.text())
    if (note.success) await noteDeliveryStatement(ports.db, note.output, ports.now()).run()
    await ports.files.delete(key)
  }
  if (objects.length > 0) await fileLeftMails(ports)
}

/**
 * Files a mail that is kept as a dead letter, with the code of now; an operator asks for it.
 * @throws Refused where there is no such letter
 */
export async function replayMail(key: string, ports: MailPorts): Promise<{ outcome: string }> {
  const delivery = await keptMail(ports.db, key)
  if (delivery === null) throw new Refused(404, 'No such mail is kept as a dead letter.')
  await noteDeliveryStatement(ports.db, delivery, ports.now() + LEFT_TO_INTAKE_MS).run()
  return { outcome: await fileAgain(delivery, 1, ports) }
}

async function fileAgain(delivery: MailDelivery, tries: number, ports: MailPorts): Promise<string> {
  if (tries > MOST_TRIES)
    return giveUp(delivery, `it could not be filed in ${MOST_TRIES} tries`, ports)
  const raw = await ports.files.get(delivery.key)
  if (raw === null) return giveUp(delivery, 'the raw message is not in R2', ports)
  const sha256 = delivery.key.slice(RAW.length)
  return fileMail(delivery, new Uint8Array(await raw.arrayBuffer()), sha256, ports)
}

/** @returns what became of it */
async function fileMail(
  delivery: MailDelivery,
  bytes: Uint8Array,
  sha256: string,
  ports: MailPorts,
): Promise<string> {
  const { db } = ports
  let part: MailPart
  try {
    part = await readRaw(bytes, delivery)
  } catch (error) {
    // Never a value of the mail: an operator reads this.
    const name = error instanceof Error ? error.name : 'unknown'
    return giveUp(delivery, `it could not be read: ${name}`, ports)
  }
  const by = { lane: 'live', cause: 'mail', runId: null } as const
  const { keys, statements } = await takeMails(ports, 'routed', [part], by)
  const now = ports.now()
  const [key = null] = keys
  if (key === null) {
    await ports.files.delete(delivery.key) // somebody was forgotten, and stays so
    await deliveredStatement(db, delivery.key).run()
    return 'forgotten'
  }
  await db.batch([
    ...statements,
    rawFileStatement(db, { key: delivery.key, id: key.id, sizeBytes: bytes.length, sha256 }, now),
    deliveredStatement(db, delivery.key),
    closeMailStatement(db, delivery.key, now),
  ])
  await send(key, ports)
  return 'stored'
}

async function giveUp(delivery: MailDelivery, reason: string, { db, now }: MailPorts) {
  await db.batch([
    keepMailStatement(db, delivery, reason, now()),
    deliveredStatement(db, delivery.key),
  ])
  return 'unreadable'
}

/** Best effort: it is owed in D1, and what is not sent now the minute cron sends. */
async function send(key: RecordKey, ports: MailPorts): Promise<void> {
  try {
    await sendOwed(ports.outbox, ports.queues, { keys: [key] }, ports.now)
  } catch (error) {
    log.warn('mail.unsent', { failure: toFailure(error).kind })
  }
}

const Note = v.pipe(
  v.string(),
  v.parseJson(),
  v.object({
    key: v.string(),
    envelopeFrom: v.string(),
    envelopeTo: v.array(v.string()),
    receivedAt: v.number(),
  }),
)

/** The same bytes twice are one object. */
async function keep(files: R2Bucket, key: string, bytes: Uint8Array): Promise<void> {
  for (let left = R2_TRIES - 1; ; left--) {
    try {
      await files.put(key, bytes, { httpMetadata: { contentType: 'message/rfc822' } })
      return
    } catch (error) {
      if (left === 0) throw error
      await new Promise((resolve) => setTimeout(resolve, 500))
    }
  }
}

/** Email Routing takes 25 MiB at most. */
const MOST_BYTES = 25 * 1024 ** 2

async function readAll(stream: ReadableStream<Uint8Array>, sizeBytes: number): Promise<Uint8Array> {
  const whole = new Uint8Array(Math.min(sizeBytes, MOST_BYTES))
  const rest: Uint8Array[] = []
  let at = 0
  for await (const chunk of stream) {
    if (at + chunk.length <= whole.length && rest.length === 0) {
      whole.set(chunk, at)
      at += chunk.length
    } else rest.push(chunk) // it is longer than it says
  }
  if (rest.length === 0) return whole.subarray(0, at)
  return new Uint8Array(await new Blob([whole.subarray(0, at), ...rest]).arrayBuffer())
}

async function digest(bytes: Uint8Array): Promise<string> {
  const hash = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes))
  return Array.from(hash, (byte) => byte.toString(16).padStart(2, '0')).join('')
}
