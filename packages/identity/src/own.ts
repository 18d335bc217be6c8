/** Who we are: the numbers, addresses and people that are never an outside party. No I/O. */
import { toAddress } from './mail.ts'
import { toE164 } from './phone.ts'

export interface Own {
  numbers: ReadonlySet<string> // E.164
  addresses: ReadonlySet<string> // lower case
  users: ReadonlyMap<string, string> // OpenPhone user id -> full name, where it has one
  phoneNumbers: ReadonlyMap<string, string> // OpenPhone number id (PN...) -> E.164
}

/** What is known of the workspace; `label` is a number in E.164, a user's name or an address. */
export interface DirectoryEntry {
  type: 'number' | 'user' | 'address'
  id: string
  label: string
}

/**
 * The directory and further addresses of ours, ready to be compared with. A number that is none in
 * E.164 and an address that is none are left out; a user whose label is but the id has no name.
 */
export function ownFrom(
  directory: readonly DirectoryEntry[],
  furtherAddresses: readonly string[],
): Own {
  const of = (type: DirectoryEntry['type']) => directory.filter((entry) => entry.type === type)
  const phoneNumbers = of('number').flatMap(({ id, label }): [string, string][] => {
    const number = toE164(label, NO_COUNTRY)
    return number === null ? [] : [[id, number]]
  })
  const named = of('user').filter(({ id, label }) => label !== id)
  const addresses = [...of('address').map(({ label }) => label), ...furtherAddresses]
  return {
    numbers: new Set(phoneNumbers.map(([, number]) => number)),
    addresses: new Set(addresses.map((text) => toAddress(text)).filter((text) => text !== null)),
    users: new Map(named.map(({ id, label }) => [id, label])),
    phoneNumbers: new Map(phoneNumbers),
  }
}

const NO_COUNTRY = '' // E.164 needs none
