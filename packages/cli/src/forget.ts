/**
 * `npm run forget -- --phone NUMBER | --email ADDRESS [--keep-canvas] [--yes]`: removes a person from
 * everything that `npm start` keeps, with its settings, while none runs. Without `--yes` it asks. What
 * was removed is told by sort, and where the number still stands. Exit code 1: it could not be done.
 */
import { globSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { createInterface } from 'node:readline/promises'
import { DatabaseSync } from 'node:sqlite'
import { parseArgs } from 'node:util'
import { sampleWorld } from '@switchboard/sandbox/sample/workspace'
import { Forgetting, forgetPerson, previewForgetting } from '@switchboard/shared/api/forget'
import * as v from 'valibot'
import { onStop, startHost } from './host.ts'
import type { Host } from './host.ts'
import { mentionsIn } from './mentions.ts'
import { SetupError, checkValues, readValues, stateName } from './settings.ts'
import { ownWorkerd, takeState } from './state.ts'
import type { State } from './state.ts'
import { ROOT } from './workers.ts'

const USAGE = 'usage: npm run forget -- --phone NUMBER | --email ADDRESS [--keep-canvas] [--yes]'

const MOST_STEPS = 1000
const WORDS: Record<Forgetting['phase'], string> = {
  records: 'Looking through all records ...',
  outside: 'Records are gone from D1; removing what stands elsewhere ...',
  again: 'Looking once more ...',
  finished: 'Done.',
}

let host: Host | null = null
let state: State | null = null
let forgotten = false
onStop(() => void end(1))

try {
  await end((await main()) ? 0 : 1)
} catch (error) {
  process.stderr.write(`${explain(error)}\n`)
  await end(1)
}

async function main(): Promise<boolean> {
  const { yes, ...person } = readArguments()
  const values = readValues(process.env)
  const real = checkValues(values)
  const folder = resolve(ROOT, process.env['STATE_DIR'] || '.state', stateName(values, real))
  state = await takeState(folder, false)
  const sample = sampleWorld(new Date(state.anchor))
  host = await startHost({
    folder,
    port: 0,
    values,
    real,
    hashKey: state.hashKey,
    forgetSecret: state.forgetSecret,
    adminToken: state.adminToken,
    linkSecret: state.linkSecret,
    world: () => sample,
    unlimited: !real.notion,
    ai: 'light',
    log: ({ level, message }) => {
      if (level === 'error') process.stderr.write(`${message}\n`)
    },
  })
  state.noteWorkerd(ownWorkerd())

  const preview = await ask('/preview', person, previewForgetting.answer)
  const { call, message, mail } = preview.records
  say(`Found: ${call} calls, ${message} text messages, ${mail} mails, ${preview.contacts} contacts`)
  if (preview.merchants.length > 0)
    say(
      `On the Canvas pages of: ${preview.merchants.join(', ')}${person.keepCanvas ? ' (kept)' : ''}`,
    )
  if (!yes && !(await agreed())) {
    say('Nothing was changed.')
    return false
  }
  const { id } = await ask('', person, forgetPerson.answer)
  let last = ''
  for (let tries = 0; tries < MOST_STEPS; tries++) {
    // Nothing else runs, so nothing is in flight.
    const told = await ask(`/${id}/work`, { early: true }, Forgetting)
    if (told.phase !== last) say(WORDS[told.phase])
    last = told.phase
    if (told.phase === 'finished') {
      forgotten = true
      return report(told, person)
    }
  }
  throw new SetupError(
    'It is not finished; the minute cron of the next `npm start` goes on with it. See the log above.',
  )
}

async function report({ counts }: Forgetting, person: Person): Promise<boolean> {
  for (const [what, count] of Object.entries(counts)) say(`Removed: ${what} ${count}`)
  if (Object.keys(counts).length === 0) say('Removed: nothing')
  const words = (person.phone?.replaceAll(/\D/g, '') ?? person.email ?? '').toLowerCase()
  const left = await mentionsIn(host === null ? [] : [host.db, host.texts], words)
  for (const { place, count } of left)
    say(`Still mentioned: ${place}, ${count} rows (records of others that speak of it)`)
  say('D1 keeps a history of 30 days (Time Travel), and Notion its trash and page history.')
  return true
}

interface Person {
  phone?: string
  email?: string
  keepCanvas: boolean
}

function readArguments(): Person & { yes: boolean } {
  try {
    const { values } = parseArgs({
      options: {
        phone: { type: 'string' },
        email: { type: 'string' },
        'keep-canvas': { type: 'boolean', default: false },
        yes: { type: 'boolean', default: false },
      },
    })
    const { phone, email, yes } = values
    if ((phone === undefined) === (email === undefined)) throw new SetupError(USAGE)
    return {
      ...(phone !== undefined && { phone }),
      ...(email !== undefined && { email }),
      keepCanvas: values['keep-canvas'],
      yes,
    }
  } catch {
    throw new SetupError(USAGE)
  }
}

/** @throws SetupError that says what the API said */
async function ask<S extends v.GenericSchema>(
  path: string,
  body: unknown,
  answer: S,
): Promise<v.InferOutput<S>> {
  const response = await fetch(`${host?.url}/api/forget${path}`, {
    method: 'POST',
    headers: { Authorization: `Bearer ${host?.adminToken}` },
    body: JSON.stringify(body),
  })
  const told: unknown = await response.json()
  if (response.ok) return v.parse(answer, told)
  throw new SetupError(v.parse(v.object({ detail: v.string() }), told).detail)
}

async function agreed(): Promise<boolean> {
  const lines = createInterface({ input: process.stdin, output: process.stdout })
  try {
    return (await lines.question('This cannot be undone. Type "forget" to go on: ')) === 'forget'
  } finally {
    lines.close()
  }
}

/** SQLite leaves deleted rows in its free pages until something else needs them. */
function overwriteFreePages(folder: string): void {
  for (const name of globSync('**/*.sqlite', { cwd: folder })) {
    if (name === 'lock.sqlite') continue
    const db = new DatabaseSync(join(folder, name))
    try {
      db.exec('PRAGMA wal_checkpoint(TRUNCATE); VACUUM; PRAGMA wal_checkpoint(TRUNCATE)')
    } finally {
      db.close()
    }
  }
}

function say(line: string): void {
  process.stdout.write(`${line}\n`)
}

function explain(error: unknown): string {
  if (error instanceof SetupError) return error.message
  return error instanceof Error ? (error.stack ?? error.message) : String(error)
}

async function end(code: number): Promise<never> {
  try {
    await host?.stop()
    if (forgotten && state !== null) overwriteFreePages(state.folder)
    state?.release()
  } finally {
    process.exit(code)
  }
}
