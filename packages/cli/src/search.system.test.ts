/** How good search is with the local models, through the whole system: the floor it never goes below. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { mean } from '@switchboard/search/measure'
import { firstSet } from '@switchboard/sandbox/search-eval/labelled'
import { onTestFinished, test } from 'vitest'
import { FLOOR, qualityOf } from './search-quality.ts'

test(
  'both rankings together reach their floor and are no worse than either',
  { timeout: 600_000 },
  async ({ expect }) => {
    const folder = mkdtempSync(join(tmpdir(), 'switchboard-quality-'))
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
    const quality = await qualityOf(firstSet(), folder)
    const ndcg = (of: keyof typeof quality) => mean(quality[of].map((one) => one.ndcg))
    expect(ndcg('hybrid')).toBeGreaterThanOrEqual(FLOOR.first)
    expect(ndcg('hybrid')).toBeGreaterThanOrEqual(ndcg('text'))
    expect(ndcg('hybrid')).toBeGreaterThanOrEqual(ndcg('vector'))
  },
)
