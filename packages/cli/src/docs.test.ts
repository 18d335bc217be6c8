/**
 * Holds the documentation to the code: generated parts, cited places, tables, the tests that prove
 * the invariants, the commands of a deployment.
 */
import { existsSync, globSync, readFileSync, readdirSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { describe, test } from 'vitest'
import { deployment, flagsOf, secretsOf } from './deployment.ts'
import { GENERATED_IN, regenerated } from './docs.ts'
import { ROOT } from './workers.ts'

const DOCUMENTS = ['README.md', 'CHANGELOG.md', ...globSync('docs/**/*.md', { cwd: ROOT })]
const SOURCES = globSync(
  ['{shared,packages,workers}/**/*.{ts,sql,mjs}', '*.toml', '.dev.vars.example'],
  { cwd: ROOT, exclude: ['**/node_modules/**'] },
)

test.for(GENERATED_IN)('%s says what the code says', (name, { expect }) => {
  const text = read(name)
  expect(text, 'run: npm run docs').toBe(regenerated(text))
})

describe('places', () => {
  test('every place in docs/ that code cites is there', ({ expect }) => {
    const cited = SOURCES.flatMap((file) =>
      Array.from(read(file).matchAll(/\bdocs\/[\w/.-]*\w\.md(#[\w-]+)?/g), ([place]) => place),
    )
    expect(cited.length).toBeGreaterThan(5)
    expect(cited.filter((place) => !isThere(place))).toEqual([])
  })

  test.for(DOCUMENTS)('every link of %s leads somewhere', (name, { expect }) => {
    const links = Array.from(
      withoutCode(read(name)).matchAll(/\]\(([^)\s]+)\)/g),
      ([, to]) => to ?? '',
    )
    const ours = links.filter((to) => !/^https?:/.test(to))
    const places = ours.map((to) =>
      to.startsWith('#') ? name + to : relative(ROOT, join(ROOT, dirname(name), to)),
    )
    expect(places.filter((place) => !isThere(place))).toEqual([])
  })
})

test('docs/tables.md has the tables and columns of the schema', ({ expect }) => {
  const documented = read('docs/tables.md')
    .split(/^### /m)
    .slice(1)
    .map((section) => [
      /^`(\w+)`/.exec(section)?.[1],
      Array.from(section.matchAll(/^\| `(\w+)` +\|/gm), ([, column]) => column),
    ])
  expect(new Map(documented as [string, string[]][])).toEqual(schema())
})

test('every table says who writes, reads and deletes it', ({ expect }) => {
  const sections = read('docs/tables.md').split(/^### /m).slice(1)
  for (const section of sections)
    expect(section).toMatch(
      /\n\| written by +\| read by +\| deleted by +\|\n\| -+ \| -+ \| -+ \|\n\| \S.* \| \S.* \| \S.* \|\n/,
    )
})

describe('docs/invariants.md', () => {
  const rules = read('docs/invariants.md')
    .split(/^## /m)
    .slice(1)
    .filter((section) => /^\d/.test(section))

  test('has the ten rules', ({ expect }) => {
    expect(rules.map((rule) => Number.parseInt(rule, 10))).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10])
  })

  test.for(rules.map((rule) => [rule.slice(0, rule.indexOf('\n')), rule]))(
    '%s: its tests are there',
    ([, rule = ''], { expect }) => {
      const proofs = Array.from(
        rule.matchAll(/^- \[`([^`]+)`\]\([^)]*\): (.+)$/gm),
        ([, file = '', title = '']) => ({ file, title }),
      )
      expect(proofs.length).toBeGreaterThan(0)
      expect(proofs.filter(({ file, title }) => !hasTest(file, title))).toEqual([])
    },
  )
})

describe('deploying', () => {
  const commands = Array.from(read('README.md').matchAll(/^```bash\n([\s\S]*?)^```/gm)).flatMap(
    ([, block]) => (block ?? '').split('\n'),
  )
  const at = (command: string) => commands.indexOf(command)

  test('every Worker is deployed, after those it needs', ({ expect }) => {
    const order = [
      'pacing',
      'dead-letter',
      'reconciliation',
      'vectorization',
      'archive',
      'enrichment',
      'producer',
    ]
    const lines = order.map((room) => {
      const worker = deployment().find((one) => one.room === room)
      return worker === undefined ? -1 : at(`wrangler deploy ${flagsOf(worker)}`)
    })
    expect(order.toSorted()).toEqual(
      deployment()
        .map(({ room }) => room)
        .toSorted(),
    )
    expect(lines).not.toContain(-1)
    expect(lines).toEqual(lines.toSorted((a, b) => a - b))
  })

  test('secrets and metadata indexes come before the first deploy', ({ expect }) => {
    const first = commands.findIndex((command) => command.startsWith('wrangler deploy'))
    for (const worker of deployment())
      for (const name of secretsOf(worker)) {
        const line = at(`wrangler secret put ${name} ${flagsOf(worker)}`)
        expect(line, name).toBeGreaterThan(0)
        expect(line, name).toBeLessThan(first)
      }
    const indexed = commands
      .slice(0, first)
      .flatMap((command) => /--propertyName=(\w+)/.exec(command)?.[1] ?? [])
    const metadata = read('packages/search/src/vector.ts')
    const names = /export type VectorMetadata = \{([\s\S]*?)\n\}/.exec(metadata)?.[1] ?? ''
    expect(indexed.toSorted()).toEqual(
      Array.from(names.matchAll(/^ {2}(\w+)\??:/gm), ([, name = '']) => name).toSorted(),
    )
  })
})

test('docs/operations.md has every event that is logged, and no other', ({ expect }) => {
  const logged = SOURCES.filter((file) => !file.includes('.test.')).flatMap((file) =>
    Array.from(
      read(file).matchAll(/\b(?:log\.(?:info|warn|error)|warn)\(\s*'([\w.-]+)'/g),
      ([, event = '']) => event,
    ),
  )
  const [, section = ''] = read('docs/operations.md').split(/^## Logs$/m)
  const [table = ''] = section.split(/^## /m)
  const documented = Array.from(table.matchAll(/^\| (`.+?) +\|/gm)).flatMap(([, cell = '']) =>
    Array.from(cell.matchAll(/`([\w-]+\.[\w-]+)`/g), ([, event = '']) => event),
  )
  expect([...new Set(logged)].toSorted()).toEqual(documented.toSorted())
})

test('nothing is named that is no part of the product', ({ expect }) => {
  const foreign = /\.\.\/shared\/[A-Z]|PROTOCOLS\.md|DESIGN\.md|PLATFORM\.md|STYLE\.md|registry\./
  expect(DOCUMENTS.filter((name) => foreign.test(read(name)))).toEqual([])
})

function read(name: string): string {
  return readFileSync(join(ROOT, name), 'utf8')
}

/** A file or folder, and in a document the heading that the anchor names. */
function isThere(place: string): boolean {
  const [file = '', anchor] = place.split('#')
  if (!existsSync(join(ROOT, file))) return false
  return anchor === undefined || anchorsOf(read(file)).includes(anchor)
}

/** As the forges make them of headings. */
function anchorsOf(text: string): string[] {
  return Array.from(withoutCode(text).matchAll(/^#{1,6} (.+)$/gm), ([, heading = '']) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
      .trim()
      .replaceAll(/\s/g, '-'),
  )
}

function withoutCode(text: string): string {
  return text.replaceAll(/^```[\s\S]*?^```/gm, '')
}

/** The columns of every table once all migrations are applied, in their order. */
function schema(): Map<string, string[]> {
  const database = new DatabaseSync(':memory:')
  for (const folder of ['packages/store/migrations', 'packages/store/migrations-search'])
    for (const name of readdirSync(join(ROOT, folder)).toSorted())
      database.exec(readFileSync(join(ROOT, folder, name), 'utf8'))
  const names = database
    .prepare(
      `SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'
          AND name NOT LIKE 'passages~_%' ESCAPE '~'`, // what a full-text table keeps its words in
    )
    .all()
    .map(({ name }) => String(name))
  return new Map(
    names.map((name) => [
      name,
      database
        .prepare(`SELECT name FROM pragma_table_info(?) ORDER BY cid`)
        .all(name)
        .map((column) => String(column['name'])),
    ]),
  )
}

/** Whether the file has a test of this title, however it is quoted. */
function hasTest(file: string, title: string): boolean {
  if (!existsSync(join(ROOT, file))) return false
  const source = read(file).replaceAll("\\'", "'")
  return ["'", '"', '`'].some((quote) => source.includes(quote + title + quote))
}
