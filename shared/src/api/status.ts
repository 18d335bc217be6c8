/** What stands, in one answer: for `npm start`, and for a look by hand. */
import * as v from 'valibot'
import { operation } from './operation.ts'

export const readStatus = operation({
  name: 'readStatus',
  method: 'GET',
  path: '/api/status',
  summary: 'What is owed, parked and stuck; how webhooks and the Canvas mirror do.',
  access: 'read',
  answer: v.object({
    owed: v.unknown(),
    parked: v.array(v.object({ scope: v.string(), reason: v.string() })),
    deadLetters: v.array(v.object({ stage: v.string(), reason: v.string() })),
    webhooks: v.unknown(),
    canvas: v.unknown(),
  }),
})

export const listCorrections = operation({
  name: 'listCorrections',
  method: 'GET',
  path: '/api/corrections',
  summary: 'How often people correct which property in Notion.',
  access: 'read',
  answer: v.object({
    items: v.array(v.object({ kind: v.string(), property: v.string(), count: v.number() })),
  }),
})

export const dropVanished = operation({
  name: 'dropVanished',
  method: 'POST',
  path: '/api/canvas/vanished',
  summary: 'Merchants and numbers that vanished from Canvas at once are meant to go.',
  access: 'act',
  body: v.object({ drop: v.literal(true, 'must be true') }),
  answer: v.object({ dropped: v.string() }),
})

export const replayDelivery = operation({
  name: 'replayDelivery',
  method: 'POST',
  path: '/api/deliveries/:id/replay',
  summary: 'Takes a kept webhook or mail that could not be read in once more.',
  access: 'act',
  params: v.object({ id: v.string() }),
  answer: v.object({ outcome: v.string() }),
})
