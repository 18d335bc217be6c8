/**
 * Makes the databases what we write: adds properties that are missing, makes the three databases
 * under a page. What is there with another type stays as it is. Adding the same property twice adds
 * one, so it is asked as a read is; a database is made once or its outcome is told.
 */
import type { Client } from '@notionhq/client'
import * as v from 'valibot'
import { toFailure } from '@switchboard/shared/failure'
import { KINDS } from '@switchboard/shared/kinds'
import type { Kind } from '@switchboard/shared/kinds'
import { read, write } from './client.ts'
import type { Notion } from './client.ts'
import { nameOf } from './names.ts'
import { DATABASES, PROPERTIES } from './properties.ts'
import type { PropertyType } from './properties.ts'
import { titleOf } from './sources.ts'
import type { Examined } from './sources.ts'
import { Database, DataSource } from './wire.ts'

/**
 * Adds what an examined data source lacks, in one request.
 * @param canvasDataSourceId where a missing relation shall lead; null: none is added
 * @param options.renameTitle also gives the title property its name, which changes what people see
 * @returns the names of what was added or renamed
 * @throws StageError gate.later, upstream.*
 */
export async function addMissing(
  notion: Notion,
  source: Examined,
  canvasDataSourceId: string | null,
  options: { renameTitle: boolean },
): Promise<string[]> {
  const { role, dataSourceId, faults } = source
  if (role === 'canvas') return []
  const types: Record<string, PropertyType> = PROPERTIES[role]
  const added: string[] = []
  const properties: Changes = {}
  for (const { missing, property: name } of faults) {
    const type = missing === null ? undefined : types[missing]
    if (type === undefined) continue
    if (type === 'title' && !options.renameTitle) continue
    if (type === 'relation' && canvasDataSourceId === null) continue
    if (type === 'title') properties[titleOf(source.properties)] = { name }
    else properties[name] = configured(type, role, canvasDataSourceId)
    added.push(name)
  }
  if (added.length > 0)
    await read(notion, role, DataSource, (client) =>
      client.dataSources.update({ data_source_id: dataSourceId, properties }),
    )
  return added
}

type Changes = NonNullable<Parameters<Client['dataSources']['update']>[0]['properties']>

export interface MadeDatabase {
  kind: Kind
  databaseId: string
  /** Why the databases have no views of ours beside Notion's own; null: they have. */
  withoutViews: string | null
}

/**
 * Makes the three databases under a page, related to Canvas both ways.
 * @throws StageError upstream.doubtful: a database may have been made, look under the page;
 * upstream.*, record.refused; MissingPage: the page is not shared with the connection
 */
export async function createDatabases(
  notion: Notion,
  pageId: string,
  canvasDataSourceId: string,
  told: (made: MadeDatabase) => void,
): Promise<void> {
  for (const kind of KINDS) {
    const properties = Object.fromEntries(
      Object.entries<PropertyType>(PROPERTIES[kind]).map(([property, type]) => [
        nameOf(notion.names, kind, property),
        configured(type, kind, canvasDataSourceId),
      ]),
    )
    await notion.outside.pace.acquire()
    const sending = { role: kind, sentAt: notion.outside.now(), settleMs: 0 }
    const { id, data_sources: sources } = await write(notion, sending, Database, (client) =>
      client.databases.create({
        parent: { type: 'page_id', page_id: pageId },
        title: [{ text: { content: DATABASES[kind].name } }],
        initial_data_source: { properties },
      }),
    )
    const withoutViews = await addViews(notion, kind, id, sources[0]?.id ?? '')
    told({ kind, databaseId: id, withoutViews })
  }
}

/** What people look for first: the newest, and what needs a hand. Nice to have: never a failure. */
async function addViews(
  notion: Notion,
  kind: Kind,
  databaseId: string,
  dataSourceId: string,
): Promise<string | null> {
  const named = (property: string) => nameOf(notion.names, kind, property)
  const sorts = [{ property: named('Created At'), direction: 'descending' }]
  const views = [
    { name: 'Newest first', type: 'table', sorts },
    {
      name: 'Without merchant',
      type: 'table',
      sorts,
      filter: { property: named('Canvas'), relation: { is_empty: true } },
    },
    {
      name: 'Unhappy',
      type: 'table',
      sorts,
      filter: { property: named('Sentiment'), select: { equals: 'negative' } },
    },
  ]
  try {
    for (const view of views) {
      const body = { database_id: databaseId, data_source_id: dataSourceId, ...view }
      await notion.outside.pace.acquire()
      const sending = { role: kind, sentAt: notion.outside.now(), settleMs: 0 }
      await write(notion, sending, v.object({}), (client) =>
        client.request({ path: 'views', method: 'post', body }),
      )
    }
    return null
  } catch (error) {
    return toFailure(error).kind
  }
}

/** A property's configuration, by our type. */
function configured(type: PropertyType, kind: Kind, canvasDataSourceId: string | null) {
  switch (type) {
    case 'title':
      return { title: {} }
    case 'rich_text':
      return { rich_text: {} }
    case 'number':
      return { number: {} }
    case 'select':
      return { select: {} }
    case 'multi_select':
      return { multi_select: {} }
    case 'date':
      return { date: {} }
    case 'phone_number':
      return { phone_number: {} }
    case 'email':
      return { email: {} }
    case 'url':
      return { url: {} }
    case 'checkbox':
      return { checkbox: {} }
    case 'relation':
      return {
        relation: {
          data_source_id: canvasDataSourceId ?? '',
          dual_property: { synced_property_name: DATABASES[kind].name },
        },
      }
  }
}
