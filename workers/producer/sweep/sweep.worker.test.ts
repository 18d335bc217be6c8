/** Listing: pages through the sweep queue, what is new and what is not, a run counted from facts. */
import { mailAt } from '@switchboard/sandbox/http/small-world'
import { describe, expect, test } from 'vitest'
import { Crashed } from '../../testing/crash.ts'
import { YESTERDAY, oneOfEach, saying, spokenCall, textMessages } from '../../testing/scenes.ts'
import { newWorld } from '../../testing/world.ts'
import type { TestWorld } from '../../testing/world.ts'

const MINUTE = 60_000
const SIX_HOURS = 360 * MINUTE
const AT_ONCE = { createdAt: YESTERDAY, updatedAt: YESTERDAY }

/** A world with these text messages, listed up to their first page. */
async function listing(
  count: number,
  settings: Record<string, string> = {},
  over: Parameters<typeof textMessages>[1] = {},
) {
  const world = await newWorld({ textMessages: textMessages(count, over) }, settings)
  await world.cron('backfill')
  for (;;) {
    const page = world.queues.of('sweep')[0]?.body
    if (JSON.stringify(page).includes('"sweep":"message"')) return { world, page }
    await world.deliver('sweep')
  }
}

async function sweeps(world: TestWorld) {
  return world.rows<{ sweep: string; page: number; done: number; tries: number }>(
    `SELECT sweep, page, done, tries FROM sweeps ORDER BY run_id DESC, sweep`,
  )
}

describe('a page', () => {
  test('comes with one queue message a record, and fifty records a page', async () => {
    const { world } = await listing(120)
    await world.deliver('sweep')
    const first = world.queues.of('enrich-bulk').map(({ body }) => body)
    expect(first).toHaveLength(50)
    expect(first[0]).toEqual({
      v: 1,
      kind: 'message',
      id: expect.any(String),
      lane: 'bulk',
      cause: 'backfill',
      runId: expect.stringMatching(/^cron:/),
      enqueuedAt: expect.any(Number),
    })
    await world.drain(['enrich-bulk'])
    const ids = world.queues.of('enrich-bulk').map(({ body }) => (body as { id: string }).id)
    expect(new Set(ids).size).toBe(120)
    expect(ids).toHaveLength(120)
    expect(await world.requests('openphone', 'GET /messages')).toBe(3)
  })

  test('that was read already is acknowledged unread', async () => {
    const { world, page } = await listing(3)
    await world.deliver('sweep')
    const asked = await world.asked()
    expect(await world.deliver('sweep', [page])).toEqual({ acked: 1, retried: [] })
    expect(await world.asked()).toBe(asked)
    expect(world.queues.of('enrich-bulk')).toHaveLength(3)
  })

  test('whose body does not decode is a letter; one of a newer release is left for it', async () => {
    const { world, page } = await listing(1)
    const malformed = { v: 1, runId: 'r', sweep: 'fax', page: 0, enqueuedAt: 0 }
    const newer = { ...(page as object), v: 2 }
    const delivery = await world.deliver('sweep', [malformed, newer, page])
    expect(delivery).toEqual({ acked: 2, retried: [{ body: newer, delaySeconds: undefined }] })
    await world.drain()
    expect(await world.letters()).toEqual([
      expect.objectContaining({
        stage: 'sweep',
        id: 'given0',
        reason: expect.stringMatching(/^sweep: /),
      }),
    ])
    expect(await world.pages('message')).toHaveLength(1)
  })

  test('whose cursor has expired goes on by time, and nothing is left out', async () => {
    const { world } = await listing(120)
    await world.deliver('sweep')
    await world.fail('openphone', 'GET /messages', 400)
    await world.drain(['enrich-bulk'])
    expect(await world.rows(`SELECT count(*) AS n FROM records`)).toEqual([{ n: 120 }])
    expect(await world.totals()).toMatchObject({ open: 120, complete: false })
  })

  test('goes on by time and then by its cursors, however much happened at one moment', async () => {
    const { world } = await listing(120, {}, AT_ONCE)
    await world.deliver('sweep')
    await world.fail('openphone', 'GET /messages', 400)
    await world.drain(['enrich-bulk'])
    expect(await world.rows(`SELECT count(*) AS n FROM records`)).toEqual([{ n: 120 }])
    // The first page twice, the cursor that had expired, and two pages more.
    expect(await world.requests('openphone', 'GET /messages')).toBe(5)
  })

  test('whose cursors never hold is given up, and says so', async () => {
    const { world } = await listing(120, { MAX_TRIES: '1' }, AT_ONCE)
    await world.deliver('sweep')
    for (let step = 0; step < 12; step++) {
      const next = JSON.stringify(world.queues.of('sweep')[0]?.body ?? null)
      if (next.includes('"sweep":"message"')) await world.fail('openphone', 'GET /messages', 400)
      await world.deliver('sweep')
    }
    await world.drain()
    await world.minutes(1)
    expect(await world.letters()).toEqual([
      expect.objectContaining({ kind: 'message', reason: expect.stringMatching(/cursors expire/) }),
    ])
    expect(await world.totals()).toMatchObject({ complete: true })
  })

  test('that is asked to wait comes back after as long, and burns no try', async () => {
    const { world } = await listing(1)
    await world.fail('openphone', 'GET /messages', 429, 5)
    expect(await world.deliver('sweep')).toMatchObject({ retried: [{ delaySeconds: 1 }] })
    expect(await sweeps(world)).toContainEqual({ sweep: 'message', page: 0, done: 0, tries: 0 })
    await world.minutes(1)
    expect(await world.totals()).toMatchObject({ synced: 1, complete: true })
  })

  test('that cannot be read ends its listing with a letter, and the run ends', async () => {
    const { world } = await listing(1, { MAX_TRIES: '1' })
    await world.fail('openphone', 'GET /messages', 500, 3)
    await world.drain()
    await world.minutes(1)
    expect(await world.letters()).toEqual([
      expect.objectContaining({
        stage: 'sweep',
        kind: 'message',
        reason: expect.stringMatching(/openphone is not available \(500\)/),
      }),
    ])
    expect(await world.totals()).toMatchObject({ complete: true })
  })

  test('missing a setting waits for it', async () => {
    const { world } = await listing(1)
    const key = world.env['NOTION_TOKEN']
    world.env['NOTION_TOKEN'] = ''
    expect(await world.deliver('sweep')).toMatchObject({ acked: 0, retried: [{}] })
    world.env['NOTION_TOKEN'] = key ?? ''
    await world.minutes(1)
    expect(await world.totals()).toMatchObject({ synced: 1, complete: true })
  })
})

describe('a row that cannot be read', () => {
  const good = spokenCall({ id: 'AC1' })
  const bad = Object.assign(spokenCall({ id: 'AC2' }), { duration: 'a minute' })

  test('is a letter that names its field, and its page goes on', async () => {
    const world = await newWorld({ calls: [good, bad] })
    await world.backfill()
    expect(await world.letters()).toEqual([
      {
        stage: 'sweep',
        kind: 'call',
        id: 'AC2',
        failure: 'record.invalid',
        reason: expect.stringMatching(/^data\[\d\]\.duration: expected number, found string$/),
        attempts: 1,
      },
    ])
    expect(await world.totals()).toMatchObject({ synced: 1, failed: 1, skipped: 0, complete: true })

    world.advance(SIX_HOURS)
    await world.change({ calls: [good, spokenCall({ id: 'AC2' })] })
    await world.backfill()
    expect(await world.letters()).toEqual([])
    expect(await world.totals()).toMatchObject({ synced: 1, failed: 0, skipped: 1, complete: true })
  })

  test('is missing on one day only, whatever it says of its time', async () => {
    const odd = { createdAt: spokenCall().createdAt.toLowerCase() }
    const world = await newWorld({ calls: [good, Object.assign(spokenCall({ id: 'AC3' }), odd)] })
    await world.backfill()
    const [differing] = await world.rows<{ day: string }>(`SELECT day FROM differences`)
    expect(
      await world.rows(`SELECT day, listed FROM source_days WHERE kind = 'call' AND missing > 0`),
    ).toEqual([{ day: differing?.day, listed: 1 }])
  })
})

describe('a run', () => {
  test('over unchanged content skips all: no AI call, no Notion write', async () => {
    const world = await newWorld({ ...oneOfEach(), textMessages: textMessages(10) })
    await world.backfill()
    expect(await world.totals()).toEqual({
      synced: 12,
      failed: 0,
      skipped: 0,
      open: 0,
      complete: true,
    })
    const before = [
      world.ai.requests.length,
      world.vectorize.requests,
      await world.requests('notion', 'POST /v1/pages'),
      await world.requests('notion', 'PATCH /v1/pages/{id}'),
    ]
    world.advance(SIX_HOURS)
    await world.backfill()
    expect(await world.totals()).toEqual({
      synced: 0,
      failed: 0,
      skipped: 12,
      open: 0,
      complete: true,
    })
    expect([
      world.ai.requests.length,
      world.vectorize.requests,
      await world.requests('notion', 'POST /v1/pages'),
      await world.requests('notion', 'PATCH /v1/pages/{id}'),
    ]).toEqual(before)
    expect(world.queues.sent.filter(({ queue }) => queue === 'enrich-bulk')).toHaveLength(12)
  })

  test('counts what is new, what has changed and what has not', async () => {
    const [first, ...others] = textMessages(5)
    const world = await newWorld({ textMessages: [first!, ...others.slice(0, 3)] })
    await world.backfill()
    world.advance(SIX_HOURS)
    await world.change({ textMessages: [saying(first!, 'Never mind.'), ...others] })
    await world.backfill()
    expect(await world.totals()).toEqual({
      synced: 2,
      failed: 0,
      skipped: 3,
      open: 0,
      complete: true,
    })
    expect(await world.rows(`SELECT revision FROM records WHERE id = 'ACT0'`)).toEqual([
      { revision: 2 },
    ])
  })

  test('takes a signed URL or a later updatedAt for no change', async () => {
    const [textMessage] = textMessages(1, { media: [{ path: 'photo.jpg', type: 'image/jpeg' }] })
    const world = await newWorld({ textMessages: [textMessage!] })
    await world.backfill()
    world.advance(SIX_HOURS)
    await world.change({
      textMessages: [{ ...textMessage!, updatedAt: '2026-11-24T08:00:00.000Z' }],
    })
    await world.backfill()
    expect(await world.totals()).toMatchObject({ synced: 0, skipped: 1 })
  })

  test('counts a record that lies on two pages once', async () => {
    const mail = mailAt(YESTERDAY)
    const world = await newWorld({ mails: [mail, { ...mail, id: 'M2', mailbox: 'archive' }] })
    await world.backfill()
    expect(await world.totals()).toMatchObject({ synced: 1, skipped: 0, complete: true })
  })

  test('counts its requests as the outside does', async () => {
    const world = await newWorld({ ...oneOfEach(), textMessages: textMessages(12) })
    await world.backfill()
    expect(await world.rows(`SELECT api, count FROM run_requests ORDER BY api`)).toEqual([
      { api: 'mailbox', count: await world.requests('mailbox') },
      { api: 'notion', count: await world.requests('notion') },
      { api: 'openphone', count: await world.requests('openphone') },
      { api: 'vectorize', count: world.vectorize.requests },
      { api: 'workers-ai', count: world.ai.requests.length },
    ])
  })

  test('is started once by the same cron, and goes on while it still lists', async () => {
    const world = await newWorld({ textMessages: textMessages(1) })
    await world.cron('backfill')
    await world.cron('backfill')
    world.advance(SIX_HOURS)
    await world.cron('backfill')
    expect(await world.rows(`SELECT id FROM runs`)).toHaveLength(1)
    await world.drain()
    await world.minutes(1)
    expect(await world.totals()).toMatchObject({ synced: 1, complete: true })
    expect(await world.rows(`SELECT id FROM runs WHERE finished_at IS NOT NULL`)).toHaveLength(1)
  })

  test('whose producer dies between its write and its send loses nothing', async () => {
    const { world } = await listing(3)
    world.crash.planAt('before', 'send enrich-bulk')
    await expect(world.deliver('sweep')).rejects.toThrow(Crashed)
    world.queues.lose()
    expect(await world.owed()).toHaveLength(3)
    await world.minutes(1)
    expect(await world.totals()).toMatchObject({ synced: 3, open: 0, complete: true })
    expect(await world.pages('message')).toHaveLength(3)
  })

  test('leaves rows that came due just now to whoever is about to send them', async () => {
    const { world } = await listing(3)
    world.crash.planAt('before', 'send enrich-bulk')
    await expect(world.deliver('sweep')).rejects.toThrow(Crashed)
    world.advance(9000)
    await world.cron('minute')
    expect(world.queues.of('enrich-bulk')).toEqual([])
    world.advance(2000)
    await world.cron('minute')
    expect(world.queues.of('enrich-bulk')).toHaveLength(3)
    await world.cron('minute')
    expect(world.queues.of('enrich-bulk')).toHaveLength(3)
  })
})

describe('what is parked', () => {
  test('a revoked OpenPhone key stops no mail and no Notion write', async () => {
    const world = await newWorld(oneOfEach())
    const key = world.env['OPENPHONE_API_KEY']
    await world.outside('openphone', 'setKey', 'another key')
    await world.backfill()
    await world.minutes(2)
    expect(await world.parked()).toEqual(['openphone'])
    expect(await world.pages('mail')).toHaveLength(1)
    expect(await sweeps(world)).toContainEqual({ sweep: 'call', page: 0, done: 0, tries: 0 })
    expect(await world.totals()).toMatchObject({ synced: 1, complete: false })

    await world.outside('openphone', 'setKey', key)
    await world.minutes(2)
    expect(await world.parked()).toEqual([])
    expect(await world.totals()).toEqual({
      synced: 3,
      failed: 0,
      skipped: 0,
      open: 0,
      complete: true,
    })
  })

  test('a revoked Notion token stops no listing and no analysis', async () => {
    const world = await newWorld(oneOfEach())
    await world.outside('notion', 'revokeToken')
    await world.backfill()
    await world.minutes(1)
    expect(await world.parked()).toEqual(['notion'])
    expect(world.vectorize.index.size).toBe(4) // a call has its talk and its summary
    expect((await world.owed()).map(({ stage, tries }) => [stage, tries])).toEqual([
      ['reconcile', 0],
      ['reconcile', 0],
      ['reconcile', 0],
    ])

    await world.outside('notion', 'setToken', world.env['NOTION_TOKEN'])
    await world.minutes(3)
    expect(await world.totals()).toEqual({
      synced: 3,
      failed: 0,
      skipped: 0,
      open: 0,
      complete: true,
    })
    const [page] = await world.pages('call')
    expect(page?.properties['Canvas']).toMatchObject({ relation: [{}] })
  })

  test('a mailbox that refuses us stops no call', async () => {
    const world = await newWorld(oneOfEach(), { JMAP_TOKEN: 'another token' })
    await world.backfill()
    expect(await world.parked()).toEqual(['mailbox'])
    expect(await world.pages('call')).toHaveLength(1)
    expect(await world.pages('message')).toHaveLength(1)
  })

  test('a record database that is not shared parks itself', async () => {
    const world = await newWorld(oneOfEach(), {
      NOTION_MAIL_DATABASE_ID: '00000000-0000-4000-8000-000000000000',
    })
    await world.backfill()
    expect(await world.parked()).toEqual(['notion:mail'])
    expect(await world.pages('call')).toHaveLength(1)
    expect(await world.totals()).toMatchObject({ synced: 2, open: 1, complete: false })
  })
})

test('without OpenPhone only mail is listed, without a mailbox only OpenPhone', async () => {
  const onlyMail = await newWorld(oneOfEach(), { OPENPHONE_API_KEY: '' })
  await onlyMail.backfill()
  expect(await onlyMail.totals()).toMatchObject({ synced: 1, complete: true })
  const onlyPhone = await newWorld(oneOfEach(), { JMAP_SESSION_URL: '', JMAP_TOKEN: '' })
  await onlyPhone.backfill()
  expect(await onlyPhone.totals()).toMatchObject({ synced: 2, complete: true })
})

test('merchants follow Canvas: a number that was taken off a page links to it no more', async () => {
  const world = await newWorld()
  await world.backfill()
  const keys = () => world.rows(`SELECT key FROM merchant_keys ORDER BY key`)
  expect(await keys()).toEqual([{ key: '+13105550123' }, { key: 'owner@bakery.example' }])
  const [bakery] = await world.pages('canvas')
  const [phone] = Object.entries(bakery?.properties ?? {}).find(
    ([, property]) => property['phone_number'] !== undefined && property['phone_number'] !== null,
  ) ?? ['']
  await world.outside('notion', 'editAsPerson', bakery?.id, {
    properties: { [phone]: { phone_number: '(310) 555-0199' } },
  })
  world.advance(SIX_HOURS)
  await world.backfill()
  expect(await keys()).toEqual([{ key: '+13105550199' }, { key: 'owner@bakery.example' }])
})
