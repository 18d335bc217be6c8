/** The console's heartbeat: its badges, what is parked, and which pages moved. */
import * as v from 'valibot'
import { WORKED_STAGES } from '../kinds.ts'
import { Moment, operation } from './operation.ts'

const Count = v.pipe(v.number(), v.integer())

/** The pages that the pulse tells of. */
export const PAGES = [
  'overview',
  'queues',
  'letters',
  'runs',
  'records',
  'unmatched',
  'audit',
] as const

export const Pulse = v.object({
  at: Moment,
  badges: v.object({
    letters: v.pipe(Count, v.description('Open dead letters.')),
    unmatched: v.pipe(Count, v.description('Numbers and addresses that belong to no merchant.')),
    parked: v.pipe(Count, v.description('Systems that stand.')),
    paused: v.pipe(Count, v.description('Stages that somebody paused.')),
    run: v.nullable(
      v.object({
        id: v.string(),
        percent: v.pipe(v.number(), v.description('Settled, of what is listed so far.')),
      }),
    ),
  }),
  parked: v.array(
    v.object({
      scope: v.string(),
      reason: v.string(),
      since: Moment,
      waiting: v.pipe(
        Count,
        v.description('Rows that wait for it; from 200 on as the minute cron counted them.'),
      ),
    }),
  ),
  paused: v.pipe(
    v.array(v.object({ stage: v.picklist(WORKED_STAGES), by: v.string(), since: Moment })),
    v.description('Stages that somebody paused.'),
  ),
  versions: v.pipe(
    v.record(v.picklist(PAGES), v.string()),
    v.description('A text a page: where it is another, the page shows something else.'),
  ),
})
export type Pulse = v.InferOutput<typeof Pulse>

export const readPulse = operation({
  name: 'readPulse',
  method: 'GET',
  path: '/api/pulse',
  summary: 'The heartbeat: badges, what is parked, which pages moved.',
  access: 'read',
  answer: Pulse,
})
