/**
 * For the tests: files the sample as `npm start` does, but calls and text messages keep coming while
 * it does. To be killed. Argument: the state folder.
 */
import { sampleWorld } from '@switchboard/sandbox/sample/workspace'
import { SIX_HOURLY, startHost } from '../src/host.ts'
import { goOnLiving } from '../src/live.ts'
import { ownWorkerd, takeState } from '../src/state.ts'

const state = await takeState(process.argv[2] ?? '', false)
const world = sampleWorld(new Date(state.anchor))
const host = await startHost({
  folder: state.folder,
  port: 0,
  values: {},
  real: { openphone: false, notion: false, mailbox: false },
  hashKey: state.hashKey,
  adminToken: state.adminToken,
  forgetSecret: 'a-third-secret-of-sixteen-or-more',
  linkSecret: state.linkSecret,
  world: () => world,
  unlimited: true,
  ai: 'light',
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
