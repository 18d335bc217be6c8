/**
 * `POST /webhooks/openphone`. Closed without a secret. The signature is checked on the raw bytes; a
 * rightly signed JSON event is never refused (intake.ts). Its record is in D1 and sent on the live
 * lane before the 2xx; no outside API is asked.
 *
 *   503 no secret is set, or D1 does not answer   413 over a megabyte, counted while reading
 *   401 no signature, a wrong one, an old one      400 not JSON
 */
import { stageQueues } from '@switchboard/consumer/stage-queues'
import { parseSecrets, verifyDelivery } from '@switchboard/openphone/webhook/verify'
import type { WebhookSecret } from '@switchboard/openphone/webhook/verify'
import { readSettings } from '@switchboard/shared/config'
import { describe, toFailure } from '@switchboard/shared/failure'
import { log } from '@switchboard/shared/log'
import { ledger } from '@switchboard/store/ledger'
import { replayDelivery, takeDelivery } from './intake.ts'
import type { IntakePorts } from './intake.ts'
import type { Env } from '../ports.ts'
import { problem } from '../door/problem.ts'
import { readBytes } from './read-body.ts'
import { tombstones } from '../forget/tombstones.ts'

const MOST_BYTES = 1_048_576

export interface WebhookPorts extends IntakePorts {
  secrets: readonly WebhookSecret[]
}

/** Answers one delivery. */
export function openphoneWebhook(request: Request, env: Env): Promise<Response> {
  const { OPENPHONE_WEBHOOK_SECRETS } = readSettings(env, ['OPENPHONE_WEBHOOK_SECRETS'])
  return receive(request, { ...openIntake(env), secrets: secretsIn(OPENPHONE_WEBHOOK_SECRETS) })
}

/** @throws StageError config.invalid, of which the log tells: the sender alone would hear of it */
function secretsIn(setting: string | undefined): WebhookSecret[] {
  try {
    return parseSecrets(setting ?? '')
  } catch (error) {
    const failure = toFailure(error)
    log.error('webhook.failed', { failure: failure.kind, error: describe(failure) })
    throw error
  }
}

/** Runs a delivery that was kept as a dead letter through the intake of now; an operator asks for it. */
export async function replayKept(deliveryId: string, env: Env): Promise<Response> {
  const outcome = await replayDelivery(deliveryId, openIntake(env))
  if (outcome === null) return problem(404, 'No such delivery is kept as a dead letter.')
  return Response.json({ outcome })
}

/** Only what intake needs is read: a wrong Notion setting costs no event. */
export function openIntake(env: Env): IntakePorts {
  const settings = readSettings(env, ['DEFAULT_COUNTRY'])
  return {
    country: settings.DEFAULT_COUNTRY,
    tombstone: tombstones(env),
    db: env.DB,
    outbox: ledger(env.DB),
    queues: stageQueues(env),
    now: Date.now,
  }
}

export async function receive(request: Request, ports: WebhookPorts): Promise<Response> {
  const startedAt = ports.now()
  if (ports.secrets.length === 0)
    return problem(503, 'Closed: OPENPHONE_WEBHOOK_SECRETS is not set.')
  const bytes = await readBytes(request, MOST_BYTES)
  if (bytes === null) return problem(413, `More than ${MOST_BYTES} bytes.`)
  const { secrets, now } = ports
  const verdict = await verifyDelivery({ headers: request.headers, body: bytes, secrets, now })
  if (!verdict.ok) {
    log.warn('webhook.refused', { failure: 'unauthorized', error: verdict.reason })
    return problem(401, verdict.reason)
  }
  const body = new TextDecoder().decode(bytes)
  const json = parsed(body)
  if (json === undefined) return problem(400, 'The body is not JSON.')
  try {
    const outcome = await takeDelivery({ id: verdict.deliveryId, body, json }, ports)
    log.info('webhook.received', { outcome, durationMs: ports.now() - startedAt })
    return Response.json({ outcome })
  } catch (error) {
    // OpenPhone delivers it again.
    log.error('webhook.failed', { failure: toFailure(error).kind, error: nameOf(error) })
    return problem(503, 'It could not be stored; deliver it again.')
  }
}

/** Undefined where it is no JSON. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown
  } catch {
    return undefined
  }
}

function nameOf(error: unknown): string {
  return error instanceof Error ? error.name : 'unknown'
}
