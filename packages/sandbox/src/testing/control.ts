/**
 * Runs in Node beside the Worker tests: makes outside worlds for them and lets them reach in. One
 * world a test; a test in workerd speaks to it over loopback (world.ts).
 */
import { createServer } from 'node:http'
import { text } from 'node:stream/consumers'
import { startOutside } from '../http/outside.ts'
import type { Outside } from '../http/outside.ts'
import type { World } from '../world.ts'
import type { Ask } from './ask.ts'

/** Starts the control door. @returns its URL */
export async function startControl(): Promise<string> {
  const worlds = new Map<number, { world: World; skewMs: number; outside: Outside }>()
  let ids = 0

  async function answer(request: Ask): Promise<unknown> {
    if (request.ask === 'new') {
      const held = { world: request.world, skewMs: (request.now ?? Date.now()) - Date.now() }
      const outside = await startOutside({
        world: () => held.world,
        limits: request.limits,
        visibilityMs: 0,
        clock: () => Date.now() + held.skewMs,
      })
      worlds.set(++ids, Object.assign(held, { outside }))
      return { id: ids, settings: outside.settings }
    }
    const known = worlds.get(request.id)
    if (known === undefined) throw new Error(`there is no world ${request.id}`)
    if (request.ask === 'world') {
      known.world = request.world
      return null
    }
    if (request.ask === 'clock') {
      known.skewMs = request.now - Date.now()
      return null
    }
    if (request.ask === 'close') {
      worlds.delete(request.id)
      await known.outside.close()
      return null
    }
    const target = known.outside[request.target]
    if (request.ask === 'requests') return target.requests.counts()
    const method: unknown = Reflect.get(target, request.method)
    if (typeof method !== 'function') throw new Error(`${request.target} has no ${request.method}`)
    return (await method.apply(target, request.args)) ?? null
  }

  const server = createServer((request, response) => {
    void (async () => {
      try {
        const asked = JSON.parse(await text(request)) as Ask
        response.end(JSON.stringify(await answer(asked)))
      } catch (error) {
        response.statusCode = 500
        response.end(JSON.stringify(String(error)))
      }
    })()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  server.unref()
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('no port')
  return `http://127.0.0.1:${address.port}`
}
