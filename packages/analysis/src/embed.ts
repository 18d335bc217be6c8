/**
 * Texts as vectors by Workers AI. Whoever embeds passes the gate first.
 * Spec: docs/contracts/workers-ai.md
 */
import * as v from 'valibot'
import { StageError } from '@switchboard/shared/failure'
import { modelFailure } from './errors.ts'

/** What is needed of the AI binding. */
export interface Ai {
  run(model: string, input: unknown): Promise<unknown>
}

const DIMENSIONS = 1024 // of the index
const Embeddings = v.object({
  data: v.array(v.pipe(v.array(v.number()), v.length(DIMENSIONS))),
})

/**
 * As many vectors as texts.
 * @param texts none empty, at most 100 (bge-m3)
 * @throws StageError upstream.*; record.refused: these texts are none for this model
 */
export async function embed(ai: Ai, model: string, texts: string[]): Promise<number[][]> {
  let answer: unknown
  try {
    answer = await ai.run(model, { text: texts })
  } catch (error) {
    const failure = modelFailure(error, Date.now())
    if (failure !== 'unusable') throw failure
    throw new StageError(
      { kind: 'record.refused', api: 'workers-ai', status: 400, detail: 'its text is no input' },
      { cause: error },
    )
  }
  const parsed = v.safeParse(Embeddings, answer)
  if (!parsed.success)
    throw unreadable(`${v.getDotPath(parsed.issues[0]) ?? 'answer'}: ${parsed.issues[0].message}`)
  const { data } = parsed.output
  if (data.length !== texts.length)
    throw unreadable(`${data.length} vectors for ${texts.length} texts`)
  return data
}

/** An answer that is not as documented: the model's fault, and worth another try. */
export function unreadable(detail: string): StageError {
  return new StageError({ kind: 'upstream.unavailable', api: 'workers-ai', status: null, detail })
}
