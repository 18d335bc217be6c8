/**
 * Structured logs: one wide line when a queue message is settled, one for whatever else an operator
 * should know. The fields are a closed type: a body, a phone number or an address has no field to
 * go in. A mail's id looks like an address, so it is logged as a keyed hash.
 */
import { keyedHash } from './hash.ts'
import type { RecordKey } from './kinds.ts'

export interface LogFields {
  stage?: string
  kind?: string
  recordId?: string
  runId?: string | null
  sweep?: string
  page?: number
  scope?: string
  step?: string
  lane?: string
  cause?: string
  attempt?: number
  outcome?: string
  failure?: string
  error?: string | null
  waitedMs?: number
  durationMs?: number
  count?: number
  /** Of Notion's handshake: to be shown, and worth nothing until an operator sets it. */
  verificationToken?: string
}

export const log = {
  info: (event: string, fields: LogFields) => write('info', event, fields),
  warn: (event: string, fields: LogFields) => write('warn', event, fields),
  error: (event: string, fields: LogFields) => write('error', event, fields),
}

/** How a record is named in logs. */
export async function logId(hashKey: string, { kind, id }: RecordKey): Promise<string> {
  return kind === 'mail' ? `mail:${await keyedHash(hashKey, `${kind}/${id}`)}` : id
}

function write(level: 'info' | 'warn' | 'error', event: string, fields: LogFields): void {
  console[level](JSON.stringify({ level, event, ...fields }))
}
