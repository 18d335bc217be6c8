/** Who is signed in at the console. */
import * as v from 'valibot'
import { operation } from './operation.ts'

export const Role = v.picklist(['admin', 'reader'])
export type Role = v.InferOutput<typeof Role>

export const Session = v.object({
  role: Role,
  name: v.nullable(v.pipe(v.string(), v.description('As the person gave it; in the audit.'))),
  expiresAt: v.nullable(v.string()),
  sandbox: v.pipe(v.boolean(), v.description('Whether the outside world is the embedded one.')),
})
export type Session = v.InferOutput<typeof Session>

export const signIn = operation({
  name: 'signIn',
  method: 'POST',
  path: '/api/session',
  summary: 'Signs a person in: a session cookie for one of the tokens.',
  access: 'open',
  body: v.object({
    token: v.pipe(v.string(), v.minLength(1, 'is missing')),
    name: v.optional(v.pipe(v.string(), v.trim(), v.maxLength(80, 'must be 80 or shorter'))),
  }),
  answer: Session,
})

export const readSession = operation({
  name: 'readSession',
  method: 'GET',
  path: '/api/session',
  summary: 'Who asks.',
  access: 'read',
  answer: Session,
})

export const signOut = operation({
  name: 'signOut',
  method: 'DELETE',
  path: '/api/session',
  summary: 'Signs out: the cookie is taken back.',
  access: 'open',
  answer: v.null(),
  status: 204,
})
