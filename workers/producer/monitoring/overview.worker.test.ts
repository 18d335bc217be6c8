/** The overview: the proof against what really stands where, and the numbers that open. */
import { callAt, mailAt, merchant, textAt } from '@switchboard/sandbox/http/small-world'
import type { Overview } from '@switchboard/shared/api/overview'
import type { RecordRow } from '@switchboard/shared/api/records'
import type { Pulse } from '@switchboard/shared/api/pulse'
import { describe, expect, test } from 'vitest'
import { eventsOf } from '../../testing/events.ts'
import { YESTERDAY, oneOfEach, spokenCall, textMessages } from '../../testing/scenes.ts'
import { delivery, SECRET } from '../../testing/webhook.ts'
import { newWorld } from '../../testing/world.ts'
import type { TestWorld } from '../../testing/world.ts'

const READER = { Authorization: 'Bearer read-only-token' }
const ADMIN = { Authorization: 'Bearer admin-token' }
const HOUR = 3_600_000

async function read<T>(world: TestWorld, path: string): Promise<T> {
  const response = await world.fetch(path, { headers: READER })
  expect(response.status, await response.clone().text()).toBe(200)
  return response.json()
}

const overview = (world: TestWorld) => read<Overview>(world, '/api/overview?days=7')

const proofOf = async (world: TestWorld, kind: string) =>
  (await overview(world)).proof.kinds.find((one) => one.kind === kind)

async function idsOf(world: TestWorld, query: string): Promise<string[]> {
  const { items } = await read<{ items: RecordRow[] }>(world, `/api/records?${query}`)
  return items.map(({ id }) => id)
}

describe('the proof', () => {
  test('before anything was listed says so', async () => {
    const world = await newWorld()
    expect(await proofOf(world, 'call')).toMatchObject({ source: null, from: null, stored: 0 })
    expect((await overview(world)).proof).toMatchObject({ missed: 0, since: null, lastSweep: null })
  })

  test('says that all is there, by kind and day', async () => {
    const world = await newWorld(oneOfEach())
    await world.backfill()
    await world.minutes(1)
    for (const kind of ['call', 'message', 'mail'])
      expect(await proofOf(world, kind)).toMatchObject({
        source: 1,
        stored: 1,
        filed: 1,
        missing: 0,
        extra: 0,
        unlisted: 0,
      })
    const { days = [] } = (await proofOf(world, 'call')) ?? {}
    expect(days).toHaveLength(7)
    expect(days.filter(({ source }) => source === 1).map(({ day }) => day)).toEqual(['2026-11-23'])
    const { proof, kinds } = await overview(world)
    expect(proof).toMatchObject({ missed: 0, lastSweep: { synced: 3, skipped: 0, failed: 0 } })
    expect(kinds).toContainEqual({ kind: 'call', synced: 1, failed: 0, skipped: 0, waiting: 0 })
  })

  test('counts a record once, however often its page is read', async () => {
    const world = await newWorld({ textMessages: textMessages(120) })
    await world.backfill()
    world.advance(6 * HOUR)
    await world.backfill()
    expect(await proofOf(world, 'message')).toMatchObject({ source: 120, stored: 120, filed: 120 })
  })

  test('shows what a source lists and nobody can read, and its ids', async () => {
    const world = await newWorld({
      textMessages: [
        ...textMessages(2),
        textAt(YESTERDAY, { id: 'ACTbad', direction: 'up' as never }),
      ],
    })
    await world.backfill()
    expect(await proofOf(world, 'message')).toMatchObject({ source: 3, stored: 2, missing: 1 })
    expect(await idsOf(world, 'state=missing&kind=message')).toEqual(['ACTbad'])
    await world.change({ textMessages: textMessages(2) })
    world.advance(6 * HOUR)
    await world.backfill()
    expect(await proofOf(world, 'message')).toMatchObject({ source: 2, stored: 2, missing: 0 })
    expect(await idsOf(world, 'state=missing')).toEqual([])
  })

  test('shows what stands here alone', async () => {
    const world = await newWorld({ textMessages: textMessages(3) })
    await world.backfill()
    world.advance(6 * HOUR)
    await world.change({ textMessages: textMessages(2) })
    await world.backfill()
    expect(await proofOf(world, 'message')).toMatchObject({ source: 2, stored: 3, extra: 1 })
    expect(await idsOf(world, 'state=extra')).toEqual(['ACT2'])
  })

  test('shows what was lost here, before any listing', async () => {
    const world = await newWorld({ textMessages: textMessages(3) })
    await world.backfill()
    await world.rows(`DELETE FROM records WHERE id = 'ACT1'`)
    await world.minutes(1)
    expect(await proofOf(world, 'message')).toMatchObject({ source: 3, stored: 2, missing: 1 })
    expect((await overview(world)).proof.missed).toBe(1)
  })

  test('counts what webhooks told since the listing as the source’s', async () => {
    const world = await newWorld(
      { calls: [callAt(YESTERDAY, { id: 'AC1' })] },
      { OPENPHONE_WEBHOOK_SECRETS: SECRET },
    )
    await world.backfill()
    world.advance(HOUR)
    const call = callAt(new Date(Date.now() - 60_000).toISOString(), { id: 'AC2' })
    await world.change({ calls: [callAt(YESTERDAY, { id: 'AC1' }), call] })
    const told = await world.fetch('/webhooks/openphone', await delivery(eventsOf(call)[0]))
    expect(told.status).toBe(200)
    expect(await proofOf(world, 'call')).toMatchObject({ source: 2, stored: 2, filed: 1, way: 1 })
    await world.drain()
    expect(await proofOf(world, 'call')).toMatchObject({ source: 2, filed: 2, missing: 0 })
    expect((await overview(world)).live.records).toBe(1)
  })

  test('tells stuck from on the way, and lists exactly those', async () => {
    const world = await newWorld({ textMessages: textMessages(3) })
    await world.fail('notion', 'POST /v1/pages', 400)
    await world.backfill()
    const proof = await proofOf(world, 'message')
    expect(proof).toMatchObject({ source: 3, stored: 3, filed: 2, stuck: 1, way: 0 })
    expect(await idsOf(world, 'kind=message&state=stuck,failing')).toHaveLength(1)
    expect(await idsOf(world, 'kind=message&state=filed')).toHaveLength(2)
    const { kinds, proof: all } = await overview(world)
    expect(kinds).toContainEqual({ kind: 'message', synced: 2, failed: 1, skipped: 0, waiting: 0 })
    expect(all.lastSweep).toBe(null)
  })
})

describe('what the overview says beside', () => {
  test('what was said, and who belongs to whom', async () => {
    const world = await newWorld({
      calls: [spokenCall()],
      textMessages: [textAt(YESTERDAY, { from: '+12125550199' })],
      mails: [mailAt(YESTERDAY)],
      merchants: [merchant('Corner Bakery')],
    })
    await world.backfill()
    const told = await overview(world)
    expect(told.links).toEqual({ filed: 3, linked: 2, several: 0, unmatched: 1, anonymous: 0 })
    expect(await idsOf(world, 'link=unmatched')).toHaveLength(1)
    expect(told.said.analysed + told.said.notAnalysed).toBe(3)
    expect(told.recent).toHaveLength(3)
    expect(told.recent[0]).toMatchObject({ state: 'filed', doing: null })
    expect(told.claims.made).toBeGreaterThanOrEqual(told.claims.dropped)
  })

  test('a promise waits until somebody of ours has spoken to them', async () => {
    const world = await newWorld({ calls: [spokenCall()] })
    await world.backfill()
    const before = await overview(world)
    const need = before.needs.items.find(({ id }) => id !== null)
    expect(need).toMatchObject({ kind: 'call', merchant: { name: 'Corner Bakery' } })
    world.advance(6 * HOUR)
    await world.change({
      calls: [
        spokenCall(),
        callAt('2026-11-24T10:00:00.000Z', { id: 'AC2', direction: 'outgoing' }),
      ],
    })
    await world.backfill()
    const after = await overview(world)
    expect(after.needs.items.filter(({ id }) => id === need?.id)).toEqual([])
  })

  test('refuses other ranges', async () => {
    const world = await newWorld()
    const response = await world.fetch('/api/overview?days=12', { headers: READER })
    expect([response.status, await response.json()]).toMatchObject([
      400,
      { errors: [{ path: 'days', detail: 'must be 7, 30 or 90' }] },
    ])
  })
})

test('the pulse says what its lists hold, and which page moved', async () => {
  const world = await newWorld({ textMessages: textMessages(2, { from: '+12125550199' }) })
  const quiet = await read<Pulse>(world, '/api/pulse')
  expect(quiet.badges).toEqual({ letters: 0, unmatched: 0, parked: 0, paused: 0, run: null })
  const again = await read<Pulse>(world, '/api/pulse')
  expect(again.versions).toEqual(quiet.versions)

  await world.fail('notion', 'POST /v1/pages', 400)
  await world.backfill()
  const busy = await read<Pulse>(world, '/api/pulse')
  expect(busy.badges).toMatchObject({ letters: 1, unmatched: 1, parked: 0 })
  const { versions } = busy
  expect(
    Object.keys(versions).filter(
      (page) => versions[page as 'audit'] !== quiet.versions[page as 'audit'],
    ),
  ).toEqual(['overview', 'queues', 'letters', 'runs', 'records', 'unmatched'])
})

test('the pulse tells which stages a person has paused', async () => {
  const world = await newWorld()
  const quiet = await read<Pulse>(world, '/api/pulse')
  await world.fetch('/api/stages/reconcile/pause', {
    method: 'POST',
    headers: ADMIN,
    body: JSON.stringify({ reason: 'a look at Notion' }),
  })
  const { badges, paused, versions } = await read<Pulse>(world, '/api/pulse')
  expect(badges.paused).toBe(1)
  expect(paused).toEqual([
    { stage: 'reconcile', by: 'the admin token', since: '2026-11-24T09:00:00.000Z' },
  ])
  expect(versions.queues).not.toBe(quiet.versions.queues)
  await world.fetch('/api/stages/reconcile/resume', { method: 'POST', headers: ADMIN })
  expect((await read<Pulse>(world, '/api/pulse')).badges.paused).toBe(0)
})
