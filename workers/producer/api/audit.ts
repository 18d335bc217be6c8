/** The audit, newest first. */
import { listAudit } from '@switchboard/shared/api/audit'
import { moment } from '@switchboard/shared/api/operation'
import { listAudit as rows } from '@switchboard/store/audit'
import * as v from 'valibot'
import { cursorIn, nextCursor } from './page.ts'
import { route } from './route.ts'

export const AUDIT_ROUTES = [
  route(listAudit, async ({ query: { cursor, limit }, env }) => {
    const found = await rows(env.DB, cursorIn(cursor, v.number()), limit + 1)
    return {
      items: found.slice(0, limit).map((row) => ({ ...row, at: moment(row.at) })),
      nextCursor: nextCursor(found, limit, ({ id }) => id),
    }
  }),
]
