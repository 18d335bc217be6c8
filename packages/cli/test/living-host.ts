/**
 * For the tests: files ten days of the sample as `npm start` does, but calls and text messages keep
 * coming while it does. To be killed. Argument: the state folder.
 */
import { SIX_HOURLY } from '../src/host.ts'
import { startSandboxHost } from '../src/sandbox-host.ts'
import { goOnLiving } from '../src/live.ts'
import { ownWorkerd, takeState } from '../src/state.ts'
import { recentSample } from '../src/testing/recent-sample.ts'

const state = await takeState(process.argv[2] ?? '', false)
const world = recentSample(state.anchor, 10)
const host = await startSandboxHost({
  folder: state.folder,
  hashKey: state.hashKey,
  adminToken: state.adminToken,
  linkSecret: state.linkSecret,
  world: () => world,
  log: ({ message }) => process.stderr.write(`${message}\n`),
})
state.noteWorkerd(ownWorkerd())
goOnLiving({
  live: host.outside.live,
  db: host.db,
  anchor: state.anchor,
  everyMs: 200,
  line: (text) => process.stdout.write(`${text}\n`),
})
await host.cron(SIX_HOURLY)
