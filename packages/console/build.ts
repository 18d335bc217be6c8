/**
 * Builds the page into `dist` when a source is newer: a second, and only then. `npm start`, the
 * tests and the deployment ask for it before they need the assets.
 */
import { cpSync, existsSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { build } from 'vite'

const ROOM = import.meta.dirname
export const DIST = join(ROOM, 'dist')
/** What a build reads; a change below `src` that only tests see builds once too often, no more. */
const SOURCES = ['src', 'public', 'index.html', 'vite.config.ts', 'build.ts', 'package.json']

let building: Promise<void> | null = null

/** Resolves when `dist` is as new as its sources. @throws what Vite refuses */
export function buildConsole(): Promise<void> {
  building ??= buildIfOld().finally(() => {
    building = null
  })
  return building
}

async function buildIfOld(): Promise<void> {
  const index = join(DIST, 'index.html')
  const builtAt = existsSync(index) ? statSync(index).mtimeMs : 0
  const newest = Math.max(...SOURCES.map((name) => newestIn(join(ROOM, name))))
  if (builtAt > newest) return
  // Built beside and moved into place: whoever serves or copies `dist` meanwhile finds it whole.
  const made = join(ROOM, `.dist-${process.pid}`)
  const old = `${made}-old`
  const { NODE_ENV } = process.env
  process.env['NODE_ENV'] = 'production' // under a test runner Vite would build for development
  try {
    await build({
      configFile: join(ROOM, 'vite.config.ts'),
      logLevel: 'warn',
      build: { outDir: made },
    })
    swap(made, old)
  } finally {
    if (NODE_ENV === undefined) delete process.env['NODE_ENV']
    else process.env['NODE_ENV'] = NODE_ENV
    for (const left of [made, old]) rmSync(left, { recursive: true, force: true })
  }
}

/** Moves what was made into place. Another process that builds meanwhile may do so first: as good. */
function swap(made: string, old: string): void {
  try {
    if (existsSync(DIST)) renameSync(DIST, old)
    renameSync(made, DIST)
  } catch (error) {
    if (!existsSync(join(DIST, 'index.html'))) throw error
  }
}

/**
 * Builds, and copies the page to a folder of its own: a host goes on serving what it started with,
 * whatever is built later.
 */
export async function copyConsole(into: string): Promise<void> {
  await buildConsole()
  rmSync(into, { recursive: true, force: true })
  cpSync(DIST, into, { recursive: true })
}

/** When the file, or anything in the folder or the folder itself, last changed: ms since epoch. */
function newestIn(path: string): number {
  if (!existsSync(path)) return 0
  const own = statSync(path)
  if (!own.isDirectory()) return own.mtimeMs
  return Math.max(own.mtimeMs, ...readdirSync(path).map((name) => newestIn(join(path, name))))
}
