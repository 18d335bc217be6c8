/**
 * `npm test`: types, lint, format, then every test. One line at the end counts: N passed, N failed.
 * A step that fails does not hide the others.
 */
import { spawn } from 'node:child_process'
import { existsSync, readFileSync, readdirSync, rmSync, mkdtempSync } from 'node:fs'
import { availableParallelism, tmpdir } from 'node:os'
import { join } from 'node:path'
import * as v from 'valibot'
import { ROOT } from './workers.ts'

// The Workers' tests reach every Worker: checked room by room, each room checks them all.
const ROOMS = ['workers', 'workers/pacing', 'shared', ...under('packages')]
const SOURCES = [
  'shared',
  'packages',
  'workers',
  'vitest.config.ts',
  'package.json',
  'wrangler.producer.toml',
  'wrangler.consumer.toml',
]

// The system's rows leave a processor free most of the time, and one test alone does not fill it.
const AT_ONCE = Math.max(2, availableParallelism() - 1)
const BESIDE = [
  `--maxWorkers=${AT_ONCE}`,
  ...['node', 'workers', 'pacing'].flatMap((project) => ['--project', project]),
]
const SYSTEM = ['--project', 'system']
const CONSOLE = 'console'
const Report = v.object({ numPassedTests: v.number(), numFailedTests: v.number() })
const reports = mkdtempSync(join(tmpdir(), 'switchboard-test-'))
let passed = 0
let failed = 0

await step('types', () =>
  inTurns(
    ROOMS.map((room) => ['tsc', '-p', room]),
    2,
  ),
)
await step('lint', () => run(['oxlint', '--type-aware', '--quiet', ...SOURCES.slice(0, 4)]))
await step('format', () => run(['oxfmt', '--check', ...SOURCES]))
await tests()

process.stdout.write(`${passed} passed, ${failed} failed\n`)
process.exit(failed === 0 ? 0 : 1)

function under(folder: string): string[] {
  return readdirSync(join(ROOT, folder))
    .map((name) => join(folder, name))
    .filter((room) => existsSync(join(ROOT, room, 'tsconfig.json')))
}

async function step(name: string, work: () => Promise<boolean>): Promise<void> {
  const good = await work()
  if (good) passed += 1
  else failed += 1
  process.stdout.write(`${name}: ${good ? 'passed' : 'FAILED'}\n`)
}

/**
 * The whole-system tests mostly wait: for a browser, or for what Notion may still be doing. Two rows
 * of them, each one after another, run beside all others.
 */
async function tests(): Promise<void> {
  const given = process.argv.slice(2)
  const all =
    given.length > 0
      ? [given]
      : [BESIDE, [...SYSTEM, CONSOLE], [...SYSTEM, '--exclude', `**/${CONSOLE}*`]]
  const ran = await Promise.all(all.map((args, nth) => vitest(args, join(reports, `${nth}.json`))))
  rmSync(reports, { recursive: true, force: true })
  // A suite that does not load, or a runner that dies, has no failed test to show for it.
  if (ran.includes(false) && failed === 0) failed += 1
}

async function vitest(args: string[], report: string): Promise<boolean> {
  const good = await run([
    'vitest',
    'run',
    '--reporter=default',
    '--reporter=json',
    `--outputFile=${report}`,
    ...args,
  ])
  const counts = existsSync(report)
    ? v.safeParse(Report, JSON.parse(readFileSync(report, 'utf8')))
    : null
  if (counts?.success) {
    passed += counts.output.numPassedTests
    failed += counts.output.numFailedTests
  }
  return good
}

async function inTurns(commands: string[][], atOnce: number): Promise<boolean> {
  let good = true
  const left = [...commands]
  const lane = async () => {
    for (let next = left.shift(); next !== undefined; next = left.shift())
      good = (await run(next)) && good
  }
  await Promise.all(Array.from({ length: atOnce }, lane))
  return good
}

function run([program = '', ...args]: string[]): Promise<boolean> {
  return new Promise((resolve) => {
    const child = spawn(join(ROOT, 'node_modules/.bin', program), args, {
      cwd: ROOT,
      stdio: ['ignore', 'inherit', 'inherit'],
    })
    child.on('error', (error) => {
      process.stdout.write(`${program} could not be started: ${error.message}\n`)
      resolve(false)
    })
    child.on('exit', (code) => resolve(code === 0))
  })
}
