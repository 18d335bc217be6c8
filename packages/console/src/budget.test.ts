/** What the console weighs over the wire: the first load, and the most that a page adds to it. */
import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { beforeAll, expect, test } from 'vitest'
import { DIST, buildConsole } from '../build.ts'

const FIRST_LOAD_BYTES = 36_000
const WITH_CHARTS_BYTES = 60_000

beforeAll(buildConsole, 60_000)

const files = () =>
  new Map(
    readdirSync(join(DIST, 'assets')).map((name) => {
      const bytes = readFileSync(join(DIST, 'assets', name))
      return [name, gzipSync(bytes).length] as const
    }),
  )

/** What `index.html` names, and the page itself. */
function firstLoad(): number {
  const html = readFileSync(join(DIST, 'index.html'), 'utf8')
  const named = Array.from(html.matchAll(/\/assets\/([\w.-]+)/g), ([, name]) => name ?? '')
  expect(named.length).toBeGreaterThan(1)
  const sizes = files()
  return named.reduce((sum, name) => sum + (sizes.get(name) ?? Infinity), gzipSync(html).length)
}

/** The heaviest page's own script: what a first visit loads beside the frame. */
function heaviestPage(): number {
  const frame = readFileSync(join(DIST, 'index.html'), 'utf8')
  const pages = [...files()].filter(
    ([name]) => name.endsWith('.js') && !frame.includes(name) && !isPlot(name),
  )
  return Math.max(...pages.map(([, bytes]) => bytes))
}

function isPlot(name: string): boolean {
  return name.startsWith('plot-')
}

test('the first load is small: the frame and any one page', () => {
  expect(firstLoad() + heaviestPage()).toBeLessThan(FIRST_LOAD_BYTES)
})

test('with charts it is still below 60 kB', () => {
  const plot = [...files()]
    .filter(([name]) => isPlot(name))
    .reduce((sum, [, bytes]) => sum + bytes, 0)
  expect(firstLoad() + heaviestPage() + plot).toBeLessThan(WITH_CHARTS_BYTES)
})

test('nothing stands in the page that the CSP refuses', () => {
  const html = readFileSync(join(DIST, 'index.html'), 'utf8')
  expect(html).not.toMatch(/<script(?![^>]*\bsrc=)|<style|\sstyle=|\son\w+=|https?:\/\//)
})
