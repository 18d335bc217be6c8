/**
 * What people hold in Notion, at the door: a field that they corrected is handed back to us, a page
 * that they removed is made again, both only when asked (docs/protocols.md#people-win).
 */
import { sendOwed } from '@switchboard/consumer/send-owed'
import type { RecordKey } from '@switchboard/shared/kinds'
import { fileAgain, release } from '@switchboard/store/held'
import { open } from '../ports.ts'
import type { Env } from '../ports.ts'
import { Refused } from '../door/problem.ts'

/** Hands a property back to us. @throws Refused 404 where no person holds it */
export async function releaseProperty(
  key: RecordKey,
  property: string,
  env: Env,
): Promise<RecordKey> {
  if (!(await release(env.DB, key, property, Date.now())))
    throw new Refused(404, 'No person holds this property of this record.')
  return sendAtOnce(key, env)
}

/** Has a removed page made again. @throws Refused 409 where none was removed */
export async function pageAgain(key: RecordKey, env: Env): Promise<RecordKey> {
  if (!(await fileAgain(env.DB, key, Date.now())))
    throw new Refused(409, 'No page of this record was removed by a person.')
  return sendAtOnce(key, env)
}

async function sendAtOnce({ kind, id }: RecordKey, env: Env): Promise<RecordKey> {
  const ports = open(env)
  await sendOwed(ports.ledger, ports.queues, { keys: [{ kind, id }] }, ports.now)
  return { kind, id }
}
