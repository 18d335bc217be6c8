/**
 * What goes on while `npm start` serves the sandbox: a call, a text message or a mail every minute,
 * and the late artefacts of the sample once somebody has had time to see them pending. Each is told
 * with the time from its webhook, or from the mail door, to its Notion page.
 */
import { setTimeout as pause } from 'node:timers/promises'
import type { D1Database } from '@cloudflare/workers-types'
import type { Live } from '@switchboard/sandbox/live/live'
import { happen } from '@switchboard/sandbox/live/happen'
import { callTimes } from '@switchboard/sandbox/live/timeline'
import { sampleLateCalls } from '@switchboard/sandbox/sample/workspace'
import type { WorldMail } from '@switchboard/sandbox/world'
import type { Kind } from '@switchboard/shared/kinds'

export interface Living {
  live: Live
  db: D1Database
  /** The moment the sample workspace is dated from, ms since epoch. */
  anchor: number
  everyMs: number
  line: (text: string) => void
  /** Hands a mail over as Email Routing does; none come where it is left out. */
  routeMail?: (mail: WorldMail) => Promise<void>
}

/** What happens to a record; `toldAt`: when its webhook leaves, ms since epoch. */
export interface Happening {
  kind: Kind
  id: string
  toldAt: number
}

const FIRST_AFTER_MS = 5000
const LATE_AFTER_MS = 90_000
const POLL_MS = 50
const PATIENCE_MS = 120_000

/** Lets the world go on. @returns what ends it */
export function goOnLiving(living: Living): () => void {
  const end = new AbortController()
  const told = (name: string, happening: Happening) => {
    tell(name, happening, living, end.signal).catch((error: unknown) => {
      if (!end.signal.aborted) living.line(`${name}: ${String(error)}`)
    })
  }
  const next = () => {
    const kind = nextKind(living)
    const { id, at } = happen(living.live, kind, new Date())
    if (kind === 'mail') route(living, id)
    told(`Live: ${NOUNS[kind]} ${id}`, { kind, id, toldAt: at })
    timer = setTimeout(next, living.everyMs)
  }
  let timer = setTimeout(next, Math.min(FIRST_AFTER_MS, living.everyMs))
  for (const late of finishLate(living)) told(`Late: what was said in call ${late.id}`, late)
  return () => {
    end.abort()
    clearTimeout(timer)
  }
}

const NOUNS: Record<Kind, string> = { call: 'call', message: 'text message', mail: 'mail' }

/** A call, then two text messages, then a mail, and so on. */
function nextKind({ live, routeMail }: Living): Kind {
  const kinds = ['call', 'message', 'message', ...(routeMail ? (['mail'] as const) : [])] as const
  return kinds[live.size % kinds.length] ?? 'call'
}

/** It lies in the mailbox, too: both ways make one record. */
function route({ live, routeMail, line }: Living, messageId: string): void {
  const mail = live.world().mails.find((one) => one.messageId === messageId)
  if (mail === undefined || routeMail === undefined) return
  routeMail(mail).catch((error: unknown) => line(`Live: a mail was not taken in: ${String(error)}`))
}

/** The artefacts that the sample has in the making are made; once, whatever was before a restart. */
function finishLate({ live, anchor }: Living): Happening[] {
  const toldAt = Date.now() + LATE_AFTER_MS
  const late = sampleLateCalls(new Date(anchor)).filter(({ id }) => !live.has(id))
  for (const call of late) {
    const delay = toldAt - Date.parse(call.completedAt ?? call.createdAt)
    const delays = { recording: 0, summary: delay, transcript: delay, voicemail: delay }
    live.goOn(call, callTimes(call, delays))
  }
  return late.map(({ id }) => ({ kind: 'call', id, toldAt }))
}

/** `Live: call AC... -> Notion in 0.4 s` */
async function tell(
  name: string,
  happening: Happening,
  { db, line }: Living,
  signal: AbortSignal,
): Promise<void> {
  const tookMs = await untilWritten(db, happening, signal)
  line(
    tookMs === null
      ? `${name} is not in Notion after ${PATIENCE_MS / 1000} s`
      : `${name} -> Notion in ${(tookMs / 1000).toFixed(1)} s`,
  )
}

/** Ms from the webhook to the page that tells of it; null: not within two minutes. */
export async function untilWritten(
  db: D1Database,
  { kind, id, toldAt }: Happening,
  signal: AbortSignal,
  pollMs = POLL_MS,
): Promise<number | null> {
  await pause(Math.max(0, toldAt - Date.now()), undefined, { signal })
  const page = db
    .prepare(
      `SELECT written_at AS at FROM pages
        WHERE kind = ?1 AND id = ?2 AND page_id IS NOT NULL AND written_at >= ?3`,
    )
    .bind(kind, id, toldAt)
  while (Date.now() - toldAt < PATIENCE_MS) {
    const written = await page.first<{ at: number }>()
    if (written !== null) return written.at - toldAt
    await pause(pollMs, undefined, { signal })
  }
  return null
}
