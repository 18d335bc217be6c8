/** Which analysis a record has: the hash of what the model sees, of the model and of the prompt. */
import { canonicalJson, sha256 } from '@switchboard/shared/hash'
import { shown } from './subject.ts'
import type { AnalysisSubject } from './subject.ts'

/**
 * Equal for equal input: an analysis under the same fingerprint need not be made again. The system
 * turn is covered by its version, so that mending a word of it does not analyse everything anew.
 */
export async function analysisFingerprint(
  subject: AnalysisSubject,
  model: { name: string; promptVersion: string },
): Promise<string> {
  const { name, promptVersion } = model
  return sha256(canonicalJson({ shown: shown(subject), model: name, promptVersion }))
}
