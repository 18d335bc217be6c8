/**
 * Writes the generated parts of the documentation between their markers, so that the code says them
 * once: `npm run docs`, and `npm run docs -- --check` only tells what is out of date. A test holds
 * the files to it.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DATABASES, PROPERTIES, TYPE_WORDS } from '@switchboard/notion/properties'
import { SETTINGS } from '@switchboard/shared/config'
import type { SettingName } from '@switchboard/shared/config'
import { KINDS } from '@switchboard/shared/kinds'
import * as v from 'valibot'
import { deployment, flagsOf, isSecret, secretsOf } from './deployment.ts'
import type { Deployed } from './deployment.ts'
import { ROOT } from './workers.ts'

/** The files that have generated parts. */
export const GENERATED_IN = ['README.md']

/** By the name in the markers `<!-- NAME: ... -->` and `<!-- /NAME -->`. */
const PARTS: Record<string, () => string> = {
  settings: () => settingsTable(deployment()),
  queues: () => queueCommands(deployment()),
  secrets: () => secretCommands(deployment()),
  properties: propertiesTable,
}

/** The text with every generated part as the code has it now. @throws Error on an unknown part */
export function regenerated(text: string): string {
  return text.replaceAll(
    /<!-- (\w+): [^>]*-->\n[\s\S]*?<!-- \/\1 -->/g,
    (old: string, name: string) => {
      const part = PARTS[name]
      if (part === undefined) throw new Error(`nothing generates ${name}`)
      const open = old.slice(0, old.indexOf('\n'))
      return `${open}\n\n${part()}\n\n<!-- /${name} -->`
    },
  )
}

function settingsTable(workers: Deployed[]): string {
  const rows = (Object.keys(SETTINGS) as SettingName[]).map((name) => [
    `\`${name}\``,
    isSecret(name) ? 'secret' : 'var',
    defaultOf(name),
    v.getDescription(SETTINGS[name]) ?? '',
    workers
      .filter(({ reads }) => reads.includes(name))
      .map(({ room }) => room)
      .join(', '),
  ])
  return table(['Setting', 'Kind', 'Default', 'What it is', 'Read by'], rows)
}

/** What counts where nothing is set. */
function defaultOf(name: SettingName): string {
  const parsed = v.safeParse(SETTINGS[name], undefined)
  if (!parsed.success) return '**required**'
  const value: unknown = parsed.output
  if (value === undefined || (Array.isArray(value) && value.length === 0)) return 'none'
  return `\`${typeof value === 'string' ? value : JSON.stringify(value)}\``
}

/** Every queue has a consumer, the dead-letter queues too. */
function queueCommands(workers: Deployed[]): string {
  const queues = workers.flatMap(({ config }) => config.queues.consumers ?? [])
  return bash(queues.map(({ queue }) => `wrangler queues create ${queue}`))
}

function secretCommands(workers: Deployed[]): string {
  return bash(
    workers.flatMap((worker) =>
      secretsOf(worker).map((name) => `wrangler secret put ${name} ${flagsOf(worker)}`),
    ),
  )
}

/** What the three databases must have, a row a type. Canvas is only read. */
function propertiesTable(): string {
  const types = Object.entries(TYPE_WORDS)
  const rows = types.map(([type, word]) => [
    word,
    ...KINDS.map((kind) =>
      Object.entries(PROPERTIES[kind])
        .filter(([, found]) => found === type)
        .map(([name]) => name)
        .join(', '),
    ),
  ])
  return table(['Type', ...KINDS.map((kind) => DATABASES[kind].name)], rows)
}

function table(head: string[], rows: string[][]): string {
  return [row(head), row(head.map(() => '---')), ...rows.map(row)].join('\n')
}

function row(cells: string[]): string {
  return `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`
}

function bash(lines: string[]): string {
  return ['```bash', ...lines, '```'].join('\n')
}

if (import.meta.main) {
  for (const name of GENERATED_IN) {
    const file = join(ROOT, name)
    const old = readFileSync(file, 'utf8')
    const now = regenerated(old)
    if (now === old) continue
    if (process.argv.includes('--check')) {
      process.stdout.write(`${name} is out of date.\n`)
      process.exitCode = 1
    } else {
      writeFileSync(file, now)
      process.stdout.write(`${name} is written.\n`)
    }
  }
}
