/** What somebody promised or was asked to do: what is open, and what people have done. */
import * as v from 'valibot'
import { KINDS } from '../kinds.ts'
import { Moment, PAGE_QUERY, listOf, operation } from './operation.ts'
import { Done, RecordParams } from './records.ts'
import { MerchantLink } from './search.ts'

export const listActionItems = operation({
  name: 'listActionItems',
  method: 'GET',
  path: '/api/action-items',
  summary:
    'What somebody promised or was asked to do, newest first: what is open, unless `state` says otherwise. A page may hold less than `limit` and still have a next one.',
  access: 'read',
  query: v.object({
    state: v.optional(v.picklist(['open', 'done', 'all'], 'must be open, done or all'), 'open'),
    from: v.optional(v.pipe(v.string(), v.isoTimestamp('must be a moment (ISO 8601)'))),
    to: v.optional(v.pipe(v.string(), v.isoTimestamp('must be a moment (ISO 8601)'))),
    ...PAGE_QUERY,
  }),
  answer: listOf(
    v.object({
      kind: v.picklist(KINDS),
      id: v.string(),
      at: Moment,
      text: v.string(),
      quote: v.string(),
      done: Done,
      parties: v.array(v.string()),
      merchants: v.array(MerchantLink),
      url: v.string(),
    }),
  ),
})

const Words = v.object({
  text: v.pipe(
    v.string('must be text'),
    v.minLength(1, 'is empty'),
    v.maxLength(10_000, 'is too long'),
    v.description('Of the action item, as it is listed.'),
  ),
})

const Marked = v.object({ kind: v.picklist(KINDS), id: v.string(), text: v.string(), done: Done })

export const finishActionItem = operation({
  name: 'finishActionItem',
  method: 'POST',
  path: '/api/records/:kind/:id/action-items/done',
  summary: 'Marks an action item as done. A later analysis that words it the same leaves it done.',
  access: 'act',
  quiet: true,
  params: RecordParams,
  body: Words,
  answer: Marked,
})

export const reopenActionItem = operation({
  name: 'reopenActionItem',
  method: 'POST',
  path: '/api/records/:kind/:id/action-items/open',
  summary: 'Opens an action item again that was marked as done.',
  access: 'act',
  quiet: true,
  params: RecordParams,
  body: Words,
  answer: Marked,
})
