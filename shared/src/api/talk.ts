/** What was said on a call, and where it is heard. */
import * as v from 'valibot'
import { operation } from './operation.ts'

const Seconds = v.pipe(v.number(), v.minValue(0))

export const TalkLine = v.object({
  recording: v.pipe(v.nullable(v.number()), v.description('Which of the recordings, from 0.')),
  seconds: v.pipe(v.nullable(Seconds), v.description('From the start of that recording.')),
  ours: v.nullable(v.boolean()),
  speaker: v.pipe(v.nullable(v.string()), v.description('Our user’s name, else the number.')),
  text: v.string(),
})
export type TalkLine = v.InferOutput<typeof TalkLine>

export const TalkRecording = v.object({
  what: v.picklist(['recording', 'voicemail']),
  url: v.pipe(v.nullable(v.string()), v.description('Our own copy; null: there is none yet.')),
  durationSeconds: v.nullable(Seconds),
})
export type TalkRecording = v.InferOutput<typeof TalkRecording>

export const readTalk = operation({
  name: 'readTalk',
  method: 'GET',
  path: '/api/records/call/:id/talk',
  summary: 'The transcript of a call, line by line, and its recordings.',
  access: 'read',
  params: v.object({ id: v.pipe(v.string(), v.minLength(1, 'is missing')) }),
  answer: v.object({ lines: v.array(TalkLine), recordings: v.array(TalkRecording) }),
})
export type Talk = v.InferOutput<typeof readTalk.answer>
