/**
 * Forgetting in Notion: a page of ours is emptied before it goes to the trash, since the trash keeps
 * pages for thirty days; a number or an address is taken out of a merchant's page. Each request takes
 * the gate itself and may be repeated.
 */
import type { UpdatePageParameters } from '@notionhq/client'
import type { Kind } from '@switchboard/shared/kinds'
import { read } from './client.ts'
import type { Notion } from './client.ts'
import { MissingPage } from './errors.ts'
import { outward } from './names.ts'
import { PROPERTIES } from './properties.ts'
import type { PropertyType } from './properties.ts'
import * as property from './property.ts'
import type { Property } from './property.ts'
import { Page } from './wire.ts'

const EMPTY: Record<PropertyType, Property> = {
  title: property.title(''),
  rich_text: property.text(''),
  number: property.number(null),
  select: property.select(null),
  multi_select: property.multiSelect([]),
  date: property.date(null),
  phone_number: property.phone(null),
  email: property.email(null),
  url: property.url(null),
  checkbox: property.checkbox(false),
  relation: property.relation([]),
}

/**
 * Empties all properties of ours and the content of a page, and puts it into the trash.
 * @returns false: there is no such page
 * @throws StageError gate.later, upstream.*
 */
export async function erasePage(notion: Notion, kind: Kind, pageId: string): Promise<boolean> {
  const update = (change: Omit<UpdatePageParameters, 'page_id'>) =>
    read(notion, kind, Page, (client) => client.pages.update({ page_id: pageId, ...change }))
  try {
    const page = await read(notion, kind, Page, (client) =>
      client.pages.retrieve({ page_id: pageId }),
    )
    if (page.in_trash || page.archived) await update({ in_trash: false })
    await update({ properties: outward(notion.names, kind, emptied(kind)), erase_content: true })
    await update({ in_trash: true })
    return true
  } catch (error) {
    if (error instanceof MissingPage) return false
    throw error
  }
}

function emptied(kind: Kind): Record<string, Property> {
  const types: Record<string, PropertyType> = PROPERTIES[kind]
  return Object.fromEntries(Object.entries(types).map(([name, type]) => [name, EMPTY[type]]))
}

/**
 * Takes what names this person out of the Phone and Email properties of a merchant's page. A property
 * that holds others too keeps those, as they were typed.
 * @param keep what is left of such a property's text; null: nothing
 * @returns how many properties were changed
 * @throws StageError gate.later, upstream.*
 */
export async function eraseFromMerchant(
  notion: Notion,
  pageId: string,
  keep: (text: string) => string | null,
): Promise<number> {
  try {
    const page = await read(notion, 'canvas', Page, (client) =>
      client.pages.retrieve({ page_id: pageId }),
    )
    if (page.in_trash || page.archived) return 0
    const changed = Object.entries(page.properties).flatMap(
      ([name, value]): [string, Property][] => {
        if (value.type === 'phone_number' && value.phone_number !== null) {
          const left = keep(value.phone_number)
          return left === value.phone_number ? [] : [[name, property.phone(left)]]
        }
        if (value.type === 'email' && value.email !== null) {
          const left = keep(value.email)
          return left === value.email ? [] : [[name, property.email(left)]]
        }
        return []
      },
    )
    if (changed.length > 0)
      await read(notion, 'canvas', Page, (client) =>
        client.pages.update({ page_id: pageId, properties: Object.fromEntries(changed) }),
      )
    return changed.length
  } catch (error) {
    if (error instanceof MissingPage) return 0
    throw error
  }
}
