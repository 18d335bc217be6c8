/**
 * The four databases: which data source lies behind a database id, whether its properties are the
 * ones we write, and whether it can be reached at all. Every fault says what is wrong, where, and
 * how it is mended.
 */
import { StageError } from '@switchboard/shared/failure'
import type { Kind, SourceRole } from '@switchboard/shared/kinds'
import type * as v from 'valibot'
import { contactOf } from './canvas.ts'
import { read } from './client.ts'
import type { Notion } from './client.ts'
import { misconfigured } from './errors.ts'
import { givenId, pageId } from './ids.ts'
import { nameOf } from './names.ts'
import type { PropertyNames } from './names.ts'
import { DATABASES, PROPERTIES, TYPE_WORDS } from './properties.ts'
import type { PropertyType } from './properties.ts'
import { Database, DataSource } from './wire.ts'

/** One thing that is not as it must be. */
export interface Fault {
  role: SourceRole
  property: string // as the database calls it, or `database`
  detail: string // what is wrong; how to mend it
  /** What mends it without changing what is there: this property of ours is to be added. */
  missing: string | null
}

/** A data source as it is, and what is wrong with it. */
export interface Examined {
  role: SourceRole
  dataSourceId: string
  properties: DataSource['properties']
  faults: Fault[]
}

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
 * @param canvasDataSourceId as in examine
 * @throws StageError upstream.misconfigured with every fault; otherwise as probe
 */
export async function probeSource(
  notion: Notion,
  databaseId: string,
  role: SourceRole,
  canvasDataSourceId?: string | null,
): Promise<string> {
  const dataSourceId = await findDataSource(notion, databaseId, role)
  mustBeSound(await examine(notion, dataSourceId, role, canvasDataSourceId))
  return dataSourceId
}

/** @throws StageError upstream.misconfigured that says every fault */
export function mustBeSound({ role, faults }: Pick<Examined, 'role' | 'faults'>): void {
  if (faults.length === 0) return
  const said = faults.map(({ property, detail }) => `${property}: ${detail}`).join('; ')
  throw misconfigured(undefined, role, said)
}

/**
 * The data source's properties beside what we write. Further properties are people's own.
 * @param canvasDataSourceId where the relation must lead; null: links are switched off, and the
 * relation may be missing; undefined: not checked
 * @throws StageError gate.later, upstream.*
 */
export async function examine(
  notion: Notion,
  dataSourceId: string,
  role: SourceRole,
  canvasDataSourceId?: string | null,
): Promise<Examined> {
  const { properties } = await read(notion, role, DataSource, (client) =>
    client.dataSources.retrieve({ data_source_id: dataSourceId }),
  )
  const faults =
    role === 'canvas'
      ? canvasFaults(properties)
      : recordFaults(notion.names, properties, role, canvasDataSourceId)
  return { role, dataSourceId, properties, faults }
}

type SourceProperties = DataSource['properties']

function recordFaults(
  names: PropertyNames,
  properties: SourceProperties,
  role: Kind,
  canvasDataSourceId: string | null | undefined,
): Fault[] {
  return Object.entries<PropertyType>(PROPERTIES[role])
    .filter(([property]) => property !== 'Canvas' || canvasDataSourceId !== null)
    .flatMap(([property, type]) => propertyFault(names, role, properties, property, type))
    .concat(relationFault(nameOf(names, role, 'Canvas'), role, properties, canvasDataSourceId))
}

function propertyFault(
  names: PropertyNames,
  role: Kind,
  properties: SourceProperties,
  property: string,
  type: PropertyType,
): Fault[] {
  const name = nameOf(names, role, property)
  const found = Object.hasOwn(properties, name) ? properties[name] : undefined
  if (found?.type === type) return []
  const fault = (detail: string, missing: string | null) => [
    { role, property: name, detail, missing },
  ]
  if (type === 'title') {
    const held = titleOf(properties)
    const what = found === undefined ? '' : ', and the present one another name'
    return fault(
      `the title property has the name "${held}"; give it the name "${name}"${what}`,
      found === undefined ? property : null,
    )
  }
  if (found === undefined)
    return fault(`there is no such property; add it as ${TYPE_WORDS[type]}`, property)
  return fault(
    `the property has the type ${typeWord(found.type)}; change it to ${TYPE_WORDS[type]}`,
    null,
  )
}

/** A data source has one title property, whatever its name. */
export function titleOf(properties: SourceProperties): string {
  return Object.entries(properties).find(([, other]) => other.type === 'title')?.[0] ?? ''
}

function relationFault(
  name: string,
  role: Kind,
  properties: SourceProperties,
  canvasDataSourceId: string | null | undefined,
): Fault[] {
  const found = Object.hasOwn(properties, name) ? properties[name] : undefined
  if (canvasDataSourceId === null || canvasDataSourceId === undefined) return []
  if (found?.type !== 'relation') return [] // said already
  const target = found.relation?.data_source_id
  if (target !== undefined && pageId(target) === pageId(canvasDataSourceId)) return []
  const detail =
    target === undefined
      ? 'the relation leads to a database that the connection does not see; point it to Canvas'
      : `the relation leads to another database than ${DATABASES.canvas.setting} names; point it to Canvas`
  return [{ role, property: name, detail, missing: null }]
}

/** Merchants are found by what holds a number or an address. */
function canvasFaults(properties: SourceProperties): Fault[] {
  if (Object.entries(properties).some(([name, { type }]) => contactOf(name, type) !== null))
    return []
  const detail =
    'there is no property of type Phone or Email, so that no merchant is found by one; add one of them'
  return [{ role: 'canvas', property: 'database', detail, missing: null }]
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
    client.databases.retrieve({ database_id: givenId(databaseId) }),
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
