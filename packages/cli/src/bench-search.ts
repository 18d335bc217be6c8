/**
 * `npm run bench:search`: how good search is on the labelled queries, as words alone, as vectors
 * alone and as both; and how quick it and a merchant's page are over very many records. Not a part
 * of `npm test`.
 *
 * Flags: --records N (100000; 0 leaves the speed out), --quick (the speed alone).
 * Exit code 1: a target was missed.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { firstSet, ownSet } from '@switchboard/sandbox/search-eval/labelled'
import type { LabelledSet } from '@switchboard/sandbox/search-eval/labelled'
import type { Estimate } from '@switchboard/search/measure'
import { FLOOR, difference, qualityOf, summaryOf } from './search-quality.ts'
import { speedOf } from './search-speed.ts'

const TARGETS = { searchMs: 150, merchantMs: 50 }

const { values: flags } = parseArgs({
  options: {
    records: { type: 'string', default: '100000' },
    quick: { type: 'boolean', default: false },
  },
})

const missed: string[] = []
if (!flags.quick) for (const set of [firstSet(), ownSet()]) await quality(set)
if (Number(flags.records) > 0) await speed(Number(flags.records))
line(missed.length === 0 ? 'Every target is met.' : `Missed: ${missed.join('; ')}`)
process.exit(missed.length === 0 ? 0 : 1)

async function quality(set: LabelledSet): Promise<void> {
  const measured = await inFolder((folder) => qualityOf(set, folder))
  line(`\n${set.name}: ${set.queries.length} queries, asked at ${set.now}`)
  line('          recall@10           nDCG@10             nDCG@10 by level')
  const summaries = summaryOf(measured)
  for (const { ranker, recall, ndcg, byLevel } of summaries) {
    const levels = byLevel.map(([level, value]) => `${level} ${two(value)}`).join(', ')
    line(`${ranker.padEnd(9)} ${interval(recall)}  ${interval(ndcg)}  ${levels}`)
  }
  for (const arm of ['vector', 'text'] as const) {
    const by = difference(measured, 'hybrid', arm)
    line(`hybrid - ${arm.padEnd(6)} nDCG@10 ${interval(by)}`)
    if (by.mean < 0) missed.push(`hybrid is below ${arm} on ${set.name}`)
  }
  const hybrid = summaries.find(({ ranker }) => ranker === 'hybrid')?.ndcg.mean ?? 0
  if (hybrid < FLOOR[set.name]) missed.push(`hybrid nDCG@10 of ${FLOOR[set.name]} on ${set.name}`)
}

async function speed(records: number): Promise<void> {
  const { vectors, search, text, merchant, rowsRead } = await inFolder((folder) =>
    speedOf(records, folder, (told) => line(told)),
  )
  line(`\n${records} records, ${vectors} vectors`)
  line(`search    ${latencies(search)}`)
  line(`text only ${latencies(text)}`)
  line(`merchant  ${latencies(merchant)}, with 2,000 records; D1 reads ${rowsRead} rows`)
  if (quantile(search, 0.95) >= TARGETS.searchMs)
    missed.push(`search p95 under ${TARGETS.searchMs} ms`)
  if (quantile(merchant, 0.95) >= TARGETS.merchantMs)
    missed.push(`merchant p95 under ${TARGETS.merchantMs} ms`)
}

async function inFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'switchboard-search-'))
  try {
    return await work(folder)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

function latencies(values: number[]): string {
  const at = (share: number) => `${quantile(values, share).toFixed(0)} ms`
  return `p50 ${at(0.5)}, p95 ${at(0.95)}, longest ${at(1)}`
}

function quantile(values: number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.ceil(share * sorted.length) - 1] ?? 0
}

/** With the 95 % interval of the bootstrap over queries. */
function interval({ mean, low, high }: Estimate): string {
  return `${two(mean)} (${two(low)} to ${two(high)})`.padEnd(18)
}

function two(value: number): string {
  return value.toFixed(2).replace(/^(-?)0\./, '$1.')
}

function line(text: string): void {
  process.stdout.write(`${text}\n`)
}
