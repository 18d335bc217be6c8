/** The dead-letter Worker's queue handler: what is filed, what is still owed, what goes on. */
import { describe, expect, test } from 'vitest'
import { Crashed } from '../testing/crash.ts'
import { owedBy, waitingFor } from '../testing/every-stage.ts'
import { saying, textMessages } from '../testing/scenes.ts'
import { queueMessage, textOf } from '../testing/world.ts'
import type { TestWorld } from '../testing/world.ts'

const MINUTE = 60_000
const [ORIGINAL] = textMessages(1)
const LETTER = queueMessage({ kind: 'message', id: 'ACT0' })

/** A text message that Notion refuses for good; its letter waits in the queue. */
async function refused() {
  const { world } = await waitingFor('reconcile', 1)
  await world.fail('notion', 'POST /v1/pages', 400)
  await world.deliver('reconcile-bulk')
  return world
}

async function changeTo(world: TestWorld, words: string): Promise<void> {
  world.advance(MINUTE)
  await world.change({ textMessages: [saying(ORIGINAL!, words)] })
  await world.cron('backfill')
}

describe('a letter', () => {
  test('is filed with stage, reason, attempts and times, and its record owes nothing more', async () => {
    const world = await refused()
    expect(await owedBy(world, 'reconcile')).toEqual([{ id: 'ACT0', tries: 1, parkedOn: null }])
    world.advance(5000)
    expect(await world.deliver('reconcile-dlq')).toEqual({ acked: 1, retried: [] })
    expect(await world.rows(`SELECT * FROM dead_letters`)).toEqual([
      {
        stage: 'reconcile',
        kind: 'message',
        id: 'ACT0',
        failure: 'record.refused',
        reason: expect.stringMatching(/^notion refused the record \(400\)/),
        attempts: 1,
        queue_message: expect.stringContaining('"id":"ACT0"'),
        run_id: expect.stringMatching(/^cron:/),
        first_at: Date.now(),
        last_at: Date.now(),
        closed_at: null,
        pattern: expect.stringMatching(/^notion refused the record \(400\)/),
        replay_id: null,
        discard_id: null,
        discarded_by: null,
        discard_reason: null,
        state: 'open',
      },
    ])
    expect(await world.owed()).toEqual([])
    expect(await world.totals()).toMatchObject({ failed: 1, complete: true })
  })

  test('that comes twice is filed once', async () => {
    const world = await refused()
    await world.drain()
    world.advance(MINUTE)
    expect(await world.deliver('reconcile-dlq', [LETTER])).toEqual({ acked: 1, retried: [] })
    expect(await world.rows(`SELECT attempts, last_at FROM dead_letters`)).toEqual([
      { attempts: 1, last_at: Date.now() - MINUTE },
    ])
  })

  test('of a message that the platform moved files nothing: the record is still owed', async () => {
    const { world } = await waitingFor('reconcile', 1)
    world.queues.lose()
    expect(await world.deliver('reconcile-dlq', [LETTER])).toEqual({ acked: 1, retried: [] })
    expect(await world.letters()).toEqual([])
    expect(await owedBy(world, 'reconcile')).toHaveLength(1)
    await world.minutes(1, 13 * 60 * MINUTE)
    expect(await world.pages('message')).toHaveLength(1)
  })

  test('that is lost is written again: the row comes due and fails anew', async () => {
    const world = await refused()
    world.queues.lose()
    await world.fail('notion', 'POST /v1/pages', 400)
    await world.minutes(1, 11 * MINUTE)
    expect(await world.letters()).toEqual([expect.objectContaining({ attempts: 2 })])
    expect(await world.owed()).toEqual([])
  })

  test('whose sender died after the finish is written again', async () => {
    const { world } = await waitingFor('reconcile', 1)
    await world.fail('notion', 'POST /v1/pages', 400, 2)
    world.crash.planAt('before', 'send reconcile-dlq')
    await expect(world.deliver('reconcile-bulk')).rejects.toThrow(Crashed)
    await world.minutes(1, 11 * MINUTE)
    expect(await world.letters()).toHaveLength(1)
    expect(await world.owed()).toEqual([])
  })

  test('takes only the input that failed: what changed meanwhile is worked, and closes it', async () => {
    const world = await refused()
    await changeTo(world, 'Shorter.')
    await world.drain(['reconcile-dlq', 'reconcile-bulk'])
    await world.deliver('reconcile-dlq')
    expect(await world.letters()).toHaveLength(1)
    expect(await owedBy(world, 'reconcile')).toHaveLength(1)
    await world.drain()
    await world.minutes(1)
    const pages = await world.pages('message')
    expect(pages.map((page) => textOf(page, 'Content'))).toEqual(['Shorter.'])
    expect(await world.letters()).toEqual([])
    expect(await world.totals()).toMatchObject({ synced: 1, failed: 0, complete: true })
  })

  test('that is overtaken by a success files nothing', async () => {
    const world = await refused()
    await changeTo(world, 'Shorter.')
    await world.drain(['reconcile-dlq'])
    await world.minutes(1)
    await world.drain()
    expect(await world.letters()).toEqual([])
    expect(await world.pages('message')).toHaveLength(1)
  })

  test('at enrich lets the record go on, marked, and a replay brings its analysis', async () => {
    const { world } = await waitingFor('enrich', 1, { MAX_TRIES: '1' })
    world.ai.fail(3007, 'time-out')
    await world.deliver('enrich-bulk')
    await world.minutes(1)
    expect(await world.letters()).toEqual([
      expect.objectContaining({
        stage: 'enrich',
        reason: expect.stringMatching(/given up after 1 failed tr.*time-out \(3007\)/),
      }),
    ])
    const [page] = await world.pages('message')
    expect(textOf(page, 'AI Summary')).toMatch(/^\(not analysed: .*time-out/)
    expect(world.vectorize.index.size).toBe(1)

    await world.db
      .prepare(`UPDATE work SET wanted = wanted + 1, tries = 0, due_at = ?1 WHERE stage = 'enrich'`)
      .bind(Date.now())
      .run()
    await world.minutes(1)
    expect(await world.letters()).toEqual([])
    expect(textOf((await world.pages('message'))[0], 'AI Summary')).toMatch(/^About: /)
  })
})

describe('the queue', () => {
  test('keeps what D1 does not take, and files the rest', async () => {
    const { world } = await waitingFor('reconcile', 2)
    await world.fail('notion', 'POST /v1/pages', 400, 2)
    await world.deliver('reconcile-bulk')
    world.d1.fail(/INSERT INTO dead_letters/)
    expect(await world.deliver('reconcile-dlq')).toMatchObject({ acked: 1, retried: [{}] })
    expect(await world.letters()).toHaveLength(1)
    await world.minutes(1)
    expect(await world.letters()).toHaveLength(2)
  })

  test('keeps everything while a setting is missing', async () => {
    const world = await refused()
    world.env['HASH_KEY'] = ''
    expect(await world.deliver('reconcile-dlq')).toMatchObject({ acked: 0, retried: [{}] })
    world.env['HASH_KEY'] = 'a key of sixteen characters or more'
    await world.minutes(1)
    expect(await world.letters()).toHaveLength(1)
  })

  test('files what nobody can read by the queue message’s own id', async () => {
    const world = await refused()
    await world.deliver('vectorize-dlq', ['nonsense', { v: 1, kind: 'message' }])
    expect(await world.letters()).toEqual([
      {
        stage: 'vectorize',
        kind: 'unknown',
        id: 'given0',
        failure: 'record.invalid',
        reason: expect.stringMatching(/^body: /),
        attempts: 1,
      },
      expect.objectContaining({ id: 'given1', reason: expect.stringMatching(/^id: /) }),
    ])
  })

  test('leaves a letter of a newer release for it', async () => {
    const world = await refused()
    const newer = { ...LETTER, v: 2 }
    expect(await world.deliver('reconcile-dlq', [newer])).toMatchObject({
      retried: [{ body: newer }],
    })
    expect(await world.letters()).toEqual([])
  })

  test('files no page of a listing: it is owed in its run', async () => {
    const world = await refused()
    const page = { v: 1, runId: 'cron:1', sweep: 'call', page: 0, enqueuedAt: 0 }
    expect(await world.deliver('sweep-dlq', [page])).toEqual({ acked: 1, retried: [] })
    expect(await world.letters()).toEqual([])
  })
})
