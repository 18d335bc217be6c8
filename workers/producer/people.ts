/**
 * What people hold in Notion, at the door: a field that they corrected is handed back to us, a page
 * that they removed is made again, both only when asked (docs/protocols.md#people-win).
 */
import type { IRequest } from 'itty-router'
import * as v from 'valibot'
import { sendOwed } from '@switchboard/consumer/send-owed'
import { KINDS } from '@switchboard/shared/kinds'
import type { RecordKey } from '@switchboard/shared/kinds'
import { fileAgain, release } from '@switchboard/store/held'
import { open } from './ports.ts'
import type { Env } from './ports.ts'
import { problem } from './problem.ts'

export const Release = v.object({ property: v.pipe(v.string(), v.minLength(1)) })

const Key = v.object({ kind: v.picklist(KINDS), id: v.pipe(v.string(), v.minLength(1)) })

/** POST /api/records/{kind}/{id}/release */
export async function releaseProperty(
  { params }: IRequest,
  { property }: v.InferOutput<typeof Release>,
  env: Env,
): Promise<Response> {
  const key = keyIn(params)
  if (key === null) return problem(404, 'There is no such kind of record.')
  if (!(await release(env.DB, key, property, Date.now())))
    return problem(404, 'No person holds this property of this record.')
  return accepted(key, env)
}

/** POST /api/records/{kind}/{id}/page */
export async function pageAgain({ params }: IRequest, env: Env): Promise<Response> {
  const key = keyIn(params)
  if (key === null) return problem(404, 'There is no such kind of record.')
  if (!(await fileAgain(env.DB, key, Date.now())))
    return problem(409, 'No page of this record was removed by a person.')
  return accepted(key, env)
}

async function accepted(key: RecordKey, env: Env): Promise<Response> {
  const ports = open(env)
  await sendOwed(ports.ledger, ports.queues, { keys: [key] }, ports.now)
  return Response.json(key, { status: 202 })
}

function keyIn(params: Record<string, string>): RecordKey | null {
  try {
    const id = decodeURIComponent(params['id'] ?? '')
    const parsed = v.safeParse(Key, { kind: params['kind'], id })
    return parsed.success ? parsed.output : null
  } catch {
    return null
  }
}
