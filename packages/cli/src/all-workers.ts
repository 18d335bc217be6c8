/**
 * The Workers of the two toml files as Miniflare takes them: bundled, with the sandbox's Worker in
 * place of the AI and Vectorize bindings. The one function behind `npm start` and the tests.
 */
import { dirname } from 'node:path'
import { copyConsole } from '@switchboard/console/build'
import type { V4WorkerOptions } from 'miniflare'
import { builtWorkers } from './built-workers.ts'
import type { BuiltWorker } from './built-workers.ts'
import { PRODUCER, SANDBOX } from './workers.ts'

/** The servers on loopback behind the AI and Vectorize bindings. */
export interface SandboxServers {
  ai: string
  vectorize: string
}

/**
 * All Workers, the producer first: it answers HTTP.
 * @param bindings settings that stand over the toml files' vars, for every Worker
 * @param assets where the console's page is copied to, as it is served from then on
 */
export async function allWorkers(
  bindings: Record<string, string>,
  assets: string,
  servers: SandboxServers,
): Promise<V4WorkerOptions[]> {
  const [built] = await Promise.all([builtWorkers(), copyConsole(assets)])
  return built.map((worker) => {
    const options = asMiniflareTakes(worker)
    if (worker.name === SANDBOX)
      return {
        ...options,
        serviceBindings: {
          AI_SERVER: external(servers.ai),
          VECTORIZE_SERVER: external(servers.vectorize),
        },
      }
    return {
      ...options,
      bindings: { ...options.bindings, ...bindings },
      ...(worker.name === PRODUCER ? { assets: { ...options.assets, directory: assets } } : {}),
    }
  })
}

/** The producer's D1 databases, as Miniflare names them: whoever says these sees the same rows. */
export async function readDatabases(): Promise<V4WorkerOptions['d1Databases']> {
  const producer = (await builtWorkers()).find(({ name }) => name === PRODUCER)
  return producer?.options.d1Databases
}

function asMiniflareTakes({ name, options, path, contents }: BuiltWorker): V4WorkerOptions {
  return {
    ...options,
    name,
    modulesRoot: dirname(path),
    modules: [{ type: 'ESModule', path, contents }],
  }
}

function external(url: string) {
  return { external: { address: new URL(url).host, http: {} } }
}
