/**
 * Workers AI's refusals, by their internal codes, and refusals that are ordered: ahead of time, or
 * standing until they are called off. Codes:
 * https://developers.cloudflare.com/workers-ai/platform/errors/ and, for 4006 and 5006, what accounts
 * are told in fact.
 */

import * as v from 'valibot'

const KNOWN: Readonly<Record<number, readonly [status: number, message: string]>> = {
  3006: [413, 'Request is too large'],
  3007: [408, 'Request timeout'],
  3008: [408, 'Request was aborted'],
  3036: [429, 'You have used up your daily free allocation of 10,000 neurons.'],
  3040: [429, 'Capacity temporarily exceeded, please try again.'],
  4006: [429, 'you have used up your daily free allocation of 10,000 neurons'],
  5006: [400, 'Error: oneOf at the input is not met'],
  5007: [400, 'No such model or task'],
  5024: [400, "JSON Mode couldn't be met"],
  5035: [403, 'The model needs a paid plan'],
}

/** Thrown on the far side of the binding too, with its code: the message begins with it. */
export class AiRefusal extends Error {
  readonly code: number
  readonly status: number

  constructor(code: number, detail?: string) {
    const [status, message] = KNOWN[code] ?? [500, 'Internal server error']
    super(`${code}: ${detail ?? message}`)
    this.name = 'InferenceUpstreamError'
    this.code = code
    this.status = status
  }
}

/** `content`: the text model says this instead of its answer; `code`: the request is refused. */
export const Fault = v.union([
  v.object({
    code: v.number(),
    message: v.optional(v.string()),
    times: v.optional(v.number(), 1),
    model: v.optional(v.string()),
  }),
  v.object({
    content: v.string(),
    times: v.optional(v.number(), 1),
    model: v.optional(v.string()),
  }),
])
export type Fault = v.InferOutput<typeof Fault>

/** What stands until it is replaced: a share of 429s, no answer at all, answers that take longer. */
export const Standing = v.object({
  throttled: v.pipe(v.number(), v.minValue(0), v.maxValue(1)),
  down: v.boolean(),
  slowMs: v.pipe(v.number(), v.minValue(0), v.maxValue(60_000)),
})
export type Standing = v.InferOutput<typeof Standing>

const OUT_OF_CAPACITY = 3040
const UNKNOWN = 1000

export class Faults {
  private planned: Fault[] = []
  standing: Standing = { throttled: 0, down: false, slowMs: 0 }

  /** Several wait in line: the first that fits a request is used up first. */
  plan(fault: Fault): void {
    this.planned.push({ ...fault })
  }

  clear(): void {
    this.planned = []
  }

  /**
   * What the model is made to say, or null.
   * @throws AiRefusal where one was ordered for this model
   */
  next(model: string, isText: boolean): string | null {
    const due = this.planned.find(
      (fault) =>
        (fault.model === undefined || fault.model === model) && ('code' in fault || isText),
    )
    if (due === undefined) {
      if (this.standing.down) throw new AiRefusal(UNKNOWN)
      if (Math.random() < this.standing.throttled) throw new AiRefusal(OUT_OF_CAPACITY)
      return null
    }
    due.times--
    if (due.times <= 0) this.planned = this.planned.filter((fault) => fault !== due)
    if ('code' in due) throw new AiRefusal(due.code, due.message)
    return due.content
  }
}
