/**
 * Letters that no stage's owed work stands for, taken in by themselves with the code of now: webhooks
 * and mails that were kept raw, rows of listings, whole listings, queue messages that nobody could
 * read. Each either closes its letter or files it again, which is what the replay counts.
 */
import { sendOwed } from '@switchboard/consumer/send-owed'
import { readEmails } from '@switchboard/mail/map'
import { getCall } from '@switchboard/openphone/calls'
import { toCallPart, toTextMessagePart } from '@switchboard/openphone/map'
import { getTextMessage } from '@switchboard/openphone/messages'
import { readOne } from '@switchboard/openphone/page'
import { WireCall, WireTextMessage } from '@switchboard/openphone/wire'
import { StageError, describe, toFailure } from '@switchboard/shared/failure'
import { KINDS, STAGES } from '@switchboard/shared/kinds'
import type { Kind, RecordKey } from '@switchboard/shared/kinds'
import { log } from '@switchboard/shared/log'
import type { MailPart } from '@switchboard/shared/record'
import { patternOf } from '@switchboard/shared/pattern'
import {
  CanvasMessage,
  QueueMessage,
  ReplayMessage,
  SweepMessage,
} from '@switchboard/shared/queue-message'
import { changedAmong, intakeStatements } from '@switchboard/store/intake'
import { fileListedStatement } from '@switchboard/store/letters'
import {
  raiseStatement,
  refileLetter,
  resumeSweep,
  settleLetterStatement,
} from '@switchboard/store/replay-directly'
import type { DirectLetter } from '@switchboard/store/replay-letters'
import type { Replay } from '@switchboard/store/replays'
import * as v from 'valibot'
import { sendSweeps } from '../sweep/backfill.ts'
import { replayDelivery } from '../intake/intake.ts'
import { toListed } from '../sweep/listed.ts'
import { mailPortsOf, replayMail } from '../mail/mail.ts'
import { takeMails } from '../mail/mail-told.ts'
import type { Ports } from '../ports.ts'

/** Never throws: what an outside system does not answer now is tried again in a minute. */
export async function replayDirectly(
  ports: Ports,
  replay: Replay,
  letter: DirectLetter,
): Promise<void> {
  try {
    await takeIn(ports, replay, letter)
  } catch (error) {
    const failure = toFailure(error)
    log.warn('letter.left', { stage: letter.stage, failure: failure.kind })
    // A row that cannot be read is the letter's fault; anything else passes.
    if (failure.kind === 'record.invalid') await diesAgain(ports, letter, describe(failure))
  }
}

function takeIn(ports: Ports, replay: Replay, letter: DirectLetter): Promise<void> {
  if (letter.stage === 'webhook') return takeDelivery(ports, letter)
  if (letter.stage === 'mail') return fileMail(ports, letter)
  if (letter.kind === 'unknown') return readQueueMessage(ports, letter)
  if (letter.stage === 'sweep')
    return letter.queueMessage === null
      ? resumeListing(ports, letter)
      : takeRow(ports, letter, replay.options.fetchAnew)
  return diesAgain(ports, letter, `nothing is known of the stage ${letter.stage}`)
}

async function diesAgain({ db, now }: Ports, letter: DirectLetter, reason: string): Promise<void> {
  await refileLetter(db, letter, { reason, pattern: patternOf(reason) }, now())
}

async function takeDelivery(ports: Ports, letter: DirectLetter): Promise<void> {
  await replayDelivery(letter.id, mailPortsOf(ports))
}

async function fileMail(ports: Ports, letter: DirectLetter): Promise<void> {
  const { outcome } = await replayMail(letter.id, mailPortsOf(ports))
  // Of whoever was forgotten nothing is filed, and nothing is left to do.
  if (outcome === 'forgotten') await settleLetterStatement(ports.db, letter, ports.now()).run()
}

/** What it asks for is owed once more. What the listings and the rest of us send is owed in D1. */
async function readQueueMessage(ports: Ports, letter: DirectLetter): Promise<void> {
  const body = parsed(letter.queueMessage)
  const ours = v.safeParse(QueueMessage, body)
  const stage = STAGES.find((one) => one === letter.stage)
  const now = ports.now()
  if (ours.success && stage !== undefined) {
    const { kind, id } = ours.output
    await ports.db.batch([
      raiseStatement(ports.db, { kind, id, stage }, now),
      settleLetterStatement(ports.db, letter, now),
    ])
    await sendOwed(ports.ledger, ports.queues, { keys: [{ kind, id }] }, ports.now)
    return
  }
  const forProducer = v.is(v.union([SweepMessage, CanvasMessage, ReplayMessage]), body)
  if (letter.stage === 'sweep' && forProducer) {
    await settleLetterStatement(ports.db, letter, now).run()
    return
  }
  const [issue] = ours.issues ?? []
  await diesAgain(
    ports,
    letter,
    issue === undefined
      ? `there is no stage ${letter.stage}`
      : `${v.getDotPath(issue) ?? 'body'}: ${issue.message}`,
  )
}

async function resumeListing(ports: Ports, letter: DirectLetter): Promise<void> {
  const { kind: sweep, id: runId } = letter
  if (await resumeSweep(ports.db, { runId, sweep }, ports.now())) return sendSweeps(ports)
  return diesAgain(ports, letter, 'its run is not known any more')
}

/** A listed row as the code of now reads it, or as its source tells it now. */
async function takeRow(ports: Ports, letter: DirectLetter, anew: boolean): Promise<void> {
  const kind = KINDS.find((one) => one === letter.kind)
  if (kind === undefined) return diesAgain(ports, letter, `there is no kind ${letter.kind}`)
  const raw = letter.queueMessage ?? ''
  try {
    const { keys, statements } = await intakeOf(ports, kind, letter, anew)
    await ports.db.batch([...statements, settleLetterStatement(ports.db, letter, ports.now())])
    await sendOwed(ports.ledger, ports.queues, { keys }, ports.now)
  } catch (error) {
    const failure = toFailure(error)
    if (failure.kind !== 'record.invalid') throw error
    const row = { kind, id: letter.id, reason: describe(failure), raw }
    await fileListedStatement(ports.db, null, [row], ports.now()).run()
  }
}

async function intakeOf(
  ports: Ports,
  kind: Kind,
  letter: DirectLetter,
  anew: boolean,
): Promise<{ keys: RecordKey[]; statements: D1PreparedStatement[] }> {
  const by = { lane: 'bulk', cause: 'replay', runId: null } as const
  if (kind === 'mail') {
    const { keys, statements } = await takeMails(ports, 'rest', [await mailOf(letter)], by)
    return { keys: keys.filter((key) => key !== null), statements }
  }
  const part = anew ? await fetchAnew(ports, kind, letter.id) : readRow(kind, letter)
  const listed = [await toListed(kind, part, ports.tombstone)]
  const changed = await changedAmong(ports.db, kind, listed)
  return {
    keys: [{ kind, id: part.id }],
    statements: intakeStatements(ports.db, kind, changed, by, ports.now()),
  }
}

function readRow(kind: 'call' | 'message', { queueMessage }: DirectLetter) {
  const body = { data: parsed(queueMessage) }
  return kind === 'call'
    ? readOne(body, WireCall, toCallPart)
    : readOne(body, WireTextMessage, toTextMessagePart)
}

async function mailOf({ queueMessage }: DirectLetter): Promise<MailPart> {
  const { rows, unreadable } = await readEmails([parsed(queueMessage)])
  const [part] = rows
  if (part !== undefined) return part
  const { field = 'mail', detail = 'cannot be read' } = unreadable[0] ?? {}
  throw new StageError({ kind: 'record.invalid', field, detail })
}

/** @throws StageError upstream.*; record.invalid also where the source does not know it */
async function fetchAnew(ports: Ports, kind: 'call' | 'message', id: string) {
  const openphone = ports.openphone(null)
  const detail = openphone === null ? 'OpenPhone is not connected' : 'OpenPhone does not know it'
  const part =
    openphone &&
    (kind === 'call' ? await getCall(openphone, id) : await getTextMessage(openphone, id))
  if (part === null) throw new StageError({ kind: 'record.invalid', field: 'id', detail })
  return part
}

/** Undefined where it is no JSON. */
function parsed(text: string | null): unknown {
  try {
    return JSON.parse(text ?? '') as unknown
  } catch {
    return undefined
  }
}
