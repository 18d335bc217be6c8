/**
 * The second step of archiving: what OpenPhone has no words of is written down by a speech model. A
 * file that is too large, or that the model cannot use, is noted as without words, and not asked
 * about again.
 */
import { MOST_AUDIO_BYTES } from '@switchboard/analysis/transcribe'
import { StageError, toFailure } from '@switchboard/shared/failure'
import type { Failure } from '@switchboard/shared/failure'
import type { Scope } from '@switchboard/shared/kinds'
import { readCallParts } from '@switchboard/shared/merge'
import type { StoredParts } from '@switchboard/shared/merge'
import { wordlessFiles } from '@switchboard/shared/merge-whisper'
import type { ConversationRecord, Utterance, WhisperPart } from '@switchboard/shared/record'

export interface TranscribePorts {
  model: string
  /** A stored file; null: R2 does not have it. */
  read(key: string): Promise<Uint8Array | null>
  /** @throws StageError upstream.*, gate.later */
  transcribe(audio: Uint8Array): Promise<Utterance[]>
}

export interface WrittenDown {
  whisper: WhisperPart | null // null: nothing is new
  heard: boolean
  failure: Failure | null
}

/** @param sizes bytes of each file that is stored, by key */
export async function writeDown(
  { parts }: { parts: StoredParts },
  record: ConversationRecord,
  sizes: ReadonlyMap<string, number>,
  ports: TranscribePorts,
  { parked, now }: { parked: ReadonlyMap<Scope, string>; now: () => number },
): Promise<WrittenDown> {
  const before = record.kind === 'call' ? readCallParts(parts).whisper : undefined
  const written: WhisperPart['files'] = []
  let failure: Failure | null = null
  for (const { key } of wordlessFiles(record, before, now())) {
    const sizeBytes = sizes.get(key)
    if (sizeBytes === undefined) continue
    try {
      const utterances = sizeBytes > MOST_AUDIO_BYTES ? [] : await words(key, ports, parked)
      if (utterances !== null) written.push({ key, utterances })
    } catch (error) {
      failure = blamed(toFailure(error))
      break // the model's fault or its budget: it would be the next one's too
    }
  }
  if (written.length === 0) return { whisper: null, heard: false, failure }
  return {
    whisper: { model: ports.model, files: [...(before?.files ?? []), ...written] },
    heard: written.some(({ utterances }) => utterances.length > 0),
    failure,
  }
}

/** A speech model that is not there stops no analysis: only what needs this setting waits. */
function blamed(failure: Failure): Failure {
  if (failure.kind !== 'upstream.misconfigured') return failure
  return { kind: 'config.invalid', setting: 'TRANSCRIPTION_MODEL', detail: failure.detail }
}

async function words(
  key: string,
  ports: TranscribePorts,
  parked: ReadonlyMap<Scope, string>,
): Promise<Utterance[] | null> {
  const detail = parked.get('workers-ai')
  if (detail !== undefined)
    throw new StageError({ kind: 'scope.parked', scope: 'workers-ai', detail })
  const audio = await ports.read(key)
  return audio && ports.transcribe(audio)
}
