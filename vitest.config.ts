import { defineConfig } from 'vitest/config'

/** Node projects: the libraries, the sandbox and the whole system. Worker projects run in workerd. */
export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'node',
          include: ['shared/**/*.test.ts', 'packages/**/*.test.ts'],
          exclude: ['**/node_modules/**', '**/*.worker.test.ts'],
        },
      },
    ],
  },
})
