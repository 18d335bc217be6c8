/** Merchants. Rules: ../search/merchant.ts, ../search/find-merchants.ts. */
import * as v from 'valibot'
import {
  listMerchants,
  merchantByCanvas,
  merchantByEmail,
  merchantByPhone,
} from '@switchboard/shared/api/merchants'
import type { Everything } from '@switchboard/shared/api/merchants'
import { readSettings } from '@switchboard/shared/config'
import { KINDS } from '@switchboard/shared/kinds'
import { toAddress } from '@switchboard/identity/mail'
import { toE164 } from '@switchboard/identity/phone'
import { merchantsById, merchantsByName, merchantsWith } from '@switchboard/store/merchant-look-up'
import type { MerchantCard } from '@switchboard/store/merchant-look-up'
import { writeCursor } from '@switchboard/shared/api/cursor'
import { findMerchants } from '../search/find-merchants.ts'
import { everythingWith } from '../search/merchant.ts'
import type { Env } from '../ports.ts'
import { BadInput, Refused } from '../door/problem.ts'
import { canvasId } from '../search/who-is.ts'
import { cursorIn, nextCursor } from './page.ts'
import { route } from './route.ts'

const Place = v.object({ kind: v.picklist(KINDS), id: v.string(), occurredAt: v.number() })
const NamePlace = v.object({ name: v.string(), id: v.string() })

export const MERCHANT_ROUTES = [
  route(merchantByPhone, async ({ body, env }) => {
    const { DEFAULT_COUNTRY } = readSettings(env, ['DEFAULT_COUNTRY'])
    const party = toE164(body.phoneNumber, DEFAULT_COUNTRY)
    if (party === null)
      throw new BadInput([
        { path: 'phoneNumber', detail: 'is no phone number that can be dialled' },
      ])
    return byParty(env, party, body, 'phoneNumber: nobody has called or written from it.')
  }),
  route(merchantByEmail, async ({ body, env }) => {
    const party = toAddress(body.email)
    if (party === null) throw new BadInput([{ path: 'email', detail: 'is no mail address' }])
    return byParty(env, party, body, 'email: nobody has written from it.')
  }),
  route(merchantByCanvas, async ({ body, env }) => {
    const id = canvasId(body.canvasId)
    if (id === null)
      throw new BadInput([
        { path: 'canvasId', detail: 'is neither a page id nor the address of a page' },
      ])
    const merchants = await merchantsById(env.DB, [id])
    if (merchants.length === 0) throw new Refused(404, 'canvasId: no merchant has this page.')
    return answer(env, null, merchants, body)
  }),
  route(listMerchants, async ({ query: { query = '', cursor, limit }, env }) => {
    if (query.trim() === '') {
      const found = await merchantsByName(env.DB, cursorIn(cursor, NamePlace), limit + 1)
      return {
        items: found.slice(0, limit).map((card) => ({ ...card, score: null })),
        nextCursor: nextCursor(found, limit, ({ name, id }) => ({ name, id })),
      }
    }
    const { DEFAULT_COUNTRY } = readSettings(env, ['DEFAULT_COUNTRY'])
    const found = await findMerchants(env.DB, query, DEFAULT_COUNTRY, limit)
    return {
      items: found.map(({ card, score }) => ({ ...card, score: Math.round(score * 1000) / 1000 })),
      nextCursor: null,
    }
  }),
]

interface Page {
  cursor?: string | undefined
  limit: number
}

/** @throws Refused 404 where neither Canvas nor any record has the number or address */
async function byParty(env: Env, party: string, page: Page, unknown: string): Promise<Everything> {
  const merchants = await merchantsWith(env.DB, party)
  const found = await answer(env, party, merchants, page)
  if (merchants.length === 0 && found.statistics.interactions === 0) throw new Refused(404, unknown)
  return found
}

async function answer(
  env: Env,
  party: string | null,
  merchants: MerchantCard[],
  { cursor, limit }: Page,
): Promise<Everything> {
  const { OWN_MAIL_ADDRESSES } = readSettings(env, ['OWN_MAIL_ADDRESSES'])
  const { next, ...everything } = await everythingWith(env.DB, {
    party,
    merchants,
    after: cursorIn(cursor, Place),
    limit,
    now: Date.now(),
    ownMailAddresses: OWN_MAIL_ADDRESSES,
  })
  return { ...everything, nextCursor: next === null ? null : writeCursor(next) }
}
