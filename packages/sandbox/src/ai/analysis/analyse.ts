/**
 * One analysis, as the text model answers it: the conversation read, judged and told, in the shape
 * that the asker's JSON schema wants. Computed from the text alone; the prompt is not read. No I/O.
 */

import * as v from 'valibot'
import { findActions } from './actions.ts'
import { judgeCategory } from './category.ts'
import { readConversation } from './conversation.ts'
import { findKeywords } from './keywords.ts'
import { readMood } from './mood-features.ts'
import { encodedText, readAll, type Models } from './models.ts'
import { judgeSentiment } from './sentiment.ts'
import { summarise } from './summary.ts'

export interface Analyser {
  models: Models
  /** Weighs single sentences. */
  light: Models
  /** The sentence encoder; null in the light mode. */
  encode: ((text: string) => Promise<Float32Array>) | null
}

const Labelled = v.object({
  properties: v.object({ label: v.object({ enum: v.array(v.string()) }) }),
})
const Schema = v.object({ properties: v.record(v.string(), v.unknown()) })

/**
 * @param content the first user message (conversation.ts says what it holds)
 * @param schema the JSON schema of the answer; only the members it names are produced
 */
export async function analyse(
  content: string,
  schema: unknown,
  { models, light, encode }: Analyser,
): Promise<Record<string, unknown>> {
  const conversation = readConversation(content)
  const reading = readAll(conversation, readMood(conversation))
  const vector = encode === null ? null : await encode(encodedText(reading.mood))
  const asked = v.safeParse(Schema, schema)
  const members = asked.success ? asked.output.properties : null
  const labels = v.safeParse(Labelled, members?.['category'])
  const allowed = labels.success ? new Set(labels.output.properties.label.enum) : null
  const answers: Record<string, () => unknown> = {
    sentiment: () => judgeSentiment(conversation, reading, vector, models, light),
    summary: () => summarise(conversation),
    category: () => judgeCategory(conversation, reading, vector, models, allowed),
    actionItems: () => findActions(conversation, reading, vector, models),
    keywords: () => findKeywords(conversation),
  }
  return Object.fromEntries(
    Object.entries(answers)
      .filter(([member]) => members === null || member in members)
      .map(([member, answer]) => [member, answer()]),
  )
}
