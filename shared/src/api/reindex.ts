/** Making the search's indexes again. */
import * as v from 'valibot'
import { operation } from './operation.ts'

export const reindex = operation({
  name: 'reindex',
  method: 'POST',
  path: '/api/reindex',
  summary:
    'Empties the text index and has every record split, indexed and embedded anew, by a run in bulk. Where that takes long, `id` is null: ask again.',
  access: 'act',
  answer: v.object({
    id: v.pipe(v.nullable(v.string()), v.description('Of the run; null: not all is emptied yet.')),
  }),
  status: 202,
})
