/** Dead letters through the API: listed, previewed, replayed, discarded, and what becomes of each. */
import type {
  LetterDetails,
  LetterGroups,
  Letter,
  Replay,
  ReplayPreview,
} from '@switchboard/shared/api/letters'
import { letterId } from '@switchboard/shared/api/letters'
import { textAt } from '@switchboard/sandbox/http/small-world'
import { describe, expect, test } from 'vitest'
import { Crashed } from '../../testing/crash.ts'
import { waitingFor } from '../../testing/every-stage.ts'
import { YESTERDAY, saying, spokenCall, textMessages } from '../../testing/scenes.ts'
import { newWorld, queueMessage, textOf } from '../../testing/world.ts'
import type { TestWorld } from '../../testing/world.ts'

const MINUTE = 60_000
const ADMIN = { Authorization: 'Bearer admin-token' }

async function get<T>(world: TestWorld, path: string): Promise<T> {
  const response = await world.fetch(`/api/${path}`, { headers: ADMIN })
  expect(response.status, path).toBe(200)
  return response.json<T>()
}

async function post<T>(world: TestWorld, path: string, body: object, status = 200): Promise<T> {
  const response = await world.fetch(`/api/${path}`, {
    method: 'POST',
    headers: ADMIN,
    body: JSON.stringify(body),
  })
  const answer = await response.json<T>()
  expect([response.status, response.status === status ? '' : answer], path).toEqual([status, ''])
  return answer
}

async function list(world: TestWorld, query = ''): Promise<Letter[]> {
  return (await get<{ items: Letter[] }>(world, `dead-letters${query}`)).items
}

const replay = (world: TestWorld, body: object) =>
  post<{ id: string }>(world, 'dead-letters/replay', body, 202)
const progress = (world: TestWorld, { id }: { id: string }) =>
  get<Replay & { letters: { recordId: string; outcome: string; note: string | null }[] }>(
    world,
    `replays/${id}`,
  )

/** So many text messages that Notion refused for good. */
async function refused(count: number, settings: Record<string, string> = {}) {
  const { world } = await waitingFor('reconcile', count, settings)
  await world.fail('notion', 'POST /v1/pages', 400, count)
  await world.drain()
  expect(await list(world)).toHaveLength(count)
  return world
}

/** Replays every open letter, and lets everything happen. */
async function replayAll(world: TestWorld, options: object = {}) {
  const started = await replay(world, { ids: (await list(world)).map(({ id }) => id), options })
  await world.drain()
  await world.minutes(1)
  return progress(world, started)
}

/** The kept row reads as the code of now wants it. */
async function mendRow(world: TestWorld): Promise<void> {
  const [row] = await world.rows<{ queue_message: string }>(
    `SELECT queue_message FROM dead_letters`,
  )
  const mended = { ...(JSON.parse(row!.queue_message) as object), direction: 'incoming' }
  await world.db
    .prepare(`UPDATE dead_letters SET queue_message = ?1`)
    .bind(JSON.stringify(mended))
    .run()
}

/** Every count is that of the rows. */
async function isConsistent(world: TestWorld, where: string): Promise<void> {
  expect(
    await world.rows(
      `SELECT state, stage, failure, pattern, kind, count(*) AS count FROM dead_letters
        GROUP BY state, stage, failure, pattern, kind
       EXCEPT SELECT state, stage, failure, pattern, kind, count FROM letter_counts`,
    ),
    where,
  ).toEqual([])
  expect(
    await world.rows(
      `SELECT id FROM replays r WHERE waiting + sent + succeeded + died + held <>
          (SELECT count(*) FROM replay_letters l WHERE l.replay_id = r.id)
        OR sent <> (SELECT count(*) FROM dead_letters d WHERE d.replay_id = r.id AND d.closed_at IS NULL)`,
    ),
    where,
  ).toEqual([])
}

describe('letters', () => {
  test('are listed with what the API promises, one with its attempts, in groups', async () => {
    const world = await refused(2)
    const [letter, other] = await list(world)
    expect(letter).toMatchObject({
      id: letterId({ stage: 'reconcile', kind: 'message', id: letter!.recordId }),
      queue: 'reconcile-bulk',
      kind: 'message',
      error: expect.stringMatching(/^notion refused the record \(400\)/),
      attempts: 1,
      firstAt: new Date().toISOString(),
      lastAt: new Date().toISOString(),
      state: 'open',
      party: '+13105550123',
    })
    expect(new Set([letter?.recordId, other?.recordId])).toEqual(new Set(['ACT0', 'ACT1']))

    const one = await get<LetterDetails>(world, `dead-letters/${letter?.id}`)
    expect(one).toMatchObject({
      advice: { title: expect.stringMatching(/^Notion refused it/) },
      record: { journey: `/records/message/${letter?.recordId}` },
      queueMessage: expect.stringContaining('"v":1'),
    })
    expect(one.events.map(({ stage, outcome }) => `${stage} ${outcome}`).toSorted()).toEqual([
      'enrich done',
      'reconcile deadLetter',
      'vectorize done',
    ])

    const groups = await get<LetterGroups>(world, 'dead-letters/groups')
    expect(groups.counts).toEqual({ open: 2, replaying: 0, settled: 0, discarded: 0 })
    expect(groups.items).toEqual([
      expect.objectContaining({
        stage: 'reconcile',
        failure: 'record.refused',
        count: 2,
        kinds: ['message'],
      }),
    ])
  })

  test.each([
    ['?q=ACT1', ['ACT1']],
    ['?q=(310)%20555-0123', ['ACT0', 'ACT1']],
    ['?q=REFUSED%20record', ['ACT0', 'ACT1']],
    ['?q=nowhere', []],
    ['?stage=enrich', []],
    ['?stage=reconcile&kind=message', ['ACT0', 'ACT1']],
    ['?state=discarded', []],
    ['?from=2026-11-25T00:00:00Z', []],
  ])('%s finds', async (query, ids) => {
    const world = await refused(2)
    expect((await list(world, query)).map(({ recordId }) => recordId).toSorted()).toEqual(ids)
  })

  test('come by pages', async () => {
    const world = await refused(3)
    const first = await get<{ items: Letter[]; nextCursor: string }>(world, 'dead-letters?limit=2')
    expect(first.items).toHaveLength(2)
    const rest = await list(world, `?limit=2&cursor=${first.nextCursor}`)
    expect(rest).toHaveLength(1)
    expect(first.items).not.toContainEqual(rest[0])
  })

  test('are told of a release that came after them', async () => {
    const world = await refused(1)
    const deployed = async () =>
      (await get<LetterGroups>(world, 'dead-letters/groups')).items.map(
        ({ deployedAt }) => deployedAt,
      )
    expect(await deployed()).toEqual([null])
    world.env['CF_VERSION_METADATA'] = { id: 'v', tag: '', timestamp: '2026-11-24T08:00:00.000Z' }
    expect(await deployed(), 'it came before').toEqual([null])
    world.env['CF_VERSION_METADATA'] = { id: 'w', tag: '', timestamp: '2026-11-24T12:00:00.000Z' }
    expect(await deployed()).toEqual(['2026-11-24T12:00:00.000Z'])
  })

  test('leave as a file that no spreadsheet takes for a formula', async () => {
    const world = await refused(1)
    await world.db
      .prepare(`UPDATE dead_letters SET reason = '=HYPERLINK("https://elsewhere.test")'`)
      .run()
    const response = await world.fetch('/api/dead-letters.csv', { headers: ADMIN })
    expect(response.headers.get('content-type')).toContain('text/csv')
    const [head, row, end] = (await response.text()).split('\r\n')
    expect(head).toMatch(/^\ufeff?stage,kind,id,state,failure,reason/)
    expect(row).toContain(`"'=HYPERLINK(""https://elsewhere.test"")"`)
    expect(end).toBe('')
  })

  test('that are none are not found, and input at fault is named', async () => {
    const world = await newWorld()
    const status = async (path: string) =>
      (await world.fetch(`/api/${path}`, { headers: ADMIN })).status
    expect(await status('dead-letters/nonsense')).toBe(404)
    expect(await status('dead-letters?state=lost')).toBe(400)
    expect(await status('replays/none')).toBe(404)
    for (const [body, path] of [
      [{}, 'ids'],
      [{ ids: ['x'], filter: {} }, 'ids'],
      [{ ids: ['x'] }, 'ids.0'],
      [{ filter: { state: 'open' }, pace: 'slow' }, 'pace'],
    ] as const)
      expect(await post(world, 'dead-letters/replay', body, 400)).toMatchObject({
        errors: [{ path }],
      })
  })
})

describe('a replay', () => {
  test('of named letters brings those that are mended, and lists once what dies again', async () => {
    const world = await refused(5)
    await world.fail('notion', 'POST /v1/pages', 400, 1)
    world.advance(MINUTE)
    const started = await replay(world, { ids: (await list(world)).map(({ id }) => id) })
    await world.deliver('sweep')
    const sent = await list(world)
    expect(sent.map(({ state }) => state)).toEqual(Array(5).fill('replaying'))
    expect(await progress(world, started)).toMatchObject({ state: 'running', sent: 5, waiting: 0 })
    await world.drain()
    await world.minutes(1)

    const left = await list(world)
    expect(left).toEqual([expect.objectContaining({ state: 'open', attempts: 1, replayId: null })])
    expect(left[0]!.lastAt > left[0]!.firstAt).toBe(true)
    expect(await progress(world, started)).toMatchObject({
      state: 'completed',
      succeeded: 4,
      died: 1,
      sent: 0,
      letters: expect.arrayContaining([
        expect.objectContaining({ recordId: left[0]!.recordId, outcome: 'died' }),
      ]),
    })
    expect(await world.pages('message')).toHaveLength(4)
    const details = await get<LetterDetails>(world, `dead-letters/${left[0]!.id}`)
    expect(details.replays).toMatchObject([{ actor: 'admin token', outcome: 'died' }])
  })

  test('of a group sends three first, and the rest when those succeed', async () => {
    const world = await refused(8)
    const started = await replay(world, { filter: { state: 'open', stage: 'reconcile' } })
    await world.deliver('sweep')
    expect(await progress(world, started)).toMatchObject({ sent: 3, waiting: 5 })
    await world.drain()
    await world.minutes(2)
    expect(await list(world)).toEqual([])
    expect(await progress(world, started)).toMatchObject({ state: 'completed', succeeded: 8 })
    const groups = await get<LetterGroups>(world, 'dead-letters/groups')
    expect(groups).toMatchObject({
      items: [],
      counts: { open: 0, replaying: 0, settled: 8, discarded: 0 },
      lastClosedAt: expect.any(String),
    })
  })

  test('stops and says so when one of the first three dies', async () => {
    const world = await refused(8)
    await world.fail('notion', 'POST /v1/pages', 400, 1)
    const started = await replay(world, { filter: { state: 'open' } })
    await world.drain()
    await world.minutes(3)
    expect(await progress(world, started)).toMatchObject({
      state: 'stopped',
      reason: '1 of the first 3 died again',
      succeeded: 2,
      died: 1,
      waiting: 5,
    })
    expect(await list(world)).toHaveLength(6)
    expect((await list(world)).map(({ state }) => state)).toEqual(Array(6).fill('open'))
  })

  test('keeps to so many a minute', async () => {
    const world = await refused(5)
    const started = await replay(world, {
      ids: (await list(world)).map(({ id }) => id),
      pace: { perMinute: 2 },
    })
    const succeeded = async () => (await progress(world, started)).succeeded
    await world.drain()
    expect(await succeeded()).toBe(2)
    await world.minutes(1)
    expect(await succeeded()).toBe(4)
    await world.minutes(2)
    expect(await progress(world, started)).toMatchObject({ state: 'completed', succeeded: 5 })
  })

  test('that is aborted sends no more, and what is on its way goes on', async () => {
    const world = await refused(6)
    const started = await replay(world, { filter: { state: 'open' } })
    await world.deliver('sweep')
    expect(await post(world, `replays/${started.id}/abort`, {})).toMatchObject({ state: 'aborted' })
    await post(world, `replays/${started.id}/abort`, {}, 409)
    await world.drain()
    await world.minutes(3)
    expect(await progress(world, started)).toMatchObject({
      state: 'aborted',
      succeeded: 3,
      waiting: 3,
    })
    expect(await list(world)).toHaveLength(3)
  })

  test('holds back what is being replayed or was removed by a person, and says why', async () => {
    const world = await refused(3)
    const [removed, ...others] = await list(world)
    await world.db
      .prepare(
        `INSERT INTO pages (kind, id, data_source_id, page_id, removed_at)
         VALUES ('message', ?1, 'd', 'p', 1) ON CONFLICT (kind, id) DO UPDATE SET removed_at = 1`,
      )
      .bind(removed!.recordId)
      .run()
    await replay(world, { ids: [others[0]!.id] })
    await world.deliver('sweep')
    const ids = (await list(world)).map(({ id }) => id)
    const preview = await post<ReplayPreview>(world, 'dead-letters/preview', { ids })
    expect(preview).toMatchObject({ letters: 3, isExact: true, checked: 3, eligible: 1 })
    expect(preview.held).toEqual(
      expect.arrayContaining([
        { why: 'it is being replayed already', count: 1, ids: [others[0]!.id] },
        { why: 'a person removed its page', count: 1, ids: [removed!.id] },
      ]),
    )
    expect(preview.requests).toMatchObject([{ api: 'notion', count: 1 }])
    expect(preview.adds.remakePages).toBe(1)
    const started = await replay(world, { ids })
    await world.drain()
    await world.minutes(1)
    expect(await progress(world, started)).toMatchObject({
      state: 'completed',
      succeeded: 1,
      held: 2,
    })
  })

  test('previews a filter without sending anything', async () => {
    const world = await refused(2)
    const asked = await world.asked()
    const preview = await post<ReplayPreview>(world, 'dead-letters/preview', {
      filter: { stage: 'reconcile' },
      options: { fetchAnew: true },
    })
    expect(preview).toMatchObject({ letters: 2, eligible: 2, held: [], minutes: 1 })
    expect(Date.parse(preview.readyAt)).toBeGreaterThan(Date.now())
    expect(await world.asked()).toBe(asked)
    expect(await world.rows(`SELECT * FROM replays`)).toEqual([])
    expect(await world.rows(`SELECT * FROM audit`)).toEqual([])
  })

  test('that asks anew has OpenPhone asked, and without AI leaves the record unanalysed', async () => {
    const world = await newWorld({ calls: [spokenCall()] }, { MAX_TRIES: '1' })
    world.ai.fail(3007, 'time-out')
    await world.backfill()
    await world.minutes(1)
    const [letter] = await list(world, '?stage=enrich')
    const asked = () => world.requests('openphone')
    const [requests, analyses] = [await asked(), world.ai.analyses]
    await replay(world, {
      ids: [letter!.id],
      options: { fetchAnew: true, withoutAi: true },
    })
    await world.drain()
    expect(await list(world)).toEqual([])
    expect((await asked()) - requests, 'the call, its recordings, its transcripts').toBe(3)
    expect(world.ai.analyses).toBe(analyses)
    const [page] = await world.pages('call')
    expect(textOf(page, 'AI Summary')).toMatch(/replayed without AI/)
  })

  test('that asks anew begins at the source, whatever stage the letter is of', async () => {
    const world = await refused(1)
    const [letter] = await list(world)
    const before = await world.requests('openphone')
    const body = { ids: [letter!.id], options: { fetchAnew: true } }
    const preview = await post<ReplayPreview>(world, 'dead-letters/preview', body)
    expect(preview.requests).toMatchObject([
      { api: 'notion', count: 1 },
      { api: 'openphone', count: 1 },
    ])
    const started = await replay(world, body)
    await world.drain()
    await world.minutes(1)
    expect((await world.requests('openphone')) - before).toBe(1)
    expect(await progress(world, started)).toMatchObject({ state: 'completed', succeeded: 1 })
    expect(await world.pages('message')).toHaveLength(1)
  })
})

describe('letters that no stage’s work stands for', () => {
  test('a listed row is read by the code of now, or fetched from its source', async () => {
    const broken = textAt(YESTERDAY, { id: 'ACT9', direction: 'sideways' as 'incoming' })
    const world = await newWorld({ textMessages: [broken] })
    await world.backfill()
    expect(await list(world)).toMatchObject([
      {
        stage: 'sweep',
        queue: 'sweep',
        recordId: 'ACT9',
        error: expect.stringMatching(/direction/),
      },
    ])
    expect(await replayAll(world)).toMatchObject({ state: 'completed', died: 1 })
    expect(await list(world)).toMatchObject([{ attempts: 2 }])
    expect(await replayAll(world, { fetchAnew: true }), 'the source is no better').toMatchObject({
      died: 1,
    })
    await mendRow(world)
    expect(await replayAll(world)).toMatchObject({ state: 'completed', succeeded: 1 })
    expect(await list(world)).toEqual([])
    expect(await world.pages('message')).toHaveLength(1)
  })

  test('a discarded row stays so, whatever lists it again', async () => {
    const broken = textAt(YESTERDAY, { id: 'ACT9', direction: 'sideways' as 'incoming' })
    const world = await newWorld({ textMessages: [broken] })
    await world.backfill()
    const [letter] = await list(world)
    await post(world, 'dead-letters/discard', { ids: [letter!.id], reason: 'a test call' })
    world.advance(6 * 60 * MINUTE)
    await world.backfill()
    expect(await list(world)).toEqual([])
  })

  test('a listing that was given up goes on where it stood', async () => {
    const world = await newWorld({ textMessages: textMessages(1) })
    await world.fail('openphone', 'GET /v1/messages', 400)
    await world.backfill()
    const open = await list(world, '?stage=sweep')
    if (open.length === 0) {
      // It was tried again and went through; end it as the sweep queue does.
      await world.db
        .prepare(`UPDATE sweeps SET done = 1, error = 'given up' WHERE sweep = 'message'`)
        .run()
      await world.db
        .prepare(
          `INSERT INTO dead_letters (stage, kind, id, failure, reason, attempts, first_at, last_at)
           SELECT 'sweep', 'message', id, 'upstream.unavailable', 'given up', 5, ?1, ?1 FROM runs`,
        )
        .bind(Date.now())
        .run()
    }
    expect(await replayAll(world)).toMatchObject({ state: 'completed', succeeded: 1 })
    expect(
      await world.rows(`SELECT error FROM sweeps WHERE sweep = 'message' AND done = 1`),
    ).toEqual([{ error: null }])
  })

  test('a queue message that can be read now is owed, one that cannot dies again', async () => {
    const world = await refused(1)
    await world.deliver('reconcile-dlq', ['nonsense'])
    await world.db
      .prepare(
        `INSERT INTO dead_letters (stage, kind, id, failure, reason, attempts, queue_message, first_at, last_at)
         VALUES ('reconcile', 'unknown', 'm1', 'record.invalid', 'v: is missing', 1, ?1, ?2, ?2)`,
      )
      .bind(JSON.stringify(queueMessage({ kind: 'message', id: 'ACT0' })), Date.now())
      .run()
    expect(await replayAll(world)).toMatchObject({ state: 'completed', succeeded: 2, died: 1 })
    expect(await list(world)).toMatchObject([{ kind: 'unknown', recordId: 'given0', attempts: 2 }])
    expect(await world.pages('message')).toHaveLength(1)
  })
})

describe('a discard', () => {
  test('of a filter takes the letters off the list, is in the audit, and is undone whole', async () => {
    const world = await refused(3)
    const reason = 'the number is a test line'
    const done = await post<{ id: string; discarded: number; left: number }>(
      world,
      'dead-letters/discard',
      { filter: { stage: 'reconcile' }, reason },
    )
    expect(done).toMatchObject({ discarded: 3, left: 0 })
    expect(await list(world)).toEqual([])
    expect(await list(world, '?state=discarded')).toMatchObject(
      Array.from({ length: 3 }, () => ({
        state: 'discarded',
        discarded: { by: 'admin token', reason },
      })),
    )
    expect(await world.rows(`SELECT action, status FROM audit`)).toEqual([
      { action: 'discardDeadLetters', status: 200 },
    ])
    const undone = await post(world, 'dead-letters/restore', { discardId: done.id })
    expect(undone).toEqual({ opened: 3, settled: 0 })
    expect(await list(world)).toHaveLength(3)
  })

  test('leaves what is being replayed', async () => {
    const world = await refused(2)
    const [one] = await list(world)
    await replay(world, { ids: [one!.id] })
    await world.deliver('sweep')
    expect(await post(world, 'dead-letters/discard', { filter: {}, reason: 'x' })).toMatchObject({
      discarded: 1,
      left: 1,
    })
  })

  test('ends when the record fails anew', async () => {
    const world = await refused(1)
    const [letter] = await list(world)
    await post(world, 'dead-letters/discard', { ids: [letter!.id], reason: 'x' })
    world.advance(MINUTE)
    await world.change({ textMessages: [saying(textMessages(1)[0]!, 'Other words.')] })
    await world.fail('notion', 'POST /v1/pages', 400)
    await world.backfill()
    expect(await list(world)).toMatchObject([{ id: letter!.id, state: 'open', discarded: null }])
  })
})

/**
 * Open, replaying, succeeded or died again, discarded, undone: driven to edges at which a Worker
 * touches the world and killed there. Then time passes, and every number is what the rows say.
 */
describe('killed at any edge', { timeout: 300_000 }, () => {
  const SETTINGS = { JMAP_SESSION_URL: '', JMAP_TOKEN: '' }

  test.each([
    ['what was in flight comes again', 31, (world: TestWorld) => world.queues.redeliver()],
    ['everything in the queues is lost', 51, (world: TestWorld) => world.restart()],
  ] as const)(
    '%s: mended letters arrive once, the others are listed once',
    async (_name, step, happen) => {
      for (let edge = 1; ; edge += step) {
        const world = await refused(4, SETTINGS)
        const where = `edge ${edge}`
        const letters = await list(world)
        const started = await replay(world, { ids: letters.map(({ id }) => id), pace: 'careful' })
        world.crash.plan(edge)
        try {
          await world.drain()
          await world.minutes(1)
          world.crash.clear()
          if (edge > 1) expect(edge).toBeGreaterThan(30)
          return
        } catch (error) {
          if (!(error instanceof Crashed)) throw error
        }
        await happen(world)
        await world.drain()
        await world.minutes(2, 11 * MINUTE)
        await world.minutes(2)
        expect(await list(world), where).toEqual([])
        expect(await progress(world, started), where).toMatchObject({
          state: 'completed',
          succeeded: 4,
          died: 0,
          waiting: 0,
          sent: 0,
        })
        expect(await world.pages('message'), where).toHaveLength(4)
        await isConsistent(world, where)
      }
    },
  )

  test('one that dies again ends listed once, and is discarded and undone', async () => {
    for (let edge = 1; ; edge += 23) {
      const world = await refused(1, SETTINGS)
      const where = `edge ${edge}`
      const [letter] = await list(world)
      world.advance(MINUTE)
      await world.fail('notion', 'POST /v1/pages', 400, 3)
      const started = await replay(world, { ids: [letter!.id] })
      world.crash.plan(edge)
      let died = false
      try {
        await world.drain()
      } catch (error) {
        if (!(error instanceof Crashed)) throw error
        died = true
      }
      world.crash.clear()
      world.queues.redeliver()
      await world.drain()
      await world.minutes(2, 11 * MINUTE)
      expect(await list(world), where).toMatchObject([{ id: letter!.id, state: 'open' }])
      expect(await progress(world, started), where).toMatchObject({ state: 'completed', died: 1 })
      const { id } = await post<{ id: string }>(world, 'dead-letters/discard', {
        ids: [letter!.id],
        reason: 'x',
      })
      expect(await list(world), where).toEqual([])
      await post(world, 'dead-letters/restore', { discardId: id })
      expect(await list(world), where).toHaveLength(1)
      await isConsistent(world, where)
      if (!died) return
    }
  })
})
