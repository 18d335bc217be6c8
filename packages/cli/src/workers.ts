/**
 * The Workers of the two toml files as Miniflare takes them: bundled, with the sandbox's Worker in
 * place of the AI and Vectorize bindings. The one function behind `npm start` and the tests.
 */
import { join } from 'node:path'
import { copyConsole } from '@switchboard/console/build'
import { build } from 'esbuild'
import type { V4WorkerOptions } from 'miniflare'
import {
  unstable_getMiniflareWorkerOptions as readWorker,
  unstable_readConfig as readConfig,
} from 'wrangler'

export const ROOT = join(import.meta.dirname, '../../..')
export const PRODUCER = 'switchboard-producer'
export const SANDBOX = 'sandbox'

/** The consumers by their env in wrangler.consumer.toml. */
export const CONSUMERS = [
  'pacing',
  'enrichment',
  'vectorization',
  'reconciliation',
  'archive',
  'dead-letter',
] as const

export interface Bundle {
  name: string
  options: V4WorkerOptions
}

/**
 * All Workers, the producer first: it answers HTTP.
 * @param bindings settings that stand over the toml files' vars, for every Worker
 * @param assets where the console's page is copied to, as it is served from then on
 */
export async function allWorkers(
  bindings: Record<string, string>,
  assets: string,
): Promise<V4WorkerOptions[]> {
  await copyConsole(assets)
  return Promise.all([
    worker('wrangler.producer.toml', undefined, PRODUCER, bindings).then((producer) => ({
      ...producer,
      assets: { ...producer.assets, directory: assets },
    })),
    ...CONSUMERS.map((env) =>
      worker('wrangler.consumer.toml', env, `switchboard-${env}`, bindings),
    ),
  ])
}

/** One Worker of a toml file. */
export async function worker(
  file: string,
  env: string | undefined,
  name: string,
  bindings: Record<string, string>,
): Promise<V4WorkerOptions> {
  // Without its remote bindings the file is read without a warning; the sandbox stands in for them.
  const { ai, vectorize, ...config } = readConfig({ config: join(ROOT, file), env })
  const { workerOptions, main, define } = readWorker(
    { ...config, ai: undefined, vectorize: [] },
    env,
  )
  const { modulesRules: _rules, ...options } = workerOptions as V4WorkerOptions & {
    modulesRules?: unknown
  }
  return {
    ...options,
    name,
    bindings: { ...options.bindings, ...bindings },
    serviceBindings: {
      ...options.serviceBindings,
      ...(ai === undefined ? {} : { AI: { name: SANDBOX, entrypoint: 'Ai' } }),
      ...(vectorize.length > 0 ? { VECTORIZE: { name: SANDBOX, entrypoint: 'Vectorize' } } : {}),
    },
    modules: [
      { type: 'ESModule', path: `${name}.mjs`, contents: await bundle(main ?? '', define) },
    ],
  }
}

/** The producer's D1 databases, as Miniflare names them: whoever says these sees the same rows. */
export function readDatabases(): NonNullable<V4WorkerOptions['d1Databases']> {
  const config = readConfig({ config: join(ROOT, 'wrangler.producer.toml') })
  const { workerOptions } = readWorker({ ...config, ai: undefined, vectorize: [] }, undefined)
  return (workerOptions as V4WorkerOptions).d1Databases ?? {}
}

/** The sandbox's Worker: the AI and Vectorize bindings, answered by servers on loopback. */
export async function sandboxWorker(servers: {
  ai: string
  vectorize: string
}): Promise<V4WorkerOptions> {
  return {
    name: SANDBOX,
    compatibilityDate: '2026-11-01',
    compatibilityFlags: ['nodejs_compat'],
    serviceBindings: {
      AI_SERVER: external(servers.ai),
      VECTORIZE_SERVER: external(servers.vectorize),
    },
    modules: [
      {
        type: 'ESModule',
        path: 'sandbox.mjs',
        contents: await bundle(join(ROOT, 'packages/sandbox/src/worker/sandbox.ts')),
      },
    ],
  }
}

function external(url: string) {
  return { external: { address: new URL(url).host, http: {} } }
}

async function bundle(entry: string, define: Record<string, string> = {}): Promise<string> {
  const built = await build({
    entryPoints: [entry],
    bundle: true,
    write: false,
    format: 'esm',
    target: 'es2024',
    conditions: ['workerd', 'worker', 'browser'],
    external: ['cloudflare:*', 'node:*'],
    define,
    sourcemap: 'inline',
    absWorkingDir: ROOT,
    logLevel: 'silent',
  })
  const [output] = built.outputFiles
  if (output === undefined) throw new Error(`${entry} bundled to nothing`)
  return output.text
}
