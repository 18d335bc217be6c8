/**
 * `npm run forget -- --phone NUMBER | --email ADDRESS [--keep-canvas] [--yes]`: removes a person from
 * everything that `npm start` keeps, with its settings, while none runs. Without `--yes` it asks. What
 * was removed is told by sort, and where the number still stands. Exit code 1: it could not be done.
 */
import { globSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline/promises'
import { DatabaseSync } from 'node:sqlite'
import { parseArgs } from 'node:util'
import { Forgetting, forgetPerson, previewForgetting } from '@switchboard/shared/api/forget'
import { runCommand } from './command.ts'
import { openKeptHost } from './kept-host.ts'
import type { KeptHost } from './kept-host.ts'
import { mentionsIn } from '@switchboard/store/mentions'
import { SetupError } from './settings.ts'

const USAGE = 'usage: npm run forget -- --phone NUMBER | --email ADDRESS [--keep-canvas] [--yes]'

const MOST_STEPS = 1000
const WORDS: Record<Forgetting['phase'], string> = {
  records: 'Looking through all records ...',
  outside: 'Records are gone from D1; removing what stands elsewhere ...',
  again: 'Looking once more ...',
  finished: 'Done.',
}

let kept: KeptHost | null = null
let forgotten = false

await runCommand({
  main,
  async close() {
    await kept?.close()
    if (forgotten && kept !== null) overwriteFreePages(kept.state.folder)
  },
})

async function main(): Promise<boolean> {
  const { yes, ...person } = readArguments()
  kept = await openKeptHost(process.env, 'light')
  const { post } = kept
  const preview = await post('forget/preview', person, previewForgetting.answer)
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
  const { id } = await post('forget', person, forgetPerson.answer)
  let last = ''
  for (let tries = 0; tries < MOST_STEPS; tries++) {
    // Nothing else runs, so nothing is in flight.
    const told = await post(`forget/${id}/work`, { early: true }, Forgetting)
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
  const left = await mentionsIn(kept === null ? [] : [kept.host.db, kept.host.texts], words)
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
