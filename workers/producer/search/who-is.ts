/** Whom somebody means who writes a Canvas page id, a number, an address or a name. */
import { toAddress } from '@switchboard/identity/mail'
import { toE164 } from '@switchboard/identity/phone'
import { pageId } from '@switchboard/notion/ids'
import { merchantsById, merchantsWith } from '@switchboard/store/merchant-look-up'
import type { MerchantCard } from '@switchboard/store/merchant-look-up'
import { isKnownParty } from '@switchboard/store/timeline'
import { findMerchants } from './find-merchants.ts'

export interface Meant {
  merchants: MerchantCard[]
  /** A number or address that has records, but nobody in Canvas. */
  parties: string[]
}

const PAGE_ID = /[0-9a-f]{8}-?(?:[0-9a-f]{4}-?){3}[0-9a-f]{12}(?=$|[?#])/i
/** How many may share a name. */
const MOST_NAMESAKES = 5

/** Null: nobody is known by that. */
export async function whoIs(db: D1Database, text: string, country: string): Promise<Meant | null> {
  const id = canvasId(text)
  if (id !== null) return meant(await merchantsById(db, [id]))
  const key = toAddress(text) ?? toE164(text, country)
  if (key !== null) {
    const merchants = await merchantsWith(db, key)
    if (merchants.length > 0) return meant(merchants)
    return (await isKnownParty(db, key)) ? { merchants: [], parties: [key] } : null
  }
  const found = await findMerchants(db, text, country, MOST_NAMESAKES)
  const best = found[0]?.score
  return meant(found.filter(({ score }) => score === best).map(({ card }) => card))
}

/** The page id in a text that is one, or a page's address; null: it is neither. */
export function canvasId(text: string): string | null {
  const found = PAGE_ID.exec(text.trim())?.[0]
  return found === undefined ? null : pageId(found)
}

function meant(merchants: MerchantCard[]): Meant | null {
  return merchants.length === 0 ? null : { merchants, parties: [] }
}
