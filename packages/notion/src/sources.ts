/**
 * The four databases: which data source lies behind a database id, whether its properties are the
 * ones we write, and whether it can be reached at all. Every fault says what is wrong, where, and
 * how it is mended.
 */
import { StageError } from '@switchboard/shared/failure'
import type { SourceRole } from '@switchboard/shared/kinds'
import type * as v from 'valibot'
import { read } from './client.ts'
import type { Notion } from './client.ts'
import { misconfigured } from './errors.ts'
import { pageId } from './ids.ts'
import { DATABASES, PROPERTIES, TYPE_WORDS } from './properties.ts'
import type { PropertyType } from './properties.ts'
import { Database, DataSource } from './wire.ts'

/**
 * The id of the database's one data source.
 * @throws StageError upstream.misconfigured where there is none, or several: the first is not
 * better than the others; gate.later, upstream.*
 */
export async function findDataSource(
  notion: Notion,
  databaseId: string,
  role: SourceRole,
): Promise<string> {
  const { data_sources: sources } = await database(notion, databaseId, role)
  const [only] = sources
  if (only === undefined)
    throw misconfigured(undefined, role, 'the database has no data source: add a table to it')
  if (sources.length > 1)
    throw misconfigured(
      undefined,
      role,
      `the database has ${sources.length} data sources (${sources.map((source) => `"${source.name}"`).join(', ')}): ` +
        'move all but one into databases of their own',
    )
  return only.id
}

/**
 * Whether the database answers: what reopens the scope `notion`. It does not look at properties.
 * @throws StageError upstream.unauthorized, upstream.misconfigured, upstream.unavailable, gate.later
 */
export async function probe(notion: Notion, databaseId: string, role: SourceRole): Promise<void> {
  await database(notion, databaseId, role)
}

/**
 * Whether the role can be written, properties included: what reopens the scope `notion:ROLE`. Two
 * requests; answers with the data source's id.
 * @param canvasDataSourceId as in checkSchema
 * @throws StageError upstream.misconfigured with every fault; otherwise as probe
 */
export async function probeSource(
  notion: Notion,
  databaseId: string,
  role: SourceRole,
  canvasDataSourceId?: string | null,
): Promise<string> {
  const dataSourceId = await findDataSource(notion, databaseId, role)
  const faults = await checkSchema(notion, dataSourceId, role, canvasDataSourceId)
  if (faults.length > 0) throw misconfigured(undefined, role, faults.join(' '))
  return dataSourceId
}

/**
 * What is wrong with the data source's properties, a sentence each; none: all is well. Further
 * properties are people's own.
 * @param canvasDataSourceId where the relation must lead; null: links are switched off, and the
 * relation may be missing; undefined: not checked
 * @throws StageError gate.later, upstream.*
 */
export async function checkSchema(
  notion: Notion,
  dataSourceId: string,
  role: SourceRole,
  canvasDataSourceId?: string | null,
): Promise<string[]> {
  const { properties } = await read(notion, role, DataSource, (client) =>
    client.dataSources.retrieve({ data_source_id: dataSourceId }),
  )
  if (role === 'canvas') return canvasFaults(properties)
  return Object.entries<PropertyType>(PROPERTIES[role])
    .filter(([name]) => name !== 'Canvas' || canvasDataSourceId !== null)
    .flatMap(([name, type]) => propertyFault(role, properties, name, type))
    .concat(relationFault(role, properties, canvasDataSourceId))
}

type SourceProperties = DataSource['properties']

function propertyFault(
  role: keyof typeof PROPERTIES,
  properties: SourceProperties,
  name: string,
  type: PropertyType,
): string[] {
  const found = Object.hasOwn(properties, name) ? properties[name] : undefined
  const where = DATABASES[role].name
  if (found?.type === type) return []
  if (type === 'title') {
    const [held] = Object.entries(properties).find(([, other]) => other.type === 'title') ?? []
    const what = found === undefined ? '' : `, and the present "${name}" another name`
    return [`${where}: give the title property "${held ?? ''}" the name "${name}"${what}.`]
  }
  if (found === undefined)
    return [`${where}: there is no property "${name}": add it as ${TYPE_WORDS[type]}.`]
  return [
    `${where}: property "${name}" is ${typeWord(found.type)}: change it to ${TYPE_WORDS[type]}.`,
  ]
}

function relationFault(
  role: keyof typeof PROPERTIES,
  properties: SourceProperties,
  canvasDataSourceId: string | null | undefined,
): string[] {
  const target = properties['Canvas']?.relation?.data_source_id
  if (canvasDataSourceId === null || canvasDataSourceId === undefined || target === undefined)
    return []
  if (pageId(target) === pageId(canvasDataSourceId)) return []
  return [
    `${DATABASES[role].name}: the relation "Canvas" leads to another database than ` +
      `${DATABASES.canvas.setting} names: point it to Canvas.`,
  ]
}

/** Merchants are found by any phone or mail property, whatever its name. */
function canvasFaults(properties: SourceProperties): string[] {
  const types = Object.values(properties).map((property) => property.type)
  return types.includes('phone_number') || types.includes('email')
    ? []
    : ['Canvas: there is no property of type Phone or Email: no merchant can be found by one.']
}

function typeWord(type: string): string {
  return Object.entries(TYPE_WORDS).find(([name]) => name === type)?.[1] ?? type
}

async function database(
  notion: Notion,
  databaseId: string,
  role: SourceRole,
): Promise<v.InferOutput<typeof Database>> {
  const found = await read(notion, role, Database, (client) =>
    client.databases.retrieve({ database_id: databaseId }),
  ).catch((error: unknown) => {
    // Notion refuses what is no id, and the id of a page, as a bad request.
    if (error instanceof StageError && error.failure.kind === 'record.refused')
      throw misconfigured(error, role, 'the setting is not the id of a database')
    throw error
  })
  if (found.in_trash)
    throw misconfigured(undefined, role, 'the database lies in the trash: restore it')
  return found
}
