/**
 * Three kinds of tests: the libraries in Node, the Workers in workerd beside a Node process that
 * holds the outside world, and the whole system started as `npm start` starts it.
 */
import { readD1Migrations, cloudflareTest } from '@cloudflare/vitest-pool-workers'
import {
  unstable_getMiniflareWorkerOptions as readWorker,
  unstable_readConfig as readConfig,
} from 'wrangler'
import { defineConfig } from 'vitest/config'
import { startControl } from './packages/sandbox/src/testing/control.ts'

const elsewhere = ['**/node_modules/**', '.tools/**', '.state/**']

export default defineConfig({
  test: {
    silent: 'passed-only',
    projects: [
      {
        test: {
          name: 'node',
          isolate: false, // a process a file is a third of their cost
          testTimeout: 30_000, // a busy machine is no fault
          hookTimeout: 60_000,
          include: ['shared/**/*.test.ts', 'packages/**/*.test.ts'],
          exclude: [...elsewhere, '**/*.worker.test.ts', '**/*.system.test.ts'],
        },
      },
      {
        plugins: [
          cloudflareTest(async () => {
            // Tests have their own stand-ins of what is remote.
            const config = readConfig({ config: 'wrangler.producer.toml' })
            const { workerOptions } = readWorker(
              { ...config, ai: undefined, vectorize: [] },
              undefined,
            )
            return {
              main: './workers/producer/index.ts',
              remoteBindings: false,
              miniflare: {
                compatibilityDate: workerOptions.compatibilityDate,
                compatibilityFlags: workerOptions.compatibilityFlags,
                d1Databases: ['DB', 'TEXT_INDEX'],
                r2Buckets: ['FILES'],
                kvNamespaces: ['CACHE'],
                bindings: {
                  CONTROL_URL: await startControl(),
                  MIGRATIONS: await readD1Migrations('packages/store/migrations'),
                  SEARCH_MIGRATIONS: await readD1Migrations('packages/store/migrations-search'),
                },
              },
            }
          }),
        ],
        test: {
          name: 'workers',
          // A file of its own workerd costs more than most files. They share the database too: a
          // test empties it before it begins (newWorld, emptyDatabase).
          isolate: false,
          include: ['workers/**/*.worker.test.ts', 'packages/**/*.worker.test.ts'],
          exclude: [...elsewhere, 'workers/pacing/**'],
          testTimeout: 120_000,
          hookTimeout: 60_000,
        },
      },
      './workers/pacing/vitest.config.ts',
      {
        test: {
          name: 'system',
          testTimeout: 60_000,
          hookTimeout: 120_000,
          include: ['packages/cli/**/*.system.test.ts'],
          fileParallelism: false, // each is all of Switchboard
        },
      },
    ],
  },
})
