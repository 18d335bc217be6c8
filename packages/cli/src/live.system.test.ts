/**
 * Live, with all Workers and the sandbox: from OpenPhone's webhook to the Notion page, what is not
 * OpenPhone's is refused, and a kill in the middle of a backfill loses and doubles nothing.
 */
import { spawn } from 'node:child_process'
import { createHmac, randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  CALLS_DATABASE_ID,
  MAIL_DATABASE_ID,
  MESSAGES_DATABASE_ID,
} from '@switchboard/sandbox/http/notion/workspace'
import { OWN_NUMBER, callAt, smallWorld, textAt } from '@switchboard/sandbox/http/small-world'
import { liveCall, liveText } from '@switchboard/sandbox/sample/live-scripts'
import type { World, WorldCall } from '@switchboard/sandbox/world'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { SIX_HOURLY } from './host.ts'
import { startSandboxHost } from './sandbox-host.ts'
import { notionPages, said } from './testing/notion-pages.ts'
import type { NotionPage } from './testing/notion-pages.ts'
import { isFiled, recentSample } from './testing/recent-sample.ts'
import type { Host } from './host.ts'
import { takeState } from './state.ts'
import type { State } from './state.ts'
import { DOOR_PATH } from './webhook-commands.ts'

function pages(host: Host, databaseId: string): NotionPage[] {
  return notionPages(host, databaseId).filter((page) => !page.in_trash)
}

function start(folder: string, world: () => World, state?: State): Promise<Host> {
  return startSandboxHost({
    folder,
    values: { NOTION_SETTLE_MS: '4000' },
    hashKey: state?.hashKey ?? 'a key of sixteen characters or more',
    adminToken: state?.adminToken ?? 'admin',
    linkSecret: state?.linkSecret ?? 'another-key-of-sixteen-or-more',
    world,
  })
}

/** Until nothing is owed any more and every delivery has been taken. */
async function settled(host: Host): Promise<void> {
  const { webhooks } = host.outside.openphone
  for (const until = Date.now() + 240_000; Date.now() < until;) {
    await host.cron('* * * * *') // a minute is long for a test
    const { owed } = await host.api<{ owed: { owed: number }[] }>('status')
    const deliveries = webhooks.list().flatMap(({ id }) => webhooks.deliveries(id))
    const waits = deliveries.filter(({ status }) => status !== 'success')
    if (waits.length === 0 && owed.every((stage) => stage.owed === 0)) return
    await new Promise((resolve) => setTimeout(resolve, 500))
  }
  throw new Error('something is still owed or undelivered')
}

describe('OpenPhone’s webhooks', () => {
  const folder = mkdtempSync(join(tmpdir(), 'switchboard-live-'))
  const world = smallWorld()
  let host: Host

  beforeAll(async () => {
    host = await start(folder, () => world)
    await host.cron(SIX_HOURLY)
    await settled(host)
  }, 60_000)

  afterAll(async () => {
    await host.stop()
    rmSync(folder, { recursive: true, force: true })
  })

  const page = (databaseId: string, name: string, id: string) =>
    pages(host, databaseId).filter((one) => said(one, name) === id)
  const callPages = (id: string) => page(CALLS_DATABASE_ID, 'Call ID', id)
  const textPages = (id: string) => page(MESSAGES_DATABASE_ID, 'Message ID', id)

  test('bring a text message to Notion, linked to its merchant', async () => {
    const textMessage = textAt(new Date().toISOString(), { id: 'ACTlive1' })
    host.outside.live.text(textMessage)
    await expect.poll(() => textPages('ACTlive1'), { timeout: 20_000 }).toHaveLength(1)
    const [made] = textPages('ACTlive1')
    expect(said(made, 'Content')).toBe(textMessage.text)
    expect(made?.properties['Canvas']?.['relation']).toHaveLength(1)
  })

  test('make one page of a call, which ends with all that was said, in whatever order they come', async () => {
    const { openphone } = host.outside
    const call = liveCall(0, new Date(Date.now() - 600_000))
    const ended: WorldCall = {
      ...callAt(call.createdAt, { id: call.id, duration: call.duration }),
      answeredAt: call.answeredAt,
      completedAt: call.completedAt,
      recordings: call.recordings,
      transcripts: call.transcripts,
    }
    world.calls.push(ended)
    const completed = { ...ended, summary: { ...ended.summary, status: 'in-progress' as const } }
    const ringing = {
      ...ended,
      status: 'ringing',
      answeredAt: null,
      completedAt: null,
      duration: 0,
    }
    // Out of order, at once, one of them twice.
    openphone.webhooks.emit({ type: 'call.transcript.completed', call: ended })
    openphone.webhooks.emit({ type: 'call.completed', call: completed })
    openphone.webhooks.emit({ type: 'call.ringing', call: ringing })
    openphone.webhooks.emit({ type: 'call.summary.completed', call: ended })
    openphone.webhooks.emit({ type: 'call.completed', call: completed })
    await expect
      .poll(() => said(callPages(call.id)[0], 'Summary'), { timeout: 20_000 })
      .toContain('Asked for a terminal.')
    await settled(host)
    const made = callPages(call.id)
    expect(made).toHaveLength(1)
    expect(said(made[0], 'Status')).toContain('completed')
    expect(said(made[0], 'Transcript')).toContain('Miriam at Foxglove Books')
  }, 60_000)

  test('are refused where they are not OpenPhone’s, altered or old: no record, no page', async () => {
    const { key } = host.outside.openphone.webhooks.list()[0] ?? { key: '' }
    const body = JSON.stringify({
      id: 'EVforged',
      apiVersion: '2026-03-30',
      type: 'message.received',
      createdAt: new Date().toISOString(),
      data: {
        resource: {
          id: 'ACforged',
          direction: 'incoming',
          text: 'Wire me the money',
          media: [],
          status: 'received',
          createdAt: new Date().toISOString(),
        },
        context: { senderIdentifier: '+13105550123', recipientIdentifiers: [OWN_NUMBER] },
      },
    })
    const now = Math.floor(Date.now() / 1000)
    const post = (headers: Record<string, string>, sent = body) =>
      fetch(`${host.url}${DOOR_PATH}`, { method: 'POST', headers, body: sent })
    const signed = (secret: Buffer, over = body, seconds = now) => ({
      'webhook-id': 'msg_forged',
      'webhook-timestamp': String(seconds),
      'webhook-signature': `v1,${createHmac('sha256', secret)
        .update(`msg_forged.${seconds}.${over}`)
        .digest('base64')}`,
    })
    const right = Buffer.from(key.slice('whsec_'.length), 'base64')
    const answers = [
      await post({}),
      await post(signed(randomBytes(24))),
      await post(signed(right), body.replace('money', 'house')),
      await post(signed(right, body, now - 400)),
    ]
    expect(answers.map(({ status }) => status)).toEqual([401, 401, 401, 401])
    const known = host.db.prepare(`SELECT count(*) AS n FROM records WHERE id = 'ACforged'`)
    expect(await known.first<{ n: number }>()).toEqual({ n: 0 })
    expect((await post(signed(right))).status).toBe(200)
    await expect.poll(() => textPages('ACforged'), { timeout: 20_000 }).toHaveLength(1)
  }, 60_000)
})

test('a kill in the middle of a backfill, live events coming: nothing lost, nothing doubled', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'switchboard-kill-'))
  try {
    await killedWhileLiving(folder, 4)
    const state = await takeState(folder, false) // ends the workerd that was left behind
    const sample = recentSample(state.anchor, 10) // as the host that was killed
    const mailCount = sample.mails.filter(isFiled).length
    const total = sample.calls.length + sample.textMessages.length + mailCount
    const host = await start(folder, () => sample, state)
    try {
      const count = host.db.prepare(`SELECT count(*) AS n FROM pages WHERE page_id IS NOT NULL`)
      const before = await count.first<{ n: number }>()
      expect(before?.n).toBeLessThan(total) // it was killed in the middle
      const text = liveText(4711, new Date())
      host.outside.live.text(text) // and live goes on at once
      await host.cron(SIX_HOURLY)
      await settled(host)

      const { calls, textMessages, mails } = host.outside.live.world()
      expect(calls.length + textMessages.length + mailCount).toBeGreaterThan(total + 4)
      const filed = (databaseId: string, name: string) =>
        pages(host, databaseId)
          .map((one) => said(one, name))
          .toSorted()
      expect(filed(CALLS_DATABASE_ID, 'Call ID')).toEqual(ids(calls))
      expect(filed(MESSAGES_DATABASE_ID, 'Message ID')).toEqual(ids(textMessages))
      expect(pages(host, MAIL_DATABASE_ID)).toHaveLength(mailCount)
      expect(mails.length).toBeGreaterThan(mailCount) // some are in trash, junk and drafts
    } finally {
      await host.stop()
      state.release()
    }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}, 480_000)

function ids(records: { id: string }[]): string[] {
  return records.map(({ id }) => id).toSorted()
}

/** Files the sample while the world lives, and dies when so many live records are in Notion. */
async function killedWhileLiving(folder: string, live: number): Promise<void> {
  const script = join(import.meta.dirname, '../test/living-host.ts')
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', script, folder], {
    env: {
      PATH: process.env['PATH'],
      NODE_COMPILE_CACHE: process.env['NODE_COMPILE_CACHE'],
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let out = ''
  let err = ''
  child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()))
  child.stderr.on('data', (chunk: Buffer) => (err += chunk.toString()))
  const ended = new Promise<void>((resolve) => child.on('exit', () => resolve()))
  const alive = () => child.exitCode === null && child.signalCode === null
  while (alive() && out.split('-> Notion').length <= live)
    await new Promise((resolve) => setTimeout(resolve, 10))
  if (!alive()) throw new Error(`it ended by itself: ${out}${err}`)
  child.kill('SIGKILL')
  await ended
}
