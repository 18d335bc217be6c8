/**
 * A client's side of a gate: the `Pace` through which every outside request passes. A gate that is
 * reset by a deploy, overloaded or out of reach is asked again a few times; after that the record is
 * put off like one whose turn did not come, and no try is burnt.
 */
import pRetry from 'p-retry'
import { StageError } from '@switchboard/shared/failure'
import type { Pace } from '@switchboard/shared/gate'
import { sha256 } from '@switchboard/shared/hash'
import type { Api, Lane } from '@switchboard/shared/kinds'
import type { Admission, GateState } from './gate.ts'
import { PATIENCE_MS } from './line.ts'
import type { Rate } from './line.ts'

/** What a client needs of a `DurableObjectNamespace<Gate>`. */
export interface Gates {
  getByName(name: string): {
    acquire(lane: Lane, rate: Rate, alive: () => void): Promise<Admission>
    hold(ms: number): Promise<void>
    describe(): GateState | Promise<GateState>
  }
}

/** Which budget, on whose behalf. `rate` null: no gate, and no request to one. */
export interface GateUse {
  api: Api
  key: string // whose budget it is: the API key or token; only its hash leaves this Worker
  lane: Lane
  rate: Rate | null
}

/**
 * Waits a little over 0.25, 0.5, 1 and 2 s between five tries, and starts none after a minute. The
 * stub is made anew for each: one that has failed stays broken.
 */
const AGAIN = { retries: 4, minTimeout: 250, randomize: true, maxRetryTime: PATIENCE_MS }

/**
 * The pace of one outside budget. Its `acquire` and `hold` throw StageError gate.later where the
 * gate has no turn within a minute or cannot be reached; a fault in the gate itself passes through.
 */
export function gatePace(gates: Gates, { api, key, lane, rate }: GateUse): Pace {
  if (rate === null) return OPEN
  const gate = async () => gates.getByName(await gateName(api, key))
  return {
    async acquire() {
      const admission = await reach(api, PATIENCE_MS, async () =>
        (await gate()).acquire(lane, rate, alive),
      )
      if (!admission.granted)
        throw new StageError({ kind: 'gate.later', api, notBefore: admission.notBefore })
    },
    async hold(ms) {
      await reach(api, Math.max(ms, PATIENCE_MS), async () => (await gate()).hold(ms))
    },
  }
}

/** What the gate of this budget looks like right now. */
export async function gateState(gates: Gates, api: Api, key: string): Promise<GateState> {
  return gates.getByName(await gateName(api, key)).describe()
}

const OPEN: Pace = { acquire: async () => {}, hold: async () => {} }

/** The gate asks this of whoever is next: no answer comes from an invocation that has ended. */
function alive(): void {}

async function reach<T>(api: Api, delayMs: number, ask: () => Promise<T>): Promise<T> {
  try {
    return await pRetry(ask, { ...AGAIN, shouldRetry: ({ error }) => !isFault(error) })
  } catch (cause) {
    if (isFault(cause)) throw cause
    throw new StageError({ kind: 'gate.later', api, notBefore: Date.now() + delayMs }, { cause })
  }
}

/** The platform marks what a Durable Object's own code has thrown, a reset not meant. */
function isFault(error: unknown): boolean {
  if (error instanceof TypeError) return true // ours, or a binding that is none
  if (!(error instanceof Error) || 'durableObjectReset' in error) return false
  return 'remote' in error && error.remote === true
}

/** Kept as text, not as a promise: a promise may not cross from one invocation to the next. */
const hashes = new Map<string, string>()

async function gateName(api: Api, key: string): Promise<string> {
  const hash = hashes.get(key) ?? (await sha256(key))
  hashes.set(key, hash)
  return `${api}:${hash}`
}
