/**
 * The kept state of `npm start`, opened for one command while none runs: every Worker, with the same
 * settings, and no clock. The command asks the API as an operator does.
 */
import { resolve } from 'node:path'
import { sampleWorld } from '@switchboard/sandbox/sample/workspace'
import * as v from 'valibot'
import { startHost } from './host.ts'
import type { Host } from './host.ts'
import { SetupError, checkValues, readValues, stateName } from './settings.ts'
import { ownWorkerd, takeState } from './state.ts'
import type { State } from './state.ts'
import { ROOT } from './workers.ts'

export interface KeptHost {
  host: Host
  state: State
  /** POST. @throws SetupError that says what the API said */
  post: <S extends v.GenericSchema>(
    path: string,
    body: unknown,
    answer: S,
  ) => Promise<v.InferOutput<S>>
  close(): Promise<void>
}

/**
 * @param ai how good the sandbox's models are to be
 * @throws SetupError while an `npm start` runs, or for a setting
 */
export async function openKeptHost(
  environment: NodeJS.ProcessEnv,
  ai: 'full' | 'light',
): Promise<KeptHost> {
  const values = readValues(environment)
  const real = checkValues(values)
  const folder = resolve(ROOT, environment['STATE_DIR'] || '.state', stateName(values, real))
  const state = await takeState(folder, false)
  const sample = sampleWorld(new Date(state.anchor))
  const host = await startHost({
    folder,
    port: 0,
    values,
    real,
    hashKey: state.hashKey,
    forgetSecret: state.forgetSecret,
    adminToken: state.adminToken,
    linkSecret: state.linkSecret,
    world: () => sample,
    unlimited: !real.notion,
    ai,
    log: ({ level, message }) => {
      if (level === 'error') process.stderr.write(`${message}\n`)
    },
  })
  state.noteWorkerd(ownWorkerd())
  return {
    host,
    state,
    async post(path, body, answer) {
      const response = await fetch(`${host.url}/api/${path}`, {
        method: 'POST',
        headers: { Authorization: `Bearer ${host.adminToken}` },
        body: JSON.stringify(body),
      })
      const told: unknown = await response.json()
      if (response.ok) return v.parse(answer, told)
      throw new SetupError(v.parse(v.object({ detail: v.string() }), told).detail)
    },
    async close() {
      await host.stop()
      state.release()
    },
  }
}
