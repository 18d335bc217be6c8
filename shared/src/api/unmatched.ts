/** Numbers and addresses that belong to no merchant: who they are, and whose they become. */
import * as v from 'valibot'
import { KINDS } from '../kinds.ts'
import { Moment, PAGE_QUERY, listOf, operation } from './operation.ts'

const Count = v.pipe(v.number(), v.integer())
const State = v.picklist(['open', 'never', 'matched'])

export const PartyRow = v.object({
  party: v.pipe(v.string(), v.description('E.164, or a mail address in lower case.')),
  state: State,
  name: v.pipe(v.nullable(v.string()), v.description('As OpenPhone’s contacts say.')),
  talks: v.pipe(Count, v.description('Conversations with us, of all kinds.')),
  calls: Count,
  messages: Count,
  mails: Count,
  firstAt: v.nullable(Moment),
  lastAt: v.nullable(Moment),
  last: v.pipe(
    v.nullable(
      v.object({ kind: v.picklist(KINDS), id: v.string(), words: v.nullable(v.string()) }),
    ),
    v.description('The newest conversation.'),
  ),
  neverBy: v.pipe(v.nullable(v.string()), v.description('Who said that it is never a merchant’s.')),
})
export type PartyRow = v.InferOutput<typeof PartyRow>

const Totals = v.object({ parties: Count, talks: Count })

export const listUnmatched = operation({
  name: 'listUnmatched',
  method: 'GET',
  path: '/api/unmatched',
  summary: 'Numbers and addresses of no merchant, who talks most first.',
  access: 'read',
  query: v.object({
    state: v.optional(
      v.picklist(['open', 'never', 'matched'], 'must be open, never or matched'),
      'open',
    ),
    q: v.optional(
      v.pipe(
        v.string(),
        v.maxLength(200, 'is too long'),
        v.description(
          'How a number, an address or the name in OpenPhone’s contacts begins. At most 200 are found.',
        ),
      ),
    ),
    ...PAGE_QUERY,
  }),
  answer: v.object({
    ...listOf(PartyRow).entries,
    counts: v.pipe(
      v.object({ open: Totals, never: Totals, matched: Totals }),
      v.description('Of all, whatever is looked for.'),
    ),
  }),
})
export type UnmatchedList = v.InferOutput<(typeof listUnmatched)['answer']>

const PartyParams = v.object({ party: v.pipe(v.string(), v.minLength(1, 'is missing')) })

export const readParty = operation({
  name: 'readParty',
  method: 'GET',
  path: '/api/unmatched/:party',
  summary: 'One number or address, who holds it, and how far its linking is.',
  access: 'read',
  params: PartyParams,
  answer: v.object({
    ...PartyRow.entries,
    merchants: v.array(v.object({ id: v.string(), name: v.string() })),
    waiting: v.pipe(Count, v.description('Of its newest 500 records, those to be filed anew.')),
  }),
})
export type PartyAnswer = v.InferOutput<(typeof readParty)['answer']>

export const linkParty = operation({
  name: 'linkParty',
  method: 'POST',
  path: '/api/unmatched/:party/link',
  summary:
    'Writes it to a merchant’s page in Canvas, into an empty phone or mail property, and links its whole history. 409 where no such property is empty.',
  access: 'act',
  params: PartyParams,
  body: v.object({
    merchantId: v.pipe(
      v.string('must be the id of a Canvas page'),
      v.minLength(1, 'is missing'),
      v.description('Of the Canvas page.'),
    ),
  }),
  answer: v.object({
    party: v.string(),
    merchant: v.object({ id: v.string(), name: v.string() }),
    property: v.pipe(
      v.nullable(v.string()),
      v.description('Where it was written; null: it stood there already.'),
    ),
    talks: v.pipe(Count, v.description('Conversations that are linked now.')),
  }),
  status: 202,
})

const ofParty = v.object({ party: v.string(), state: State })

export const neverParty = operation({
  name: 'neverParty',
  method: 'POST',
  path: '/api/unmatched/:party/never',
  summary: 'Says that it is never a merchant’s.',
  access: 'act',
  params: PartyParams,
  answer: ofParty,
})

export const undoNeverParty = operation({
  name: 'undoNeverParty',
  method: 'POST',
  path: '/api/unmatched/:party/undo',
  summary: 'Takes that back.',
  access: 'act',
  params: PartyParams,
  answer: ofParty,
})
