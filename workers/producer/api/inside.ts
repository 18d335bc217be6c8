/**
 * One operation asked from within another, with the caller's own rights: the same door, the same
 * checks, the same audit.
 */
import type { AnswerOf, Operation } from '@switchboard/shared/api/operation'
import * as v from 'valibot'
import type { Env } from '../ports.ts'
import { Refused } from '../door/problem.ts'

export interface Input {
  params?: Record<string, string>
  query?: Record<string, string | number | undefined>
  body?: unknown
}

/** @throws Refused with what the door said */
export type Inside = <O extends Operation>(operation: O, input: Input) => Promise<AnswerOf<O>>

type Door = (request: Request, env: Env) => Promise<Response>

const Problem = v.object({ detail: v.string() })
/** Who asks, from where: everything that the door goes by. */
const CREDENTIALS = ['Authorization', 'Cookie', 'Origin', 'CF-Connecting-IP']

/** Asks on behalf of this request. */
export function insideOf(request: Request, env: Env, door: Door): Inside {
  return async <O extends Operation>(operation: O, { params, query, body }: Input) => {
    const path = operation.path.replaceAll(/:(\w+)/g, (_, name: string) =>
      encodeURIComponent(params?.[name] ?? ''),
    )
    const url = new URL(path, request.url)
    for (const [name, value] of Object.entries(query ?? {}))
      if (value !== undefined) url.searchParams.set(name, String(value))
    const headers = new Headers({ Accept: 'application/json' })
    for (const name of CREDENTIALS) {
      const value = request.headers.get(name)
      if (value !== null) headers.set(name, value)
    }
    const response = await door(
      new Request(url, {
        method: operation.method,
        headers,
        ...(operation.method === 'POST' && { body: JSON.stringify(body ?? {}) }),
      }),
      env,
    )
    if (response.status === 204) return null
    // Our own answer, made and typed by its handler.
    if (response.ok) return response.json<AnswerOf<O>>()
    const told: unknown = await response.json()
    const problem = v.safeParse(Problem, told)
    throw new Refused(response.status, problem.success ? problem.output.detail : 'It was refused.')
  }
}
