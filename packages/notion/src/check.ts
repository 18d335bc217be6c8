/**
 * All four databases at once, as they are beside what we write: what `npm run notion -- check` says
 * and what every run begins with. One database's fault hides no other's.
 */
import { toFailure } from '@switchboard/shared/failure'
import { KINDS } from '@switchboard/shared/kinds'
import type { SourceRole } from '@switchboard/shared/kinds'
import type { Notion } from './client.ts'
import { DATABASES } from './properties.ts'
import { examine, findDataSource } from './sources.ts'
import type { Examined, Fault } from './sources.ts'

export interface Checked {
  /** What could be read. */
  sources: Examined[]
  /** All faults, in the order of the databases, also of what could not be read. */
  faults: Fault[]
}

/**
 * Two requests a database.
 * @param links whether pages are linked to Canvas; if not, Canvas is not looked at
 * @throws StageError where Notion itself does not answer or refuses the token
 */
export async function checkDatabases(
  notion: Notion,
  databases: Record<SourceRole, string>,
  links: boolean,
): Promise<Checked> {
  const checked: Checked = { sources: [], faults: [] }
  const roles: SourceRole[] = links ? ['canvas', ...KINDS] : [...KINDS]
  for (const role of roles) {
    const canvas = checked.sources.find((source) => source.role === 'canvas')?.dataSourceId
    try {
      const dataSourceId = await findDataSource(notion, databases[role], role)
      const source = await examine(notion, dataSourceId, role, links ? canvas : null)
      checked.sources.push(source)
      checked.faults.push(...source.faults)
    } catch (error) {
      checked.faults.push(asFault(error, role))
    }
  }
  return checked
}

/** `FAULT Calls: Call ID: what is wrong; how to mend it`. */
export function faultLine({ role, property, detail }: Fault): string {
  const line = `FAULT ${DATABASES[role].name}: ${property}: ${detail}`
  return line.replaceAll(/\s+/g, ' ')
}

/** A database that is not set up, as one fault; anything else is no fault of a database. */
function asFault(error: unknown, role: SourceRole): Fault {
  const failure = toFailure(error)
  if (failure.kind !== 'upstream.misconfigured') throw error
  const { name, setting } = DATABASES[role]
  const said = failure.detail.replace(`${name} (${setting}): `, '')
  const cut = said.lastIndexOf(': ')
  const detail = cut === -1 ? said : `${said.slice(0, cut)}; ${said.slice(cut + 2)}`
  return { role, property: 'database', detail: `${setting}: ${detail}`, missing: null }
}
