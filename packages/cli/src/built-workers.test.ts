/** The bundles of the Workers: when they are built anew, and what a start finds. */
import { mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { onTestFinished, test } from 'vitest'
import { builtWorkers, keyOfSources } from './built-workers.ts'
import { CONSUMERS, PRODUCER, SANDBOX } from './workers.ts'

test('every Worker is bundled, with its source map beside it, and found again', async ({
  expect,
}) => {
  const built = await builtWorkers()
  expect(built.map(({ name }) => name)).toEqual([
    PRODUCER,
    ...CONSUMERS.map((env) => `switchboard-${env}`),
    SANDBOX,
  ])
  for (const { name, path, contents } of built) {
    expect(contents).toContain(`sourceMappingURL=${name}.mjs.map`)
    expect(statSync(`${path}.map`).size).toBeGreaterThan(0)
  }
  expect(await builtWorkers()).toEqual(built)
}, 120_000)

test('a source that changes, comes or moves is built anew; what is installed or built is not looked at', ({
  expect,
}) => {
  const root = mkdtempSync(join(tmpdir(), 'switchboard-sources-'))
  onTestFinished(() => rmSync(root, { recursive: true, force: true }))
  const write = (name: string, text: string) => {
    mkdirSync(dirname(join(root, name)), { recursive: true })
    writeFileSync(join(root, name), text)
  }
  for (const name of ['shared/a.ts', 'packages/one/src/b.ts', 'workers/producer/index.ts'])
    write(name, `export const name = '${name}'`)
  for (const name of ['wrangler.producer.toml', 'wrangler.consumer.toml']) write(name, '')
  for (const name of ['pnpm-lock.yaml', 'tsconfig.base.json']) write(name, '{}')

  let last = keyOfSources(root)
  const isAnother = () => {
    const before = last
    last = keyOfSources(root)
    return last !== before
  }
  expect(isAnother()).toBe(false)
  write('packages/one/src/b.ts', 'export const name = 1')
  expect(isAnother()).toBe(true)
  write('workers/producer/new.ts', '')
  expect(isAnother()).toBe(true)
  rmSync(join(root, 'workers/producer/new.ts'))
  write('workers/producer/newer.ts', '')
  expect(isAnother()).toBe(true)
  write('wrangler.consumer.toml', 'name = "other"')
  expect(isAnother()).toBe(true)
  write('pnpm-lock.yaml', 'lockfileVersion: 9')
  expect(isAnother()).toBe(true)
  write('packages/one/node_modules/x/index.js', '')
  write('packages/console/dist/index.html', '')
  expect(isAnother()).toBe(false)
})
