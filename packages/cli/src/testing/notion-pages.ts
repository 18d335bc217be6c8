/** What the sandbox's Notion holds, as whole-system tests look at it. */
import * as v from 'valibot'
import type { Host } from '../host.ts'

const Texts = v.optional(v.array(v.object({ plain_text: v.string() })))

const NotionPage = v.object({
  id: v.string(),
  in_trash: v.boolean(),
  properties: v.record(
    v.string(),
    v.looseObject({
      type: v.string(),
      title: Texts,
      rich_text: Texts,
      relation: v.optional(v.array(v.object({ id: v.string() }))),
      phone_number: v.nullish(v.string()),
      email: v.nullish(v.string()),
      checkbox: v.optional(v.boolean()),
    }),
  ),
})
export type NotionPage = v.InferOutput<typeof NotionPage>

/** Every page of a database, those in the trash too. */
export function notionPages({ outside }: Host, databaseId: string): NotionPage[] {
  return pagesIn(outside.notion, databaseId)
}

/** The same, of a Notion without a host. */
export function pagesIn(
  notion: Pick<Host['outside']['notion'], 'pages'>,
  databaseId: string,
): NotionPage[] {
  return notion.pages(databaseId).map((page) => v.parse(NotionPage, page))
}

/** A property as text, whatever its type; empty where the page has none of this name. */
export function said(page: NotionPage | undefined, name: string): string {
  const property = page?.properties[name]
  const value: unknown = property?.[property.type]
  const texts = v.safeParse(v.array(v.object({ plain_text: v.optional(v.string(), '') })), value)
  if (texts.success) return texts.output.map(({ plain_text: text }) => text).join('')
  return value === undefined ? '' : JSON.stringify(value)
}
