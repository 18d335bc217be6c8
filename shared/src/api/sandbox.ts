/**
 * The sandbox under `npm start`: what happens now, and which faults stand. The producer hands orders
 * on to the sandbox itself, which speaks the same words. Nowhere else is there such a thing.
 */
import * as v from 'valibot'
import { KINDS } from '../kinds.ts'
import { operation } from './operation.ts'

const Share = v.pipe(
  v.number('must be a number'),
  v.minValue(0, 'must be 0 or more'),
  v.maxValue(1, 'must be 1 or less'),
)
const throttled = v.pipe(Share, v.description('The share of requests that is answered 429.'))
const down = v.pipe(v.boolean(), v.description('No request is answered but with an error.'))
const revoked = v.pipe(v.boolean(), v.description('The key or token is refused.'))
const slowMs = v.pipe(
  v.number('must be a number'),
  v.integer('must be a whole number'),
  v.minValue(0, 'must be 0 or more'),
  v.maxValue(60_000, 'must be 60000 or less'),
  v.description('Milliseconds that each answer takes longer.'),
)

/** What can stand at a system that is asked by HTTP. */
export const SystemFaults = v.object({ throttled, down, revoked })
export type SystemFaults = v.InferOutput<typeof SystemFaults>
/** What can stand at Workers AI. */
export const AiFaults = v.object({ throttled, down, slowMs })
export type AiFaults = v.InferOutput<typeof AiFaults>

export const SandboxState = v.object({
  faults: v.pipe(
    v.object({
      openphone: v.nullable(SystemFaults),
      notion: v.nullable(SystemFaults),
      mailbox: v.nullable(SystemFaults),
      ai: AiFaults,
    }),
    v.description('Null: that system is the real one.'),
  ),
  refusals: v.pipe(
    v.object({ left: v.number(), records: v.array(v.string()) }),
    v.description('New pages that Notion will refuse yet, and the records it refuses.'),
  ),
})
export type SandboxState = v.InferOutput<typeof SandboxState>

export const Made = v.object({
  kind: v.picklist(KINDS),
  id: v.string(),
  at: v.pipe(v.string(), v.description('When the pipeline may first hear of it.')),
})

/** What is asked of the sandbox; all of it may be left out. */
export const SandboxOrder = v.object({
  happen: v.optional(
    v.object({
      kind: v.picklist(KINDS, 'must be call, message or mail'),
      count: v.optional(
        v.pipe(
          v.number('must be a number'),
          v.integer('must be a whole number'),
          v.minValue(1, 'must be 1 or more'),
          v.maxValue(50, 'must be 50 or less'),
        ),
        1,
      ),
    }),
  ),
  faults: v.optional(
    v.object({
      openphone: v.optional(v.partial(SystemFaults)),
      notion: v.optional(v.partial(SystemFaults)),
      mailbox: v.optional(v.partial(SystemFaults)),
      ai: v.optional(v.partial(AiFaults)),
    }),
  ),
  refuse: v.optional(
    v.pipe(
      v.number('must be a number'),
      v.integer('must be a whole number'),
      v.minValue(0, 'must be 0 or more'),
      v.maxValue(100, 'must be 100 or less'),
      v.description(
        'Notion refuses the next new pages of so many records, again and again until this is 0.',
      ),
    ),
  ),
})
export type SandboxOrder = v.InferOutput<typeof SandboxOrder>

export const SandboxAnswer = v.object({ ...SandboxState.entries, made: v.array(Made) })
export type SandboxAnswer = v.InferOutput<typeof SandboxAnswer>

export const readSandbox = operation({
  name: 'readSandbox',
  method: 'GET',
  path: '/api/sandbox',
  summary: 'Which faults stand in the sandbox. 404 where the outside world is the real one.',
  access: 'read',
  answer: SandboxState,
})

export const orderSandbox = operation({
  name: 'orderSandbox',
  method: 'POST',
  path: '/api/sandbox',
  summary: 'Lets calls, text messages and mails happen, and faults stand or end.',
  access: 'act',
  body: SandboxOrder,
  answer: SandboxAnswer,
})
