/**
 * Wrangler takes both files as they are: every Worker bundles and passes its checks, without a
 * warning. Nothing is uploaded, and nothing is asked of the network.
 */
import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { stripVTControlCharacters } from 'node:util'
import { afterAll, describe, test } from 'vitest'
import { deployment, flagsOf } from './deployment.ts'
import { ROOT } from './workers.ts'

const TIMEOUT_MS = 120_000
const WRANGLER = join(ROOT, 'node_modules/.bin/wrangler')
const bundles = mkdtempSync(join(tmpdir(), 'switchboard-deploy-'))

afterAll(() => rmSync(bundles, { recursive: true, force: true }))

describe.concurrent('wrangler deploy --dry-run', () => {
  test.for(deployment())(
    'takes $config.name without a warning',
    { timeout: TIMEOUT_MS },
    async (worker, { expect }) => {
      const { code, output } = await dryRun([
        ...flagsOf(worker).split(' '),
        '--outdir',
        join(bundles, worker.room),
      ])
      expect(output).toContain('--dry-run: exiting now.')
      expect(output).not.toMatch(/warning|▲|deprecated/i)
      expect(code).toBe(0)
    },
  )
})

function dryRun(flags: string[]): Promise<{ code: number; output: string }> {
  return new Promise((resolve) => {
    const child = execFile(
      WRANGLER,
      ['deploy', '--dry-run', ...flags],
      {
        cwd: ROOT,
        env: {
          ...process.env,
          WRANGLER_HIDE_BANNER: 'true', // the banner asks the registry for a newer version
          WRANGLER_SEND_METRICS: 'false',
          WRANGLER_WRITE_LOGS: 'false',
        },
      },
      (_error, stdout, stderr) =>
        resolve({
          code: child.exitCode ?? 1,
          output: stripVTControlCharacters(`${stdout}\n${stderr}`),
        }),
    )
  })
}
