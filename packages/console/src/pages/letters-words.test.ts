import type {
  Letter,
  LetterGroup,
  LetterGroups,
  Replay,
  ReplayPreview,
} from '@switchboard/shared/api/letters'
import { expect, test } from 'vitest'
import {
  costLine,
  groupHint,
  letterName,
  letterTitle,
  lettersSentence,
  particular,
  prettyJson,
  previewSentence,
  readySentence,
  replaySentence,
  replayVerb,
} from './letters-words.ts'

const said = (groups: LetterGroups) => Object.values(lettersSentence(groups, clock)).join(' ')
const clock = { now: Date.parse('2026-11-24T20:21:00Z'), zone: 'UTC' }
const group = (over: Partial<LetterGroup> = {}): LetterGroup => ({
  stage: 'reconcile',
  failure: 'record.refused',
  pattern: 'p',
  count: 14,
  kinds: ['call'],
  firstAt: '2026-11-20T09:14:00Z',
  lastAt: '2026-11-24T13:58:00Z',
  advice: { title: 't', why: 'w', what: 'Mend it, then replay.' },
  deployedAt: null,
  ...over,
})
const groups = (
  items: LetterGroup[],
  over: Partial<LetterGroups['counts']> = {},
): LetterGroups => ({
  items,
  nextCursor: null,
  counts: {
    open: items.reduce((sum, one) => sum + one.count, 0),
    replaying: 0,
    settled: 0,
    discarded: 0,
    ...over,
  },
  lastClosedAt: null,
})

test('the sentence tells how many, of how many faults, and what a release came after', () => {
  expect(said(groups([]))).toBe('No dead letters, and there never was one.')
  expect(said({ ...groups([]), lastClosedAt: '2026-11-17T10:00:00Z' })).toBe(
    'No dead letters. The last was closed on 17 Nov.',
  )
  expect(said(groups([group({ count: 1 })]))).toBe(
    '1 open, 1 kind of failure. None is retried by itself.',
  )
  const deployed = group({ deployedAt: '2026-11-24T14:10:00Z' })
  expect(said(groups([deployed, group({ count: 10 })], { replaying: 2 }))).toBe(
    '24 open, 2 kinds of failure. 14 failed before the release of 14:10: replay them to see whether it mended them. 2 of them being replayed.',
  )
  expect(groupHint(deployed, clock)).toBe('by the release of 14:10, after the last of these')
  expect(groupHint(group(), clock)).toBe('Mend it, then replay.')
})

const letter = (over: Partial<Letter>): Letter => ({
  id: 'x',
  queue: 'reconcile',
  stage: 'reconcile',
  kind: 'call',
  recordId: 'AC5f0d2b9e71c84',
  failure: 'record.refused',
  pattern: 'p',
  error: 'e',
  attempts: 1,
  firstAt: '2026-11-24T13:58:00Z',
  lastAt: '2026-11-24T13:58:00Z',
  state: 'open',
  closedAt: null,
  replayId: null,
  runId: null,
  discarded: null,
  merchant: null,
  party: null,
  ...over,
})

test('a letter is named by whom it is with, else by what it is', () => {
  expect(letterName(letter({ merchant: 'Saffron House', party: '+12125550142' }))).toBe(
    'Saffron House',
  )
  expect(letterTitle(letter({ party: '+12125550142' }))).toBe('Call with (212) 555-0142')
  expect(letterTitle(letter({}))).toBe('Call AC5f0d…1c84')
  expect(letterTitle(letter({ stage: 'sweep', kind: 'canvas', recordId: 'r' }))).toBe(
    'Listing of canvas',
  )
  expect(letterTitle(letter({ stage: 'webhook', kind: 'call.completed' }))).toBe(
    'Event call.completed',
  )
  expect(letterTitle(letter({ kind: 'unknown', recordId: 'm1' }))).toBe('Queue message m1')
})

test('under its group a letter says only what is its own', () => {
  for (const [error, pattern, own] of [
    ['commas not allowed: rates, pricing', 'commas not allowed: …', 'rates, pricing'],
    ['data[12].id: is missing', 'data[#].id: is missing', 'data[12].id: is missing'],
    ['it broke', 'it broke', 'it broke'],
  ])
    expect(particular(letter({ error: error!, pattern: pattern! }))).toBe(own)
})

const preview: ReplayPreview = {
  letters: 14,
  isExact: true,
  checked: 14,
  eligible: 13,
  held: [{ why: 'a person removed its page', count: 1, ids: ['x'] }],
  requests: [{ api: 'notion', count: 13, waiting: 412, seconds: 170 }],
  minutes: 8,
  readyAt: '2026-11-24T20:29:00Z',
  adds: { fetchAnew: 0, withoutAi: 0, remakePages: 1 },
}

test('a preview says how many go, how many do not and why, and for how long', () => {
  expect(previewSentence(preview)).toBe(
    '13 can be replayed. 1 held back: a person removed its page.',
  )
  expect(replayVerb(preview)).toBe('Replay 13')
  const many = { ...preview, letters: 5000, checked: 1000, eligible: 999 }
  expect(previewSentence(many)).toBe(
    'Of the first 1,000, 999 can be replayed. 1 held back: a person removed its page. The other 4,000 are looked at when they are sent.',
  )
  expect(replayVerb(many)).toBe('Replay 5,000')
  expect(costLine(preview.requests[0]!)).toEqual({
    name: 'Notion requests',
    note: 'behind 412 that wait',
  })
  expect(readySentence(preview, clock)).toBe('8 min, ready 20:29')
})

test('a replay says how far it is', () => {
  const replay: Replay = {
    id: 'r',
    state: 'running',
    actor: 'Dana',
    pace: 'careful',
    options: { fetchAnew: false, withoutAi: false, remakePages: false },
    reason: null,
    startedAt: '2026-11-24T20:00:00Z',
    finishedAt: null,
    isSelecting: true,
    waiting: 10,
    sent: 3,
    succeeded: 0,
    died: 0,
    held: 0,
  }
  expect(replaySentence(replay)).toBe('0 succeeded, 3 on the way, 10 or more wait.')
  expect(
    replaySentence({
      ...replay,
      state: 'stopped',
      isSelecting: false,
      sent: 0,
      succeeded: 2,
      died: 1,
      held: 1,
      reason: '1 of the first 3 died again',
    }),
  ).toBe(
    '2 succeeded, 1 died again, 10 not sent, 1 held back. Stopped: 1 of the first 3 died again.',
  )
})

test('a queue message is set in lines, what is no JSON is left', () => {
  expect(prettyJson('{"v":1}')).toBe('{\n  "v": 1\n}')
  expect(prettyJson('{"v":')).toBe('{"v":')
})
