/** Forgetting a person. */
import * as v from 'valibot'
import { Moment, operation } from './operation.ts'

/** Exactly one of the two. */
const Person = v.pipe(
  v.object({
    phone: v.optional(v.pipe(v.string(), v.trim(), v.minLength(1, 'is empty'))),
    email: v.optional(v.pipe(v.string(), v.trim(), v.minLength(1, 'is empty'))),
    keepCanvas: v.optional(
      v.pipe(v.boolean(), v.description('Leave the number on its merchants’ Canvas pages.')),
      false,
    ),
  }),
  v.check(
    ({ phone, email }) => (phone === undefined) !== (email === undefined),
    'needs phone or email, and not both',
  ),
)

export const Forgetting = v.object({
  id: v.string(),
  phase: v.picklist(['records', 'outside', 'again', 'finished']),
  startedAt: Moment,
  dueAt: v.nullable(v.pipe(Moment, v.description('When the next step may begin.'))),
  finishedAt: v.nullable(Moment),
  counts: v.pipe(v.record(v.string(), v.number()), v.description('What was removed, by sort.')),
})
export type Forgetting = v.InferOutput<typeof Forgetting>

export const previewForgetting = operation({
  name: 'previewForgetting',
  method: 'POST',
  path: '/api/forget/preview',
  summary: 'How much would go. Nothing is changed.',
  access: 'act',
  quiet: true,
  body: Person,
  answer: v.object({
    records: v.object({ call: v.number(), message: v.number(), mail: v.number() }),
    merchants: v.pipe(
      v.array(v.string()),
      v.description('Names of merchants whose Canvas pages carry the number or address.'),
    ),
    contacts: v.number(),
  }),
})

export const forgetPerson = operation({
  name: 'forgetPerson',
  method: 'POST',
  path: '/api/forget',
  summary: 'Removes a person: records, vectors, texts, recordings, letters, Notion pages.',
  access: 'act',
  quiet: true,
  body: Person,
  answer: v.object({ id: v.string() }),
  status: 202,
})

export const readForgetting = operation({
  name: 'readForgetting',
  method: 'GET',
  path: '/api/forget/:id',
  summary: 'How far a forgetting is.',
  access: 'read',
  params: v.object({ id: v.string() }),
  answer: Forgetting,
})

export const workForgetting = operation({
  name: 'workForgetting',
  method: 'POST',
  path: '/api/forget/:id/work',
  summary: 'Goes on with a forgetting for up to twenty seconds.',
  access: 'act',
  params: v.object({ id: v.string() }),
  body: v.object({
    early: v.optional(
      v.pipe(
        v.boolean(),
        v.description('Nothing is in flight: the last look need not wait twelve minutes.'),
      ),
      false,
    ),
  }),
  answer: Forgetting,
})
