import { StageError } from '@switchboard/shared/failure'
import { describe, test } from 'vitest'
import { transcribe } from './transcribe.ts'

const AUDIO = Uint8Array.from({ length: 100_000 }, (_, at) => at & 0xff)
const answering = (answer: unknown) => async () => answer
const failing = (error: unknown) => () => Promise.reject(error)
const said = (text: string, startSeconds: number) => ({
  text,
  startSeconds,
  phoneNumber: null,
  actorId: null,
})

test('sends the whole file as base64, and takes segment by segment what comes back', async ({
  expect,
}) => {
  const inputs: unknown[] = []
  const words = await transcribe(AUDIO, async (input) => {
    inputs.push(input)
    return {
      text: 'Hello. Goodbye.',
      segments: [
        { start: 0.5, end: 1, text: ' Hello.' },
        { start: 1.5, end: 2, text: ' ' },
        { start: 4, end: 5, text: ' Goodbye.' },
      ],
    }
  })
  expect(words).toEqual([said('Hello.', 0.5), said('Goodbye.', 4)])
  const [{ audio }] = inputs as [{ audio: string }]
  expect(new Uint8Array(Buffer.from(audio, 'base64'))).toEqual(AUDIO)
})

test('without segments all words are one utterance', async ({ expect }) => {
  expect(await transcribe(AUDIO, answering({ text: ' Hello. ' }))).toEqual([said('Hello.', 0)])
  expect(await transcribe(AUDIO, answering({ text: ' ', segments: null }))).toEqual([])
})

const failureOf = (error: unknown) =>
  transcribe(AUDIO, failing(error), () => 0).catch((failure: unknown) => failure)

describe('fails', () => {
  test('on a file that the model cannot use: it has no words', async ({ expect }) => {
    expect(await failureOf(new Error('3006: Request is too large'))).toEqual([])
  })

  test('by the system’s fault', async ({ expect }) => {
    expect(await failureOf(new Error('3036: quota'))).toMatchObject({
      failure: { kind: 'upstream.exhausted', until: 86_400_000 },
    })
    const gate = new StageError({ kind: 'gate.later', api: 'workers-ai', notBefore: 9 })
    expect(await failureOf(gate)).toBe(gate)
  })

  test('by an answer that is none', async ({ expect }) => {
    await expect(transcribe(AUDIO, answering({ words: 1 }))).rejects.toMatchObject({
      failure: { kind: 'upstream.unavailable', api: 'workers-ai' },
    })
  })
})
