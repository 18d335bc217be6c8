/** How well texts answer a query, by a reranker of Workers AI: it reads both together. */
import * as v from 'valibot'
import type { Ai } from './embed.ts'
import { unreadable } from './embed.ts'
import { modelFailure } from './errors.ts'

const Ranking = v.object({
  response: v.array(v.object({ id: v.pipe(v.number(), v.integer()), score: v.number() })),
})

/**
 * A score for each text, in their order; the higher, the better.
 * Spec: docs/contracts/workers-ai.md
 * @throws StageError upstream.*
 */
export async function rerank(
  ai: Ai,
  model: string,
  query: string,
  texts: readonly string[],
): Promise<number[]> {
  let answer: unknown
  try {
    answer = await ai.run(model, {
      query,
      contexts: texts.map((text) => ({ text })),
      top_k: texts.length,
    })
  } catch (error) {
    const failure = modelFailure(error, Date.now())
    throw failure === 'unusable' ? unreadable('the model refused the texts') : failure
  }
  const parsed = v.safeParse(Ranking, answer)
  if (!parsed.success)
    throw unreadable(`${v.getDotPath(parsed.issues[0]) ?? 'answer'}: ${parsed.issues[0].message}`)
  const scores = new Map(parsed.output.response.map(({ id, score }) => [id, score]))
  if (texts.some((_, nth) => !scores.has(nth))) throw unreadable('a text has no score')
  return texts.map((_, nth) => scores.get(nth) ?? 0)
}
