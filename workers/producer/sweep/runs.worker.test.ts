/** Runs through the API: what they look at, how they are cancelled and resumed, what they tell. */
import { describe, expect, test } from 'vitest'
import type { Run } from '@switchboard/shared/api/runs'
import { oneOfEach, saying, spokenCall, textMessages } from '../../testing/scenes.ts'
import { newWorld } from '../../testing/world.ts'
import type { TestWorld } from '../../testing/world.ts'
import { estimateRun } from '../api/run-preview.ts'

const ADMIN = { Authorization: 'Bearer admin-token' }
const DAY = 86_400_000

async function post(world: TestWorld, path: string, body: object = {}) {
  const init = { method: 'POST', headers: ADMIN, body: JSON.stringify(body) }
  const response = await world.fetch(path, init)
  return { status: response.status, body: await response.json<Record<string, unknown>>() }
}

async function get<T>(world: TestWorld, path: string): Promise<T> {
  return (await (await world.fetch(path, { headers: ADMIN })).json()) as T
}

async function start(world: TestWorld, body: object = {}): Promise<string> {
  const started = await post(world, '/api/runs', body)
  expect(started.status).toBe(202)
  return started.body['id'] as string
}

const pathOf = (id: string) => `/api/runs/${encodeURIComponent(id)}`
const read = (world: TestWorld, id: string) => get<Run>(world, pathOf(id))

async function listed(world: TestWorld, id: string): Promise<string[]> {
  const rows = await world.rows<{ sweep: string }>(
    `SELECT sweep FROM sweeps WHERE run_id = ?1 ORDER BY sweep`,
    id,
  )
  return rows.map(({ sweep }) => sweep)
}

/** Delivers pages of listings until this holds. */
async function deliverUntil(world: TestWorld, holds: () => Promise<boolean>): Promise<void> {
  for (let round = 0; round < 50; round++) {
    if (await holds()) return
    await world.deliver('sweep', undefined, 1)
  }
  throw new Error('it never held')
}

/** Listed to the end, and nothing worked yet. */
async function takenIn(count: number) {
  const world = await newWorld({ textMessages: textMessages(count) })
  const id = await start(world)
  await world.drain(['enrich-bulk'])
  return { world, id }
}

describe('what a run looks at', () => {
  test('is all that is connected, or the kinds it is asked for', async () => {
    const world = await newWorld(oneOfEach())
    const mail = await start(world, { kinds: ['mail'] })
    expect(await listed(world, mail)).toEqual(['canvas', 'mail'])
    const calls = await start(world, { kinds: ['call'], days: 2 })
    expect(await listed(world, calls)).toEqual(['call', 'canvas', 'directory'])
    await world.drain()
    await world.minutes(1)
    expect(await read(world, mail)).toMatchObject({
      state: 'completed',
      asked: { kinds: ['mail'], days: 30 },
      startedBy: 'admin token',
      total: { listed: 1, synced: 1 },
      kinds: { mail: { synced: 1 }, call: { listing: 'off', listed: 0 } },
    })
    const { since, until } = await read(world, calls)
    expect(Date.parse(until) - Date.parse(since)).toBe(2 * DAY)
  })

  test('is continued by the cron only where it is no less than what the cron lists', async () => {
    const world = await newWorld(oneOfEach())
    const narrow = await start(world, { kinds: ['mail'] })
    await world.cron('backfill')
    expect(await world.rows(`SELECT id FROM runs`)).toHaveLength(2)
    expect(await start(world)).toMatch(/^cron:/)
    expect(await start(world, { days: 90 })).not.toBe(narrow)
    expect(await world.rows(`SELECT id FROM runs`)).toHaveLength(3)
  })

  test('must be something that is connected', async () => {
    const world = await newWorld({}, { JMAP_SESSION_URL: '', JMAP_TOKEN: '' })
    expect(await post(world, '/api/runs', { kinds: ['mail'] })).toMatchObject({ status: 409 })
    expect(await post(world, '/api/runs', { kinds: ['fax'] })).toMatchObject({
      status: 400,
      body: { errors: [{ path: 'kinds.0' }] },
    })
    expect(await post(world, '/api/runs', { kinds: [] })).toMatchObject({ status: 400 })
  })

  test('may be everything once more: what is unchanged is asked for its artefacts again', async () => {
    const world = await newWorld({ calls: [spokenCall({ transcripts: [] })] })
    const analysed = async () =>
      (await world.rows(`SELECT 1 FROM analyses WHERE body IS NOT NULL`)).length
    await world.backfill()
    for (let day = 0; day < 3; day++) {
      world.advance(DAY)
      await world.backfill() // nobody waits for the transcript any longer
    }
    await world.change({ calls: [spokenCall()] })
    world.advance(DAY)
    await world.backfill()
    expect(await analysed()).toBe(0)
    await start(world, { kinds: ['call'], fetchAnew: true })
    await world.drain()
    expect(await analysed()).toBe(1)
  })
})

test('a run without AI files without an analysis, which is made by one that makes it again', async () => {
  const world = await newWorld(oneOfEach())
  await start(world, { withoutAi: true })
  await world.drain()
  await world.minutes(1)
  expect(await world.pages('message')).toHaveLength(1)
  expect(await world.rows(`SELECT 1 FROM analyses WHERE body IS NOT NULL`)).toEqual([])
  const id = await start(world, { again: 'analyse' })
  await world.drain()
  await world.minutes(1)
  expect(await world.rows(`SELECT 1 FROM analyses WHERE body IS NOT NULL`)).toHaveLength(3)
  expect(await read(world, id)).toMatchObject({ total: { synced: 3 } })
})

describe('a run that is cancelled', () => {
  test('lists nothing more, and holds back what it took in', async () => {
    const { world, id } = await takenIn(3)
    expect(await post(world, `${pathOf(id)}/cancel`)).toMatchObject({ status: 202, body: { id } })
    await world.drain()
    await world.minutes(3)
    expect(await world.pages('message')).toEqual([])
    expect(await read(world, id)).toMatchObject({
      state: 'cancelled',
      cancelledBy: 'admin token',
      total: { listed: 3, open: 3, synced: 0 },
      doneAt: null,
    })
    expect(await world.owed()).toHaveLength(3)
    expect(await post(world, `${pathOf(id)}/cancel`)).toMatchObject({ status: 409 })
  })

  test('stops between two pages, and goes on there', async () => {
    const world = await newWorld({ textMessages: textMessages(120) })
    const id = await start(world, { kinds: ['message'] })
    await deliverUntil(world, async () => (await world.rows(`SELECT 1 FROM records`)).length > 0)
    await post(world, `${pathOf(id)}/cancel`)
    await world.drain()
    await world.minutes(2)
    expect(await read(world, id)).toMatchObject({
      kinds: { message: { listing: 'stopped', listed: 50 } },
    })
    await post(world, `${pathOf(id)}/resume`)
    await world.drain()
    await world.minutes(1)
    expect(await read(world, id)).toMatchObject({ state: 'completed', total: { synced: 120 } })
    expect(await world.requests('openphone', 'GET /messages')).toBe(3)
  })

  test('and resumed files all that it held back', async () => {
    const { world, id } = await takenIn(3)
    await post(world, `${pathOf(id)}/cancel`)
    await world.drain()
    expect(await post(world, `${pathOf(id)}/resume`)).toMatchObject({ status: 202 })
    await world.drain()
    await world.minutes(1)
    expect(await world.pages('message')).toHaveLength(3)
    expect(await read(world, id)).toMatchObject({ state: 'completed', total: { synced: 3 } })
    expect(await post(world, `${pathOf(id)}/resume`)).toMatchObject({ status: 409 })
  })

  test('loses nothing: the next run files what it lists again', async () => {
    const { world, id } = await takenIn(2)
    await post(world, `${pathOf(id)}/cancel`)
    await world.drain()
    await world.backfill()
    await world.minutes(1)
    expect(await world.pages('message')).toHaveLength(2)
    expect(await world.totals()).toMatchObject({ synced: 2, complete: true })
    expect(await world.owed()).toEqual([])
  })

  test('gives way to what is live', async () => {
    const messages = textMessages(2)
    const { world, id } = await takenIn(2)
    await post(world, `${pathOf(id)}/cancel`)
    await world.drain()
    await world.change({ textMessages: [saying(messages[0]!, 'Other words'), messages[1]!] })
    await start(world, { kinds: ['message'], days: 1 })
    await world.drain()
    await world.minutes(1)
    expect(await world.pages('message')).toHaveLength(2)
  })

  test('is held back by a local start, too', async () => {
    const { world, id } = await takenIn(2)
    await post(world, `${pathOf(id)}/cancel`)
    await world.drain()
    await world.restart()
    await world.minutes(2)
    expect(await world.pages('message')).toEqual([])
    await post(world, `${pathOf(id)}/resume`)
    await world.minutes(2)
    expect(await world.pages('message')).toHaveLength(2)
  })

  test('is finished by the minute cron where the queue lost its order', async () => {
    const { world, id } = await takenIn(2)
    await post(world, `${pathOf(id)}/cancel`)
    world.queues.lose()
    await world.minutes(2)
    expect(await world.rows(`SELECT token FROM work WHERE done < wanted`)).toEqual([
      { token: 'cancelled' },
      { token: 'cancelled' },
    ])
    expect(await world.rows(`SELECT 1 FROM runs WHERE shifting IS NOT NULL`)).toEqual([])
  })
})

describe('a run whose listing cannot be finished', () => {
  test('has failed, says why, and can be resumed', async () => {
    const world = await newWorld({ textMessages: textMessages(1) }, { MAX_TRIES: '1' })
    const id = await start(world)
    await deliverUntil(world, async () =>
      JSON.stringify(world.queues.of('sweep')[0]?.body).includes('"sweep":"message"'),
    )
    await world.fail('openphone', 'GET /messages', 500, 3)
    await world.drain()
    await world.minutes(2)
    expect(await read(world, id)).toMatchObject({
      state: 'failed',
      reason: expect.stringMatching(/^the listing of message failed: /) as string,
      kinds: { message: { listing: 'failed', error: expect.any(String) as string } },
    })
    expect(await world.letters()).toHaveLength(1)
    expect(await post(world, `${pathOf(id)}/resume`)).toMatchObject({ status: 202 })
    await world.drain()
    await world.minutes(1)
    expect(await read(world, id)).toMatchObject({ state: 'completed', reason: null })
    expect(await world.letters()).toEqual([])
    expect(await world.pages('message')).toHaveLength(1)
  })
})

describe('what is made again', () => {
  test('is analysed where model or prompt version changed, in bulk, and no source is asked', async () => {
    const world = await newWorld(oneOfEach())
    await world.backfill()
    await world.minutes(1)
    const asked = await world.requests('openphone')
    const thought = world.ai.requests.length
    const same = await start(world, { again: 'analyse' })
    await world.drain()
    await world.minutes(1)
    expect(world.ai.requests).toHaveLength(thought)
    expect(await read(world, same)).toMatchObject({
      state: 'completed',
      asked: { again: 'analyse' },
      total: { listed: 3, skipped: 3 },
    })
    world.env['PROMPT_VERSION'] = '2'
    const id = await start(world, { again: 'analyse' })
    expect(await listed(world, id)).toEqual(['call', 'mail', 'message'])
    await world.deliver('sweep')
    expect(world.queues.of('enrich')).toEqual([])
    await world.drain()
    await world.minutes(1)
    expect(await read(world, id)).toMatchObject({ state: 'completed', total: { synced: 3 } })
    expect(await world.rows(`SELECT DISTINCT prompt_version AS version FROM analyses`)).toEqual([
      { version: '2' },
    ])
    expect(await world.requests('openphone')).toBe(asked)
  })

  test('is embedded where the model changed', async () => {
    const world = await newWorld(oneOfEach())
    await world.backfill()
    world.env['EMBEDDING_MODEL'] = '@cf/baai/other'
    const id = await start(world, { again: 'embed', kinds: ['call'] })
    await world.drain()
    await world.minutes(1)
    expect(await read(world, id)).toMatchObject({ state: 'completed', total: { synced: 1 } })
    expect(
      await world.rows(`SELECT kind, model FROM vectors WHERE model = '@cf/baai/other'`),
    ).toHaveLength(1)
  })
})

describe('what a run tells', () => {
  test('which records were skipped and failed, and why, a page at a time', async () => {
    const world = await newWorld({ ...oneOfEach(), textMessages: textMessages(3) })
    await world.fail('notion', 'POST /v1/pages', 400, 1)
    const first = await start(world)
    await world.drain()
    await world.minutes(1)
    const failed = await get<{ items: Record<string, unknown>[] }>(
      world,
      `${pathOf(first)}/records`,
    )
    expect(failed.items).toEqual([
      expect.objectContaining({
        why: 'record.refused',
        reason: expect.stringContaining('refused') as string,
        stage: 'reconcile',
        whom: {
          party: 'owner@bakery.example',
          parties: 1,
          merchant: expect.objectContaining({ name: 'Corner Bakery' }) as object,
          state: 'stuck',
        },
      }),
    ])
    const second = await start(world)
    await world.drain()
    await world.minutes(1)
    expect((await read(world, second)).why.map(({ why, count }) => [why, count])).toEqual(
      expect.arrayContaining([['letter', 1]]),
    )
    const items: unknown[] = []
    let cursor: string | null = ''
    for (let page = 0; page < 10 && cursor !== null; page++) {
      const found: { items: { id: string }[]; nextCursor: string | null } = await get(
        world,
        `${pathOf(second)}/records?outcome=skipped&limit=2&cursor=${cursor}`,
      )
      expect(found.items.length).toBeLessThanOrEqual(2)
      items.push(...found.items.map(({ id }) => id))
      cursor = found.nextCursor
    }
    expect(new Set(items).size).toBe(5)
    const one = await get<{ items: unknown[] }>(
      world,
      `${pathOf(second)}/records?outcome=skipped&kind=mail`,
    )
    expect(one.items).toHaveLength(1)
  })

  test('how fast it is, when it is done, and how far it was', async () => {
    const world = await newWorld({ textMessages: textMessages(6) })
    const id = await start(world)
    await world.drain(['reconcile-bulk'])
    await world.minutes(1)
    world.advance(60_000)
    await world.cron('minute')
    const run = await read(world, id)
    expect(run).toMatchObject({ state: 'completed', total: { synced: 6 } })
    const { items } = await get<{ items: { listed: number; settled: number }[] }>(
      world,
      `${pathOf(id)}/progress`,
    )
    expect(items.at(-1)).toMatchObject({ listed: 6, settled: 6 })
    const slow = await newWorld({ textMessages: textMessages(6) })
    const other = await start(slow)
    await slow.drain(['reconcile-bulk'])
    slow.advance(60_000)
    await slow.deliver('reconcile-bulk', undefined, 2)
    const told = await read(slow, other)
    expect(told.total).toMatchObject({ listed: 6, synced: 2, open: 4, perMinute: 2 })
    expect(Date.parse(told.doneAt ?? '') - Date.now()).toBe(120_000)
    await slow.cron('minute')
    const far = await get<{ items: object[] }>(slow, `${pathOf(other)}/progress`)
    expect(far.items[0]).toMatchObject({ listed: 6, settled: 2 })
    expect(far.items).toHaveLength(2)
  })

  test('all runs, the newest first, a page at a time', async () => {
    const world = await newWorld()
    for (let nth = 0; nth < 3; nth++) {
      await start(world, { days: 1 + nth })
      world.advance(1000)
    }
    type Page = { items: { asked: { days: number } }[]; nextCursor: string | null }
    const first = await get<Page>(world, '/api/runs?limit=2')
    expect(first.items.map(({ asked }) => asked.days)).toEqual([3, 2])
    const last = await get<Page>(world, `/api/runs?limit=2&cursor=${first.nextCursor}`)
    expect(last.items.map(({ asked }) => asked.days)).toEqual([1])
    expect(last.nextCursor).toBeNull()
  })

  test('what one would come to', async () => {
    const world = await newWorld({ textMessages: textMessages(6) })
    expect(await get(world, '/api/runs/preview')).toMatchObject({ records: null, minutes: null })
    await world.backfill()
    await world.minutes(1)
    expect(await get(world, '/api/runs/preview?days=60&kinds=message')).toMatchObject({
      days: 60,
      records: 12,
      news: 6,
      requests: { openphone: 1, notion: 6, workersAi: 6 },
    })
  })
})

describe('an estimate', () => {
  const last = { days: 30, listed: { call: 300, message: 600, mail: 30 } }
  const of = { days: 30, kinds: ['call', 'message', 'mail'] as const, includeAi: true, last }

  test('of days that were listed already costs the listing alone', () => {
    expect(estimateRun({ ...of, knownDays: 30 })).toEqual({
      records: 930,
      news: 0,
      requests: { openphone: 18, notion: 0, mailbox: 1, workersAi: 0 },
    })
  })

  test('of older days costs a page, an analysis and the artefacts of each record', () => {
    expect(estimateRun({ ...of, days: 60, knownDays: 30 })).toEqual({
      records: 1860,
      news: 930,
      requests: { openphone: 36 + 600, notion: 930, mailbox: 2, workersAi: 930 },
    })
    expect(
      estimateRun({ ...of, days: 60, knownDays: 30, includeAi: false }).requests,
    ).toMatchObject({ workersAi: 0 })
  })
})
