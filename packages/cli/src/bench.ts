/**
 * `npm run bench`: how long it takes from OpenPhone's webhook, or from the mail door, to the Notion
 * page, when nothing else happens and while a backfill runs, with gates and limits on; how well the
 * backfill uses Notion's budget; and what the sandbox counted in its sliding windows. Not a part of
 * `npm test`.
 *
 * Flags: --records N (5000), --samples N (80), --light (local models off), --whole (to the end of the
 * backfill; else it is measured for as long as the samples take). Exit code 1: a target was missed.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { callTimes, textMessageEvents } from '@switchboard/sandbox/live/timeline'
import { generatedWorld } from '@switchboard/sandbox/sample/generated'
import { liveCall, liveMail, liveText } from '@switchboard/sandbox/sample/live-scripts'
import { runCommand } from './command.ts'
import { SIX_HOURLY } from './host.ts'
import { startSandboxHost } from './sandbox-host.ts'
import type { Host } from './host.ts'
import { untilWritten } from './live.ts'
import { routeMail, routedFrom } from './mail-door.ts'
import type { Happening } from './live.ts'

const NOTION_RPS = 3
/** Between two samples: by chance, so that they meet the gates at any moment. */
const LEAST_PAUSE_MS = 400
const MOST_PAUSE_MS = 1600
/** Records that are in Notion before a backfill counts as under way. */
const WARM = 30
/** Longer than any of the calls lasts. */
const AGO_MS = 600_000
const TARGETS = { idleMs: 1000, moreMs: 1000, share: 0.97 }

const { values: flags } = parseArgs({
  options: {
    records: { type: 'string', default: '5000' },
    samples: { type: 'string', default: '80' },
    light: { type: 'boolean', default: false },
    whole: { type: 'boolean', default: false },
  },
})

const folder = mkdtempSync(join(tmpdir(), 'switchboard-bench-'))
let host: Host | null = null

await runCommand({
  main,
  async close() {
    try {
      await host?.stop()
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  },
})

async function main(): Promise<boolean> {
  const records = Number(flags.records)
  const samples = Number(flags.samples)
  // Nothing but what lives, at first: the run that lists Canvas and the directory finds no record.
  const empty = generatedWorld(0, new Date())
  const full = generatedWorld(records, new Date())
  let world = empty
  host = await startSandboxHost({
    folder,
    adminToken: 'bench',
    world: () => world,
    unlimited: false,
    ai: flags.light ? 'light' : 'full',
    log: ({ level, message }) => {
      if (level !== 'info' && level !== 'log') process.stderr.write(`${message}\n`)
    },
  })
  host.startClock()
  await host.cron(SIX_HOURLY)
  await completed(host)

  const idle = await sample(host, samples)
  say('idle', idle)
  const mails = await sampleMails(host, samples / 2)
  say('mail', mails, 'mail door')

  world = full
  await host.cron(SIX_HOURLY, Date.now() + 1)
  await written(host, samples + WARM)
  const { notion, openphone } = host.outside
  const before = { at: Date.now(), requests: notion.requests.total }
  const busy = await sample(host, samples)
  say('backfill', busy)
  if (flags.whole) await completed(host)
  const seconds = (Date.now() - before.at) / 1000
  const share = (notion.requests.total - before.requests) / (seconds * NOTION_RPS)
  const done = await countWritten(host)
  line(`Notion's budget: ${percent(share)} used over ${seconds.toFixed(0)} s of the backfill`)
  line(`Records: ${done - idle.length - mails.length - busy.length} of ${records} written`)
  line(`OpenPhone: at most ${openphone.requests.maxIn(1000)} requests in any sliding second (10)`)
  line(`Notion: at most ${notion.requests.maxIn(10_000)} requests in any sliding 10 s (33)`)

  const p95 = {
    idle: quantile(idle, 0.95),
    mail: quantile(mails, 0.95),
    busy: quantile(busy, 0.95),
  }
  const missed = [
    ...(p95.idle < TARGETS.idleMs ? [] : ['idle p95 under 1 s']),
    ...(p95.mail < TARGETS.idleMs ? [] : ['idle p95 of mail under 1 s']),
    ...(p95.busy <= p95.idle + TARGETS.moreMs ? [] : ['p95 at most 1 s more under a backfill']),
    ...(share >= TARGETS.share ? [] : [`at least ${percent(TARGETS.share)} of Notion's budget`]),
    ...(openphone.requests.maxIn(1000) <= 10 ? [] : ['OpenPhone at most 10 in any second']),
    ...(notion.requests.maxIn(10_000) <= 33 ? [] : ['Notion at most 33 in any 10 s']),
  ]
  line(missed.length === 0 ? 'Every target is met.' : `Missed: ${missed.join('; ')}`)
  return missed.length === 0
}

/** One record's way, in ms. */
type Way = Record<
  'all' | 'intake' | 'enrich queue' | 'enrich' | 'reconcile queue' | 'reconcile',
  number
>

/**
 * So many records, one after the other, each until it is in Notion: a text message, then a call that
 * has ended and is fetched with all that was made of it, and so on. Each is one event and one page,
 * so that the samples take little of the budget that they are measured against.
 */
async function sample(on: Host, count: number): Promise<Way[]> {
  const never = new AbortController().signal
  const ways: Way[] = []
  for (let nth = 0; nth < count; nth++) {
    await pause(LEAST_PAUSE_MS + Math.random() * (MOST_PAUSE_MS - LEAST_PAUSE_MS))
    const happening = nth % 2 === 0 ? newTextMessage(on) : endedCall(on)
    const all = (await untilWritten(on.db, happening, never, 20)) ?? Infinity
    ways.push({ all, ...(await stagesOf(on, happening)) })
  }
  return ways
}

/** Mails by the local runtime's mail door, one at a time. */
async function sampleMails(on: Host, count: number): Promise<Way[]> {
  const never = new AbortController().signal
  const ways: Way[] = []
  for (let nth = 0; nth < count; nth++) {
    await pause(LEAST_PAUSE_MS + Math.random() * (MOST_PAUSE_MS - LEAST_PAUSE_MS))
    const mail = liveMail(nth, new Date())
    const happening = { kind: 'mail', id: mail.messageId ?? '', toldAt: Date.now() } as const
    await routeMail(on.url, routedFrom(mail))
    const all = (await untilWritten(on.db, happening, never, 20)) ?? Infinity
    ways.push({ all, ...(await stagesOf(on, happening)) })
  }
  return ways
}

function newTextMessage({ outside }: Host): Happening {
  const textMessage = liveText(outside.live.size, new Date())
  outside.live.text(textMessage)
  const toldAt = textMessageEvents(textMessage)[0]?.at ?? Date.now() // ours is told when delivered
  return { kind: 'message', id: textMessage.id, toldAt }
}

function endedCall({ outside }: Host): Happening {
  const call = liveCall(outside.live.size, new Date(Date.now() - AGO_MS))
  outside.live.goOn(
    call,
    callTimes(call, { recording: 0, summary: 0, transcript: 0, voicemail: 0 }),
  )
  const toldAt = Date.now()
  outside.openphone.webhooks.emit({ type: 'call.completed', call })
  return { kind: 'call', id: call.id, toldAt }
}

/** Where a record's time went, by its first two stage events; `intake`: from webhook to queue. */
async function stagesOf(on: Host, { kind, id, toldAt }: Happening): Promise<Omit<Way, 'all'>> {
  const { results } = await on.db
    .prepare(
      `SELECT stage, at, waited_ms AS waited, worked_ms AS worked FROM stage_events
        WHERE kind = ?1 AND id = ?2 AND stage IN ('enrich', 'reconcile') ORDER BY at LIMIT 2`,
    )
    .bind(kind, id)
    .all<{ stage: string; at: number; waited: number; worked: number }>()
  const [enrich, reconcile] = results
  return {
    intake: enrich === undefined ? NaN : enrich.at - enrich.worked - enrich.waited - toldAt,
    'enrich queue': enrich?.waited ?? NaN,
    enrich: enrich?.worked ?? NaN,
    'reconcile queue': reconcile?.waited ?? NaN,
    reconcile: reconcile?.worked ?? NaN,
  }
}

/** Resolves when the newest run is complete. */
async function completed(on: Host): Promise<void> {
  for (;;) {
    const { items } = await on.api<{ items: { state: string }[] }>('runs')
    if (items[0]?.state === 'completed') return
    await pause(500)
    await on.cron('* * * * *')
  }
}

async function written(on: Host, count: number): Promise<void> {
  while ((await countWritten(on)) < count) await pause(200)
}

async function countWritten(on: Host): Promise<number> {
  const row = await on.db
    .prepare(`SELECT count(*) AS n FROM pages WHERE page_id IS NOT NULL`)
    .first<{ n: number }>()
  return row?.n ?? 0
}

function say(what: string, ways: Way[], from = 'webhook'): void {
  const of = (share: number) => `${(quantile(ways, share) / 1000).toFixed(2)} s`
  line(
    `${what.padEnd(9)} ${from} -> Notion page, ${ways.length} records: p50 ${of(0.5)}, p95 ${of(0.95)}, longest ${of(1)}`,
  )
  const parts = ['intake', 'enrich queue', 'enrich', 'reconcile queue', 'reconcile'] as const
  const told = parts.map((part) => {
    const [p50, p95] = [quantile(ways, 0.5, part), quantile(ways, 0.95, part)]
    return `${part} ${p50.toFixed(0)} (${p95.toFixed(0)})`
  })
  line(`          of it in ms, p50 (p95): ${told.join(', ')}`)
}

function quantile(ways: Way[], share: number, part: keyof Way = 'all'): number {
  const sorted = ways.map((way) => way[part]).toSorted((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.ceil(share * sorted.length) - 1)] ?? 0
}

function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`
}

function line(text: string): void {
  process.stdout.write(`${text}\n`)
}
