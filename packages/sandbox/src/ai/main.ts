/**
 * The AI stand-in's process, started by start.ts: models in Node, so that no Worker's thread computes
 * with them. It tells its parent the port as soon as it listens and loads the models after that;
 * requests wait for them. It ends with its parent. Environment: SANDBOX_AI (`full` or `light`),
 * SANDBOX_AI_PORT (0: any free one).
 */

import * as v from 'valibot'
import { createAiServer } from './server.ts'
import type { Brain } from './run.ts'

const Settings = v.object({
  SANDBOX_AI: v.optional(v.picklist(['full', 'light']), 'full'),
  SANDBOX_AI_PORT: v.optional(v.pipe(v.string(), v.toNumber(), v.integer()), '0'),
})

const settings = v.parse(Settings, process.env)
// A Ctrl-C reaches the whole group: the parent decides when we end.
process.on('SIGINT', () => undefined)
process.on('disconnect', () => {
  process.exit(0)
})

const listening = Promise.withResolvers<void>()
const brain = listening.promise.then(loadBrain)
brain.catch((error: unknown) => {
  console.error('the AI stand-in could not load its models:', error)
  process.exit(1)
})
const server = createAiServer(brain)
server.once('error', (error) => {
  console.error(`the AI stand-in cannot listen: ${error.message}`)
  process.exit(1)
})
server.listen(settings.SANDBOX_AI_PORT, '127.0.0.1', () => {
  const address = server.address()
  const port = typeof address === 'object' ? address?.port : undefined
  process.send?.({ ready: true, port })
  listening.resolve()
})

/** Imported late: parsing the language model takes longer than to listen. */
async function loadBrain(): Promise<Brain> {
  const { createBrain } = await import('./run.ts')
  return createBrain(settings.SANDBOX_AI)
}
