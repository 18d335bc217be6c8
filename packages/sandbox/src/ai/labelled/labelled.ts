/**
 * The labelled texts that the models are trained on. Where they come from and under which licence:
 * README.md beside this file.
 */

import { readFileSync } from 'node:fs'
import * as v from 'valibot'

const Labelled = v.object({
  id: v.string(),
  kind: v.picklist(['call', 'message', 'mail']),
  source: v.string(),
  text: v.string(),
  sentiment: v.picklist(['negative', 'neutral', 'positive']),
  category: v.string(),
  hasAction: v.boolean(),
  actionItems: v.optional(v.array(v.string())),
})
export type Labelled = v.InferOutput<typeof Labelled>

export const SETS = ['first', 'second', 'own'] as const
export type SetName = (typeof SETS)[number]

export function readLabelled(set: SetName): Labelled[] {
  const file = new URL(`${set}.json`, import.meta.url)
  return v.parse(v.array(Labelled), JSON.parse(readFileSync(file, 'utf8')))
}
