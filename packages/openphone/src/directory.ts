/** Who is in the workspace: its phone numbers and users. And the cheapest question, the probe. */
import { everyPage } from './every-page.ts'
import { readPage } from './page.ts'
import type { Page } from './page.ts'
import { get } from './request.ts'
import type { OpenPhone } from './request.ts'
import { WirePhoneNumber, WireUser } from './wire.ts'
import type { WireUser as User } from './wire.ts'

export interface WorkspaceNumber {
  id: string // PN...
  number: string // E.164
  name: string | null
}

export interface WorkspaceUser {
  id: string // US...
  name: string | null // the full name
  email: string | null
}

/**
 * Every phone number of the workspace in one page.
 * @throws StageError upstream.*, gate.later
 */
export async function listPhoneNumbers(api: OpenPhone): Promise<Page<WorkspaceNumber>> {
  return everyPage(async (cursor) => {
    const { body } = await get(api, { path: '/phone-numbers', cursor })
    return readPage(body, WirePhoneNumber, ({ id, phoneNumber, name }) => ({
      id,
      number: phoneNumber,
      name,
    }))
  })
}

/**
 * Every user of the workspace in one page.
 * @throws StageError upstream.*, gate.later
 */
export async function listUsers(api: OpenPhone): Promise<Page<WorkspaceUser>> {
  return everyPage(async (cursor) => {
    const { body } = await get(api, { path: '/users', cursor })
    return readPage(body, WireUser, (user) => ({
      id: user.id,
      name: fullName(user),
      email: user.email,
    }))
  })
}

/**
 * Resolves when OpenPhone answers us: the key is taken and the API is up.
 * @throws StageError upstream.*, gate.later
 */
export async function probe(api: OpenPhone): Promise<void> {
  await get(api, { path: '/phone-numbers', query: { limit: '1' } })
}

function fullName({ firstName, lastName }: User): string | null {
  const name = [firstName, lastName].map((part) => part?.trim() ?? '').join(' ')
  return name.trim() || null
}
