/** Backfills: start one, see how far it is. */
import * as v from 'valibot'
import { operation } from './operation.ts'

export const RunState = v.picklist(['running', 'completed', 'failed', 'cancelled'])

export const startRun = operation({
  name: 'startRun',
  method: 'POST',
  path: '/api/runs',
  summary: 'Starts a backfill; while one still lists, that one goes on.',
  access: 'act',
  body: v.object({
    days: v.optional(
      v.pipe(
        v.number('must be a number'),
        v.integer('must be a whole number'),
        v.minValue(1, 'must be 1 or more'),
        v.maxValue(3650, 'must be 3650 or less'),
      ),
    ),
  }),
  answer: v.object({ id: v.string() }),
  status: 202,
})

export const listRuns = operation({
  name: 'listRuns',
  method: 'GET',
  path: '/api/runs',
  summary: 'The newest runs.',
  access: 'read',
  answer: v.object({
    items: v.array(v.looseObject({ id: v.string(), state: RunState })),
    nextCursor: v.null(),
  }),
})

export const readRun = operation({
  name: 'readRun',
  method: 'GET',
  path: '/api/runs/:id',
  summary: 'How far a run is.',
  access: 'read',
  params: v.object({ id: v.string() }),
  answer: v.looseObject({ id: v.string(), state: RunState }),
})
