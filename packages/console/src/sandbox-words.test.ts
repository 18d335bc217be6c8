import { expect, test } from 'vitest'
import { faultWords } from './sandbox-words.ts'

const well = { throttled: 0, down: false, revoked: false }
const state = {
  faults: {
    openphone: well,
    notion: well,
    mailbox: null,
    ai: { throttled: 0, down: false, slowMs: 0 },
  },
  refusals: { left: 0, records: [] as string[] },
}

test('the faults that stand, in a few words', () => {
  expect(faultWords(state)).toBeNull()
  expect(
    faultWords({
      faults: {
        ...state.faults,
        openphone: { ...well, throttled: 0.3 },
        notion: { ...well, down: true, revoked: true },
        ai: { throttled: 0, down: false, slowMs: 4000 },
      },
      refusals: { left: 2, records: ['AC1'] },
    }),
  ).toBe('OpenPhone 429, Notion down, Notion token, AI slow, 3 records refused')
})
