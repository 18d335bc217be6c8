import { describe, expect, test } from 'vitest'
import { recordSentence, titleWords, withNumbers } from './record-sentence.ts'

const record: Parameters<typeof recordSentence>[0] = {
  state: 'filed',
  doing: null,
  filedMs: 1400,
  revision: 3,
  letters: [],
  work: [],
  page: null,
}
const journey = [
  { state: 'done', where: 'enrich' },
  { state: 'retrying', where: 'enrich' },
  { state: 'retrying', where: 'wait' },
] as const
const say = (over: object, steps: Parameters<typeof recordSentence>[1] = journey) =>
  recordSentence({ ...record, ...over }, steps, (at) => at)

describe('what became of a record', () => {
  test('filed', () => {
    expect(say({})).toBe('In Notion, 1.4 s after it was told of. 3 revisions, 1 retry.')
    expect(say({ filedMs: null, revision: 1, doing: 'updating' }, [])).toBe(
      'In Notion; a change is on the way. 1 revision, no retry.',
    )
  })

  test('stuck', () => {
    const letters = [{ stage: 'reconcile', reason: 'a comma', lastAt: '', open: true }]
    expect(say({ state: 'stuck', letters })).toMatch(/^Not in Notion: a comma\./)
    expect(say({ state: 'failing', letters })).toMatch(
      /^In Notion; a later change is stuck: a comma\./,
    )
  })

  test('on the way', () => {
    const work = [{ stage: 'enrich', state: 'waiting', willBeDoneAt: '14:32', reason: null }]
    expect(say({ state: 'way', work })).toMatch(/^On the way to Notion, done at about 14:32\./)
    const parked = [
      {
        stage: 'reconcile',
        state: 'parked',
        willBeDoneAt: null,
        reason: 'Notion refuses our token.',
      },
    ]
    expect(say({ state: 'way', work: parked })).toMatch(
      /^On the way; reconcile is parked: Notion refuses our token\./,
    )
  })

  test('with nothing to file, or removed', () => {
    expect(say({ state: 'skipped' })).toMatch(/^There is nothing to file of it\./)
    expect(say({ state: 'removed', page: { removedAt: 'Mon 16:12' } })).toMatch(
      /^Its page was removed by a person Mon 16:12 and stays removed\./,
    )
  })
})

test('a number in the title is read as people read it', () => {
  expect(titleWords({ title: 'Text with +12125550199', party: '+12125550199' })).toBe(
    'Text with (212) 555-0199',
  )
  expect(titleWords({ title: 'Our statement', party: 'a@b.example' })).toBe('Our statement')
  expect(titleWords({ title: 'Call', party: null })).toBe('Call')
})

test('numbers in a fact', () => {
  expect(withNumbers('+14155550100, Ana Lima; +442079460958')).toBe(
    '(415) 555-0100, Ana Lima; +442079460958',
  )
})
