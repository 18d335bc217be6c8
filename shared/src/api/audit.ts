/** Who did what through the API. */
import * as v from 'valibot'
import { Moment, PAGE_QUERY, listOf, operation } from './operation.ts'
import { Role } from './session.ts'

export const AuditRow = v.object({
  id: v.number(),
  at: Moment,
  actor: v.pipe(v.string(), v.description('The name given at sign-in, or which token.')),
  role: Role,
  action: v.pipe(v.string(), v.description('The operation, as in this document.')),
  target: v.pipe(v.string(), v.description('The path.')),
  detail: v.nullable(v.record(v.string(), v.unknown())),
  status: v.nullable(
    v.pipe(v.number(), v.description('Of the answer; null: it was not heard of again.')),
  ),
})
export type AuditRow = v.InferOutput<typeof AuditRow>

export const listAudit = operation({
  name: 'listAudit',
  method: 'GET',
  path: '/api/audit',
  summary: 'Everything that was done through the API, newest first.',
  access: 'read',
  query: v.object(PAGE_QUERY),
  answer: listOf(AuditRow),
})
