/** What somebody promised or was asked to do. Rules: @switchboard/store/action-items, done-actions. */
import * as v from 'valibot'
import {
  finishActionItem,
  listActionItems,
  reopenActionItem,
} from '@switchboard/shared/api/action-items'
import { writeCursor } from '@switchboard/shared/api/cursor'
import { moment } from '@switchboard/shared/api/operation'
import { KINDS } from '@switchboard/shared/kinds'
import { actionItems } from '@switchboard/store/action-items'
import { finishAction, reopenAction } from '@switchboard/store/done-actions'
import { actorName } from '../door/access.ts'
import { Refused } from '../door/problem.ts'
import { cursorIn, nextCursor } from './page.ts'
import { route } from './route.ts'
import { recordUrl } from '../records/record-url.ts'

const Place = v.tuple([v.number(), v.picklist(KINDS), v.string(), v.number()])

export const ACTION_ITEM_ROUTES = [
  route(listActionItems, async ({ query: { state, from, to, cursor, limit }, env }) => {
    const found = await actionItems(env.DB, {
      state,
      from: from === undefined ? 0 : Date.parse(from),
      to: to === undefined ? Number.MAX_SAFE_INTEGER : Date.parse(to),
      after: cursorIn(cursor, Place),
      limit: limit + 1,
    })
    const next = nextCursor(found.items, limit, (one) => [one.at, one.kind, one.id, one.nth])
    return {
      items: found.items.slice(0, limit).map((item) => ({
        kind: item.kind,
        id: item.id,
        at: moment(item.at),
        text: item.text,
        quote: item.quote,
        done: item.done && { at: moment(item.done.at), by: item.done.by },
        parties: item.parties,
        merchants: item.merchants,
        url: recordUrl(item),
      })),
      nextCursor: next ?? (found.next === null ? null : writeCursor(found.next)),
    }
  }),

  route(finishActionItem, async ({ params: { kind, id }, body: { text }, env, actor }) => {
    const by = actor === null ? '' : actorName(actor)
    const done = await finishAction(env.DB, { kind, id }, text, by, Date.now())
    if (done === null) throw new Refused(404, 'text: the record has no such action item.')
    return { kind, id, text, done: { at: moment(done.at), by: done.by } }
  }),

  route(reopenActionItem, async ({ params: { kind, id }, body: { text }, env }) => {
    if (!(await reopenAction(env.DB, { kind, id }, text)))
      throw new Refused(409, 'text: nobody marked this action item as done.')
    return { kind, id, text, done: null }
  }),
]
