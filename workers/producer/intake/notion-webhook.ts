/**
 * `POST /webhooks/notion`: a merchant's page changed, or one that we filed. Closed without NOTION_WEBHOOK_TOKEN but for the
 * handshake, whose token is shown to the operator and trusted by nobody until it is set. The
 * signature is checked on the raw bytes. A merchant is noted in D1 and read later (canvas/canvas-changes.ts),
 * of a record's page its kind, which is searched for edits later (canvas/told-edits.ts).
 *
 *   503 no token is set   401 no signature, or a wrong one   413 over 256 KB   400 not JSON
 */
import { Handshake, PageEvent, changeTold, concerns, isSigned } from '@switchboard/notion/webhook'
import { readSettings } from '@switchboard/shared/config'
import { toFailure } from '@switchboard/shared/failure'
import { log } from '@switchboard/shared/log'
import { QUEUE_MESSAGE_VERSION } from '@switchboard/shared/queue-message'
import { listMirrors, noteChange, noteHandshake } from '@switchboard/store/canvas-mirror'
import { isMerchant } from '@switchboard/store/merchants'
import { noteEdit, pageById } from '@switchboard/store/told-edits'
import * as v from 'valibot'
import type { Env } from '../ports.ts'
import { problem } from '../door/problem.ts'
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
  const noted =
    event.success && ((await noteEdited(env, event.output)) || (await note(env, event.output)))
  return Response.json({ outcome: noted ? 'noted' : 'ignored' })
}

async function shakeHands(env: Env, token: string, known: string | undefined): Promise<Response> {
  if (token !== known && (await noteHandshake(env.DB, token, Date.now())))
    log.warn('notion-webhook.handshake', { verificationToken: token })
  return Response.json({ outcome: 'handshake' })
}

/** An update of ours comes back as an event of a bot; what another one did to it is found in time. */
const OUR_ECHO_MS = 10 * 60_000

/** @returns whether the event is about a page that we filed, and none that we changed ourselves */
async function noteEdited(env: Env, event: PageEvent): Promise<boolean> {
  const change = changeTold(event)
  if (change === null) return false
  const page = await pageById(env.DB, event.entity.id)
  if (page === null) return false
  const now = Date.now()
  if (change.byBots && page.writtenAt !== null && page.writtenAt > now - OUR_ECHO_MS) return false
  await noteEdit(env.DB, page.kind, change.trashed, now)
  return true
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
