/**
 * What the two toml files deploy, and what each Worker reads: the facts behind the configuration
 * tests and the generated parts of the documentation. Reads files, changes nothing.
 */
import { readFileSync, readdirSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { SECRETS, SETTINGS } from '@switchboard/shared/config'
import type { SettingName } from '@switchboard/shared/config'
import { unstable_readConfig as readConfig } from 'wrangler'
import type { Unstable_Config as Config } from 'wrangler'
import { CONSUMERS, ROOT } from './workers.ts'

/** One Worker as it is deployed. */
export interface Deployed {
  file: 'wrangler.producer.toml' | 'wrangler.consumer.toml'
  env: string | null // of the consumer file
  room: string // its folder under workers/
  config: Config
  /** The settings its code asks for, in the order of the configuration schema. */
  reads: SettingName[]
}

/** Every Worker: the producer, then the consumers in the order of their file. */
export function deployment(): Deployed[] {
  return [
    deployed('wrangler.producer.toml', null),
    ...CONSUMERS.map((env) => deployed('wrangler.consumer.toml', env)),
  ]
}

/** The secrets that this Worker reads. */
export function secretsOf({ reads }: Deployed): SettingName[] {
  return reads.filter(isSecret)
}

/** Whether a setting is a Wrangler secret, not a var of a toml file. */
export function isSecret(name: string): boolean {
  return SECRETS.some((secret) => secret === name)
}

/** The flags that name this Worker to Wrangler. */
export function flagsOf({ file, env }: Deployed): string {
  return env === null ? `-c ${file}` : `-c ${file} --env ${env}`
}

function deployed(file: Deployed['file'], env: string | null): Deployed {
  const config = readConfig({ config: join(ROOT, file), ...(env === null ? {} : { env }) })
  const room = dirname(config.main ?? '')
    .split('/')
    .at(-1)
  if (room === undefined) throw new Error(`${file} names no entry point`)
  return { file, env, room, config, reads: settingsReadIn(room) }
}

/**
 * The names that a Worker's sources hand to `readSettings`: a list in place, or the file's own
 * `SETTINGS`. Anything else could not be checked, so it is an error.
 */
function settingsReadIn(room: string): SettingName[] {
  const folder = join(ROOT, 'workers', room)
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter(
      (name) => name.endsWith('.ts') && !name.includes('.test.') && !name.includes('node_modules'),
    )
    .flatMap((name) => namesIn(readFileSync(join(folder, name), 'utf8'), `${room}/${name}`))
  return Object.keys(SETTINGS).filter((name) => names.includes(name)) as SettingName[]
}

function namesIn(source: string, where: string): string[] {
  return Array.from(source.matchAll(/readSettings\(\s*\w+,\s*(\[[^\]]*\]|SETTINGS\b)?/g)).flatMap(
    ([, argument]) => {
      const list =
        argument === 'SETTINGS'
          ? /const SETTINGS = (\[[^\]]*\]) as const/.exec(source)?.[1]
          : argument
      if (list === undefined) throw new Error(`${where}: which settings are read here?`)
      return Array.from(list.matchAll(/'(\w+)'/g), ([, name]) => name ?? '')
    },
  )
}
