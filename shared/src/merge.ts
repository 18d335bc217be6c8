/**
 * Parts in, record out: pure and independent of the order in which parts arrived. And the other
 * way: what of a part counts as content (signed URLs and `updatedAt` change without meaning).
 */
import * as v from 'valibot'
import { canonicalJson, sha256, unsigned } from './hash.ts'
import { StageError } from './failure.ts'
import type { Kind } from './kinds.ts'
import { CallPart, MailPart, RecordingsPart, TextMessagePart, TranscriptsPart } from './record.ts'
import type { ConversationRecord, PartName } from './record.ts'

/** Stored parts of one record: the JSON text by part name. */
export type StoredParts = Partial<Record<PartName, string>>
export type RestPart = CallPart | TextMessagePart | MailPart

/**
 * The record that these parts make.
 * @throws StageError record.invalid where D1 holds what our schema cannot read
 */
export function mergeRecord(kind: Kind, parts: StoredParts): ConversationRecord {
  switch (kind) {
    case 'call':
      return {
        kind,
        ...read('rest', CallPart, parts.rest),
        transcripts:
          parts.transcripts === undefined
            ? null
            : read('transcripts', TranscriptsPart, parts.transcripts),
        recordings:
          parts.recordings === undefined
            ? null
            : read('recordings', RecordingsPart, parts.recordings),
      }
    case 'message':
      return { kind, ...read('rest', TextMessagePart, parts.rest) }
    case 'mail':
      return { kind, ...read('rest', MailPart, parts.rest) }
  }
}

/** Hash of what a source's object says, signed URLs and `updatedAt` aside. */
export async function contentHash(
  part: RestPart | TranscriptsPart | RecordingsPart,
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

function read<S extends v.GenericSchema>(
  part: PartName,
  schema: S,
  json: string | undefined,
): v.InferOutput<S> {
  if (json === undefined)
    throw new StageError({ kind: 'record.invalid', field: part, detail: 'this part is not stored' })
  const parsed = v.safeParse(schema, JSON.parse(json))
  if (parsed.success) return parsed.output
  const [issue] = parsed.issues
  throw new StageError({
    kind: 'record.invalid',
    field: `${part}.${v.getDotPath(issue) ?? ''}`,
    detail: issue.message,
  })
}
