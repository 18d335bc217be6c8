/**
 * `npm run webhooks -- register | list | test | rotate | repair`: OpenPhone's webhooks, with the
 * settings of `npm start`. Exit code 1: it could not be done, or the door did not take a test.
 */
import { parseArgs } from 'node:util'
import { setTimeout } from 'node:timers/promises'
import type { OpenPhone } from '@switchboard/openphone/request'
import { readSettings } from '@switchboard/shared/config'
import { StageError } from '@switchboard/shared/failure'
import { SetupError, explain, readValues } from './settings.ts'
import { list, register, repair, rotate, test } from './webhook-commands.ts'
import type { Commands } from './webhook-commands.ts'

const USAGE = `usage: npm run webhooks -- register [--url ORIGIN]
       npm run webhooks -- list
       npm run webhooks -- test | rotate | repair [--id WEBHOOK] [--url ORIGIN]
Settings: OPENPHONE_API_KEY, OPENPHONE_BASE_URL, PUBLIC_URL (or --url: the origin of the door).`

try {
  process.exitCode = (await main()) ? 0 : 1
} catch (error) {
  process.stderr.write(
    `${isKeyRefused(error) ? 'OpenPhone refuses OPENPHONE_API_KEY: ' : ''}${explain(error)}\n`,
  )
  process.exitCode = 1
}

async function main(): Promise<boolean> {
  const { command, url, id } = readArguments()
  const values = readValues(process.env)
  const settings = readSettings({ ...values, ...(url === undefined ? {} : { PUBLIC_URL: url }) }, [
    'OPENPHONE_API_KEY',
    'OPENPHONE_BASE_URL',
    'OPENPHONE_RPS',
    'PUBLIC_URL',
  ])
  if (settings.OPENPHONE_API_KEY === undefined)
    throw new SetupError(
      'OPENPHONE_API_KEY is missing. For the sandbox of a running npm start set it to sandbox-openphone-key, and OPENPHONE_BASE_URL to the address that it prints.',
    )
  const commands: Commands = {
    api: openphone(settings.OPENPHONE_BASE_URL, settings.OPENPHONE_API_KEY, settings.OPENPHONE_RPS),
    say: (line) => process.stdout.write(`${line}\n`),
    publicUrl: settings.PUBLIC_URL ?? null,
    id: id ?? null,
  }
  switch (command) {
    case 'register':
      return register(commands)
    case 'list':
      return list(commands, Date.now())
    case 'test':
      return test(commands)
    case 'rotate':
      return rotate(commands)
    case 'repair':
      return repair(commands, Date.now())
    default:
      throw new SetupError(USAGE)
  }
}

function readArguments(): { command: string; url?: string | undefined; id?: string | undefined } {
  try {
    const { positionals, values } = parseArgs({
      allowPositionals: true,
      options: { url: { type: 'string' }, id: { type: 'string' } },
    })
    const [command, ...rest] = positionals
    if (command === undefined || rest.length > 0) throw new SetupError(USAGE)
    return { command, ...values }
  } catch {
    throw new SetupError(USAGE)
  }
}

/** OpenPhone at an even pace: half the key's budget, since the deployed Workers use the same key. */
function openphone(baseUrl: string, apiKey: string, perSecond: number): OpenPhone {
  let next = 0
  const apart = perSecond === 0 ? 0 : 2000 / perSecond
  return {
    baseUrl,
    apiKey,
    fetch: (input, init) => fetch(input, init),
    now: Date.now,
    pace: {
      async acquire() {
        const waitMs = next - Date.now()
        next = Math.max(next, Date.now()) + apart
        if (waitMs > 0) await setTimeout(waitMs)
      },
      async hold(ms) {
        next = Math.max(next, Date.now() + ms)
      },
    },
  }
}

function isKeyRefused(error: unknown): boolean {
  return error instanceof StageError && error.failure.kind === 'upstream.unauthorized'
}
