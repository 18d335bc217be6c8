/** Threads, Message-IDs and pages of mails in D1: what comes out whatever comes first, and how. */
import * as fc from 'fast-check'
import { beforeEach, describe, expect, test } from 'vitest'
import { emptyDatabase, rowsOf } from '../test/database.ts'
import { planOf } from '../test/explain.ts'
import type { D1Database } from './d1.ts'
import {
  deliveredStatement,
  keptMail,
  noteDeliveryStatement,
  takeDeliveries,
} from './mail-deliveries.ts'
import { claimMailIds, sharpenStatement } from './mail-ids.ts'
import { mailIntakeStatements, newsAmong } from './mail-intake.ts'
import {
  adoptMailPagesStatements,
  adoptPresentPage,
  knownMailPages,
  metStatement,
  pagesOfMails,
} from './mail-pages.ts'
import { moveSourceStatement, putOffSource, takeSource } from './mail-sources.ts'
import { joinThreadStatements, mailsOfThread, threadsStatement } from './threads.ts'
import type { MailRefs } from './threads.ts'

let db: D1Database
beforeEach(async () => {
  db = await emptyDatabase()
})

/** A mail as its headers tell: the name that it brings, and what it answers. */
function mail(id: string, thread: string, ...refs: string[]): MailRefs {
  return { refs: [id, ...refs], thread }
}

async function join(mails: readonly MailRefs[]): Promise<void> {
  for (const one of mails) await db.batch(joinThreadStatements(db, one, 1))
}

/** By what a mail names. */
async function threads(): Promise<Record<string, string>> {
  const rows = await rowsOf<{ ref: string; thread: string }>(
    db,
    'SELECT ref, thread FROM mail_refs ORDER BY ref',
  )
  return Object.fromEntries(rows.map(({ ref, thread }) => [ref, thread]))
}

describe('threads', () => {
  test('an answer is in the thread of what it answers, whichever comes first', async () => {
    const mails = [mail('a', 'ta'), mail('b', 'ta', 'a'), mail('c', 'ta', 'a', 'b')]
    await join(mails)
    expect(await threads()).toEqual({ a: 'ta', b: 'ta', c: 'ta' })
    db = await emptyDatabase()
    await join(mails.toReversed())
    expect(await threads()).toEqual({ a: 'ta', b: 'ta', c: 'ta' })
  })

  test('a mail that answers two threads joins them, and their pages are owed it', async () => {
    await db
      .prepare(
        `INSERT INTO pages (kind, id, data_source_id, page_id) VALUES ('mail', 'b', 'd', 'p')`,
      )
      .run()
    await join([mail('a', 'ta'), mail('b', 'tb')])
    expect(await threads()).toEqual({ a: 'ta', b: 'tb' })
    await join([mail('c', 'tc', 'a', 'b')])
    expect(await threads()).toEqual({ a: 'ta', b: 'ta', c: 'ta' })
    expect(await rowsOf(db, 'SELECT id, stage, lane, cause FROM work')).toEqual([
      { id: 'b', stage: 'reconcile', lane: 'bulk', cause: 'relink' },
    ])
  })

  test('any mails make the same threads in any order', async () => {
    const ids = ['a', 'b', 'c', 'd', 'e']
    const some = fc.uniqueArray(
      fc.record({
        id: fc.constantFrom(...ids),
        refs: fc.array(fc.constantFrom(...ids, 'x', 'y'), { maxLength: 2 }),
      }),
      { selector: ({ id }) => id, minLength: 2, maxLength: 5 },
    )
    await fc.assert(
      fc.asyncProperty(some, fc.infiniteStream(fc.nat()), async (mails, draws) => {
        const told = mails.map(({ id, refs }) => mail(id, `t${refs[0] ?? id}`, ...refs))
        db = await emptyDatabase()
        await join(told)
        const first = await threads()
        const order = told.map((one) => ({ one, at: draws.next().value ?? 0 }))
        db = await emptyDatabase()
        await join(order.toSorted((a, b) => a.at - b.at).map(({ one }) => one))
        expect(await threads()).toEqual(first)
      }),
      { numRuns: 25 },
    )
  })

  test('are read by record and by name', async () => {
    await db
      .prepare(
        `INSERT INTO records VALUES ('mail', 'b', 1, 5, 5, 5, NULL), ('mail', 'a', 1, 4, 5, 5, NULL)`,
      )
      .run()
    await join([mail('a', 'ta'), mail('b', 'ta', 'a')])
    const read = await threadsStatement(db, [
      { kind: 'mail', id: 'b' },
      { kind: 'call', id: 'a' },
    ]).all()
    expect(read.results).toEqual([{ id: 'b', thread: 'ta' }])
    expect(await mailsOfThread(db, 'ta', 10)).toEqual([
      { id: 'a', occurredAt: 4 },
      { id: 'b', occurredAt: 5 },
    ])
  })
})

describe('a Message-ID', () => {
  const first = { id: 'a', sender: 's', sentAt: 1, subject: 'x', exact: false }

  test('is the first one’s who has it, and is told exactly once that is known', async () => {
    expect(await claimMailIds(db, [first])).toEqual(new Map([['a', first]]))
    const second = { ...first, sender: 'other', exact: true }
    expect(await claimMailIds(db, [second])).toEqual(new Map([['a', first]]))
    await sharpenStatement(db, [{ ...first, sentAt: 2, exact: true }]).run()
    await sharpenStatement(db, [second]).run()
    expect(await claimMailIds(db, [second])).toEqual(
      new Map([['a', { ...first, sentAt: 2, exact: true }]]),
    )
  })
})

test('no statement of mail’s reads a whole table', async () => {
  const told = [{ id: 'a', version: 1, hash: 'h', body: '{}', occurredAt: 1, tombstone: null }]
  const by = { lane: 'live', cause: 'mail', runId: null } as const
  const delivery = { key: 'k', envelopeFrom: '', envelopeTo: [], receivedAt: 1 }
  const id = { id: 'a', sender: 's', sentAt: 1, subject: 'x', exact: true }
  const page = { id: 'a', pageId: 'p', replaces: null, theirs: [] }
  const present = { kind: 'mail', id: 'a', dataSourceId: 'd', pageId: 'p', theirs: [] } as const
  const steps = await planOf(db, async (on) => {
    mailIntakeStatements(on, 'routed', told, by, 1)
    await newsAmong(on, 'routed', told)
    joinThreadStatements(on, { refs: ['a'], thread: 't' }, 1)
    threadsStatement(on, [{ kind: 'mail', id: 'a' }])
    await mailsOfThread(on, 't', 10)
    await claimMailIds(on, [id])
    sharpenStatement(on, [id])
    noteDeliveryStatement(on, delivery, 1)
    deliveredStatement(on, 'k')
    await takeDeliveries(on, 1, 1, 1)
    await keptMail(on, 'k')
    await knownMailPages(on, ['p'])
    await pagesOfMails(on, ['a'])
    adoptMailPagesStatements(on, 'd', [page], 'live', 1)
    await adoptPresentPage(on, present, 't', 1)
    metStatement(on)
    await takeSource(on, 's', '{}', 1, 1)
    moveSourceStatement(on, 's', '{}', 1)
    await putOffSource(on, 's', 'e', 1)
  })
  // A parameter's rows and what is made of them are read whole, tables are not.
  const made = /^SCAN (?:json_each|CONSTANT ROW|\(?[jat]\)?$|.*VIRTUAL TABLE)/
  expect(steps.filter((step) => step.startsWith('SCAN ') && !made.test(step))).toEqual([])
  expect(steps.length).toBeGreaterThan(20)
})
