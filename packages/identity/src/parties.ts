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
 * lower case of a mail's From, To, Cc, Bcc and Reply-To, then of who handed it over. In the record's own order,
 * none twice.
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
          ...[
            ...record.from,
            ...record.to,
            ...record.cc,
            ...record.bcc,
            ...(record.replyTo ?? []), // of a form on a web site the only address that is its writer's
          ].map(({ address }) => address),
          record.envelope?.from ?? '', // of a person's mail often a forwarder, of a list's its own
        ],
        own,
        routedDomains(record),
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

/** A mail is routed to us under a domain of ours only: nobody there is an outside party. */
function routedDomains({ envelope }: MailRecord): ReadonlySet<string> {
  const addresses = envelope?.to.map((address) => toAddress(address)) ?? []
  return new Set(addresses.flatMap((address) => (address === null ? [] : [domainOf(address)])))
}

function domainOf(address: string): string {
  return address.slice(address.lastIndexOf('@') + 1)
}

function outsideAddresses(
  addresses: readonly string[],
  own: Own,
  ourDomains: ReadonlySet<string>,
): string[] {
  return outside(
    addresses.map((address) => toAddress(address)),
    own.addresses,
  ).filter((address) => !ourDomains.has(domainOf(address)))
}

function outside(parties: readonly (string | null)[], ours: ReadonlySet<string>): string[] {
  const found = parties.filter((party) => party !== null)
  return [...new Set(found)].filter((party) => !ours.has(party))
}
