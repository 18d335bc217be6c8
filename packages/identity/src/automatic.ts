/** Whether a mail is one that no person wrote, as far as we are concerned. No I/O. */
import type { Automatic, MailRecord } from '@switchboard/shared/record'
import type { Own } from './own.ts'

/**
 * The kind of an automatic mail; null: a person's. A group address of ours is a list too, and what
 * customers write to it is no newsletter.
 */
export function automaticOf(
  { automatic, listId }: Pick<MailRecord, 'automatic' | 'listId'>,
  own: Own,
): Automatic | null {
  if (automatic === undefined) return null
  return automatic === 'newsletter' && listId !== undefined && isOurs(listId, own)
    ? null
    : automatic
}

/** `desk.harborpay.example` is a list of harborpay.example's. */
function isOurs(listId: string, own: Own): boolean {
  return [...own.addresses].some((address) => {
    const domain = address.slice(address.lastIndexOf('@') + 1)
    return listId === domain || listId.endsWith(`.${domain}`)
  })
}

/** As a page and an operator read it. */
export const AUTOMATIC_WORDS: Record<Automatic, string> = {
  answer: 'automatic answer',
  bounce: 'bounce',
  newsletter: 'newsletter',
  notice: 'automatic notice',
}
