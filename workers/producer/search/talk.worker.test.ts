/** A call line by line through the API: who spoke, when, and which of our recordings has it. */
import type { Talk } from '@switchboard/shared/api/talk'
import { expect, test } from 'vitest'
import { spokenCall } from '../../testing/scenes.ts'
import { newWorld } from '../../testing/world.ts'
import type { TestWorld } from '../../testing/world.ts'

async function talk(world: TestWorld, id: string): Promise<{ status: number; answer: Talk }> {
  const response = await world.fetch(`/api/records/call/${id}/talk`, {
    headers: { Authorization: 'Bearer read-only-token' },
  })
  return { status: response.status, answer: await response.json<Talk>() }
}

test('lines name their speaker and their second, the recording is our own copy', async () => {
  const world = await newWorld({ calls: [spokenCall({ id: 'ACtalk' })] })
  await world.backfill()
  const { answer } = await talk(world, 'ACtalk')
  expect(answer.lines).toEqual([
    {
      recording: 0,
      seconds: 0,
      ours: true,
      speaker: 'Ana Lima',
      text: 'Thanks for calling, this is Ana.',
    },
    {
      recording: 0,
      seconds: 6,
      ours: false,
      speaker: '+13105550123',
      text: 'The new reader is great, please send me a second one by Friday.',
    },
  ])
  expect(answer.recordings).toEqual([
    { what: 'recording', url: '/recordings/calls/ACtalk/CR1', durationSeconds: 60 },
  ])
})

test('a voicemail is heard as well', async () => {
  const voicemail = {
    id: 'VM1',
    status: 'completed' as const,
    duration: 12,
    transcript: 'Call me back, please.',
  }
  const call = spokenCall({ id: 'ACmail', recordings: [], transcripts: [], voicemail })
  const world = await newWorld({ calls: [call] })
  await world.backfill()
  const { answer } = await talk(world, 'ACmail')
  expect(answer.recordings.map(({ what, durationSeconds }) => [what, durationSeconds])).toEqual([
    ['voicemail', 12],
  ])
  expect(answer.lines.map(({ seconds, text }) => [seconds, text])).toEqual([
    [null, 'Call me back, please.'],
  ])
})

test('a call that nobody knows is 404', async () => {
  const world = await newWorld()
  expect((await talk(world, 'ACnone')).status).toBe(404)
})
