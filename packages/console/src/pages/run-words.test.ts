import { describe, expect, test } from 'vitest'
import type { KindOfRun, Run, RunRow } from '@switchboard/shared/api/runs'
import {
  askedWords,
  leftWords,
  listingWords,
  previewWords,
  runSentence,
  runTitle,
  runsSentence,
  whyRows,
  whyWords,
} from './run-words.ts'

const clock = { now: Date.parse('2026-11-24T20:21:00Z'), zone: 'America/Chicago' }
const kind: KindOfRun = {
  listed: 0,
  synced: 0,
  failed: 0,
  skipped: 0,
  open: 0,
  listing: 'done',
  error: null,
  perMinute: null,
}
const row: RunRow = {
  id: 'cron:1',
  state: 'running',
  reason: null,
  asked: { days: 365 },
  startedBy: 'Dana',
  startedAt: '2026-11-24T19:50:00.000Z',
  finishedAt: null,
  cancelledBy: null,
  since: '2025-11-24T19:50:00.000Z',
  until: '2026-11-24T19:50:00.000Z',
  total: { listed: 6812, synced: 4912, failed: 3, skipped: 555, open: 1342 },
}
const run: Run = {
  ...row,
  total: { ...row.total, perMinute: 176 },
  kinds: { call: kind, message: kind, mail: kind },
  lookUps: [],
  requests: {},
  why: [],
  complete: false,
  doneAt: '2026-11-24T20:29:00.000Z',
  notionPerSecond: 3,
}
const say = (over: Partial<Run>) => {
  const { first, rest } = runSentence({ ...run, ...over }, clock)
  return `${first} ${rest}`
}

describe('the sentence of a run', () => {
  test('tells how far it is, when it is ready, and what it waits for', () => {
    expect(say({})).toBe(
      '80 % done, ready at 14:29. 4,912 conversations written, 555 unchanged, 3 failed. It waits for Notion’s 3 requests a second, not for us.',
    )
    expect(say({ total: { ...run.total, perMinute: 20 } })).not.toContain('Notion’s')
    expect(say({ doneAt: null })).toMatch(/^80 % done\. /)
  })

  test('while it lists tells of what is listed', () => {
    const call = { ...kind, listing: 'under way' as const }
    expect(say({ kinds: { ...run.kinds, call } })).toMatch(/^6,812 conversations listed so far\./)
    const nothing = { listed: 0, synced: 0, failed: 0, skipped: 0, open: 0, perMinute: null }
    expect(say({ kinds: { ...run.kinds, call }, total: nothing })).toBe(
      'It has just begun. Nothing is listed yet.',
    )
  })

  test('of one that ended tells how', () => {
    const done = { finishedAt: '2026-11-24T19:50:41.000Z', doneAt: null }
    const total = { listed: 20, synced: 1, failed: 0, skipped: 19, open: 0, perMinute: null }
    expect(say({ ...done, state: 'completed', total })).toBe(
      'Done in 41 s. 1 conversation written, 19 unchanged, none failed.',
    )
    expect(
      say({ ...done, state: 'failed', total, reason: 'the listing of mail failed: 401' }),
    ).toMatch(/^It could not be finished\. The listing of mail failed: 401\. 1 conversation/)
    expect(say({ ...done, state: 'cancelled', cancelledBy: 'Ana' })).toBe(
      'Cancelled by Ana. 4,912 conversations written, 555 unchanged, 3 failed. 1,342 conversations that it took in are held back until it is resumed or another run lists them.',
    )
  })

  test('of what is made again tells what was made', () => {
    expect(say({ asked: { again: 'analyse' } })).toContain('4,912 conversations analysed anew')
    expect(runTitle({ asked: { again: 'embed' } })).toBe('Vectors made again')
  })
})

test('what a run was asked for', () => {
  expect(askedWords({ asked: { days: 30 }, startedBy: null })).toBe('30 days, by schedule')
  expect(askedWords({ asked: { days: 7, kinds: ['call'] }, startedBy: 'Marcus' })).toBe(
    '7 days, calls only, by Marcus',
  )
  expect(askedWords({ asked: { again: 'analyse' }, startedBy: 'Ana' })).toBe(
    'analyses again, all days, all kinds, by Ana',
  )
  expect(askedWords({ asked: { days: 1, fetchAnew: true }, startedBy: 'Ana' })).toBe(
    '1 day, all asked for anew, by Ana',
  )
})

test('where a kind stands', () => {
  expect(leftWords({ ...kind, open: 165, perMinute: 21 })).toBe('8 min')
  expect(leftWords({ ...kind, open: 165, perMinute: 0 })).toBe('not known yet')
  expect(leftWords(kind)).toBe('–')
  expect(listingWords({ listing: 'failed', error: '401' })).toBe('listing failed: 401')
  expect(listingWords(kind)).toBe('')
})

test('reasons of all kinds are added up', () => {
  expect(
    whyRows([
      { kind: 'call', outcome: 'skipped', why: 'unchanged', count: 5 },
      { kind: 'mail', outcome: 'failed', why: 'record.refused', count: 7 },
      { kind: 'message', outcome: 'skipped', why: 'unchanged', count: 4 },
    ]),
  ).toEqual([
    { outcome: 'skipped', why: 'unchanged', count: 9 },
    { outcome: 'failed', why: 'record.refused', count: 7 },
  ])
  expect(whyWords('failed', 'record.refused')).toBe('failed: an outside system refused the record')
})

describe('the page of all runs', () => {
  test('tells what goes on, and how the last ended', () => {
    expect(runsSentence([], clock)).toBe('No run was started yet.')
    const ended = { ...row, state: 'completed' as const, startedAt: '2026-11-24T18:00:00.000Z' }
    expect(runsSentence([row, ended], clock)).toBe(
      'One run is under way, 80 % done. The one of 12:00 is through: 4,912 written, 3 failed.',
    )
    expect(runsSentence([{ ...ended, state: 'cancelled' }], clock)).toBe(
      'No run is under way. The one of 12:00 was cancelled: 4,912 written, 3 failed.',
    )
    expect(runsSentence([{ ...ended, state: 'failed' }], clock)).toContain(
      'The one of 12:00 failed:',
    )
  })
})

test('what a run will cost', () => {
  const preview = {
    days: 60,
    kinds: ['call' as const],
    records: 1860,
    news: 930,
    requests: { openphone: 1, notion: 930, mailbox: 0, workersAi: 930 },
    minutes: 5.2,
  }
  expect(previewWords(preview)).toBe(
    'About 1,860 conversations of 60 days. About 930 are older than anything that was listed yet, about 5 min. They go behind all that is live.',
  )
  expect(previewWords({ ...preview, news: 0 })).toContain('costs the listing alone')
  expect(previewWords({ ...preview, records: null, news: null })).toContain('Nothing was listed')
})
