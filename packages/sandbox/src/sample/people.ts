/**
 * Northgate Merchant Services: its five phone numbers, its people, its mailbox. All invented.
 */
import type { WorldPhoneNumber, WorldUser } from '../world.ts'
import { shortId } from './ids.ts'

export const OFFICE_MAIL = 'office@northgate-ms.example'

/** The after-hours assistant: a system actor, no user of the workspace. */
export const ASSISTANT_ID = shortId('SYU', 'assistant')

const LINES = {
  sales: line('Sales', '+16145550100'),
  support: line('Support', '+16145550110'),
  funding: line('Funding', '+16145550120'),
  gloria: line('Gloria direct', '+16145550131'),
  theo: line('Theo direct', '+16145550142'),
}

const USERS = {
  renata: user('renata', 'Renata', 'Kowalczyk', 'owner'),
  priya: user('priya', 'Priya', 'Raman', 'admin'),
  des: user('desmond', 'Desmond', 'Oyelaran', 'member'),
  gloria: user('gloria', 'Gloria', 'Fuentes', 'member'),
  theo: user('theo', 'Theo', 'Abernathy', 'member'),
  wes: user('wes', 'Wes', 'Halloran', 'member'),
}

export const phoneNumbers: WorldPhoneNumber[] = Object.values(LINES)
export const users: WorldUser[] = Object.values(USERS)

/** A number of ours by its key in the scripts. */
export function lineOf(key: string): WorldPhoneNumber {
  return lookUp(LINES, key, 'phone line')
}

/** One of us by the key in the scripts. */
export function userOf(key: string): WorldUser {
  return lookUp(USERS, key, 'user')
}

function lookUp<Found>(table: Record<string, Found>, key: string, what: string): Found {
  const found = table[key]
  if (found === undefined) throw new Error(`The sample has no ${what} named ${key}`)
  return found
}

function line(name: string, phoneNumber: string): WorldPhoneNumber {
  return { id: shortId('PN', phoneNumber), name, phoneNumber }
}

function user(
  mailbox: string,
  firstName: string,
  lastName: string,
  role: WorldUser['role'],
): WorldUser {
  const email = `${mailbox}@northgate-ms.example`
  return { id: shortId('US', email), email, firstName, lastName, role }
}
