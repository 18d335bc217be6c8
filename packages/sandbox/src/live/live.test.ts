/** The world that lives: what the API would say at each moment, and what webhooks hear. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, test } from 'vitest'
import type { Happened } from '../http/openphone/happened.ts'
import { callAt, smallWorld } from '../http/small-world.ts'
import { liveCall, liveText } from '../sample/live-scripts.ts'
import { sampleLateCalls, sampleWorld } from '../sample/workspace.ts'
import type { WorldCall } from '../world.ts'
import { Live } from './live.ts'
import { callAsOf, callTimes } from './timeline.ts'

const NOW = Date.parse('2026-11-24T09:00:00Z')
const DELAYS = { recording: 6000, summary: 15_000, transcript: 22_000, voicemail: 12_000 }
const folders: string[] = []

afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true })
})

/** Live records beside a small world, with a clock and timers that are turned by hand. */
function living(over: { file?: string; now?: number } = {}) {
  let now = over.now ?? NOW
  let timers: { at: number; run: () => void }[] = []
  const heard: { at: number; happened: Happened }[] = []
  const base = smallWorld({ calls: [callAt('2026-11-20T09:00:00.000Z', { id: 'ACold' })] })
  const live = new Live({
    base: () => base,
    clock: () => now,
    after: (ms, run) => {
      const timer = { at: now + ms, run }
      timers.push(timer)
      return () => {
        timers = timers.filter((one) => one !== timer)
      }
    },
    delays: DELAYS,
    ...(over.file === undefined ? {} : { file: over.file }),
  })
  live.tell((happened, at) => heard.push({ at: at.getTime(), happened }))
  return {
    live,
    heard,
    base,
    types: () => heard.map(({ happened }) => happened.type),
    turn: (ms: number) => {
      now += ms
      for (const timer of timers.filter(({ at }) => at <= now).toSorted((a, b) => a.at - b.at))
        timer.run()
      timers = timers.filter(({ at }) => at > now)
    },
  }
}

const answered = liveCall(0, new Date(NOW))
const withVoicemail = liveCall(2, new Date(NOW))

function states(call: WorldCall | null) {
  return (
    call && {
      status: call.status,
      answered: call.answeredAt !== null,
      ended: call.completedAt !== null,
      duration: call.duration > 0,
      summary: call.summary.status,
      recording: call.recordings.map(({ status }) => status),
      transcript: call.transcripts.map(({ status }) => status),
    }
  )
}

describe('a call as of a moment', () => {
  const times = callTimes(answered, DELAYS)

  test('rings, is talked, ends, and is heard, read and summed up one after the other', () => {
    const at = (moment: number) => states(callAsOf(answered, times, moment))
    const pending = { answered: true, ended: true, duration: true, status: 'completed' }
    expect(at(times.rings - 1)).toBeNull()
    expect(at(times.rings)).toEqual({
      status: 'ringing',
      answered: false,
      ended: false,
      duration: false,
      summary: 'absent',
      recording: [],
      transcript: [],
    })
    expect(at(times.answered ?? 0)).toEqual({
      status: 'in-progress',
      answered: true,
      ended: false,
      duration: false,
      summary: 'in-progress',
      recording: ['in-progress'],
      transcript: [],
    })
    expect(at(times.ended)).toEqual({
      ...pending,
      summary: 'in-progress',
      recording: ['processing'],
      transcript: ['in-progress'],
    })
    expect(at(times.ended + DELAYS.summary)).toEqual({
      ...pending,
      summary: 'completed',
      recording: ['completed'],
      transcript: ['in-progress'],
    })
    expect(at(times.ended + DELAYS.transcript)).toMatchObject({ transcript: ['completed'] })
  })

  test('nothing of what comes later is told before', () => {
    const before = JSON.stringify(callAsOf(answered, times, times.ended))
    const [first] = answered.transcripts[0]?.dialogue ?? []
    expect(first?.content).toContain('Miriam')
    expect(before).not.toContain(first?.content)
    expect(before).not.toContain(answered.summary.summary?.[0])
  })

  test('each change moves updatedAt on', () => {
    const seen = [times.rings, times.answered, times.ended, times.recorded, times.transcribed].map(
      (at) => callAsOf(answered, times, at ?? 0)?.updatedAt ?? '',
    )
    expect(new Set(seen).size).toBe(5)
    expect(seen.toSorted()).toEqual(seen)
  })

  test('a voicemail is in progress before its words are there', () => {
    const after = callTimes(withVoicemail, DELAYS)
    expect(callAsOf(withVoicemail, after, after.ended)?.voicemail).toMatchObject({
      status: 'in-progress',
      transcript: null,
    })
    expect(callAsOf(withVoicemail, after, after.voicemail ?? 0)?.voicemail).toMatchObject({
      status: 'completed',
      transcript: expect.stringContaining('Dale') as string,
    })
  })
})

describe('what webhooks hear', () => {
  test('the six events of an answered call, each of the call as it stood', () => {
    const { live, turn, types, heard } = living()
    live.call(answered)
    expect(types()).toEqual([])
    turn(0)
    expect(types()).toEqual(['call.ringing'])
    expect(live.world().calls.at(-1)?.status).toBe('ringing')
    turn(600_000)
    expect(types()).toEqual([
      'call.ringing',
      'call.answered',
      'call.completed',
      'call.recording.completed',
      'call.summary.completed',
      'call.transcript.completed',
    ])
    const [, , completed] = heard
    expect(completed?.happened).toMatchObject({ call: { summary: { status: 'in-progress' } } })
  })

  test('of a call that is long over only what is still to come', () => {
    const { live, turn, types, base } = living()
    const [old] = base.calls as [WorldCall]
    const call = { ...old, recordings: answered.recordings, transcripts: answered.transcripts }
    const delay = NOW + 60_000 - Date.parse(call.completedAt ?? '')
    live.goOn(call, callTimes(call, { ...DELAYS, summary: delay, transcript: delay }))
    turn(0)
    expect(live.world().calls).toMatchObject([{ id: 'ACold', summary: { status: 'in-progress' } }])
    turn(60_000)
    expect(types()).toEqual(['call.summary.completed', 'call.transcript.completed'])
    expect(live.world().calls).toMatchObject([{ id: 'ACold', summary: { status: 'completed' } }])
  })

  test('a missed call and its voicemail', () => {
    const { live, turn, types } = living()
    live.call(withVoicemail)
    turn(600_000)
    expect(types()).toEqual([
      'call.ringing',
      'call.missed',
      'call.completed',
      'call.voicemail.completed',
    ])
  })

  test('a text message of theirs at once, one of ours when it is delivered', () => {
    const { live, turn, types } = living()
    live.text(liveText(0, new Date(NOW)))
    live.text(liveText(1, new Date(NOW)))
    turn(0)
    expect(types()).toEqual(['message.received'])
    expect(live.world().textMessages.map(({ status }) => status)).toEqual(['received', 'sent'])
    turn(2000)
    expect(types()).toEqual(['message.received', 'message.delivered'])
    expect(live.world().textMessages.map(({ status }) => status)).toEqual(['received', 'delivered'])
  })

  test('a restart tells what is still to be told, and nothing twice', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'switchboard-live-'))
    folders.push(folder)
    const file = join(folder, 'live.sqlite')
    const first = living({ file })
    first.live.call(answered)
    first.turn(20_000) // ringing and answered
    first.live.close()
    const second = living({ file, now: NOW + 3_600_000 })
    second.turn(0)
    expect([...first.types(), ...second.types()]).toEqual([
      'call.ringing',
      'call.answered',
      'call.completed',
      'call.recording.completed',
      'call.summary.completed',
      'call.transcript.completed',
    ])
    expect(second.live.world().calls.at(-1)).toMatchObject({ id: answered.id, status: 'completed' })
    second.live.close()
  })
})

test('the world is the same object until something changes', () => {
  const { live, turn, base } = living()
  expect(live.world()).toBe(base)
  live.call(answered)
  const ringing = live.world()
  turn(1000)
  expect(live.world()).toBe(ringing)
  turn(60_000)
  expect(live.world()).not.toBe(ringing)
  expect(live.world().calls.map(({ id }) => id)).toEqual(['ACold', answered.id])
})

describe('the sample', () => {
  const anchor = new Date('2026-11-24T09:00:00Z')
  const late = sampleLateCalls(anchor)

  test('knows what the late artefacts of the workspace will say', () => {
    const known = new Map(sampleWorld(anchor).calls.map((call) => [call.id, call]))
    expect(late).toHaveLength(5)
    for (const call of late) {
      const pending = known.get(call.id)
      expect(pending).toMatchObject({ createdAt: call.createdAt, duration: call.duration })
      if (call.voicemail === null) {
        expect(pending?.transcripts[0]?.status).toBe('in-progress')
        expect(call.transcripts[0]?.dialogue.length).toBeGreaterThan(3)
        expect(call.summary.status).toBe('completed')
      } else {
        expect(pending?.voicemail?.status).toBe('in-progress')
        expect(call.voicemail).toMatchObject({ status: 'completed' })
      }
    }
  })

  test('its live records are new each time, and as whole as the others', () => {
    const calls = Array.from({ length: 20 }, (_, nth) => liveCall(nth, new Date(NOW)))
    const texts = Array.from({ length: 30 }, (_, nth) => liveText(nth, new Date(NOW)))
    expect(new Set([...calls, ...texts].map(({ id }) => id)).size).toBe(50)
    for (const { createdAt } of [...calls, ...texts]) expect(Date.parse(createdAt)).toBe(NOW)
    for (const { voicemail, transcripts, summary } of calls)
      if (voicemail === null)
        expect([transcripts[0]?.status, summary.status]).toEqual(['completed', 'completed'])
  })
})
