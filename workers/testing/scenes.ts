/** What outside worlds are made of in Worker tests: one merchant's call, text message and mail. No I/O. */
import {
  MERCHANT_NUMBER,
  OWN_NUMBER,
  callAt,
  mailAt,
  textAt,
} from '@switchboard/sandbox/http/small-world'
import type { World, WorldCall, WorldTextMessage } from '@switchboard/sandbox/world'

/** The day before the tests' clock. */
export const YESTERDAY = '2026-11-23T15:00:00.000Z'

/** So many minutes later. */
export function later(minutes: number): string {
  return new Date(Date.parse(YESTERDAY) + minutes * 60_000).toISOString()
}

/** One answered call with its transcript, one text message and one mail, all of one merchant. */
export function oneOfEach(): Pick<World, 'calls' | 'textMessages' | 'mails'> {
  return { calls: [spokenCall()], textMessages: [textAt(YESTERDAY)], mails: [mailAt(YESTERDAY)] }
}

/** A call that somebody answered, transcribed and recorded. */
export function spokenCall(over: Partial<WorldCall> = {}, said = TALK): WorldCall {
  const at = over.createdAt ?? YESTERDAY
  return callAt(at, {
    recordings: [
      { id: 'CR1', status: 'completed', startTime: at, duration: 60, type: 'audio/mpeg' },
    ],
    transcripts: [
      {
        recordingId: 'CR1',
        status: 'completed',
        startTime: at,
        createdAt: at,
        duration: 60,
        dialogue: said.map((content, nth) => utterance(content, nth)),
      },
    ],
    ...over,
  })
}

const TALK = [
  'Thanks for calling, this is Ana.',
  'The new reader is great, please send me a second one by Friday.',
]

/** Ours and theirs in turn. */
function utterance(content: string, nth: number) {
  const ours = nth % 2 === 0
  return {
    content,
    start: nth * 6,
    end: nth * 6 + 5,
    identifier: ours ? OWN_NUMBER : MERCHANT_NUMBER,
    actorId: ours ? 'US1' : null,
  }
}

/** So many text messages of one merchant, a minute apart. */
export function textMessages(
  count: number,
  over: Partial<WorldTextMessage> = {},
): WorldTextMessage[] {
  return Array.from({ length: count }, (_, nth) =>
    textAt(later(nth), {
      id: `ACT${nth}`,
      text: `Is reader number ${nth} on its way?`,
      ...over,
    }),
  )
}

/** The same record with other words; a source dates its changes. */
export function saying<R extends WorldTextMessage>(textMessage: R, text: string, minutes = 1): R {
  const updatedAt = new Date(Date.parse(textMessage.updatedAt) + minutes * 60_000).toISOString()
  return { ...textMessage, text, updatedAt }
}
