/**
 * What a model must answer, as a valibot schema for each kind and as the JSON schema made from it.
 *
 * Must hold: the JSON schema stays in the subset that models accept: no $ref, every object closed,
 * every property required, no bounds (the valibot schema checks those).
 */
import { toJsonSchema } from '@valibot/to-json-schema'
import type { JsonSchema } from '@valibot/to-json-schema'
import * as v from 'valibot'
import { CALL_CATEGORIES, SENTIMENTS, TEXT_CATEGORIES } from '@switchboard/shared/analysis'
import type { Kind } from '@switchboard/shared/kinds'

const text = v.pipe(v.string(), v.trim())
const sentiment = v.object({
  label: v.picklist(SENTIMENTS),
  confidence: v.pipe(v.number(), v.minValue(0), v.maxValue(1)),
  quote: text,
})
const actionItems = v.array(v.object({ text, quote: text }))
const keywords = v.array(text)
const callCategory = v.object({ label: v.picklist(CALL_CATEGORIES), quote: text })
const textCategory = v.object({ label: v.picklist(TEXT_CATEGORIES), quote: text })

const ANSWERS = {
  call: v.object({ sentiment, summary: text, category: callCategory, actionItems, keywords }),
  message: v.object({ sentiment, summary: text, category: textCategory, actionItems }),
  mail: v.object({ sentiment, summary: text, category: textCategory, actionItems, keywords }),
} satisfies Record<Kind, v.GenericSchema>

/** A model's answer as it stands: in shape, its quotes not yet looked up (evidence.ts). */
export type Answer = v.InferOutput<(typeof ANSWERS)[Kind]>

/** Keywords are asked of calls and mail only. Unknown members of an answer are ignored. */
export function answerSchema(kind: Kind): v.GenericSchema<unknown, Answer> {
  return ANSWERS[kind]
}

/** The schema of a kind's answer as models take it: every object closed, no bounds. */
export function answerJsonSchema(kind: Kind): JsonSchema {
  const { $schema: _, ...schema } = toJsonSchema(ANSWERS[kind], {
    target: 'draft-07',
    ignoreActions: ['trim', 'min_value', 'max_value'],
    overrideSchema: ({ jsonSchema }) =>
      jsonSchema.type === 'object' ? { ...jsonSchema, additionalProperties: false } : jsonSchema,
  })
  return schema
}
