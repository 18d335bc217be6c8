/**
 * `npm run reindex`: makes the text index and the vectors again from what D1 keeps, with the settings
 * of `npm start`, while none runs. Exit code 1: not all of it could be done.
 */
import { reindex } from '@switchboard/shared/api/reindex'
import { runCommand } from './command.ts'
import { openKeptHost } from './kept-host.ts'
import type { KeptHost } from './kept-host.ts'
import { stdoutScreen, totals, watchRun } from './progress.ts'

let kept: KeptHost | null = null
let stopped = false

await runCommand({
  main,
  close: () => kept?.close(),
  stop() {
    stopped = true
  },
})

async function main(): Promise<boolean> {
  kept = await openKeptHost(process.env, process.env['SANDBOX_AI'] === 'light' ? 'light' : 'full')
  const { host, post } = kept
  const screen = stdoutScreen()
  screen.line('Emptying the text index ...')
  let run: string | null = null
  while (run === null) {
    ;({ id: run } = await post('reindex', {}, reindex.answer))
    if (stopped) return false
  }
  host.startClock()
  const ending = await watchRun((path) => host.api(path), run, screen, {
    stopAtParked: true,
    stopped: () => stopped,
  })
  if (ending === null) return false
  for (const line of totals(ending.progress)) screen.line(line)
  for (const { scope, reason } of ending.parked) screen.line(`Parked: ${scope}: ${reason}`)
  return ending.complete && ending.parked.length === 0
}
