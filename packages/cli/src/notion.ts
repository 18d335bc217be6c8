/**
 * `npm run notion -- check | setup [--create PAGE_ID] | repair | release KIND ID PROPERTY`: the
 * operator's hand on Notion, with the settings of `npm start`. Exit code 1: there are faults, or it
 * could not be done.
 */
import { MissingPage } from '@switchboard/notion/errors'
import { parseArgs } from 'node:util'
import { runCommand } from './command.ts'
import { check, create, setup } from './notion-schema.ts'
import { release, repair } from './notion-records.ts'
import { openNotion } from './notion-world.ts'
import type { NotionWorld } from './notion-world.ts'
import { SetupError, explain } from './settings.ts'

const USAGE = `usage: npm run notion -- check
       npm run notion -- setup [--create PAGE_ID]
       npm run notion -- repair
       npm run notion -- release KIND ID PROPERTY`

const COMMANDS = new Set(['check', 'setup', 'repair', 'release'])

let world: NotionWorld | null = null

await runCommand({
  main,
  close: () => world?.close(),
  explain: (error) =>
    error instanceof MissingPage
      ? `${error.message}: is it shared with the connection (the page's menu, Connections)?`
      : explain(error),
})

async function main(): Promise<boolean> {
  const { command, rest, pageId } = readArguments()
  world = await openNotion(process.env, pageId !== undefined)
  switch (command) {
    case 'check':
      if (rest.length > 0) break
      return check(world, say)
    case 'setup':
      if (rest.length > 0) break
      return pageId === undefined ? setup(world, say) : create(world, pageId, say)
    case 'repair':
      if (rest.length > 0) break
      return repair(world, say)
    case 'release':
      return release(world, rest, say)
  }
  throw new SetupError(USAGE)
}

function readArguments(): { command: string; rest: string[]; pageId: string | undefined } {
  try {
    const { positionals, values } = parseArgs({
      allowPositionals: true,
      options: { create: { type: 'string' } },
    })
    const [command = '', ...rest] = positionals
    if (values.create !== undefined && command !== 'setup') throw new SetupError(USAGE)
    if (!COMMANDS.has(command)) throw new SetupError(USAGE)
    return { command, rest, pageId: values.create }
  } catch {
    throw new SetupError(USAGE)
  }
}

function say(line: string): void {
  process.stdout.write(`${line}\n`)
}
