/**
 * Parts in, record out: pure and independent of the order in which parts arrived. And the other
 * way: what of a part counts as content (signed URLs and `updatedAt` change without meaning).
 */
import * as v from 'valibot'
import { EVENT_PARTS } from './event-parts.ts'
import type { EventPart } from './event-parts.ts'
import { StageError } from './failure.ts'
import { canonicalJson, sha256, unsigned } from './hash.ts'
import type { Kind } from './kinds.ts'
import { mergeCall, mergeRecordings, mergeTranscripts } from './merge-call.ts'
import type { CallParts } from './merge-call.ts'
import { mergeMail } from './merge-mail.ts'
import { mergeTextMessage } from './merge-text-message.ts'
import { withWhisper } from './merge-whisper.ts'
import {
  CallPart,
  MailPart,
  PART_NAMES,
  RecordingsPart,
  TextMessagePart,
  TranscriptsPart,
  WhisperPart,
} from './record.ts'
import type { ConversationRecord, PartName } from './record.ts'

/** Stored parts of one record: the JSON text by part name. */
export type StoredParts = Partial<Record<PartName, string>>
export type RestPart = CallPart | TextMessagePart | MailPart

/**
 * The record that these parts make; null: none yet, the source must be asked for it first.
 * @throws StageError record.invalid where D1 holds what our schema cannot read, or nothing of a mail
 */
export function mergeRecord(kind: Kind, stored: StoredParts): ConversationRecord | null {
  switch (kind) {
    case 'call': {
      const parts = readCallParts(stored)
      const call = mergeCall(parts)
      if (call === null) return null
      const transcripts = mergeTranscripts(parts)
      const recordings = mergeRecordings(parts)
      return withWhisper({ kind, ...call, transcripts, recordings }, parts.whisper)
    }
    case 'message': {
      const textMessage = mergeTextMessage(readParts(TEXT_MESSAGE_PARTS, stored))
      return textMessage && { kind, ...textMessage }
    }
    case 'mail': {
      const mail = mergeMail(readParts(MAIL_PARTS, stored))
      if (mail !== null) return { kind, ...mail }
      throw new StageError({
        kind: 'record.invalid',
        field: 'rest',
        detail: 'this part is not stored',
      })
    }
  }
}

/**
 * The parts of a call, read back.
 * @throws StageError record.invalid where D1 holds what our schema cannot read
 */
export function readCallParts(stored: StoredParts): CallParts {
  return readParts(CALL_PARTS, stored)
}

/** Hash of what a source's object says, signed URLs and `updatedAt` aside. */
export async function contentHash(
  part: RestPart | TranscriptsPart | RecordingsPart | WhisperPart | EventPart['body'],
): Promise<string> {
  return sha256(canonicalJson(settled(part)))
}

function settled(part: object): unknown {
  return JSON.parse(
    JSON.stringify(part, (key, member: unknown) => {
      if (key === 'updatedAt') return undefined
      if (key === 'url' && typeof member === 'string') return unsigned(member)
      return member
    }),
  )
}

const { 'event:message': TextMessageEvent, ...CALL_EVENT_PARTS } = EVENT_PARTS
const CALL_PARTS = {
  rest: CallPart,
  transcripts: TranscriptsPart,
  recordings: RecordingsPart,
  whisper: WhisperPart,
  ...CALL_EVENT_PARTS,
}
const MAIL_PARTS = { rest: MailPart, routed: MailPart, adopted: MailPart }
const TEXT_MESSAGE_PARTS = { rest: TextMessagePart, 'event:message': TextMessageEvent }

type Schemas = Partial<Record<PartName, v.GenericSchema>>
type Parts<S extends Schemas> = {
  [Name in keyof S]?: S[Name] extends v.GenericSchema ? v.InferOutput<S[Name]> : never
}

function readParts<S extends Schemas>(schemas: S, stored: StoredParts): Parts<S> {
  const names = PART_NAMES.filter((name) => stored[name] !== undefined)
  const read = names.flatMap((name) => {
    const schema = schemas[name]
    return schema === undefined ? [] : [[name, readPart(name, schema, stored[name] ?? '')]]
  })
  return Object.fromEntries(read) as Parts<S>
}

function readPart(name: PartName, schema: v.GenericSchema, json: string): unknown {
  const parsed = v.safeParse(schema, JSON.parse(json))
  if (parsed.success) return parsed.output
  const [issue] = parsed.issues
  throw new StageError({
    kind: 'record.invalid',
    field: `${name}.${v.getDotPath(issue) ?? ''}`,
    detail: issue.message,
  })
}
