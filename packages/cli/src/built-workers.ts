/**
 * The Workers' bundles, built once for as long as no source of theirs changes: a start finds them
 * ready, and loads neither the bundler nor Wrangler.
 */
import { createHash } from 'node:crypto'
import type { Hash } from 'node:crypto'
import {
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import type { Described } from './build-workers.ts'
import { ROOT } from './workers.ts'

const CACHE = join(ROOT, 'node_modules/.cache/switchboard-workers')
const LIST = 'workers.json'
/** A build that is older was killed. */
const BUILD_MS = 600_000
/** What a bundle can depend on, from the root. What is installed, the lockfile says. */
const SOURCES = [
  'shared',
  'packages',
  'workers',
  'wrangler.producer.toml',
  'wrangler.consumer.toml',
  'pnpm-lock.yaml',
  'tsconfig.base.json',
]

export interface BuiltWorker extends Described {
  path: string // of the bundle; its source map lies beside it
  contents: string
}

let built: Promise<BuiltWorker[]> | null = null

/** Every Worker, the producer first, the sandbox's last. @throws what esbuild or Wrangler refuses */
export function builtWorkers(): Promise<BuiltWorker[]> {
  built ??= findOrBuild().finally(() => {
    built = null // sources may change while this process lives
  })
  return built
}

async function findOrBuild(): Promise<BuiltWorker[]> {
  const key = keyOfSources()
  const folder = join(CACHE, key)
  const found = readIfThere(folder)
  if (found !== null) return found
  mkdirSync(CACHE, { recursive: true })
  // Built beside and moved into place: whoever looks meanwhile finds all of it or nothing.
  const making = mkdtempSync(join(CACHE, '.'))
  try {
    const { buildWorkers } = await import('./build-workers.ts')
    writeFileSync(join(making, LIST), JSON.stringify(await buildWorkers(making)))
    const made = read(making, folder)
    if (keyOfSources() === key) keepOnly(folder, making) // else somebody edits
    return made
  } finally {
    rmSync(making, { recursive: true, force: true })
  }
}

/** Another process may have built the same meanwhile: as good. What was built before is not needed. */
function keepOnly(folder: string, made: string): void {
  try {
    renameSync(made, folder)
  } catch (error) {
    if (readIfThere(folder) === null) throw error
  }
  for (const name of readdirSync(CACHE)) {
    const other = join(CACHE, name)
    const builds = name.startsWith('.') && isYoung(other)
    if (other !== folder && !builds) rmSync(other, { recursive: true, force: true })
  }
}

function isYoung(path: string): boolean {
  const made = statSync(path, { throwIfNoEntry: false })
  return made !== undefined && Date.now() - made.mtimeMs < BUILD_MS
}

function readIfThere(folder: string): BuiltWorker[] | null {
  try {
    return read(folder, folder)
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null
    throw error
  }
}

/** @param later where the files will lie */
function read(folder: string, later: string): BuiltWorker[] {
  const described = JSON.parse(readFileSync(join(folder, LIST), 'utf8')) as Described[]
  return described.map((one) => ({
    ...one,
    path: join(later, `${one.name}.mjs`),
    contents: readFileSync(join(folder, `${one.name}.mjs`), 'utf8'),
  }))
}

/**
 * Of all that could be bundled, and of where it lies: paths are part of what the toml files said.
 * @param root where the repository is
 */
export function keyOfSources(root = ROOT): string {
  const hash = createHash('sha256').update(root)
  for (const name of SOURCES) addTo(hash, join(root, name))
  return hash.digest('hex').slice(0, 32)
}

function addTo(hash: Hash, path: string): void {
  if (!statSync(path).isDirectory()) {
    hash.update(`\0${path}\0`).update(readFileSync(path))
    return
  }
  for (const name of readdirSync(path).toSorted())
    if (name !== 'node_modules' && name !== 'dist' && !name.startsWith('.'))
      addTo(hash, join(path, name))
}
