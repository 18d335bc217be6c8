/**
 * What a text model of Workers AI gave back, as a checked answer or as what is wrong with it. Two
 * shapes are known: `{choices: [{message: {content}}]}`, and of older models `{response}`, a string
 * or the object itself.
 */
import * as v from 'valibot'
import type { Kind } from '@switchboard/shared/kinds'
import { answerSchema } from './schema.ts'
import type { Answer } from './schema.ts'

/** `said` and `wrong` are for the model that is asked again; `place` may be shown to anybody. */
export type Read = { answer: Answer } | { said: string; wrong: string; place: string }

/** A model that errs in one action item errs in all of them. */
const MAX_ISSUES = 10

const Output = v.union([
  v.object({ choices: v.tuple([v.object({ message: v.object({ content: v.string() }) })]) }),
  v.object({ response: v.union([v.string(), v.record(v.string(), v.unknown())]) }),
])

/** What the model's answer says, in either of the forms that models have; else what is wrong with it. */
export function readOutput(kind: Kind, output: unknown): Read {
  const given = v.safeParse(Output, output)
  if (!given.success) return { said: '', wrong: 'There was no answer.', place: 'no text' }
  const content =
    'choices' in given.output ? given.output.choices[0].message.content : given.output.response
  const said = typeof content === 'string' ? content : JSON.stringify(content)
  const value = parseJson(said)
  if (value === undefined) return { said, wrong: 'It is not one JSON object.', place: 'no JSON' }
  const read = v.safeParse(answerSchema(kind), value)
  if (read.success) return { answer: read.output }
  const wrong = read.issues
    .slice(0, MAX_ISSUES)
    .map((issue) => `${v.getDotPath(issue) ?? 'answer'}: ${issue.message}`)
  return { said, wrong: wrong.join('\n'), place: v.getDotPath(read.issues[0]) ?? 'no object' }
}

/** The object from its first brace to its last: models wrap it in fences, or say a word before it. */
function parseJson(said: string): unknown {
  try {
    return JSON.parse(said.slice(said.indexOf('{'), said.lastIndexOf('}') + 1))
  } catch {
    return undefined
  }
}
