/** Tests of the gates in the real Workers runtime, bound as wrangler.consumer.toml binds them. */
import { cloudflareTest } from '@cloudflare/vitest-pool-workers'
import { defineConfig } from 'vitest/config'
import { unstable_getMiniflareWorkerOptions as readToml } from 'wrangler'

const here = import.meta.dirname

export default defineConfig({
  plugins: [
    cloudflareTest(() => {
      const { workerOptions, main } = readToml(`${here}/../../wrangler.consumer.toml`, 'pacing')
      return { main, remoteBindings: false, miniflare: workerOptions }
    }),
  ],
  test: { name: 'pacing', root: here, include: ['*.worker.test.ts'] },
})
