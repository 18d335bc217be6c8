/**
 * The state folder of a local start: who holds it, what must be ended first, what is kept. The lock
 * is a SQLite transaction: the operating system gives it back when its holder dies, however it dies.
 */
import { randomBytes } from 'node:crypto'
import {
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  readlinkSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { setTimeout } from 'node:timers/promises'
import { SetupError } from './settings.ts'

export interface State {
  folder: string
  hashKey: string
  forgetSecret: string
  adminToken: string
  linkSecret: string
  /** The moment the sample workspace is dated from, ms since epoch. */
  anchor: number
  /** When the sample workspace moved on, if it has. */
  movedOnAt: number | null
  save(): void
  noteWorkerd(pids: number[]): void
  release(): void
}

/**
 * Takes the state folder for this process.
 * @param reset clears it first
 * @throws SetupError where another start holds it
 */
export async function takeState(folder: string, reset: boolean): Promise<State> {
  mkdirSync(folder, { recursive: true })
  const lock = takeLock(folder)
  await endStaleWorkerd(folder)
  if (reset)
    for (const name of readdirSync(folder))
      if (!name.startsWith('lock')) rmSync(join(folder, name), { recursive: true, force: true })
  const file = join(folder, 'switchboard.json')
  const kept = existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Partial<State>) : {}
  const state: State = {
    folder,
    hashKey: kept.hashKey ?? randomBytes(24).toString('base64url'),
    forgetSecret: kept.forgetSecret ?? randomBytes(24).toString('base64url'),
    adminToken: kept.adminToken ?? randomBytes(24).toString('base64url'),
    linkSecret: kept.linkSecret ?? randomBytes(24).toString('base64url'),
    anchor: kept.anchor ?? Date.now(),
    movedOnAt: kept.movedOnAt ?? null,
    save() {
      const { hashKey, forgetSecret, adminToken, linkSecret, anchor, movedOnAt } = state
      writeFileSync(
        file,
        JSON.stringify(
          { hashKey, forgetSecret, adminToken, linkSecret, anchor, movedOnAt },
          null,
          2,
        ),
        {
          mode: 0o600,
        },
      )
    },
    noteWorkerd(pids) {
      writeFileSync(join(folder, 'workerd.pid'), pids.join('\n'))
    },
    release() {
      rmSync(join(folder, 'workerd.pid'), { force: true })
      lock.close()
    },
  }
  state.save()
  return state
}

function takeLock(folder: string): DatabaseSync {
  const lock = new DatabaseSync(join(folder, 'lock.sqlite'), { timeout: 0 })
  try {
    lock.exec('BEGIN EXCLUSIVE')
  } catch {
    lock.close()
    throw new SetupError(
      `Another start is using ${folder}. End it first, or set STATE_DIR to another folder.`,
    )
  }
  return lock
}

/** workerd outlives a host that was killed, and would hold state and port: end it by its noted pid. */
async function endStaleWorkerd(folder: string): Promise<void> {
  const note = join(folder, 'workerd.pid')
  const noted = existsSync(note) ? readFileSync(note, 'utf8').split('\n').map(Number) : []
  for (const pid of new Set([...noted, ...orphans()]))
    if (pid > 1 && isWorkerd(pid)) {
      process.kill(pid, 'SIGKILL')
      process.stderr.write(`Ended a workerd (pid ${pid}) that an earlier start left behind.\n`)
      while (isWorkerd(pid)) await setTimeout(10) // it holds its port until it is gone
    }
  rmSync(note, { force: true })
}

/** A host killed before it noted its pid: a workerd of this folder that nobody owns any more. */
function orphans(): number[] {
  return processes().filter(
    (pid) => parentOf(pid) === 1 && isWorkerd(pid) && folderOf(pid) === process.cwd(),
  )
}

/** The workerd processes that this process has started. */
export function ownWorkerd(): number[] {
  return processes().filter((pid) => parentOf(pid) === process.pid && isWorkerd(pid))
}

// Linux tells of processes in /proc. Elsewhere there is no stale workerd to be found this way.
function processes(): number[] {
  if (!existsSync('/proc/self/stat')) return []
  return readdirSync('/proc').map(Number).filter(Number.isInteger)
}

function parentOf(pid: number): number | null {
  const stat = read(`/proc/${pid}/stat`)
  return stat === null ? null : Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1])
}

function isWorkerd(pid: number): boolean {
  return /(^|\/)workerd\0/.test(read(`/proc/${pid}/cmdline`) ?? '')
}

function folderOf(pid: number): string | null {
  try {
    return readlinkSync(`/proc/${pid}/cwd`)
  } catch {
    return null
  }
}

function read(file: string): string | null {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return null // it has ended meanwhile
  }
}
