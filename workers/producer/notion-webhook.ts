/**
 * `POST /webhooks/notion`: a merchant's page changed. Closed without NOTION_WEBHOOK_TOKEN but for the
 * handshake, whose token is shown to the operator and trusted by nobody until it is set. The
 * signature is checked on the raw bytes. The page is noted in D1 and read later (canvas-changes.ts).
 *
 *   503 no token is set   401 no signature, or a wrong one   413 over 256 KB   400 not JSON
 */
import { Handshake, PageEvent, concerns, isSigned } from '@switchboard/notion/webhook'
import { readSettings } from '@switchboard/shared/config'
import { toFailure } from '@switchboard/shared/failure'
import { log } from '@switchboard/shared/log'
import { QUEUE_MESSAGE_VERSION } from '@switchboard/shared/queue-message'
import { listMirrors, noteChange, noteHandshake } from '@switchboard/store/canvas-mirror'
import { isMerchant } from '@switchboard/store/merchants'
import * as v from 'valibot'
import type { Env } from './ports.ts'
import { problem } from './problem.ts'
import { readBytes } from './read-body.ts'

const MOST_BYTES = 262_144

/** Answers one delivery. @throws what D1 throws: then Notion delivers it again */
export async function notionWebhook(request: Request, env: Env): Promise<Response> {
  const { NOTION_WEBHOOK_TOKEN: token } = readSettings(env, ['NOTION_WEBHOOK_TOKEN'])
  const bytes = await readBytes(request, MOST_BYTES)
  if (bytes === null) return problem(413, `More than ${MOST_BYTES} bytes.`)
  const json = parsed(bytes)
  if (v.is(Handshake, json)) return shakeHands(env, json.verification_token, token)
  if (token === undefined) return problem(503, 'Closed: NOTION_WEBHOOK_TOKEN is not set.')
  if (!(await isSigned(bytes, request.headers.get('X-Notion-Signature'), token))) {
    log.warn('notion-webhook.refused', { failure: 'unauthorized' })
    return problem(401, 'X-Notion-Signature is missing or wrong.')
  }
  if (json === undefined) return problem(400, 'The body is not JSON.')
  const event = v.safeParse(PageEvent, json)
  const noted = event.success && (await note(env, event.output))
  return Response.json({ outcome: noted ? 'noted' : 'ignored' })
}

async function shakeHands(env: Env, token: string, known: string | undefined): Promise<Response> {
  if (token !== known && (await noteHandshake(env.DB, token, Date.now())))
    log.warn('notion-webhook.handshake', { verificationToken: token })
  return Response.json({ outcome: 'handshake' })
}

/** @returns whether the event is about a merchant */
async function note(env: Env, event: PageEvent): Promise<boolean> {
  const [canvas] = await listMirrors(env.DB)
  if (canvas === undefined) return false // the first listing is still to come
  if (!concerns(event, canvas.dataSourceId, canvas.watched)) return false
  const left = event.type === 'page.moved' || event.type === 'page.deleted'
  if (left && !isHome(event, canvas.dataSourceId) && !(await isMerchant(env.DB, event.entity.id)))
    return false
  await noteChange(env.DB, event.entity.id, Date.now())
  try {
    await env.SWEEP.send({
      v: QUEUE_MESSAGE_VERSION,
      canvas: 'changes',
      enqueuedAt: Date.now(),
    })
  } catch (error) {
    // It is noted: the minute cron reads it.
    log.warn('notion-webhook.unsent', { failure: toFailure(error).kind })
  }
  return true
}

function isHome({ data }: PageEvent, dataSourceId: string): boolean {
  return data.parent?.data_source_id === dataSourceId || data.parent?.id === dataSourceId
}

/** Undefined where it is no JSON. */
function parsed(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(bytes)) as unknown
  } catch {
    return undefined
  }
}
