/**
 * A recording in, its words out, by a speech model of Workers AI. Who speaks it cannot tell. A file
 * that the model cannot use has no words; only a fault of the outside system is thrown.
 */
import type { Utterance } from '@switchboard/shared/record'
import { StageError } from '@switchboard/shared/failure'
import * as v from 'valibot'
import { modelFailure } from './errors.ts'

/**
 * The largest file that is sent, about 15 minutes of a telephone's MP3 at 64 kbit/s: it travels as
 * base64 in JSON, and a request may have 10 MB.
 */
export const MOST_AUDIO_BYTES = 7_500_000

const Answer = v.object({
  text: v.string(),
  segments: v.nullish(v.array(v.object({ start: v.nullish(v.number(), 0), text: v.string() })), []),
})

/**
 * What is said in it, in order.
 * @param audio a whole file, at most MOST_AUDIO_BYTES
 * @param run `env.AI.run` of the model, behind the gate
 * @param now ms since epoch, for when a spent budget comes back
 * @throws StageError upstream.* (the model or its budget), and what `run` throws of its own
 */
export async function transcribe(
  audio: Uint8Array,
  run: (input: unknown) => Promise<unknown>,
  now: () => number = Date.now,
): Promise<Utterance[]> {
  let answer: unknown
  try {
    answer = await run({ audio: base64(audio), vad_filter: true }) // silence is not to be made words of
  } catch (error) {
    const failure = modelFailure(error, now())
    if (failure instanceof StageError) throw failure
    return []
  }
  const parsed = v.safeParse(Answer, answer)
  if (!parsed.success)
    throw new StageError({
      kind: 'upstream.unavailable',
      api: 'workers-ai',
      status: null,
      detail: `the transcription cannot be read: ${v.getDotPath(parsed.issues[0]) ?? 'answer'}`,
    })
  const { text, segments } = parsed.output
  const pieces = segments?.length ? segments : [{ start: 0, text }]
  return pieces
    .map((piece) => ({
      text: piece.text.trim(),
      startSeconds: piece.start ?? 0,
      phoneNumber: null,
      actorId: null,
    }))
    .filter((utterance) => utterance.text !== '')
}

const BYTES_A_PIECE = 0x8000 // as many arguments as a function surely takes

function base64(bytes: Uint8Array): string {
  let binary = ''
  for (let at = 0; at < bytes.length; at += BYTES_A_PIECE)
    binary += String.fromCharCode(...bytes.subarray(at, at + BYTES_A_PIECE))
  return btoa(binary)
}
