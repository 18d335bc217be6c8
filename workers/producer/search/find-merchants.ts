/** Merchants by what people call them: a name with typos, a number, an address. */
import { toAddress } from '@switchboard/identity/mail'
import { toE164 } from '@switchboard/identity/phone'
import { LIKE_ENOUGH, likeness } from '@switchboard/search/names'
import type { Likeness } from '@switchboard/search/names'
import { gramsOf } from '@switchboard/shared/grams'
import { merchantsLike, merchantsWith } from '@switchboard/store/merchant-look-up'
import type { MerchantCard } from '@switchboard/store/merchant-look-up'

const MOST_CANDIDATES = 100

/** Those who are like the text, the likest first. */
export async function findMerchants(
  db: D1Database,
  text: string,
  country: string,
  limit: number,
): Promise<({ card: MerchantCard } & Likeness)[]> {
  const key = toAddress(text) ?? toE164(text, country)
  const exact = key === null ? [] : await merchantsWith(db, key)
  const alike = await merchantsLike(db, gramsOf(text), MOST_CANDIDATES)
  const found = [
    ...exact.map((card) => ({ card, score: 1, matched: key ?? card.name })),
    ...alike
      .filter(({ id }) => !exact.some((card) => card.id === id))
      .map((card) => ({ card, ...likeness(text, card) })),
  ]
  return found
    .filter(({ score }) => score >= LIKE_ENOUGH)
    .toSorted((a, b) => b.score - a.score || (a.card.name < b.card.name ? -1 : 1))
    .slice(0, limit)
}
