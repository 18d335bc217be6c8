/** Questions are answered from their sources or not at all. */
import { describe, expect, test } from 'vitest'
import { answerFrom } from './answering.ts'

const SOURCES = [
  { n: 1, text: 'Hello. The monthly fee went up to forty dollars and nobody told me. Bye.' },
  { n: 2, text: 'The reader does not turn on. Please send a new charger.' },
]

async function ask(question: string): Promise<{ source: number; quote: string }[]> {
  const text = await answerFrom(JSON.stringify({ question, now: '', sources: SOURCES }), null)
  return (text ?? '')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as { source: number; quote: string })
}

describe('a question', () => {
  test('is answered in the words of the source that says it', async () => {
    expect(await ask('How high is the monthly fee?')).toMatchObject([
      { source: 1, quote: 'The monthly fee went up to forty dollars and nobody told me.' },
    ])
    expect((await ask('Who needs a charger for the reader?'))[0]).toMatchObject({ source: 2 })
  })

  test('that the sources say nothing about is not answered', async () => {
    expect(await ask('What is the capital of France?')).toEqual([])
  })
})

test('a brief tells what happened, the mood and what is open', async () => {
  const asked = {
    brief: { sentiment: { positive: 0, neutral: 1, negative: 3 } },
    open: [{ source: 2, text: 'Send a charger', quote: 'Please send a new charger.' }],
    sources: SOURCES,
  }
  const text = await answerFrom(JSON.stringify(asked), null)
  const topics = (text ?? '')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line).topic as string)
  expect(topics).toEqual(['history', 'history', 'mood', 'open', 'next'])
})

test('anything else is for the analysis', async () => {
  expect(await answerFrom('{"kind":"call","utterances":[]}', null)).toBeNull()
})
