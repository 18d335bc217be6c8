/** Who we are: the numbers, addresses and people that are never an outside party. No I/O. */
import { toAddress } from './mail.ts'
import { toE164 } from './phone.ts'

export interface Own {
  numbers: ReadonlySet<string> // E.164
  addresses: ReadonlySet<string> // lower case
  users: ReadonlyMap<string, string> // OpenPhone user id -> full name, where it has one
  phoneNumbers: ReadonlyMap<string, string> // OpenPhone number id (PN...) -> E.164
}

/** What is known of the workspace, as its sources wrote it. */
export interface Workspace {
  phoneNumbers: readonly { id: string; number: string }[]
  users: readonly { id: string; name: string | null; email: string | null }[]
  addresses: readonly string[] // the mailbox's own and those that are configured
}

/** Numbers and addresses brought into the form they are compared in; what is neither is left out. */
export function ownOf(workspace: Workspace, country: string): Own {
  const phoneNumbers = new Map<string, string>()
  for (const { id, number } of workspace.phoneNumbers) {
    const e164 = toE164(number, country)
    if (e164 !== null) phoneNumbers.set(id, e164)
  }
  const users = new Map<string, string>()
  for (const { id, name } of workspace.users) if (name !== null) users.set(id, name)
  const emails = workspace.users.map(({ email }) => email ?? '')
  const addresses = [...workspace.addresses, ...emails].map((address) => toAddress(address))
  return {
    numbers: new Set(phoneNumbers.values()),
    addresses: new Set(addresses.filter((address) => address !== null)),
    users,
    phoneNumbers,
  }
}
