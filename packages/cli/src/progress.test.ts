/** What a start tells of its run while it serves. */
import { expect, test } from 'vitest'
import { watchRun } from './progress.ts'
import type { Ask } from './progress.ts'

const KIND = { listing: 'waiting', synced: 0, failed: 0, skipped: 0, open: 0 }
const OPENPHONE = { scope: 'openphone', reason: 'the connection failed' }

test('says once what stands, and when it goes on', async () => {
  const looks = [[], [OPENPHONE], [OPENPHONE], []]
  let nth = 0
  const ask = (async (path: string) => {
    if (path === 'status') return { owed: [], parked: looks[nth++] ?? [] }
    const complete = nth === looks.length
    return { id: 'r', complete, kinds: { call: KIND, message: KIND, mail: KIND } }
  }) as unknown as Ask
  const lines: string[] = []
  const screen = { line: (text: string) => lines.push(text), live: () => {} }
  const ending = await watchRun(ask, 'r', screen, { stopAtParked: false, stopped: () => false })
  expect(ending).toMatchObject({ progress: { id: 'r' }, complete: true })
  expect(lines).toEqual(['Parked: openphone: the connection failed', 'Goes on: openphone'])
})
