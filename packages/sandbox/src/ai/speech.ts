/**
 * Speech models: the recordings of the sandbox are tones, and there are no words in a tone. What is
 * sent must be audio all the same.
 */
import * as v from 'valibot'
import { AiRefusal } from './faults.ts'

export const SPEECH_MODEL = /^@cf\/openai\/whisper(?:-[\w-]+)?$/u
/** A request has 10 MB at most. */
const AUDIO_CHARACTERS = 10_000_000

const SpeechInput = v.object({ audio: v.pipe(v.string(), v.minLength(1)) })

/** @param input `{audio}`, base64 @throws AiRefusal */
export function hear(input: unknown): object {
  const read = v.safeParse(SpeechInput, input)
  if (!read.success) throw new AiRefusal(5006, `Error: ${read.issues[0].message}`)
  const { audio } = read.output
  if (audio.length > AUDIO_CHARACTERS) throw new AiRefusal(3006)
  if (Buffer.from(audio, 'base64').length === 0) throw new AiRefusal(5006, 'Error: no audio')
  return { text: '', segments: [], word_count: 0 }
}
