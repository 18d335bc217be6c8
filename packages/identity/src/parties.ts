/**
 * Who a record is with: the outside parties, by whose numbers and addresses merchants are found.
 * Ours, short codes and withheld numbers are never among them. No I/O.
 */
import type { ConversationRecord, MailRecord } from '@switchboard/shared/record'
import { toAddress } from './mail.ts'
import type { Own } from './own.ts'
import { toE164 } from './phone.ts'

/**
 * E.164 numbers of a call's participants and of a text message's sender and receivers; addresses in
 * lower case of a mail's From, To, Cc and Bcc, then of its envelope. In the record's own order, none
 * twice.
 */
export function outsideParties(record: ConversationRecord, own: Own, country: string): string[] {
  switch (record.kind) {
    case 'call':
      return outsideNumbers(
        record.participants
          .filter(({ actorId }) => actorId === null)
          .map(({ phoneNumber }) => phoneNumber),
        own,
        country,
      )
    case 'message':
      return outsideNumbers([record.from, ...record.to], own, country)
    case 'mail':
      return outsideAddresses(
        [
          ...[...record.from, ...record.to, ...record.cc, ...record.bcc].map(
            ({ address }) => address,
          ),
          ...envelopeOf(record),
        ],
        own,
      )
  }
}

/** Outgoing is what one of our addresses sent. */
export function mailDirection(mail: Pick<MailRecord, 'from'>, own: Own): 'incoming' | 'outgoing' {
  const isOurs = mail.from.some(({ address }) => own.addresses.has(toAddress(address) ?? ''))
  return isOurs ? 'outgoing' : 'incoming'
}

// OpenPhone writes numbers in E.164, so bare digits are a short code, in countries too where a number
// of this length could be dialled.
const SHORT_CODE = /^\s*\d{3,8}\s*$/

function outsideNumbers(numbers: readonly string[], own: Own, country: string): string[] {
  const written = numbers.filter((number) => !SHORT_CODE.test(number))
  return outside(
    written.map((number) => toE164(number, country)),
    own.numbers,
  )
}

/** Who handed a mail over, and to whom: of a person's mail often a forwarder, of a list's its own. */
function envelopeOf({ envelope }: MailRecord): string[] {
  return envelope === undefined ? [] : [envelope.from ?? '', ...envelope.to]
}

function outsideAddresses(addresses: readonly string[], own: Own): string[] {
  return outside(
    addresses.map((address) => toAddress(address)),
    own.addresses,
  )
}

function outside(parties: readonly (string | null)[], ours: ReadonlySet<string>): string[] {
  const found = parties.filter((party) => party !== null)
  return [...new Set(found)].filter((party) => !ours.has(party))
}
