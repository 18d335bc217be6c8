/**
 * `npm start`: everything on one machine, the first backfill with its progress, then it serves, and
 * where the sandbox stands in for OpenPhone calls and text messages keep coming.
 * Flags: --exit, --again, --reset, --unlimited. Lines for people go to stdout, logs to stderr.
 */
import { createServer } from 'node:net'
import { resolve } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { SetupError, checkValues, explain, readValues, stateName } from './settings.ts'
import { onStop } from './signals.ts'
import { takeState } from './state.ts'
import type { State } from './state.ts'
import { ROOT } from './workers.ts'

/** A runtime that was just ended gives its port back a moment after its process is gone. */
const PORT_WAIT_MS = 1000
const PORT_LOOK_MS = 50

const FLAGS = { exit: {}, again: {}, reset: {}, unlimited: {} }

let stopped = false
let state: State | null = null
const stops: (() => unknown)[] = []
onStop(() => {
  if (stopped) return
  stopped = true
  void shutDown(0)
})

try {
  const code = await main()
  if (code !== null && !stopped) await shutDown(code)
} catch (error) {
  if (!stopped) {
    process.stderr.write(`${explain(error)}\n`)
    await shutDown(1)
  }
}

/** @returns the exit code; null: it goes on serving */
async function main(): Promise<number | null> {
  const flags = readFlags()
  const values = readValues(process.env)
  const real = checkValues(values)
  const port = readPort(process.env['PORT'])
  const livePaceMs = readLivePace(process.env['SANDBOX_LIVE_SECONDS']) * 1000
  const folder = resolve(ROOT, process.env['STATE_DIR'] || '.state', stateName(values, real))
  state = await takeState(folder, flags.reset)
  await mustBeFree(port)
  // The runtime and the sandbox take a while to load: what is wrong was said before.
  const { serve } = await import('./serve.ts')
  const ai = process.env['SANDBOX_AI'] === 'light' ? 'light' : 'full'
  return serve({ flags, values, real, port, livePaceMs, ai, state, stopped: () => stopped }, stops)
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
  try {
    for (const stop of stops.toReversed()) await stop()
    state?.release()
  } finally {
    process.exit(code)
  }
}
