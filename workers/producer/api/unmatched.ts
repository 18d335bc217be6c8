/** Numbers and addresses that belong to no merchant. */
import { toE164 } from '@switchboard/identity/phone'
import { moment } from '@switchboard/shared/api/operation'
import {
  linkParty,
  listUnmatched,
  neverParty,
  readParty,
  undoNeverParty,
} from '@switchboard/shared/api/unmatched'
import type { PartyRow } from '@switchboard/shared/api/unmatched'
import { readSettings } from '@switchboard/shared/config'
import {
  findParties,
  findParty,
  markNever,
  partyTotals,
  rankedParties,
  unmarkNever,
} from '@switchboard/store/parties'
import type { Party } from '@switchboard/store/parties'
import * as v from 'valibot'
import { actorName } from '../door/access.ts'
import { linkParty as link } from '../canvas/link-party.ts'
import { open } from '../ports.ts'
import { Refused } from '../door/problem.ts'
import { cursorIn, nextCursor } from './page.ts'
import { route } from './route.ts'

const Place = v.object({ talks: v.number(), lastAt: v.number(), party: v.string() })

export const UNMATCHED_ROUTES = [
  route(listUnmatched, async ({ query: { state, q = '', cursor, limit }, env }) => {
    const counts = await partyTotals(env.DB)
    const sought = q.trim()
    if (sought !== '') {
      const { DEFAULT_COUNTRY } = readSettings(env, ['DEFAULT_COUNTRY'])
      const found = await findParties(env.DB, state, beginnings(sought, DEFAULT_COUNTRY), sought)
      return { items: found.map(rowOf), nextCursor: null, counts }
    }
    const found = await rankedParties(env.DB, state, cursorIn(cursor, Place), limit + 1)
    return {
      items: found.slice(0, limit).map(rowOf),
      nextCursor: nextCursor(found, limit, ({ talks, lastAt, party }) => ({
        talks,
        lastAt,
        party,
      })),
      counts,
    }
  }),

  route(readParty, async ({ params, env }) => {
    const found = await findParty(env.DB, params.party)
    if (found === null) throw new Refused(404, 'Nobody of this number or address talked with us.')
    const { merchants, waiting } = found
    return { ...rowOf(found), merchants, waiting }
  }),

  route(linkParty, ({ params, body, env }) => link(open(env), params.party, body.merchantId)),

  route(neverParty, async ({ params: { party }, env, actor }) => {
    const by = actor === null ? '' : actorName(actor)
    if (!(await markNever(env.DB, party, by, Date.now())))
      throw new Refused(409, 'Only a number or address that is nobody’s can be set aside.')
    return { party, state: 'never' as const }
  }),

  route(undoNeverParty, async ({ params: { party }, env }) => {
    if (!(await unmarkNever(env.DB, party)))
      throw new Refused(409, 'Nobody set this number or address aside.')
    return { party, state: 'open' as const }
  }),
]

/** How numbers and addresses may begin that somebody looks for: `(614) 555` or `office@`. */
export function beginnings(sought: string, country: string): string[] {
  const digits = sought.replaceAll(/[\s().+/-]/g, '')
  if (digits === '' || !/^\d+$/.test(digits)) return [sought.toLowerCase()]
  const whole = toE164(sought, country)
  const national = ['US', 'CA'].includes(country) ? [`+1${digits}`] : []
  return [...new Set([...(whole === null ? [] : [whole]), `+${digits}`, ...national])]
}

function rowOf(party: Party): PartyRow {
  const { firstAt, lastAt, lastKind, lastId, words, ...rest } = party
  const { state, name, talks, calls, messages, mails, neverBy } = rest
  return {
    party: rest.party,
    state,
    name,
    talks,
    calls,
    messages,
    mails,
    firstAt: moment(firstAt),
    lastAt: lastAt === 0 ? null : moment(lastAt),
    last: lastKind === null || lastId === null ? null : { kind: lastKind, id: lastId, words },
    neverBy,
  }
}
