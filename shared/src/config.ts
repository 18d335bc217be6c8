/**
 * Every setting of Switchboard: one schema with defaults and descriptions. It reads the Workers'
 * environment, writes the README's table and checks `npm start`'s. A Worker picks what it needs.
 * Empty counts as missing.
 */
import * as v from 'valibot'
import { StageError } from './failure.ts'

const filled = v.transform((text: string | undefined) => {
  const trimmed = text?.trim()
  return trimmed === undefined || trimmed === '' ? undefined : trimmed
})
const raw = v.pipe(v.optional(v.string()), filled)

const required = (description: string) =>
  v.pipe(raw, v.string('is missing'), v.description(description))
const optional = (description: string) => v.pipe(raw, v.description(description))
const text = (fallback: string, description: string) =>
  v.pipe(
    raw,
    v.transform((value) => value ?? fallback),
    v.string(),
    v.description(description),
  )
const flag = (fallback: 'true' | 'false', description: string) =>
  v.pipe(
    raw,
    v.transform((value) => value ?? fallback),
    v.picklist(['true', 'false'], 'must be true or false'),
    v.transform((value) => value === 'true'),
    v.description(description),
  )
const number = (fallback: number, least: number, description: string) =>
  v.pipe(
    raw,
    v.transform((value) => (value === undefined ? fallback : Number(value))),
    v.number('must be a number'),
    v.minValue(least, `must be ${least} or more`),
    v.description(description),
  )
const anOrigin = v.pipe(
  v.string(),
  v.url('must be a URL'),
  v.check(
    (value) => !URL.canParse(value) || new URL(value).pathname === '/',
    'must be an origin without a path',
  ),
  v.transform((value) => value.replace(/\/$/, '')),
)
const origin = (fallback: string, description: string) =>
  v.pipe(
    raw,
    v.transform((value) => value ?? fallback),
    anOrigin,
    v.description(description),
  )
const optionalOrigin = (description: string) =>
  v.pipe(raw, v.optional(anOrigin), v.description(description))
const optionalUrl = (description: string) =>
  v.pipe(
    raw,
    v.optional(v.pipe(v.string(), v.regex(/^https?:\/\/[^\s/]/i, 'must begin with https://'))),
    v.description(description),
  )
const choice = <const T extends readonly [string, ...string[]]>(choices: T, description: string) =>
  v.pipe(
    raw,
    v.transform((value) => value ?? choices[0]),
    v.picklist(choices, `must be one of ${choices.join(', ')}`),
    v.description(description),
  )
const list = (description: string) =>
  v.pipe(
    raw,
    v.transform((value) => (value ?? '').split(/[\s,;]+/).filter((part) => part !== '')),
    v.description(description),
  )

/** What a database of ours calls one of our properties. */
export interface RenamedProperty {
  database: 'Calls' | 'Messages' | 'Mail'
  property: string
  name: string
}
const RENAMED = /^(Calls|Messages|Mail)\.([^=]*[^=\s])\s*=\s*(\S.*)$/
const renamedProperties = (description: string) =>
  v.pipe(
    raw,
    v.transform((value) =>
      (value ?? '')
        .split(';')
        .map((part) => part.trim())
        .filter((part) => part !== ''),
    ),
    v.array(
      v.pipe(
        v.string(),
        v.regex(RENAMED, 'must be DATABASE.PROPERTY=NAME, separated by semicolons'),
        v.transform((part): RenamedProperty => {
          const [, database = '', property = '', name = ''] = RENAMED.exec(part) ?? []
          return { database: database as RenamedProperty['database'], property, name }
        }),
      ),
    ),
    v.description(description),
  )

/** The schema of each setting, by its name. */
export const SETTINGS = {
  DAYS_BACK: v.pipe(
    number(30, 1, 'How many days a backfill looks back.'),
    v.integer('must be a whole number'),
  ),
  INCLUDE_AI: flag('true', 'Analyse records with Workers AI.'),
  INCLUDE_VECTORIZE: flag('true', 'Make records searchable by meaning too, not by words alone.'),
  RECONCILE_CANVAS: flag('true', 'Link pages to their merchants in Canvas.'),

  OPENPHONE_API_KEY: optional(
    'OpenPhone (Quo) API key. Without it no calls and text messages are listed.',
  ),
  OPENPHONE_BULK_API_KEY: optional(
    'A second OpenPhone key for bulk work (backfills), which then leaves the budget of the first to live traffic.',
  ),
  OPENPHONE_WEBHOOK_SECRETS: optional(
    'Secrets of OpenPhone webhooks, separated by spaces or commas: `whsec_...`, or bare base64 for the legacy generation. Without one no webhook is taken in.',
  ),
  OPENPHONE_BASE_URL: origin('https://api.quo.com', 'Origin of the OpenPhone API.'),
  OPENPHONE_RPS: number(10, 0, 'OpenPhone requests a second; 0 lifts the gate.'),

  NOTION_TOKEN: required('Token of the Notion connection.'),
  NOTION_BASE_URL: origin('https://api.notion.com', 'Origin of the Notion API.'),
  NOTION_RPS: number(3, 0, 'Notion requests a second; 0 lifts the gate.'),
  NOTION_TIMEOUT_MS: number(70_000, 1, 'Milliseconds after which a Notion request is given up.'),
  NOTION_SETTLE_MS: number(
    150_000,
    0,
    'Milliseconds before a create with an unknown outcome is settled by a query.',
  ),
  NOTION_WEBHOOK_TOKEN: optional(
    "Verification token of Notion's webhook subscription. Without it no webhook of Notion's is taken in.",
  ),
  NOTION_MANAGE_SCHEMA: flag(
    'false',
    'Add properties that a database lacks at the start of each run. What has another type stays as it is.',
  ),
  NOTION_PROPERTY_MAP: renamedProperties(
    'What the databases call our properties where they do so otherwise: `Calls.Call ID=Anruf-ID; Mail.From=Von`.',
  ),
  NOTION_CANVAS_DATABASE_ID: required('Database id of Canvas, the merchants.'),
  NOTION_CALLS_DATABASE_ID: required('Database id for calls.'),
  NOTION_MESSAGES_DATABASE_ID: required('Database id for text messages.'),
  NOTION_MAIL_DATABASE_ID: required('Database id for mail.'),

  JMAP_SESSION_URL: optionalUrl('JMAP session URL of the mailbox. Without it no mail is listed.'),
  JMAP_TOKEN: optional('JMAP bearer token.'),
  JMAP_RPS: number(10, 0, 'JMAP requests a second; 0 lifts the gate.'),
  OWN_MAIL_ADDRESSES: list('Further mail addresses of ours, separated by commas.'),

  AI_MODEL: text('@cf/zai-org/glm-4.7-flash', 'Workers AI model that analyses records.'),
  EMBEDDING_MODEL: text('@cf/baai/bge-m3', 'Workers AI model that embeds text (1,024 numbers).'),
  RERANK_MODEL: optional('Workers AI model that puts the best hits of a search in order.'),
  PROMPT_VERSION: text('1', 'Stored with each analysis; another value analyses anew.'),
  ANSWER_MODEL: text(
    '@cf/zai-org/glm-4.7-flash',
    'Workers AI model that answers questions and writes briefs.',
  ),
  AI_RPM: number(300, 0, 'Workers AI requests a minute; 0 lifts the gate.'),

  PUBLIC_URL: optionalOrigin(
    'Origin of the door, for links to recordings and media. Without it pages carry the links of the source, which expire.',
  ),
  LINK_SECRET: v.pipe(
    list(
      'Secrets of the links to recordings and media, separated by spaces or commas: the first signs, all open. A link dies when its secret is taken out. Without one pages carry the links of the source.',
    ),
    v.check(
      (secrets) => secrets.every((secret) => secret.length >= 16),
      'must have 16 characters or more each',
    ),
  ),
  RECORDING_LINKS: choice(
    ['signed', 'login'],
    'Whether whoever has a link to a recording may open it (signed), or must log in (login).',
  ),
  TRANSCRIBE_WITH_AI: flag(
    'false',
    'Have Workers AI write down recordings of which OpenPhone has no transcript.',
  ),
  TRANSCRIPTION_MODEL: text(
    '@cf/openai/whisper-large-v3-turbo',
    'Workers AI model that writes down recordings.',
  ),

  DEFAULT_COUNTRY: v.pipe(
    text('US', 'Country of phone numbers that are written without one.'),
    v.regex(/^[A-Z]{2}$/, 'must be a two-letter country code'),
  ),
  MAX_TRIES: v.pipe(
    number(12, 1, 'Failed tries of one stage after which a record becomes a dead letter.'),
    v.integer('must be a whole number'),
  ),
  HASH_KEY: v.pipe(
    required('Secret that turns ids and parties into keyed hashes. Never change it.'),
    v.minLength(16, 'must have 16 characters or more'),
  ),
  FORGET_SECRET: v.pipe(
    optional(
      'Secret of the tombstones of forgotten records. Without it nobody can be forgotten. Never change it: forgotten records would come back.',
    ),
    v.optional(v.pipe(v.string(), v.minLength(16, 'must have 16 characters or more'))),
  ),
  ADMIN_TOKEN: optional('Bearer token for everything the API can do. Without it there is no API.'),
  READ_ONLY_TOKEN: optional('Bearer token for reading through the API.'),
  SANDBOX_URL: optionalOrigin(
    'Set by `npm start`: where its sandbox takes orders from the console. Never set it elsewhere.',
  ),
}
export type SettingName = keyof typeof SETTINGS
export type Settings = { [Name in SettingName]: v.InferOutput<(typeof SETTINGS)[Name]> }

/** These never stand in a toml file: they are Wrangler secrets. */
export const SECRETS = [
  'OPENPHONE_API_KEY',
  'OPENPHONE_BULK_API_KEY',
  'OPENPHONE_WEBHOOK_SECRETS',
  'NOTION_TOKEN',
  'NOTION_WEBHOOK_TOKEN',
  'JMAP_TOKEN',
  'LINK_SECRET',
  'HASH_KEY',
  'FORGET_SECRET',
  'ADMIN_TOKEN',
  'READ_ONLY_TOKEN',
] as const satisfies SettingName[]

/**
 * The settings of these names, read from a Worker's environment or a process's.
 * @throws StageError config.invalid that names the first setting at fault
 */
export function readSettings<Name extends SettingName>(
  env: object,
  names: readonly Name[],
): Pick<Settings, Name> {
  const read = names.map((name): [string, unknown] => {
    const found: unknown = Object.entries(env).find(([key]) => key === name)?.[1]
    const parsed = v.safeParse(SETTINGS[name], found)
    if (parsed.success) return [name, parsed.output]
    const detail = parsed.issues[0].message
    throw new StageError({ kind: 'config.invalid', setting: name, detail })
  })
  return Object.fromEntries<unknown>(read) as Pick<Settings, Name>
}
