/**
 * The way to Notion: one client with its time-out, its silence and its gate.
 *
 * Reads and writes differ on purpose. A read takes the gate itself, before every try, and is tried
 * again: asking twice harms nobody. A write takes no gate and is never tried again here: its caller
 * acquires, stamps `sent_at` and sends at once, since a stamp older than its send would be settled
 * too early, and a create that is sent twice makes two pages.
 */
import { Client } from '@notionhq/client'
import pRetry from 'p-retry'
import * as v from 'valibot'
import { StageError } from '@switchboard/shared/failure'
import type { Outside } from '@switchboard/shared/gate'
import type { SourceRole } from '@switchboard/shared/kinds'
import { readFailure, writeFailure } from './errors.ts'
import type { PropertyNames } from './names.ts'

export const NOTION_VERSION = '2026-03-11'

export interface Connection {
  baseUrl: string // an origin without a path
  token: string
  timeoutMs: number
  outside: Outside
  /** What the databases call our properties, where they do so otherwise. */
  names?: PropertyNames | undefined
}

export interface Notion {
  readonly client: Client
  readonly outside: Outside
  readonly names: PropertyNames
}

/** How a write is to be judged when its outcome is unknown. */
export interface Sending {
  role: SourceRole
  sentAt: number // ms since epoch, as stamped
  settleMs: number // what a doubtful outcome waits before anything else is sent
}

/**
 * A connection to Notion. The time-out reaches `fetch` as an AbortSignal and covers the answer's
 * body; the SDK's own one only stops waiting and lets the request run on.
 */
export function connect({ baseUrl, token, timeoutMs, outside, names = {} }: Connection): Notion {
  const { fetch } = outside // called without a receiver: workerd refuses any other
  const client = new Client({
    auth: token,
    baseUrl,
    notionVersion: NOTION_VERSION,
    retry: false,
    timeoutMs: timeoutMs + 10_000, // never first
    logger: () => {}, // the SDK would log bodies
    fetch: (url, init) =>
      fetch(url, {
        method: init?.method,
        headers: init?.headers,
        body: init?.body,
        signal: AbortSignal.timeout(timeoutMs),
      }),
  })
  return { client, outside, names }
}

/**
 * Asks Notion something that changes nothing: through the gate, with two more tries after a jittered
 * pause on 429, 529, 5xx, 409, network faults, time-outs and broken answers. A 429 or 529 holds
 * everyone at the gate for as long as Notion asks.
 * @param role whose database is at stake; null: the connection itself
 * @throws StageError gate.later, upstream.*, record.refused; MissingPage
 */
export async function read<S extends v.GenericSchema>(
  notion: Notion,
  role: SourceRole | null,
  schema: S,
  request: (client: Client) => Promise<unknown>,
): Promise<v.InferOutput<S>> {
  const ask = async () => {
    await notion.outside.pace.acquire()
    try {
      return v.parse(schema, await request(notion.client))
    } catch (error) {
      throw await held(notion, readFailure(error, role))
    }
  }
  return pRetry(ask, {
    retries: 2,
    minTimeout: 500,
    randomize: true,
    shouldRetry: ({ error }) => mayAskAgain(error),
  })
}

/**
 * Sends one write, once, without the gate: the caller has just acquired it and stamped `sentAt`.
 * A 429 or 529 holds everyone at the gate.
 * @throws StageError upstream.doubtful (nobody knows whether it landed); every other failure says
 * that nothing was written: StageError upstream.*, record.refused, MissingPage, TrashedPage
 */
export async function write<S extends v.GenericSchema>(
  notion: Notion,
  sending: Sending,
  schema: S,
  request: (client: Client) => Promise<unknown>,
): Promise<v.InferOutput<S>> {
  try {
    return v.parse(schema, await request(notion.client))
  } catch (error) {
    throw await held(notion, writeFailure(error, sending))
  }
}

async function held<E extends Error>(notion: Notion, error: E): Promise<E> {
  if (error instanceof StageError && error.failure.kind === 'upstream.throttled')
    await notion.outside.pace.hold(error.failure.retryAfterMs)
  return error
}

function mayAskAgain(error: Error): boolean {
  if (!(error instanceof StageError)) return false
  const { kind } = error.failure
  return kind === 'upstream.throttled' || kind === 'upstream.unavailable'
}
