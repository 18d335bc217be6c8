/**
 * Writes a number or address to a merchant's page in Canvas: the one thing that we ever write there.
 * Only into a property of the right type that is empty at that moment; nothing that a person has
 * entered is changed. Asked twice it writes once: what stands there already is not written again.
 */
import { merchant } from './canvas.ts'
import type { MerchantPage } from './canvas.ts'
import { read, write } from './client.ts'
import type { Notion } from './client.ts'
import { MissingPage, UPDATE_SETTLE_MS } from './errors.ts'
import { isIn, isTrashed } from './whereabouts.ts'
import { Page } from './wire.ts'

export interface Contact {
  type: 'phone_number' | 'email'
  value: string
}

export type Linked =
  | { done: true; merchant: MerchantPage; property: string | null } // null: it stood there already
  | { done: false; why: 'gone' } // the page is trashed, or in another database
  | { done: false; why: 'full'; name: string } // no property of the type is empty

/** Numbers in such properties are for machines: a link there would be another's last resort. */
const FAX = /fax/i

/**
 * @param holds whether the page has it already, however it is typed
 * @throws StageError gate.later, upstream.* (upstream.doubtful: asking again is safe)
 */
export async function addContact(
  notion: Notion,
  dataSourceId: string,
  pageId: string,
  contact: Contact,
  holds: (page: MerchantPage) => boolean,
): Promise<Linked> {
  const page = await present(notion, dataSourceId, pageId)
  if (page === null) return { done: false, why: 'gone' }
  if (holds(merchant(page))) return { done: true, merchant: merchant(page), property: null }
  const property = emptyProperty(page, contact.type)
  if (property === null) return { done: false, why: 'full', name: merchant(page).name }
  await notion.outside.pace.acquire()
  const sending = {
    role: 'canvas',
    sentAt: notion.outside.now(),
    settleMs: UPDATE_SETTLE_MS,
  } as const
  const written = await write(notion, sending, Page, (client) =>
    client.pages.update({
      page_id: pageId,
      properties: {
        [property]:
          contact.type === 'email' ? { email: contact.value } : { phone_number: contact.value },
      },
    }),
  )
  return { done: true, merchant: merchant(written), property }
}

async function present(notion: Notion, dataSourceId: string, pageId: string): Promise<Page | null> {
  try {
    const page = await read(notion, 'canvas', Page, (client) =>
      client.pages.retrieve({ page_id: pageId }),
    )
    return isTrashed(page) || !isIn(page, dataSourceId) ? null : page
  } catch (error) {
    if (error instanceof MissingPage) return null
    throw error
  }
}

/** The first that is empty, in the order of Notion; a fax's only where there is no other. */
function emptyProperty(page: Page, type: Contact['type']): string | null {
  const empty = Object.entries(page.properties)
    .filter(
      ([, property]) =>
        (type === 'email' && property.type === 'email' && !property.email) ||
        (type === 'phone_number' && property.type === 'phone_number' && !property.phone_number),
    )
    .map(([name]) => name)
  return empty.find((name) => !FAX.test(name)) ?? empty[0] ?? null
}
