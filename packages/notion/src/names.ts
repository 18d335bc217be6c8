/**
 * Property names as the databases have them (NOTION_PROPERTY_MAP). Everywhere in our code a property
 * has the name of properties.ts; it is translated where a request leaves and where an answer comes
 * in, and in what a person reads. No I/O.
 */
import { StageError } from '@switchboard/shared/failure'
import type { RenamedProperty } from '@switchboard/shared/config'
import { KINDS } from '@switchboard/shared/kinds'
import type { Kind, SourceRole } from '@switchboard/shared/kinds'
import { DATABASES, PROPERTIES } from './properties.ts'

/** Our name -> the database's, by kind; what is not here has our name. */
export type PropertyNames = Partial<Record<SourceRole, Readonly<Record<string, string>>>>

/**
 * The names that the setting gives.
 * @throws StageError config.invalid: no property of ours, or two that would have one name
 */
export function propertyNames(renamed: readonly RenamedProperty[]): PropertyNames {
  const names: PropertyNames = {}
  for (const kind of KINDS) {
    const { name: database } = DATABASES[kind]
    const mine = renamed.filter((one) => one.database === database)
    for (const { property } of mine)
      if (!Object.hasOwn(PROPERTIES[kind], property))
        throw wrong(`${database} has no property "${property}" of ours`)
    const map = Object.fromEntries(mine.map(({ property, name }) => [property, name]))
    const all = Object.keys(PROPERTIES[kind]).map((property) => map[property] ?? property)
    const double = all.find((name, at) => all.indexOf(name) !== at)
    if (double !== undefined) throw wrong(`${database} would have two properties "${double}"`)
    if (mine.length > 0) names[kind] = map
  }
  return names
}

function wrong(detail: string): StageError {
  return new StageError({ kind: 'config.invalid', setting: 'NOTION_PROPERTY_MAP', detail })
}

/** What the database calls this property of ours. */
export function nameOf(names: PropertyNames, role: SourceRole, property: string): string {
  const map = names[role]
  return map !== undefined && Object.hasOwn(map, property) ? (map[property] ?? property) : property
}

/** Properties on their way out, under the database's names. */
export function outward<T>(
  names: PropertyNames,
  kind: Kind,
  properties: Record<string, T>,
): Record<string, T> {
  if (names[kind] === undefined) return properties
  return Object.fromEntries(
    Object.entries(properties).map(([name, value]) => [nameOf(names, kind, name), value]),
  )
}

/** Properties as they came in, under our names; another that has one of these is left out. */
export function inward<T>(
  names: PropertyNames,
  kind: Kind,
  properties: Record<string, T>,
): Record<string, T> {
  const map = names[kind]
  if (map === undefined) return properties
  const ours = new Map(Object.entries(map).map(([property, name]) => [name, property]))
  return Object.fromEntries(
    Object.entries(properties).flatMap(([name, value]) => {
      const property = ours.get(name)
      if (property !== undefined) return [[property, value]]
      return Object.hasOwn(map, name) ? [] : [[name, value]]
    }),
  )
}
