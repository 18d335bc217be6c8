/**
 * Bundles the Workers of the two toml files and the sandbox's, all in one go, so that what they share
 * is read once. Loads esbuild and Wrangler: built-workers.ts does so only when a source has changed.
 */
import { basename, join } from 'node:path'
import { build } from 'esbuild'
import type { V4WorkerOptions } from 'miniflare'
import {
  unstable_getMiniflareWorkerOptions as readWorker,
  unstable_readConfig as readConfig,
} from 'wrangler'
import { CONSUMERS, PRODUCER, ROOT, SANDBOX } from './workers.ts'

/** A Worker as Miniflare takes it, but for its code. */
export interface Described {
  name: string
  options: V4WorkerOptions
}

interface Source extends Described {
  main: string
  define: Record<string, string>
}

/**
 * Writes each Worker's code as `NAME.mjs`, its source map beside it.
 * @param folder has to be there
 */
export async function buildWorkers(folder: string): Promise<Described[]> {
  const sources = [
    read('wrangler.producer.toml', undefined, PRODUCER),
    ...CONSUMERS.map((env) => read('wrangler.consumer.toml', env, `switchboard-${env}`)),
    sandbox(),
  ]
  await build({
    entryPoints: sources.map(({ name, main }) => ({ in: main, out: name })),
    outdir: folder,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    format: 'esm',
    target: 'es2024',
    conditions: ['workerd', 'worker', 'browser'],
    external: ['cloudflare:*', 'node:*'],
    define: Object.assign({}, ...sources.map(({ define }) => define)) as Record<string, string>,
    // Beside the code: inside it, they would be most of what the runtime is handed at every start.
    sourcemap: 'linked',
    absWorkingDir: ROOT,
    logLevel: 'silent',
  })
  return sources.map(({ name, options }) => ({ name, options }))
}

/** One Worker of a toml file. */
function read(file: string, env: string | undefined, name: string): Source {
  // Without its remote bindings the file is read without a warning; the sandbox stands in for them.
  const { ai, vectorize, ...config } = readConfig({ config: join(ROOT, file), env })
  const { workerOptions, main, define } = readWorker(
    { ...config, ai: undefined, vectorize: [] },
    env,
  )
  if (main === undefined) throw new Error(`${basename(file)} names no entry point`)
  const { modulesRules: _rules, ...options } = workerOptions as V4WorkerOptions & {
    modulesRules?: unknown
  }
  return {
    name,
    main,
    define,
    options: {
      ...options,
      bindings: config.vars as Record<string, string>, // Wrangler would put .dev.vars among them
      serviceBindings: {
        ...options.serviceBindings,
        ...(ai === undefined ? {} : { AI: { name: SANDBOX, entrypoint: 'Ai' } }),
        ...(vectorize.length > 0 ? { VECTORIZE: { name: SANDBOX, entrypoint: 'Vectorize' } } : {}),
      },
    },
  }
}

function sandbox(): Source {
  return {
    name: SANDBOX,
    main: join(ROOT, 'packages/sandbox/src/worker/sandbox.ts'),
    define: {},
    options: {
      compatibilityDate: '2026-11-01',
      compatibilityFlags: ['nodejs_compat'],
      modules: [],
    },
  }
}
