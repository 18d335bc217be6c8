/** `npm start` as a process: its words, its exit codes, and what it leaves behind when it dies. */
import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startNotion } from '@switchboard/sandbox/http/notion'
import {
  CALLS_DATABASE_ID,
  MAIL_DATABASE_ID,
  MESSAGES_DATABASE_ID,
} from '@switchboard/sandbox/http/notion/workspace'
import { afterEach, describe, expect, test } from 'vitest'
import { pagesIn, said } from './testing/notion-pages.ts'
import { isFiled, recentSample } from './testing/recent-sample.ts'

const SCRIPT = join(import.meta.dirname, 'start.ts')
const folders: string[] = []
const started: ChildProcess[] = []

afterEach(async () => {
  for (const child of started.splice(0)) {
    if (child.exitCode !== null || child.signalCode !== null) continue
    const ended = new Promise((resolve) => child.on('exit', resolve))
    child.kill('SIGTERM')
    await ended
  }
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true })
})

function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'switchboard-start-'))
  folders.push(folder)
  return folder
}

interface Started {
  child: ChildProcess
  out: () => string
  err: () => string
  ended: Promise<number | null>
  /** Resolves once stdout holds the text. */
  says(text: string): Promise<void>
}

function start(flags: string[], env: Record<string, string>): Started {
  const child = spawn(
    process.execPath,
    ['--disable-warning=ExperimentalWarning', SCRIPT, ...flags],
    {
      env: {
        PATH: process.env['PATH'],
        HOME: process.env['HOME'],
        NODE_COMPILE_CACHE: process.env['NODE_COMPILE_CACHE'],
        PORT: '0',
        SANDBOX_AI: 'light',
        ...env,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  )
  started.push(child)
  let out = ''
  let err = ''
  child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()))
  child.stderr.on('data', (chunk: Buffer) => (err += chunk.toString()))
  const ended = new Promise<number | null>((resolve) => child.on('exit', resolve))
  return {
    child,
    out: () => out,
    err: () => err,
    ended,
    async says(text) {
      let over = false
      void ended.then(() => (over = true))
      while (!out.includes(text)) {
        if (over) throw new Error(`it ended without saying ${text}: ${out}${err}`)
        await new Promise((resolve) => setTimeout(resolve, 20))
      }
    },
  }
}

/** Processes that name this folder or were started by this pid, by /proc. */
function descendants(pid: number): number[] {
  return readdirSync('/proc')
    .map(Number)
    .filter((one) => Number.isInteger(one) && parentOf(one) === pid)
}

function parentOf(pid: number): number | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1])
  } catch {
    return null
  }
}

function isAlive(pid: number): boolean {
  try {
    return !/^\d+ \([^)]*\) Z/.test(readFileSync(`/proc/${pid}/stat`, 'utf8'))
  } catch {
    return false
  }
}

async function gone(pids: number[]): Promise<void> {
  for (let nth = 0; nth < 250 && pids.some(isAlive); nth++)
    await new Promise((resolve) => setTimeout(resolve, 20))
  expect(pids.filter(isAlive)).toEqual([])
}

async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  await new Promise((resolve) => server.close(resolve))
  if (address === null || typeof address === 'string') throw new Error('no port')
  return address.port
}

describe('npm start', () => {
  test('--exit files everything, says so, and ends with 0', async () => {
    const run = start(['--exit', '--unlimited'], { STATE_DIR: newFolder() })
    expect(await run.ended, run.err()).toBe(0)
    const lines = run.out().split('\n')
    expect(lines).toContain('Calls backfill completed (synced: 150, failed: 0, skipped: 0)')
    expect(lines).toContain('Messages backfill completed (synced: 300, failed: 0, skipped: 0)')
    expect(lines).toContain('Mail backfill completed (synced: 50, failed: 0, skipped: 0)')
    expect(lines).toContain('Total synced: 500 | Total failed: 0 | Total skipped: 0')
    expect(run.out()).toMatch(/^Requests: openphone \d+, notion 510, ai \d+, vectorize \d+$/m)
    expect(/https?:\/\/\S+/.exec(run.out())?.[0]).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/)
    // Logs are JSON lines on stderr, and name no number and no address.
    const logged = run.err().trim().split('\n')
    for (const line of logged) expect(JSON.parse(line)).toHaveProperty('event')
    expect(run.err()).not.toMatch(/\+1\d{10}|@[a-z-]+\.(com|org|example)/)
  }, 120_000)

  test('a host and a runtime that are killed in the middle lose nothing and double nothing', async () => {
    const folder = newFolder()
    const env = {
      STATE_DIR: folder,
      DAYS_BACK: '7',
      NOTION_SETTLE_MS: '4000',
      PORT: String(await freePort()),
    }
    const first = start(['--exit', '--unlimited'], env)
    await first.says('Switchboard answers')
    await new Promise((resolve) => setTimeout(resolve, 1500)) // somewhere in the backfill
    const children = descendants(first.child.pid ?? 0)
    first.child.kill('SIGKILL')
    await first.ended
    const second = start(['--exit', '--unlimited'], env)
    expect(await second.ended, second.out() + second.err()).toBe(0)
    await gone(children)
    const notion = await startNotion({
      file: join(folder, 'sandbox/sandbox/notion.sqlite'),
      token: 'x',
      limits: false,
    })
    try {
      const { anchor } = JSON.parse(
        readFileSync(join(folder, 'sandbox/switchboard.json'), 'utf8'),
      ) as { anchor: number }
      const { calls, textMessages, mails } = recentSample(anchor, 6) // the seventh day goes on
      const mailIds = mails.filter(isFiled).flatMap(({ messageId }) => messageId ?? [])
      for (const [database, name, ids] of [
        [CALLS_DATABASE_ID, 'Call ID', idsOf(calls)],
        [MESSAGES_DATABASE_ID, 'Message ID', idsOf(textMessages)],
        [MAIL_DATABASE_ID, 'MIME Message ID', mailIds],
      ] as const) {
        const filed = pagesIn(notion, database)
          .filter((page) => !page.in_trash)
          .map((page) => said(page, name))
        expect(ids.length).toBeGreaterThan(5)
        expect(filed).toEqual(expect.arrayContaining([...ids]))
        expect(filed).toHaveLength(new Set(filed).size)
      }
    } finally {
      await notion.close()
    }
  }, 240_000)

  test.each([0, 700, 2500])(
    'SIGTERM after %i ms leaves no process behind',
    async (ms) => {
      const run = start(['--unlimited'], { STATE_DIR: newFolder() })
      await new Promise((resolve) => setTimeout(resolve, ms))
      const children = descendants(run.child.pid ?? 0)
      run.child.kill('SIGTERM')
      await run.ended
      await gone(children)
    },
    60_000,
  )

  test('a second start on the same state says so and ends', async () => {
    const folder = newFolder()
    const first = start(['--unlimited'], { STATE_DIR: folder })
    await first.says('Switchboard answers')
    const second = start(['--exit'], { STATE_DIR: folder })
    expect(await second.ended).toBe(1)
    expect(second.err()).toContain('Another start is using')
  }, 60_000)

  test('a port in use gets a clear error', async () => {
    const server = createServer()
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const address = server.address()
    const port = typeof address === 'object' && address !== null ? String(address.port) : ''
    const run = start(['--exit'], { STATE_DIR: newFolder(), PORT: port })
    expect(await run.ended).toBe(1)
    expect(run.err()).toContain(`Port ${port} is in use`)
    server.close()
  }, 60_000)

  test.each([
    [{ NOTION_TOKEN: 'ntn_x' }, 'NOTION_CANVAS_DATABASE_ID'],
    [{ NOTION_CALLS_DATABASE_ID: 'x' }, 'NOTION_TOKEN'],
    [{ JMAP_TOKEN: 'x' }, 'JMAP_SESSION_URL'],
    [{ JMAP_SESSION_URL: 'http://127.0.0.1:1/' }, 'JMAP_TOKEN'],
    [{ OPENPHONE_BASE_URL: 'http://127.0.0.1:1' }, 'OPENPHONE_API_KEY'],
    [{ DAYS_BACK: 'soon' }, 'DAYS_BACK'],
    [{ PORT: 'eighty' }, 'PORT'],
  ])(
    'half a setting is an error that names the other half: %o',
    async (env, named) => {
      const run = start(['--exit'], { STATE_DIR: newFolder(), ...(env as Record<string, string>) })
      expect(await run.ended).toBe(1)
      expect(run.err()).toContain(named)
    },
    60_000,
  )

  test('a revoked token is a parked stage: exit code 1 with its message', async () => {
    const notion = await startNotion({ token: 'another', limits: false })
    const id = '11111111-1111-4111-8111-111111111111'
    const run = start(['--exit', '--unlimited'], {
      STATE_DIR: newFolder(),
      DAYS_BACK: '1',
      NOTION_TOKEN: 'revoked',
      NOTION_BASE_URL: notion.url,
      NOTION_CANVAS_DATABASE_ID: id,
      NOTION_CALLS_DATABASE_ID: id,
      NOTION_MESSAGES_DATABASE_ID: id,
      NOTION_MAIL_DATABASE_ID: id,
    })
    expect(await run.ended).toBe(1)
    expect(run.out()).toMatch(/^Parked: notion: .*NOTION_TOKEN/m)
    await notion.close()
  }, 90_000)

  test('--reset starts anew', async () => {
    const folder = newFolder()
    mkdirSync(join(folder, 'sandbox'))
    const kept = join(folder, 'sandbox/switchboard.json')
    writeFileSync(kept, '{"anchor": 0}')
    const run = start(['--reset', '--unlimited'], { STATE_DIR: folder })
    await run.says('Switchboard answers')
    expect(JSON.parse(readFileSync(kept, 'utf8'))).not.toMatchObject({
      anchor: 0,
    })
    expect(existsSync(join(folder, 'sandbox/v3'))).toBe(true)
  }, 60_000)
})

function idsOf(records: readonly { id: string }[]): string[] {
  return records.map(({ id }) => id)
}
