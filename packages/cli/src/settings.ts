/**
 * The settings of a local start: the environment, then `.dev.vars`, then the sandbox in place of
 * what is not set. Each outside system steps aside for the real one as a whole: half a setting is
 * an error that names the other half.
 */
import { createHash } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseEnv } from 'node:util'
import { givenId, pageId } from '@switchboard/notion/ids'
import { SETTINGS } from '@switchboard/shared/config'
import type { SettingName } from '@switchboard/shared/config'
import { StageError } from '@switchboard/shared/failure'
import * as v from 'valibot'
import { ROOT } from './workers.ts'

/** An error for people: what is wrong and what to do. No stack is shown. */
export class SetupError extends Error {}

/** What went wrong, for people: no stack where the words say enough. */
export function explain(error: unknown): string {
  if (error instanceof SetupError || error instanceof StageError) return error.message
  return error instanceof Error ? (error.stack ?? error.message) : String(error)
}

type Values = Record<string, string>

/** What is set, empty counting as missing; the environment wins over `.dev.vars`. */
export function readValues(environment: NodeJS.ProcessEnv, folder = ROOT): Values {
  const file = join(folder, '.dev.vars')
  const kept = existsSync(file) ? parseEnv(readFileSync(file, 'utf8')) : {}
  const values: Values = {}
  for (const source of [kept, environment])
    for (const [name, value] of Object.entries(source))
      if (name in SETTINGS && value !== undefined && value.trim() !== '')
        values[name] = value.trim()
  return values
}

/** The databases that our pages are in. */
const FILED_IN = [
  'NOTION_CALLS_DATABASE_ID',
  'NOTION_MESSAGES_DATABASE_ID',
  'NOTION_MAIL_DATABASE_ID',
] as const

/** Settings that mean nothing without each other. */
const COMPANIONS: readonly (readonly string[])[] = [
  ['NOTION_TOKEN', 'NOTION_CANVAS_DATABASE_ID', ...FILED_IN],
  ['JMAP_SESSION_URL', 'JMAP_TOKEN'],
]
/** Settings that mean nothing without another, which stands alone. */
const NEEDS: Record<string, string> = {
  OPENPHONE_BASE_URL: 'OPENPHONE_API_KEY',
  NOTION_BASE_URL: 'NOTION_TOKEN',
}

/** Which outside systems are real. */
export interface Real {
  openphone: boolean
  notion: boolean
  mailbox: boolean
}

/**
 * Which systems the values make real.
 * @throws SetupError that names a missing companion or a setting that cannot be read
 */
export function checkValues(values: Values): Real {
  for (const group of COMPANIONS) {
    const [given] = group.filter((name) => name in values)
    const missing = group.filter((name) => !(name in values))
    if (given !== undefined && missing.length > 0)
      throw new SetupError(
        `${given} is set, but ${missing.join(', ')} ${missing.length === 1 ? 'is' : 'are'} missing.`,
      )
  }
  for (const [name, needed] of Object.entries(NEEDS))
    if (name in values && !(needed in values))
      throw new SetupError(`${name} is set, but ${needed} is missing.`)
  for (const [name, value] of Object.entries(values)) {
    const parsed = v.safeParse(SETTINGS[name as SettingName], value)
    if (!parsed.success) throw new SetupError(`${name} ${parsed.issues[0].message}.`)
  }
  return {
    openphone: 'OPENPHONE_API_KEY' in values,
    notion: 'NOTION_TOKEN' in values,
    mailbox: 'JMAP_TOKEN' in values,
  }
}

/**
 * The folder of what was filed. With a real Notion it is that Notion's alone, whatever else becomes
 * real later: a second one would file everything in it again. The sandbox's Notion lives in the
 * folder, so there each combination has one of its own. Keys are left out, since they rotate.
 */
export function stateName(values: Values, real: Real): string {
  if (!real.openphone && !real.notion && !real.mailbox) return 'sandbox'
  const names: SettingName[] = real.notion
    ? ['NOTION_BASE_URL', ...FILED_IN]
    : [
        ...(real.openphone ? (['OPENPHONE_BASE_URL'] as const) : []),
        ...(real.mailbox ? (['JMAP_SESSION_URL'] as const) : []),
      ]
  const identity = JSON.stringify(names.map((name) => `${name}=${plain(name, values[name])}`))
  return `real-${createHash('sha256').update(identity).digest('hex').slice(0, 12)}`
}

/** A value without what means nothing: how an id is written, a last slash, being the default. */
function plain(name: SettingName, value = ''): string {
  if (name.endsWith('_DATABASE_ID')) return pageId(givenId(value))
  const bare = value.replace(/\/$/, '')
  const meant = v.safeParse(SETTINGS[name], undefined)
  return meant.success && bare === meant.output ? '' : bare
}

/** No gate at all. */
export const NO_GATES = { OPENPHONE_RPS: '0', NOTION_RPS: '0', JMAP_RPS: '0', AI_RPM: '0' }
