/**
 * The door of `npm start`, `npm test` and the other commands: plain JavaScript that runs on the
 * machine's own Node (20 or newer), brings the Node and pnpm that the project needs, installs, and
 * hands over. A signal goes on to whatever runs, and nothing is left behind.
 */
import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { delimiter, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const ROOT = join(dirname(fileURLToPath(import.meta.url)), '../..')
const TOOLS = join(ROOT, '.tools')
const NODE = '24.21.0'
const PNPM = '12.21.0'
const COMMANDS = {
  start: 'packages/cli/src/start.ts',
  test: 'packages/cli/src/test.ts',
  docs: 'packages/cli/src/docs.ts',
  notion: 'packages/cli/src/notion.ts',
  webhooks: 'packages/cli/src/webhooks.ts',
  bench: 'packages/cli/src/bench.ts',
  'bench:search': 'packages/cli/src/bench-search.ts',
  forget: 'packages/cli/src/forget.ts',
  reindex: 'packages/cli/src/reindex.ts',
  console: 'packages/cli/src/console.ts',
  screenshots: 'packages/cli/src/screenshots.ts',
}

let running = null
let stopped = null
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'])
  process.on(signal, () => {
    stopped ??= signal
    running?.kill(signal)
  })

const [command = '', ...rest] = process.argv.slice(2)
const script = COMMANDS[command]
if (script === undefined) fail(`usage: bootstrap.mjs ${Object.keys(COMMANDS).join('|')}`)

await bringTools()
const withTools = {
  ...process.env,
  PATH: `${join(TOOLS, 'node_modules/.bin')}${delimiter}${process.env.PATH ?? ''}`,
  // What Node compiled once it need not compile again: every command starts sooner.
  NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE ?? join(ROOT, 'node_modules/.cache/node'),
}
await install()
process.exit(
  await run('node', ['--disable-warning=ExperimentalWarning', join(ROOT, script), ...rest], {
    stdio: 'inherit',
    env: withTools,
  }),
)

/** Node and pnpm from the npm registry, once. */
async function bringTools() {
  if (versionOf('node') === NODE && versionOf('pnpm') === PNPM) return
  mkdirSync(TOOLS, { recursive: true })
  const allowed = { private: true, allowScripts: { node: true, pnpm: true } }
  writeFileSync(join(TOOLS, 'package.json'), JSON.stringify(allowed))
  say(`Bringing Node ${NODE} and pnpm ${PNPM} ...`)
  const wanted = [`node@${NODE}`, `pnpm@${PNPM}`]
  await must('npm', [
    'install',
    '--prefix',
    TOOLS,
    '--no-save',
    '--no-audit',
    '--no-fund',
    '--loglevel=error',
    ...wanted,
  ])
}

/** Installs what the lockfile says, if it has not been done for this lockfile. */
async function install() {
  const stamp = join(ROOT, 'node_modules/.installed')
  const lock = createHash('sha256')
    .update(readFileSync(join(ROOT, 'pnpm-lock.yaml')))
    .digest('hex')
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === lock) return
  say('Installing ...')
  await must(
    'pnpm',
    ['install', '--frozen-lockfile', '--reporter=append-only', '--loglevel=error'],
    withTools,
  )
  writeFileSync(stamp, lock)
}

function versionOf(name) {
  try {
    return JSON.parse(readFileSync(join(TOOLS, 'node_modules', name, 'package.json'), 'utf8'))
      .version
  } catch {
    return null
  }
}

/** What it prints goes to stderr: stdout is for the command itself. */
async function must(program, args, env = process.env) {
  const code = await run(program, args, {
    cwd: ROOT,
    stdio: ['ignore', process.stderr, process.stderr],
    env,
  })
  if (code !== 0) fail(`${program} ${args.join(' ')} ended with ${code}.`)
}

function run(program, args, options) {
  if (stopped !== null) process.exit(1)
  return new Promise((resolve) => {
    running = spawn(program, args, options)
    running.on('error', (error) => fail(`${program} could not be started: ${error.message}`))
    running.on('exit', (code) => {
      running = null
      if (stopped !== null && code === null) process.exit(1)
      resolve(code ?? 1)
    })
  })
}

function say(text) {
  process.stderr.write(`${text}\n`)
}

function fail(text) {
  say(text)
  process.exit(1)
}
