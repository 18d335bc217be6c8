/**
 * Forgetting a person: nothing of theirs stays anywhere, nothing of theirs comes back, whoever else
 * there is stays whole (docs/protocols.md#forgetting).
 */
import { MERCHANT_NUMBER, mailAt, textAt } from '@switchboard/sandbox/http/small-world'
import { mentionsIn } from '@switchboard/store/mentions'
import { describe, expect, test } from 'vitest'
import { YESTERDAY, later, oneOfEach, saying, spokenCall } from '../../testing/scenes.ts'
import { newWorld } from '../../testing/world.ts'
import type { TestWorld } from '../../testing/world.ts'

const ADMIN = { Authorization: 'Bearer admin-token' }
const DIGITS = MERCHANT_NUMBER.slice(1)
const OTHER_NUMBER = '+13105550177'

async function post(world: TestWorld, path: string, body: unknown = {}) {
  const init = { method: 'POST', headers: ADMIN, body: JSON.stringify(body) }
  const response = await world.fetch(`/api/forget${path}`, init)
  return { status: response.status, body: await response.json<Record<string, unknown>>() }
}

/** Orders it and works to the end. */
async function forget(world: TestWorld, body: unknown) {
  const { body: ordered } = await post(world, '', body)
  const work = `/${String(ordered['id'])}/work`
  for (let nth = 0; nth < 20; nth++) {
    const { body: told } = await post(world, work, { early: true })
    if (told['phase'] === 'finished') return told
  }
  throw new Error('it does not end')
}

/** Every place of D1 whose text holds these words: table.column. */
async function placesOf(db: D1Database, words: string): Promise<string[]> {
  return (await mentionsIn([db], words)).map(({ place }) => place)
}

/** Keys of what R2 holds of records. */
async function filesOf({ files }: TestWorld): Promise<string[]> {
  const kept = await Promise.all(
    ['calls/', 'messages/', 'mail/'].map((prefix) => files.list({ prefix })),
  )
  return kept.flatMap(({ objects }) => objects.map(({ key }) => key))
}

/** What the sandbox's Notion holds, the trash too. */
async function notionHolds(world: TestWorld, words: string): Promise<number> {
  const roles = ['canvas', 'call', 'message', 'mail'] as const
  const pages = await Promise.all(roles.map((role) => world.pages(role)))
  return pages.flat().filter((page) => JSON.stringify(page).includes(words)).length
}

describe('a number', () => {
  test('is nowhere any more, and everybody else stays', async () => {
    const world = await newWorld({
      ...oneOfEach(),
      textMessages: [
        textAt(YESTERDAY),
        textAt(later(1), { id: 'ACOTHER', from: OTHER_NUMBER, text: 'Is my reader there?' }),
      ],
    })
    await world.backfill()
    await world.minutes(2)
    const before = await placesOf(world.db, DIGITS)
    expect(before).toEqual(expect.arrayContaining(['parts.body', 'record_parties.party']))
    expect(await notionHolds(world, MERCHANT_NUMBER)).toBeGreaterThan(1)

    const preview = await post(world, '/preview', { phone: MERCHANT_NUMBER })
    expect(preview.body).toMatchObject({ records: { call: 1, message: 1 } })
    const told = await forget(world, { phone: MERCHANT_NUMBER })
    expect(told).toMatchObject({ counts: { calls: 1, messages: 1, pages: 2, files: 1 } })

    expect(await placesOf(world.db, DIGITS)).toEqual([])
    expect(await placesOf(world.texts, DIGITS)).toEqual([])
    expect(await notionHolds(world, MERCHANT_NUMBER)).toBe(0)
    expect(await filesOf(world)).toEqual([])
    const left = await world.rows(`SELECT kind, id FROM records ORDER BY kind`)
    expect(left).toMatchObject([{ kind: 'mail' }, { kind: 'message', id: 'ACOTHER' }])
    const stems = await world.rows<{ record_hash: string }>(`SELECT record_hash FROM vectors`)
    const known = new Set(stems.map(({ record_hash: stem }) => stem))
    expect(
      [...world.vectorize.index.keys()].filter((id) => !known.has(id.split(':')[0] ?? '')),
    ).toEqual([])
  })

  test('does not come back with the next listing, nor with an event of what was said', async () => {
    const world = await newWorld(oneOfEach())
    await world.backfill()
    await forget(world, { phone: MERCHANT_NUMBER })
    await world.change({ textMessages: [saying(textAt(YESTERDAY), 'And now something new.')] })
    world.advance(6 * 60 * 60 * 1000)
    await world.backfill()
    await world.minutes(2)
    expect(await world.rows(`SELECT kind FROM records`)).toEqual([{ kind: 'mail' }])
    expect(await world.totals()).toMatchObject({ synced: 0, failed: 0, complete: true })
    expect(await placesOf(world.db, DIGITS)).toEqual([])
  })

  test('does not come back from what was in flight', async () => {
    const world = await newWorld({ calls: [spokenCall()] })
    await world.cron('backfill')
    await world.drain(['reconcile-bulk', 'vectorize', 'archive'])
    const { body } = await post(world, '', { phone: MERCHANT_NUMBER })
    // Filed after its stages had read the record, and before they write.
    world.gate.meanwhile = async () => {
      await post(world, `/${String(body['id'])}/work`)
    }
    await world.drain()
    await world.minutes(16)
    const done = await world.fetch(`/api/forget/${String(body['id'])}`, { headers: ADMIN })
    expect(await done.json()).toMatchObject({ phase: 'finished' })
    expect(await placesOf(world.db, DIGITS)).toEqual([])
    expect(await placesOf(world.texts, DIGITS)).toEqual([])
    expect(await notionHolds(world, MERCHANT_NUMBER)).toBe(0)
    expect([...world.vectorize.index.keys()]).toEqual([])
    expect(await filesOf(world)).toEqual([])
  })

  test.each([
    ['stands there', false],
    ['went to the trash as it was', true],
  ])('leaves nothing of a page that was made unseen and %s', async (_what, trashed) => {
    const world = await newWorld({ textMessages: [textAt(YESTERDAY)] })
    world.crash.planAt('after', 'POST /v1/pages')
    await world.backfill().catch(() => {})
    world.crash.clear()
    const [page] = await world.pages('message')
    expect(page).toBeDefined()
    if (trashed) await world.outside('notion', 'editAsPerson', page?.id, { in_trash: true })
    await forget(world, { phone: MERCHANT_NUMBER })
    expect(await notionHolds(world, MERCHANT_NUMBER)).toBe(0)
    expect(await world.pages('message')).toMatchObject([{ id: page?.id, in_trash: true }])
  })

  test('is forgotten whole wherever the producer dies', async () => {
    // Every edge at first, where the records go; then ever fewer of the many alike.
    for (let edge = 1, died = true; died; edge += 2 + Math.floor(edge / 2)) {
      const world = await newWorld({ textMessages: [textAt(YESTERDAY)] })
      await world.backfill()
      await post(world, '', { phone: MERCHANT_NUMBER })
      world.crash.plan(edge)
      died = await world.cron('minute').then(
        () => false,
        () => true,
      )
      world.crash.clear()
      await world.minutes(2)
      world.advance(13 * 60_000)
      await world.minutes(2)
      expect(await placesOf(world.db, DIGITS), `died at ${edge}`).toEqual([])
      expect(await notionHolds(world, MERCHANT_NUMBER), `died at ${edge}`).toBe(0)
    }
  }, 300_000)

  test('on a merchant’s page leaves it, and what else stands there stays', async () => {
    const world = await newWorld(oneOfEach())
    await world.backfill()
    const told = await forget(world, { phone: MERCHANT_NUMBER })
    expect(told).toMatchObject({ counts: { canvasProperties: 1 } })
    const kept = await newWorld(oneOfEach())
    await kept.backfill()
    await forget(kept, { phone: MERCHANT_NUMBER, keepCanvas: true })
    expect(await notionHolds(kept, '555-0123')).toBe(1)
    expect(await notionHolds(kept, MERCHANT_NUMBER)).toBe(0)
  })
})

test('an address takes its mail along', async () => {
  const mail = mailAt(YESTERDAY)
  const world = await newWorld({ mails: [mail], textMessages: [textAt(YESTERDAY)] })
  await world.backfill()
  const [from] = await world.rows<{ party: string }>(
    `SELECT party FROM record_parties WHERE kind = 'mail'`,
  )
  await forget(world, { email: from?.party })
  expect(await placesOf(world.db, from?.party ?? '')).toEqual([])
  expect(await world.rows(`SELECT kind FROM records`)).toEqual([{ kind: 'message' }])
})

test.each([
  [{ phone: 'nobody' }, 400, 'phone'],
  [{ email: 'nobody' }, 400, 'email'],
  [{}, 400, 'needs phone or email'],
  [{ phone: '+13105550100', email: 'a@b.test' }, 400, 'not both'],
])('%o is refused', async (body, status, words) => {
  const world = await newWorld()
  const answer = await post(world, '', body)
  expect(answer).toMatchObject({ status, body: { detail: expect.stringContaining(words) } })
})

test('what is ours is no person, and without its secret nobody is forgotten', async () => {
  const world = await newWorld(oneOfEach())
  await world.backfill()
  const [own] = await world.rows<{ label: string }>(
    `SELECT label FROM directory WHERE type = 'number'`,
  )
  expect(await post(world, '', { phone: own?.label })).toMatchObject({ status: 400 })
  world.env['FORGET_SECRET'] = ''
  expect(await post(world, '', { phone: MERCHANT_NUMBER })).toMatchObject({
    status: 503,
    body: { detail: expect.stringContaining('FORGET_SECRET') },
  })
})

test('the audit says that somebody was forgotten, and not who', async () => {
  const world = await newWorld(oneOfEach())
  await world.backfill()
  await forget(world, { phone: MERCHANT_NUMBER })
  const audit = await world.rows<{ action: string; detail: string }>(
    `SELECT action, detail FROM audit WHERE action = 'forgetPerson'`,
  )
  expect(audit).toEqual([{ action: 'forgetPerson', detail: '{}' }])
})
