/** Stages: what runs, what stands, why, and what to do; pause and resume. */
import * as v from 'valibot'
import { STAGES, WORKED_STAGES } from '../kinds.ts'
import { Moment, operation } from './operation.ts'

export const StageState = v.picklist(['running', 'paused', 'parked'])
export type StageState = v.InferOutput<typeof StageState>

const Waiting = v.pipe(v.number(), v.description('Rows that wait because of it.'))
const AtLeast = v.pipe(
  v.boolean(),
  v.description('Whether the count ends there: at least so many.'),
)

export const Stage = v.object({
  name: v.picklist(WORKED_STAGES),
  state: StageState,
  reason: v.optional(v.string()),
  cure: v.optional(v.pipe(v.string(), v.description('What to do.'))),
  since: v.optional(Moment),
  by: v.optional(v.pipe(v.string(), v.description('Who paused it.'))),
  waiting: v.optional(Waiting),
  atLeast: v.optional(AtLeast),
})
export type Stage = v.InferOutput<typeof Stage>

export const ParkedScope = v.object({
  scope: v.string(),
  name: v.pipe(v.string(), v.description('As people call it.')),
  reason: v.string(),
  cure: v.string(),
  since: Moment,
  until: v.pipe(v.nullable(Moment), v.description('It is not tried before.')),
  probes: v.pipe(v.number(), v.description('How often it was tried.')),
  stages: v.pipe(
    v.array(v.picklist(WORKED_STAGES)),
    v.description('What it stands in the way of.'),
  ),
  waiting: Waiting,
  atLeast: AtLeast,
})
export type ParkedScope = v.InferOutput<typeof ParkedScope>

export const listStages = operation({
  name: 'listStages',
  method: 'GET',
  path: '/api/stages',
  summary: 'Every stage: whether it runs, and if not, why and what to do.',
  access: 'read',
  answer: v.object({ items: v.array(Stage), parked: v.array(ParkedScope) }),
})

const StageParams = v.object({
  name: v.picklist(WORKED_STAGES, `must be one of sweep, ${STAGES.join(', ')}`),
})

export const pauseStage = operation({
  name: 'pauseStage',
  method: 'POST',
  path: '/api/stages/:name/pause',
  summary: 'Pauses a stage: its records stay owed until it is resumed.',
  access: 'act',
  params: StageParams,
  body: v.object({
    reason: v.optional(v.pipe(v.string(), v.trim(), v.maxLength(200, 'must be 200 or shorter'))),
  }),
  answer: Stage,
})

export const resumeStage = operation({
  name: 'resumeStage',
  method: 'POST',
  path: '/api/stages/:name/resume',
  summary: 'Lets a paused stage go on: ten records first, the others a minute later.',
  access: 'act',
  params: StageParams,
  answer: Stage,
})

export const probeScope = operation({
  name: 'probeScope',
  method: 'POST',
  path: '/api/parked/:scope/probe',
  summary: 'Tries now whether a parked system answers again; if it does, it is reopened.',
  access: 'act',
  params: v.object({ scope: v.pipe(v.string(), v.minLength(1, 'is missing')) }),
  answer: v.object({
    scope: v.string(),
    answers: v.boolean(),
    reason: v.pipe(v.optional(v.string()), v.description('Why it does not.')),
  }),
})
