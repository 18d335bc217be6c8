/** JMAP's methods: several in one request, the answer to each read by its schema. */
import * as v from 'valibot'
import { methodRefusal, oddAnswer } from './refusal.ts'
import { ask } from './request.ts'
import type { Jmap } from './request.ts'
import { CORE, MAIL } from './session.ts'
import type { Session } from './session.ts'
import { WireResponses } from './wire.ts'

/** `[method, arguments, name]`: the name ties an answer, or another method, to this one. */
export type Method = [method: string, args: object, name: string]

/** The answer to the method of that name. @throws StageError where it is an error, missing or odd */
export type AnswerTo = <S extends v.GenericSchema>(name: string, schema: S) => v.InferOutput<S>

/**
 * One request with these methods. Spec: RFC 8620, section 3.3.
 * @throws StageError upstream.*, gate.later
 */
export async function askMethods<T>(
  api: Jmap,
  session: Session,
  methods: Method[],
  read: (answerTo: AnswerTo) => T,
  capability = MAIL,
): Promise<T> {
  const body = { using: [CORE, capability], methodCalls: methods }
  return ask(api, { url: session.apiUrl, body }, (answer) => {
    const parsed = v.safeParse(WireResponses, answer.body)
    if (!parsed.success) throw oddAnswer('the answer', parsed.issues[0])
    const { methodResponses } = parsed.output
    return read((name, schema) => {
      const [method] = methods.find((asked) => asked[2] === name) ?? [name]
      const response = methodResponses.find((candidate) => candidate[2] === name)
      if (response?.[0] === 'error') throw methodRefusal(method, response[1], api.token)
      const answered = v.safeParse(schema, response?.[1])
      if (!answered.success) throw oddAnswer(method, answered.issues[0])
      return answered.output
    })
  })
}
