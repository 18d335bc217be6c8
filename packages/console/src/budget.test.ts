/** What the console weighs over the wire: the first load of each page, with and without its charts. */
import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { beforeAll, expect, test } from 'vitest'
import { DIST, buildConsole } from '../build.ts'

const FIRST_LOAD_BYTES = 36_000
const WITH_CHARTS_BYTES = 60_000

beforeAll(buildConsole, 60_000)

function text(file: string): string {
  return readFileSync(join(DIST, file), 'utf8')
}

function weigh(files: Iterable<string>): number {
  return [...files].reduce((sum, file) => sum + gzipSync(text(file)).length, 0)
}

/** The files that every page needs: those that `index.html` names, and itself. */
function frame(): Set<string> {
  const named = Array.from(text('index.html').matchAll(/\/(assets\/[\w.-]+)/g), ([, name]) => name)
  expect(named.length).toBeGreaterThan(1)
  return new Set(['index.html', ...named.filter((name) => name !== undefined)])
}

/** Every chunk that is loaded later, with all that it loads beside itself, as Vite noted it. */
function later(): Map<string, string[]> {
  const chunks = new Map<string, string[]>()
  for (const name of readdirSync(join(DIST, 'assets')).filter((file) => file.endsWith('.js'))) {
    const code = text(`assets/${name}`)
    const list = /m\.f\|\|\(m\.f=(\[[^\]]*\])/.exec(code)?.[1] ?? '[]'
    const files = JSON.parse(list) as string[]
    for (const [, chunk = '', needs = ''] of code.matchAll(
      /import\([`'"]\.\/([\w.-]+)[`'"]\),__vite__mapDeps\(\[([\d,]*)\]\)/g,
    ))
      chunks.set(
        chunk,
        needs.split(',').map((index) => files[Number(index)] ?? ''),
      )
  }
  return chunks
}

/** What a first visit loads, by page, and whether there are charts on it. */
function firstLoads(): { page: string; bytes: number; charts: boolean }[] {
  const common = frame()
  const pages = [...later()].filter(([name]) => !/^(plot|talk|sandbox-strip)-/.test(name))
  expect(pages.length).toBeGreaterThan(8)
  return pages.map(([name, needs]) => ({
    page: name,
    bytes: weigh(new Set([...common, ...needs])),
    charts: needs.some((file) => file.startsWith('assets/chart-')),
  }))
}

test('a first load is small, whichever page it is', () => {
  for (const { page, bytes } of firstLoads()) expect(bytes, page).toBeLessThan(FIRST_LOAD_BYTES)
})

test('with its charts a page is still below 60 kB', () => {
  const plot = readdirSync(join(DIST, 'assets')).filter((name) => name.startsWith('plot-'))
  const drawn = firstLoads().filter(({ charts }) => charts)
  expect([plot.length > 0, drawn.length > 0]).toEqual([true, true])
  for (const { page, bytes } of drawn)
    expect(bytes + weigh(plot.map((name) => `assets/${name}`)), page).toBeLessThan(
      WITH_CHARTS_BYTES,
    )
})

test('nothing stands in the page that the CSP refuses', () => {
  expect(text('index.html')).not.toMatch(
    /<script(?![^>]*\bsrc=)|<style|\sstyle=|\son\w+=|https?:\/\//,
  )
})
