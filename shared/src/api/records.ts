/** Records, and what people hold of them. */
import * as v from 'valibot'
import { KINDS } from '../kinds.ts'
import { operation } from './operation.ts'

export const RecordParams = v.object({
  kind: v.picklist(KINDS, 'must be call, message or mail'),
  id: v.pipe(v.string(), v.minLength(1, 'is missing')),
})

const Key = v.object({ kind: v.picklist(KINDS), id: v.string() })

export const releaseProperty = operation({
  name: 'releaseProperty',
  method: 'POST',
  path: '/api/records/:kind/:id/release',
  summary: 'Hands a property that a person changed in Notion back to us.',
  access: 'act',
  params: RecordParams,
  body: v.object({ property: v.pipe(v.string(), v.minLength(1, 'is missing')) }),
  answer: Key,
  status: 202,
})

export const pageAgain = operation({
  name: 'pageAgain',
  method: 'POST',
  path: '/api/records/:kind/:id/page',
  summary: 'Makes the page of a record again that a person removed.',
  access: 'act',
  params: RecordParams,
  answer: Key,
  status: 202,
})
