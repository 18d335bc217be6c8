/** `notion check` and `notion setup`: the databases beside what we write, and what mends them. */
import { checkDatabases, faultLine } from '@switchboard/notion/check'
import { givenId } from '@switchboard/notion/ids'
import { DATABASES } from '@switchboard/notion/properties'
import { addMissing, createDatabases } from '@switchboard/notion/setup'
import { findDataSource } from '@switchboard/notion/sources'
import type { NotionWorld } from './notion-world.ts'

type Say = (line: string) => void

/** One line a fault. @returns whether there is none */
export async function check(world: NotionWorld, say: Say): Promise<boolean> {
  const { faults } = await checkDatabases(world.notion, world.databases, world.links)
  for (const fault of faults) say(faultLine(fault))
  if (faults.length === 0) say('The databases are as they must be.')
  return faults.length === 0
}

/** Adds what is missing, then checks. What has another type is left and told as a fault. */
export async function setup(world: NotionWorld, say: Say): Promise<boolean> {
  const { sources } = await checkDatabases(world.notion, world.databases, world.links)
  const canvas = sources.find(({ role }) => role === 'canvas')?.dataSourceId ?? null
  for (const source of sources) {
    const added = await addMissing(world.notion, source, canvas, { renameTitle: true })
    for (const name of added) say(`Added ${DATABASES[source.role].name}: ${name}`)
  }
  return check(world, say)
}

/** Makes the three databases under a page and says which settings name them. */
export async function create(world: NotionWorld, pageId: string, say: Say): Promise<boolean> {
  const canvas = await findDataSource(world.notion, world.databases.canvas, 'canvas')
  const settings: string[] = []
  await createDatabases(
    world.notion,
    givenId(pageId),
    canvas,
    ({ kind, databaseId, withoutViews }) => {
      const { name, setting } = DATABASES[kind]
      settings.push(`${setting}=${databaseId}`)
      say(`Made ${name}${withoutViews === null ? '' : ` (without views: ${withoutViews})`}`)
    },
  ).finally(() => {
    // What was made before a failure is not to be made again.
    if (settings.length > 0) say('Set:')
    for (const setting of settings) say(setting)
  })
  return true
}
