/**
 * What `npm start` does once its settings are right and the state folder is its own: everything on
 * one machine, the first backfill with its progress, then it serves, and where the sandbox stands in
 * for OpenPhone calls and text messages keep coming.
 */
import { createWriteStream } from 'node:fs'
import { join } from 'node:path'
import { sampleAdditions, sampleWorld } from '@switchboard/sandbox/sample/workspace'
import type { World } from '@switchboard/sandbox/world'
import type { OpenLetter } from '@switchboard/store/letters'
import { SIX_HOURLY, startHost } from './host.ts'
import type { Host } from './host.ts'
import { goOnLiving } from './live.ts'
import { routeMail, routedFrom } from './mail-door.ts'
import { stdoutScreen, totals, watchRun } from './progress.ts'
import type { Screen } from './progress.ts'
import type { Real } from './settings.ts'
import { ownWorkerd } from './state.ts'
import type { State } from './state.ts'

export interface Serving {
  flags: { exit: boolean; again: boolean; unlimited: boolean }
  values: Record<string, string>
  real: Real
  port: number // 0: any free one
  /** From one live record of the sandbox to the next. */
  livePaceMs: number
  ai: 'full' | 'light'
  state: State
  /** Whether this process has been told to end. */
  stopped: () => boolean
}

/**
 * Resolves when it serves, or has nothing more to do.
 * @param stops what is to be ended is added to it, the last to be ended first
 * @returns the exit code; null: it goes on serving
 */
export async function serve(serving: Serving, stops: (() => unknown)[]): Promise<number | null> {
  const { flags, values, real, port, state, stopped } = serving
  const screen = stdoutScreen()
  const host = await startHost({
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
    ai: serving.ai,
    log: logTo(state.folder),
  })
  stops.push(() => host.stop())
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

  const run = () => backfill(host, screen, { stopAtParked: flags.exit, stopped })
  const hasRun = (await newestRun(host)) !== undefined
  let good = true
  if (!(flags.again && hasRun)) good = await run()
  if (flags.again && good && !stopped()) {
    state.movedOnAt ??= Date.now()
    state.save()
    good = await run()
  }
  if (stopped()) return null
  if (flags.exit) return good ? 0 : 1
  screen.line('Serving; Ctrl-C ends it.')
  if (!real.openphone) {
    screen.line(
      `The sandbox's OpenPhone answers at ${host.outside.openphone.url} and goes on living`,
    )
    const { url } = host
    const endLiving = goOnLiving({
      live: host.outside.live,
      db: host.db,
      anchor: state.anchor,
      everyMs: serving.livePaceMs,
      line: (text) => screen.line(text),
      routeMail: (mail) => routeMail(url, routedFrom(mail)),
    })
    stops.push(endLiving)
  }
  return null
}

/** One run, told to its end. @returns whether all of it went well */
async function backfill(
  on: Host,
  screen: Screen,
  options: { stopAtParked: boolean; stopped: () => boolean },
): Promise<boolean> {
  await on.cron(SIX_HOURLY)
  const run = await newestRun(on)
  if (run === undefined) throw new Error('no run was started')
  const ending = await watchRun((path) => on.api(path), run, screen, options)
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
function sampleOf(state: State): () => World {
  const base = sampleWorld(new Date(state.anchor))
  let moved: { at: number; world: World } | null = null
  return () => {
    const at = state.movedOnAt
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

/** Logs go to stderr; on a terminal, where they would run over the progress, into a file. */
function logTo(folder: string): (line: { level: string; message: string }) => void {
  if (!process.stderr.isTTY) return ({ message }) => process.stderr.write(`${message}\n`)
  const file = join(folder, 'switchboard.log')
  const stream = createWriteStream(file, { flags: 'a' })
  process.stdout.write(`Logs: ${file}\n`)
  return ({ message }) => stream.write(`${message}\n`)
}
