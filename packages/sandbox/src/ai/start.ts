/** Starts the AI stand-in as a process of its own and ends it again. */

import { fork } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout } from 'node:timers/promises'
import * as v from 'valibot'
import type { Mode } from './mode.ts'

export interface AiStandIn {
  url: string
  port: number
  pid: number
  /** Resolves when the process has ended. */
  stop(): Promise<void>
}

const Ready = v.object({ ready: v.literal(true), port: v.number() })
/** Without its parent the process ends at once; this is for one that hangs. */
const STOP_MS = 3000

/**
 * Resolves when the process listens; its models load meanwhile, and requests wait for them.
 * @throws Error where it ends before it listens
 */
export async function startAi({
  mode,
  port = 0,
}: {
  mode: Mode
  port?: number
}): Promise<AiStandIn> {
  const child = fork(new URL('main.ts', import.meta.url), {
    execArgv: [], // a test runner's own are none of its business
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    env: { ...process.env, SANDBOX_AI: mode, SANDBOX_AI_PORT: String(port) },
  })
  const exited = once(child, 'exit')
  const first = await Promise.race([once(child, 'message'), exited.then(() => null)])
  const ready = v.safeParse(Ready, first?.[0])
  if (!ready.success || child.pid === undefined) {
    child.kill('SIGKILL')
    throw new Error('the AI stand-in did not start')
  }
  return {
    url: `http://127.0.0.1:${ready.output.port}`,
    port: ready.output.port,
    pid: child.pid,
    async stop() {
      if (child.exitCode !== null || child.signalCode !== null) return
      if (child.connected) child.disconnect()
      const hung = await Promise.race([exited.then(() => false), setTimeout(STOP_MS, true)])
      if (hung) {
        child.kill('SIGKILL')
        await exited
      }
    },
  }
}
