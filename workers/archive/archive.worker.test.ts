/** Archive's queue handler: from the source's signed links into R2, whatever becomes of the source. */
import { madeByte } from '@switchboard/sandbox/http/openphone/made-files'
import { describe, expect, test } from 'vitest'
import { keepsTheRulesOfEveryStage, owedBy } from '../testing/every-stage.ts'
import { YESTERDAY, later, spokenCall, textMessages } from '../testing/scenes.ts'
import { newWorld } from '../testing/world.ts'
import type { TestWorld } from '../testing/world.ts'

const MINUTE = 60_000

keepsTheRulesOfEveryStage('archive')

function recording(id: string, minutes: number) {
  const startTime = later(minutes)
  return { id, status: 'completed', startTime, duration: 2, type: 'audio/mpeg' } as const
}

const VOICEMAIL = { id: 'VM1', status: 'completed', duration: 3, transcript: 'Call me.' } as const

/** A call of two segments and one that left a voicemail. */
function callsWithFiles() {
  return [
    spokenCall({ id: 'AC1', recordings: [recording('CR1', 0), recording('CR2', 5)] }),
    spokenCall({
      id: 'AC2',
      createdAt: later(60),
      answeredAt: null,
      duration: 0,
      voicemail: VOICEMAIL,
      recordings: [],
      transcripts: [],
    }),
  ]
}

/** A world in which everything is done but archiving. */
async function waiting(
  over: Parameters<typeof newWorld>[0] = { calls: callsWithFiles() },
  settings: Record<string, string> = {},
): Promise<TestWorld> {
  const world = await newWorld(over, settings)
  await world.cron('backfill')
  await world.drain(['archive'])
  return world
}

/** What is known of every file, in the order of keys. */
function files(world: TestWorld) {
  return world.rows<{
    key: string
    content_type: string | null
    size_bytes: number | null
    sha256: string | null
    error: string | null
  }>(`SELECT key, content_type, size_bytes, sha256, error FROM files ORDER BY key`)
}

async function sha256(bytes: ArrayBuffer): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes))
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('')
}

const asked = (world: TestWorld) =>
  world.outside<Record<string, number>>('openphone', 'fileRequests')

describe('archiving', () => {
  test('keeps every segment of a recording and a voicemail, with type, size and checksum', async () => {
    const world = await waiting()
    await world.deliver('archive')
    expect(await world.owed()).toEqual([])
    const kept = await files(world)
    expect(kept.map(({ key, content_type: type, size_bytes: size }) => [key, type, size])).toEqual([
      ['calls/AC1/CR1', 'audio/wav', 44 + 2 * 8000],
      ['calls/AC1/CR2', 'audio/wav', 44 + 2 * 8000],
      ['calls/AC2/VM1', 'audio/wav', 44 + 3 * 8000],
    ])
    for (const { key, size_bytes: size, sha256: sum } of kept) {
      const object = await world.files.get(key)
      expect(object?.httpMetadata?.contentType).toBe('audio/wav')
      const bytes = await object!.arrayBuffer()
      expect([bytes.byteLength, await sha256(bytes)]).toEqual([size, sum])
    }
    expect(await world.totals()).toMatchObject({ synced: 2, complete: true })
  })

  test('keeps the media of text messages', async () => {
    const media = ['photo.jpg', 'logo.svg'].map((name) => ({ path: `media/1/${name}`, type: null }))
    const world = await waiting({ textMessages: textMessages(1, { media }) })
    await world.drain()
    expect(await files(world)).toMatchObject([
      { key: 'messages/ACT0/0', content_type: 'image/png' },
      { key: 'messages/ACT0/1', content_type: 'image/svg+xml' },
    ])
  })

  test('is owed only to records that have files, and once', async () => {
    const world = await newWorld({
      calls: [...callsWithFiles(), spokenCall({ id: 'AC3', createdAt: later(90), recordings: [] })],
      textMessages: textMessages(2),
    })
    await world.backfill()
    const sent = () => world.queues.sent.filter(({ queue }) => queue === 'archive')
    expect(
      sent()
        .map(({ body }) => (body as { id: string }).id)
        .toSorted(),
    ).toEqual(['AC1', 'AC2'])

    const change = { status: 'archived', updatedAt: later(600) }
    await world.change({ calls: callsWithFiles().map((call) => ({ ...call, ...change })) })
    world.advance(360 * MINUTE)
    await world.backfill()
    expect(await world.totals()).toMatchObject({ synced: 2, complete: true })
    expect(sent()).toHaveLength(2)
    expect(world.r2.writes).toBe(3)
  })

  test('does nothing for what is stored already', async () => {
    const world = await waiting()
    await world.deliver('archive')
    await world.db
      .prepare(`UPDATE work SET wanted = wanted + 1, due_at = 0 WHERE stage = 'archive'`)
      .run()
    await world.minutes(1)
    expect(await world.owed()).toEqual([])
    expect(world.r2.writes).toBe(3)
    expect(await world.rows(`SELECT outcome FROM stage_events WHERE stage = 'archive'`)).toEqual(
      ['done', 'done', 'unchanged', 'unchanged'].map((outcome) => ({ outcome })),
    )
  })

  test('names a file as what it is, whatever its source says', async () => {
    const world = await waiting({ calls: callsWithFiles().slice(0, 1) })
    const made = { sizeBytes: 10, withLength: true }
    await world.outside('openphone', 'makeFile', 'CR1', { ...made, type: 'binary/octet-stream' })
    await world.outside('openphone', 'makeFile', 'CR2', { ...made, type: 'no type at all' })
    await world.drain()
    expect((await files(world)).map(({ content_type: type }) => type)).toEqual([
      'audio/mpeg', // as OpenPhone tells
      'audio/mpeg',
    ])
  })
})

const MEGABYTE = 1024 * 1024

async function archived(sizeBytes: number, withLength: boolean): Promise<TestWorld> {
  const world = await waiting({
    calls: [spokenCall({ id: 'AC1', recordings: [recording('CR1', 0)] })],
  })
  const file = { type: 'audio/mpeg', sizeBytes, withLength }
  await world.outside('openphone', 'makeFile', 'CR1', file)
  await world.drain()
  return world
}

/** Read as a stream, byte by byte. */
async function expectMade(world: TestWorld, sizeBytes: number): Promise<void> {
  const object = await world.files.get('calls/AC1/CR1')
  let at = 0
  let wrong = 0
  for await (const chunk of object!.body)
    for (const byte of chunk) if (byte !== madeByte(at++)) wrong++
  expect({ at, wrong }).toEqual({ at: sizeBytes, wrong: 0 })
  expect(await files(world)).toMatchObject([{ size_bytes: sizeBytes, sha256: expect.any(String) }])
}

describe('a large file', () => {
  test('passes as one stream', async () => {
    await expectMade(await archived(16 * MEGABYTE, true), 16 * MEGABYTE)
  })

  test.each([0, 1, 5 * MEGABYTE - 1, 5 * MEGABYTE, 12 * MEGABYTE + 7])(
    'of %d bytes, of which nobody says the length, goes up in parts',
    async (sizeBytes) => {
      await expectMade(await archived(sizeBytes, false), sizeBytes)
    },
  )

  test('has the same checksum either way', async () => {
    const sums = []
    for (const withLength of [true, false]) {
      const [file] = await files(await archived(6 * MEGABYTE, withLength))
      sums.push(file?.sha256)
    }
    expect(sums[0]).toMatch(/^[0-9a-f]{64}$/)
    expect(sums[1]).toBe(sums[0])
  })

  test('of more than 2 GiB is not kept, and nothing is owed for it', async () => {
    const world = await archived(2 * 1024 ** 3 + 1, true)
    expect(await world.owed()).toEqual([])
    expect(await world.letters()).toEqual([])
    expect(await files(world)).toMatchObject([{ error: 'it is larger than 2 GiB' }])
  })
})

describe('a link that has expired', () => {
  test('is asked for anew: recordings, voicemail and media, each once a record', async () => {
    const media = ['a.png', 'b.png'].map((name) => ({ path: `media/1/${name}`, type: null }))
    const world = await waiting({
      calls: callsWithFiles(),
      textMessages: textMessages(1, { media }),
    })
    await world.outside('openphone', 'expireFiles')
    const before = {
      recordings: await world.requests('openphone', 'GET /calls/{id}/recordings'),
      call: await world.requests('openphone', 'GET /calls/{id}'),
    }
    await world.deliver('archive')
    expect(await world.owed()).toEqual([])
    expect(await files(world)).toMatchObject(
      Array.from({ length: 5 }, () => ({ error: null, size_bytes: expect.any(Number) })),
    )
    expect(await asked(world)).toEqual({ 403: 5, 200: 5 })
    expect(await world.requests('openphone', 'GET /calls/{id}/recordings')).toBe(
      before.recordings + 1,
    )
    expect(await world.requests('openphone', 'GET /calls/{id}')).toBe(before.call + 1)
    expect(await world.requests('openphone', 'GET /messages/{id}')).toBe(1)
  })

  test('and whose host is no more is asked for anew too', async () => {
    const world = await waiting({ calls: callsWithFiles().slice(0, 1) })
    const [part] = await world.rows<{ body: string }>(
      `SELECT body FROM parts WHERE part = 'recordings'`,
    )
    await world.db
      .prepare(`UPDATE parts SET body = ?1 WHERE part = 'recordings'`)
      .bind(part!.body.replaceAll(/127\.0\.0\.1:\d+/g, '127.0.0.1:1')) // nobody listens there
      .run()
    await world.deliver('archive')
    expect(await world.owed()).toEqual([])
    expect(await files(world)).toMatchObject([{ error: null }, { error: null }])
  })

  test('waits while OpenPhone is parked, and burns no try', async () => {
    const world = await waiting()
    await world.outside('openphone', 'expireFiles')
    const key = world.env['OPENPHONE_API_KEY']
    await world.outside('openphone', 'setKey', 'another key')
    expect(await world.deliver('archive')).toEqual({ acked: 2, retried: [] })
    expect(await world.parked()).toEqual(['openphone'])
    expect(await owedBy(world, 'archive')).toEqual([
      { id: 'AC1', tries: 0, parkedOn: 'openphone' },
      { id: 'AC2', tries: 0, parkedOn: 'openphone' },
    ])
    await world.outside('openphone', 'setKey', key)
    await world.minutes(2)
    expect(await world.owed()).toEqual([])
    expect(await files(world)).toHaveLength(3)
  })
})

describe('a source without the file', () => {
  test('is noted, and nothing is owed: no dead letter', async () => {
    const world = await waiting()
    await world.outside('openphone', 'loseFile', 'CR1')
    await world.change({ calls: callsWithFiles().map((call) => ({ ...call, voicemail: null })) })
    await world.outside('openphone', 'loseFile', 'VM1')
    await world.drain()
    expect(await world.owed()).toEqual([])
    expect(await world.letters()).toEqual([])
    expect(await files(world)).toMatchObject([
      { key: 'calls/AC1/CR1', error: 'its new link leads nowhere (404)' },
      { key: 'calls/AC1/CR2', error: null },
      { key: 'calls/AC2/VM1', error: 'OpenPhone does not have it any more' },
    ])
    expect(await world.totals()).toMatchObject({ synced: 2, complete: true })
  })

  test('that does not know the record any more has none', async () => {
    const media = [{ path: 'media/1/a.png', type: null }]
    const world = await waiting({
      calls: callsWithFiles(),
      textMessages: textMessages(1, { media }),
    })
    await world.outside('openphone', 'expireFiles')
    await world.change({ calls: [], textMessages: [] })
    await world.drain()
    expect(await world.owed()).toEqual([])
    expect(new Set((await files(world)).map(({ error }) => error))).toEqual(
      new Set(['OpenPhone does not have it any more']),
    )
  })
})

describe('a source that fails', () => {
  test('with a 5xx is tried again; what came through is not fetched twice', async () => {
    const world = await waiting({ calls: callsWithFiles().slice(0, 1) })
    await world.outside('openphone', 'failFile', 'CR1', 503)
    expect(await world.deliver('archive')).toMatchObject({ acked: 0, retried: [{}] })
    expect(await owedBy(world, 'archive')).toEqual([{ id: 'AC1', tries: 1, parkedOn: null }])
    expect(await files(world)).toMatchObject([{ key: 'calls/AC1/CR2', error: null }])
    await world.minutes(6)
    expect(await world.owed()).toEqual([])
    expect(await files(world)).toHaveLength(2)
    expect(await asked(world)).toEqual({ 503: 1, 200: 2 })
  })

  test('in the middle of a file leaves nothing of it behind', async () => {
    const world = await waiting({ calls: callsWithFiles().slice(0, 1) })
    await world.outside('openphone', 'breakFile', 'CR1')
    await world.deliver('archive')
    expect(await world.files.head('calls/AC1/CR1')).toBeNull()
    expect(await owedBy(world, 'archive')).toMatchObject([{ tries: 1 }])
    await world.minutes(6)
    expect(await files(world)).toMatchObject([{ error: null }, { error: null }])
  })

  test('for good is a dead letter, which a later success closes', async () => {
    const world = await waiting({ calls: callsWithFiles().slice(0, 1) }, { MAX_TRIES: '2' })
    await world.outside('openphone', 'failFile', 'CR1', 503, 2)
    await world.minutes(20)
    expect(await world.letters()).toMatchObject([
      { stage: 'archive', id: 'AC1', failure: 'record.invalid', attempts: 2 },
    ])
    expect(await world.totals()).toMatchObject({ failed: 1, complete: true })
    await world.db
      .prepare(`UPDATE work SET wanted = wanted + 1, tries = 0, due_at = 0 WHERE stage = 'archive'`)
      .run()
    await world.minutes(1)
    expect(await world.letters()).toEqual([])
    expect(await files(world)).toHaveLength(2)
  })
})

describe('R2', () => {
  test('that refuses a file gets it again', async () => {
    const world = await waiting()
    world.r2.fail(1)
    await world.deliver('archive')
    expect(
      await world.rows(`SELECT error ->> 'reason' AS reason FROM work WHERE tries > 0`),
    ).toEqual([{ reason: expect.stringContaining('R2 did not take the file') }])
    await world.minutes(6)
    expect(await world.owed()).toEqual([])
    expect(await files(world)).toHaveLength(3)
  })

  test('has every file after a crash before or after its write', async () => {
    for (const when of ['before', 'after'] as const) {
      const world = await waiting()
      world.crash.planAt(when, 'put calls/AC1/CR2')
      await world.deliver('archive').catch(() => {})
      expect(await files(world)).toEqual([])
      await world.restart()
      await world.minutes(2)
      expect(await world.owed()).toEqual([])
      expect((await files(world)).map(({ error }) => error)).toEqual([null, null, null])
    }
  })
})

const WHISPER = '@cf/openai/whisper-large-v3-turbo'
const SAID = {
  text: 'We want the new reader.',
  segments: [{ start: 1, text: 'We want the new reader.' }],
}

function silentCall() {
  const absent = { recordingId: 'CR1', status: 'absent', startTime: YESTERDAY } as const
  return spokenCall({
    id: 'AC1',
    recordings: [recording('CR1', 0)],
    transcripts: [{ ...absent, createdAt: YESTERDAY, duration: 2, dialogue: [] }],
  })
}
const transcribing = (over: Record<string, string> = {}) =>
  newWorld({ calls: [silentCall()] }, { TRANSCRIBE_WITH_AI: 'true', ...over })
const heard = (world: TestWorld) => world.ai.requests.filter(({ model }) => model === WHISPER)
async function page(world: TestWorld): Promise<string> {
  const [call] = await world.pages('call')
  return JSON.stringify([call?.properties['Transcript'], call?.properties['AI Summary']])
}

describe('what OpenPhone has no words of', () => {
  test('is left so, unless it is wanted', async () => {
    const world = await transcribing({ TRANSCRIBE_WITH_AI: 'false' })
    await world.backfill()
    expect(heard(world)).toEqual([])
    expect(await world.rows(`SELECT * FROM parts WHERE part = 'whisper'`)).toEqual([])
  })

  test('is written down, analysed and shown', async () => {
    const world = await transcribing()
    world.ai.hear(SAID)
    await world.backfill()
    expect(await world.owed()).toEqual([])
    expect(await page(world)).toContain('Unknown: We want the new reader.')
    expect(await page(world)).toContain('About: We want the new reader.')
    const { audio } = heard(world)[0]!.input as { audio: string }
    const stored = await (await world.files.get('calls/AC1/CR1'))!.arrayBuffer()
    expect(atob(audio)).toHaveLength(stored.byteLength)
    expect(await world.totals()).toMatchObject({ synced: 1, complete: true })
    expect(world.vectorize.index.size).toBe(2) // what was said, and OpenPhone’s summary
  })

  test('is asked about once, even where nothing is heard', async () => {
    const world = await transcribing()
    world.ai.hear({ text: '' })
    await world.backfill()
    const changed = { ...silentCall(), status: 'archived', updatedAt: later(600) }
    await world.change({ calls: [changed] })
    world.advance(360 * MINUTE)
    await world.backfill()
    expect(heard(world)).toHaveLength(1)
    expect(await world.owed()).toEqual([])
  })

  test('gives way to OpenPhone’s own words', async () => {
    const world = await transcribing()
    world.ai.hear(SAID)
    await world.backfill()
    const own = {
      status: 'completed',
      segments: [
        {
          recordingId: 'CR1',
          startTime: null,
          utterances: [{ text: 'Their words.', startSeconds: 0, phoneNumber: null, actorId: null }],
        },
      ],
    }
    await world.db
      .prepare(`UPDATE parts SET body = ?1 WHERE part = 'transcripts'`)
      .bind(JSON.stringify(own))
      .run()
    await world.db
      .prepare(`UPDATE work SET wanted = wanted + 1, due_at = 0 WHERE stage = 'enrich'`)
      .run()
    await world.minutes(1)
    expect(await page(world)).toContain('Their words.')
    expect(await page(world)).not.toContain('We want')
  })

  test('is waited for, for an hour, where the list of transcripts is empty', async () => {
    const world = await transcribing()
    const justNow = new Date(Date.now() - MINUTE).toISOString()
    const call = { ...silentCall(), createdAt: justNow, completedAt: justNow, transcripts: [] }
    await world.change({ calls: [call] })
    world.ai.hear(SAID)
    await world.backfill()
    await world.minutes(5, 10 * MINUTE)
    expect(await files(world)).toHaveLength(1)
    expect(heard(world)).toEqual([])
    await world.minutes(3, 10 * MINUTE)
    expect(heard(world)).toHaveLength(1)
    expect(await page(world)).toContain('We want the new reader.')
  })

  test('waits for the model’s budget, while the file is kept', async () => {
    const world = await transcribing({ INCLUDE_AI: 'false', INCLUDE_VECTORIZE: 'false' })
    world.ai.fail(3036, 'you have used up your daily free allocation', 5)
    await world.backfill()
    expect(await world.parked()).toEqual(['workers-ai'])
    expect(await files(world)).toMatchObject([{ error: null }])
    expect(await owedBy(world, 'archive')).toEqual([
      { id: 'AC1', tries: 0, parkedOn: 'workers-ai' },
    ])
    world.ai.recover()
    world.ai.hear(SAID)
    world.advance(Date.parse('2026-11-25T00:00:00Z') - Date.now())
    await world.minutes(3)
    expect(await page(world)).toContain('We want the new reader.')
    expect(world.r2.writes).toBe(1)
  })

  test('waits for a model that is there, and nothing else does', async () => {
    const world = await transcribing({ INCLUDE_VECTORIZE: 'false' })
    await world.cron('backfill')
    await world.drain(['archive'])
    world.ai.fail(5007, 'No such model')
    expect(await world.deliver('archive')).toMatchObject({ retried: [{}] })
    expect(await world.parked()).toEqual([])
    expect(await owedBy(world, 'archive')).toEqual([{ id: 'AC1', tries: 0, parkedOn: null }])
    expect(
      await world.rows(`SELECT error ->> 'reason' AS reason FROM work WHERE stage = 'archive'`),
    ).toEqual([{ reason: 'TRANSCRIPTION_MODEL: there is no such model (5007)' }])
    world.ai.hear(SAID)
    await world.minutes(6)
    expect(await world.owed()).toEqual([])
    expect(await page(world)).toContain('We want the new reader.')
  })

  test('is not sent where it is too long for the model', async () => {
    const world = await transcribing()
    const file = { type: 'audio/mpeg', sizeBytes: 7_500_001, withLength: true }
    await world.outside('openphone', 'makeFile', 'CR1', file)
    await world.backfill()
    expect(await world.owed()).toEqual([])
    expect(heard(world)).toEqual([])
  })

  test('is heard on a voicemail too', async () => {
    const [, left] = callsWithFiles()
    const world = await transcribing()
    await world.change({ calls: [{ ...left!, voicemail: { ...VOICEMAIL, transcript: null } }] })
    world.ai.hear(SAID)
    await world.backfill()
    await world.minutes(2)
    expect(await page(world)).toContain('We want the new reader.')
  })
})
