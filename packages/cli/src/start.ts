/**
 * `npm start`: everything on one machine, the first backfill with its progress, then it serves, and
 * where the sandbox stands in for OpenPhone calls and text messages keep coming.
 * Flags: --exit, --again, --reset, --unlimited. Lines for people go to stdout, logs to stderr.
 */
import { createWriteStream } from 'node:fs'
import { createServer } from 'node:net'
import { join, resolve } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { sampleAdditions, sampleWorld } from '@switchboard/sandbox/sample/workspace'
import type { World } from '@switchboard/sandbox/world'
import type { OpenLetter } from '@switchboard/store/letters'
import { SIX_HOURLY, onStop, startHost } from './host.ts'
import type { Host } from './host.ts'
import { goOnLiving } from './live.ts'
import { routeMail, routedFrom } from './mail-door.ts'
import { stdoutScreen, totals, watchRun } from './progress.ts'
import { SetupError, checkValues, explain, readValues, stateName } from './settings.ts'
import { ownWorkerd, takeState } from './state.ts'
import type { State } from './state.ts'
import { ROOT } from './workers.ts'

/** A runtime that was just ended gives its port back a moment after its process is gone. */
const PORT_WAIT_MS = 1000
const PORT_LOOK_MS = 50

const FLAGS = { exit: {}, again: {}, reset: {}, unlimited: {} }

let stopped = false
let host: Host | null = null
let state: State | null = null
let endLiving = () => {}
onStop(() => {
  if (stopped) return
  stopped = true
  void shutDown(0)
})

try {
  await main()
} catch (error) {
  if (!stopped) {
    process.stderr.write(`${explain(error)}\n`)
    await shutDown(1)
  }
}

async function main(): Promise<void> {
  const flags = readFlags()
  const values = readValues(process.env)
  const real = checkValues(values)
  const port = readPort(process.env['PORT'])
  const folder = resolve(ROOT, process.env['STATE_DIR'] || '.state', stateName(values, real))
  state = await takeState(folder, flags.reset)
  await mustBeFree(port)
  const screen = stdoutScreen()

  host = await startHost({
    folder: state.folder,
    port,
    values,
    real,
    hashKey: state.hashKey,
    adminToken: state.adminToken,
    forgetSecret: state.forgetSecret,
    linkSecret: state.linkSecret,
    world: sampleOf(state),
    unlimited: flags.unlimited,
    ai: process.env['SANDBOX_AI'] === 'light' ? 'light' : 'full',
    log: logTo(state.folder),
  })
  state.noteWorkerd(ownWorkerd())
  screen.line(`Switchboard answers at ${host.url}`)
  const stands = (['openphone', 'notion', 'mailbox'] as const).filter((name) => !real[name])
  if (stands.length > 0)
    screen.line(`The sandbox stands in for: ${stands.join(', ')}, AI, Vectorize`)
  if ('ADMIN_TOKEN' in values) screen.line(`The console: ${host.url}/`)
  else {
    screen.line(`Admin token: ${state.adminToken}`)
    screen.line(`The console, signed in: ${host.url}/#token=${state.adminToken}`)
  }
  host.startClock()

  const hasRun = (await newestRun(host)) !== undefined
  let good = true
  if (!(flags.again && hasRun)) good = await backfill(host, screen, flags.exit)
  if (flags.again && good && !stopped) {
    state.movedOnAt ??= Date.now()
    state.save()
    good = await backfill(host, screen, flags.exit)
  }
  if (stopped) return
  if (flags.exit) return shutDown(good ? 0 : 1)
  screen.line('Serving; Ctrl-C ends it.')
  if (!real.openphone) {
    screen.line(
      `The sandbox's OpenPhone answers at ${host.outside.openphone.url} and goes on living`,
    )
    const { url } = host
    endLiving = goOnLiving({
      live: host.outside.live,
      db: host.db,
      anchor: state.anchor,
      everyMs: readLivePace(process.env['SANDBOX_LIVE_SECONDS']) * 1000,
      line: (text) => screen.line(text),
      routeMail: (mail) => routeMail(url, routedFrom(mail)),
    })
  }
}

/** One run, told to its end. @returns whether all of it went well */
async function backfill(
  on: Host,
  screen: ReturnType<typeof stdoutScreen>,
  stopAtParked: boolean,
): Promise<boolean> {
  await on.cron(SIX_HOURLY)
  const run = await newestRun(on)
  if (run === undefined) throw new Error('no run was started')
  const ending = await watchRun((path) => on.api(path), run, screen, {
    stopAtParked,
    stopped: () => stopped,
  })
  if (ending === null) return false
  const { progress, parked, complete } = ending
  for (const line of totals(progress)) screen.line(line)
  for (const { scope, reason } of parked) screen.line(`Parked: ${scope}: ${reason}`)
  const failed = Object.values(progress.kinds).some(
    (kind) => kind.failed > 0 || kind.listing === 'failed',
  )
  const lost = progress.lookUps.filter(({ listing }) => listing === 'failed')
  for (const { sweep, error } of lost) screen.line(`The listing of ${sweep} failed: ${error}`)
  const { deadLetters } = await on.api<{ deadLetters: OpenLetter[] }>('status')
  if (failed)
    for (const letter of deadLetters.slice(0, 10))
      screen.line(`Dead letter: ${letter.stage} ${letter.kind} ${letter.id}: ${letter.reason}`)
  return complete && !failed && lost.length === 0 && parked.length === 0
}

async function newestRun(on: Host): Promise<string | undefined> {
  const { items } = await on.api<{ items: { id: string }[] }>('runs')
  return items[0]?.id
}

/** The sample workspace, which moves on once. Made once and again only when it changes. */
function sampleOf({ anchor }: State): () => World {
  const base = sampleWorld(new Date(anchor))
  let moved: { at: number; world: World } | null = null
  return () => {
    const at = state?.movedOnAt ?? null
    if (at === null) return base
    if (moved?.at !== at) {
      const more = sampleAdditions(new Date(at))
      const world = {
        ...base,
        calls: [...base.calls, ...more.calls],
        textMessages: [...base.textMessages, ...more.textMessages],
        mails: [...base.mails, ...more.mails],
      }
      moved = { at, world }
    }
    return moved.world
  }
}

function readFlags(): Record<keyof typeof FLAGS, boolean> {
  try {
    const options = Object.fromEntries(
      Object.keys(FLAGS).map((name) => [name, { type: 'boolean' as const, default: false }]),
    )
    return parseArgs({ options }).values as Record<keyof typeof FLAGS, boolean>
  } catch (error) {
    throw new SetupError(
      `${error instanceof Error ? error.message : 'unknown flag'}. Flags: ${Object.keys(FLAGS)
        .map((name) => `--${name}`)
        .join(', ')}.`,
    )
  }
}

function readPort(text: string | undefined): number {
  const port = text === undefined || text.trim() === '' ? 8787 : Number(text)
  if (!Number.isInteger(port) || port < 0 || port > 65_535)
    throw new SetupError(`PORT must be a port number, not ${text}.`)
  return port
}

/** Seconds from one live record of the sandbox to the next. */
function readLivePace(text: string | undefined): number {
  const seconds = text === undefined || text.trim() === '' ? 60 : Number(text)
  if (!(seconds > 0))
    throw new SetupError(`SANDBOX_LIVE_SECONDS must be a number of seconds, not ${text}.`)
  return seconds
}

/** Logs go to stderr; on a terminal, where they would run over the progress, into a file. */
function logTo(folder: string): (line: { level: string; message: string }) => void {
  if (!process.stderr.isTTY) return ({ message }) => process.stderr.write(`${message}\n`)
  const file = join(folder, 'switchboard.log')
  const stream = createWriteStream(file, { flags: 'a' })
  process.stdout.write(`Logs: ${file}\n`)
  return ({ message }) => stream.write(`${message}\n`)
}

/** Whether something listens there already: the runtime itself would only say that it failed. */
async function mustBeFree(port: number): Promise<void> {
  if (port === 0) return
  for (let left = PORT_WAIT_MS; !(await isFree(port)); left -= PORT_LOOK_MS) {
    if (left <= 0) throw new SetupError(`Port ${port} is in use. Set PORT to another one.`)
    await setTimeout(PORT_LOOK_MS)
  }
}

function isFree(port: number): Promise<boolean> {
  return new Promise((answer) => {
    const probe = createServer()
    probe.once('error', () => answer(false))
    probe.listen(port, '127.0.0.1', () => probe.close(() => answer(true)))
  })
}

async function shutDown(code: number): Promise<never> {
  endLiving()
  try {
    await host?.stop()
    state?.release()
  } finally {
    process.exit(code)
  }
}
