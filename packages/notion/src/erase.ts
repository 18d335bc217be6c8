/**
 * Forgetting in Notion: a page of ours is emptied before it goes to the trash, since the trash keeps
 * pages for thirty days; a number or an address is taken out of a merchant's page. Each request takes
 * the gate itself and may be repeated.
 */
import type { UpdatePageParameters } from '@notionhq/client'
import type { Kind } from '@switchboard/shared/kinds'
import { contactOf, textOf } from './canvas.ts'
import { read } from './client.ts'
import type { Notion } from './client.ts'
import { MissingPage } from './errors.ts'
import { outward } from './names.ts'
import { PROPERTIES } from './properties.ts'
import type { PropertyType } from './properties.ts'
import * as property from './property.ts'
import type { Property } from './property.ts'
import { isTrashed } from './whereabouts.ts'
import { Page } from './wire.ts'
import type { PageProperty } from './wire.ts'

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
    if (isTrashed(page)) await update({ in_trash: false })
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
 * Takes what names this person out of the properties that a merchant is known by. A property that
 * holds others too keeps those, as they were typed. What Notion computes (a formula, a rollup) is to
 * be taken out where it comes from.
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
    if (isTrashed(page)) return 0
    const changed = Object.entries(page.properties).flatMap(
      ([name, value]): [string, Property][] => {
        const text = contactOf(name, value.type) === null ? '' : textOf(value)
        const left = text === '' ? '' : keep(text)
        const written = left === text ? null : propertyOf(value.type, left)
        return written === null ? [] : [[name, written]]
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

/** What is left, in the property's own type; null: nobody can write it. */
function propertyOf(type: PageProperty['type'], left: string | null): Property | null {
  switch (type) {
    case 'phone_number':
      return property.phone(left)
    case 'email':
      return property.email(left)
    case 'rich_text':
      return property.text(left ?? '')
    case 'number':
      return property.number(null) // one number, and it is this person's
    default:
      return null
  }
}
