/**
 * Reconciliation in virtual time: the real rules of reconcile.ts and settling.ts over a ledger and
 * a Notion of their own, with a harness that does what packages/consumer does. An invocation may
 * die before, during and after anything it waits for; what it had sent goes on without it.
 */
import { each } from '@switchboard/consumer/consume'
import type { Claim, Outcome } from '@switchboard/consumer/ports'
import type { Base } from '@switchboard/notion/base'
import { text } from '@switchboard/notion/property'
import { StageError, disposition } from '@switchboard/shared/failure'
import { LAST_SEND_MS, LEASE_MS } from '@switchboard/store/work'
import { reconcile } from '../reconcile.ts'
import type { ReconcilePorts, Reconciled } from '../reconcile-ports.ts'
import { settling } from '../settling.ts'
import { SimNotion } from './notion.ts'
import type { Weather } from './notion.ts'
import { VirtualTime } from './time.ts'

export const SETTLE_MS = 150_000
const MINUTE = 60_000
const SENT_MS = 12 * 60 * MINUTE // what waits in a queue is not sent again before
const SENDS_AT_ONCE = 5
const BATCH = 25

/** A row of `work` and the row of `pages` beside it. */
interface Row {
  id: string
  words: string // what the page shall say
  wanted: number
  done: number
  dueAt: number | null
  token: string | null
  tries: number
  page: {
    pageId: string | null
    sentAt: number | null
    fingerprint: string | null
    base: Base | null
  } | null
}

/** One invocation; it dies at its n-th point. */
interface Life {
  left: number
  dead: boolean
}

export interface SimOptions {
  weather: Weather
  /** How long D1 takes, ms. */
  storeMs?: () => number
  /** Between two grants of the gate, ms; 0: there is none. */
  gateMs?: number
}

export class SimWorld {
  readonly time = new VirtualTime(Date.parse('2026-11-24T09:00:00Z'))
  readonly notion: SimNotion
  readonly rows = new Map<string, Row>()
  readonly #owed = new Set<Row>()
  /** The invocation to come dies at its n-th point; infinity: it lives. */
  dieAt: () => number = () => Number.POSITIVE_INFINITY
  /** Points that the last invocation passed. */
  passed = 0
  readonly #options: Required<SimOptions>
  #tokens = 0
  #nextGrant = 0

  constructor(options: SimOptions) {
    this.#options = { storeMs: () => 20, gateMs: 0, ...options }
    this.notion = new SimNotion(this.time, SETTLE_MS, options.weather)
  }

  set weather(weather: Weather) {
    this.notion.weather = weather
  }

  /** A record is to say this; as intake raises it. */
  say(id: string, words: string): void {
    const row = this.rows.get(id)
    if (row === undefined) {
      const fresh = { wanted: 1, done: 0, dueAt: this.time.now, token: null, tries: 0, page: null }
      const added: Row = { id, words, ...fresh }
      this.rows.set(id, added)
      this.#owed.add(added)
      return
    }
    this.#owed.add(row)
    const waits = row.done < row.wanted && row.dueAt !== null && row.dueAt > this.time.now
    row.words = words
    row.wanted += 1
    if (row.token === null && !waits) row.dueAt = this.time.now
  }

  owed(): Row[] {
    return [...this.#owed]
  }

  /** The minute cron, until `end` or until nothing is owed. */
  async run(forMs: number): Promise<void> {
    const end = this.time.now + forMs
    const nothingOwed = () => this.#owed.size === 0
    while (this.time.now < end && !nothingOwed()) {
      this.#sendDue()
      await this.time.until(Math.min(end, this.time.now + MINUTE), nothingOwed)
    }
    // What is still on its way lands.
    await this.time.until(this.time.now + 10 * MINUTE)
  }

  #sendDue(): void {
    const { now } = this.time
    const due = this.owed().filter(({ dueAt }) => dueAt !== null && dueAt <= now)
    for (const row of due) Object.assign(row, { token: null, dueAt: now + SENT_MS })
    for (let from = 0; from < due.length; from += BATCH)
      this.deliver(due.slice(from, from + BATCH).map(({ id }) => id))
  }

  /** A queue batch arrives; what a dead invocation leaves unacknowledged comes again. */
  deliver(ids: string[]): void {
    const life: Life = { left: this.dieAt(), dead: false }
    const again = () => this.time.at(this.time.now + 30_000, () => this.deliver(ids))
    const planned = life.left
    this.passed = 0
    this.#invoke(ids, life, again).catch((error: unknown) => {
      throw error
    })
    if (planned !== Number.POSITIVE_INFINITY) this.time.at(this.time.now + LEASE_MS, again)
  }

  async #invoke(ids: string[], life: Life, again: () => void): Promise<void> {
    const settled = settling({
      settleMs: SETTLE_MS,
      now: () => this.time.now,
      sleep: (ms) => this.#asked(life, this.time.sleep(ms)),
      doubtful: (before) =>
        this.#store(life, () =>
          this.owed()
            .flatMap(({ id, page }) =>
              page?.pageId === null && page.sentAt !== null && page.sentAt <= before
                ? [{ id, sentAt: page.sentAt }]
                : [],
            )
            .slice(0, 50),
        ),
      find: (_source, keys, trashed) => this.#send(life, () => this.notion.find(keys, trashed)),
    })
    const together = await this.#claim(life, ids, false)
    await this.#work(life, together.claims, settled, again)
    for (const id of together.triedBefore) {
      const { claims } = await this.#claim(life, [id], true)
      await this.#work(life, claims, settled, again)
    }
  }

  #claim(life: Life, ids: string[], alone: boolean) {
    return this.#store(life, () => {
      const token = `token-${(this.#tokens += 1)}`
      const { now } = this.time
      const free = ids.flatMap((id) => {
        const row = this.rows.get(id)!
        const isFree = row.token === null || (row.dueAt !== null && row.dueAt < now)
        return row.done < row.wanted && isFree ? [row] : []
      })
      const claimed = free.filter(({ tries }) => alone || tries === 0)
      const claims = claimed.map((row): { claim: Claim; row: Row; words: string } => {
        Object.assign(row, { token, dueAt: now + LEASE_MS, tries: row.tries + 1 })
        return {
          claim: {
            kind: 'message',
            id: row.id,
            stage: 'reconcile',
            lane: 'bulk',
            cause: 'backfill',
            runId: null,
            wanted: row.wanted,
            tries: row.tries,
            error: null,
            token,
            claimedAt: now,
          },
          row: { ...row, page: row.page && { ...row.page } },
          words: row.words,
        }
      })
      return {
        claims,
        triedBefore: alone ? [] : free.filter((row) => !claimed.includes(row)).map(({ id }) => id),
      }
    })
  }

  async #work(
    life: Life,
    claims: { claim: Claim; row: Row; words: string }[],
    settled: ReconcilePorts['notion']['settled'],
    again: () => void,
  ): Promise<void> {
    if (claims.length === 0) return
    const outcomes = await each(
      claims,
      ({ claim, row, words }) =>
        reconcile(
          {
            claim,
            parts: { rest: TEXT_MESSAGE },
            analysis: null,
            page: row.page && {
              ...row.page,
              blocks: 0,
              top: null,
              writtenAt: null,
              dataSourceId: 'source',
            },
            held: {},
          },
          this.#ports(life, claim, words, settled),
        ),
      SENDS_AT_ONCE,
    )
    const comesBack = await this.#store(life, () =>
      claims.map(({ claim }, at) => this.#finish(claim, outcomes[at]!)),
    )
    if (comesBack.includes(true)) again()
  }

  /** As packages/consumer writes it. @returns whether the queue message comes back */
  #finish(claim: Claim, outcome: Outcome<Reconciled>): boolean {
    const row = this.rows.get(claim.id)!
    if (row.token !== claim.token) return false
    row.token = null
    if (outcome.ok) {
      const { result } = outcome
      if (result.wrote !== null && row.page !== null) {
        row.page.fingerprint = result.fingerprint
        row.page.sentAt = null
        if (result.wrote === 'page') row.page.base = result.base
      }
      Object.assign(row, { done: claim.wanted, tries: 0 })
      row.dueAt = row.wanted > claim.wanted ? this.time.now : null
      if (row.dueAt === null) this.#owed.delete(row)
      return false
    }
    const step = disposition(outcome.failure)
    switch (step.do) {
      case 'retry':
        row.dueAt = this.time.now + (step.delayMs ?? 0) + 5 * MINUTE
        if (!step.burnsTry) row.tries -= 1
        return true
      case 'putOff':
        row.dueAt = step.until
        if (!step.burnsTry) row.tries -= 1
        return false
      case 'release':
        row.dueAt = this.time.now
        row.tries -= 1
        return false
      default:
        throw new StageError(outcome.failure)
    }
  }

  #ports(
    life: Life,
    { id, token }: Claim,
    words: string,
    settled: ReconcilePorts['notion']['settled'],
  ): ReconcilePorts {
    const row = this.rows.get(id)!
    const held = () => row.token === token
    return {
      parked: new Map(),
      settleMs: SETTLE_MS,
      lastSendMs: LAST_SEND_MS,
      now: () => this.time.now,
      merchantsOf: () => null,
      contentOf: () =>
        Promise.resolve({
          properties: { Content: text(words) },
          top: [],
          topMark: null,
          body: [],
          fingerprint: words,
        }),
      notion: {
        acquire: () => this.#asked(life, this.#grant()),
        create: ({ properties, sentAt }) =>
          this.#send(life, () => this.notion.create(id, properties, sentAt)),
        update: (pageId, properties) =>
          this.#send(life, () => this.notion.update(pageId, properties)),
        read: () => Promise.resolve({}),
        look: (pageId) => this.#send(life, () => this.notion.look(pageId)),
        present: () => Promise.resolve(null),
        edits: () => Promise.resolve({}),
        append: () => Promise.resolve(),
        countBlocks: () => Promise.resolve(0),
        firstBlock: () => Promise.resolve(null),
        rewrite: () => Promise.resolve(),
        trash: async (pageId) => {
          await this.#send(life, () => this.notion.trash(pageId))
        },
        settled,
        whose: () => Promise.resolve('ours'),
        dataSource: () => Promise.resolve('source'),
        isAtHome: () => Promise.resolve(true),
        dropMissing: () => Promise.resolve([]),
      },
      store: {
        stamp: (_source, now) =>
          this.#store(life, () => {
            if (!held()) return false
            row.page ??= { pageId: null, sentAt: null, fingerprint: null, base: null }
            if (row.page.pageId !== null || row.page.sentAt !== null) return false
            row.page.sentAt = now
            return true
          }),
        clearStamp: (sentAt) =>
          this.#store(life, () => {
            if (row.page?.pageId === null && row.page.sentAt === sentAt) row.page.sentAt = null
          }),
        keep: ({ pageId, fingerprint, base }) =>
          this.#store(life, () => {
            if (row.page === null) return false
            if (row.page.pageId !== null && row.page.pageId !== pageId) return false
            row.page = { pageId, sentAt: null, fingerprint, base }
            return true
          }),
        adopt: (pageId) =>
          this.#store(life, () => {
            if (!held() || row.page === null || row.page.pageId !== null) return false
            row.page = { pageId, sentAt: null, fingerprint: null, base: null }
            return true
          }),
        adoptPresent: () => Promise.resolve(false),
        leave: () => Promise.resolve(false),
        announce: (base) =>
          this.#store(life, () => {
            if (!held() || row.page === null) return false
            Object.assign(row.page, { base, fingerprint: null })
            return true
          }),
        doubtUpdate: (sentAt) =>
          this.#store(life, () => {
            if (held() && row.page !== null && row.page.pageId !== null) row.page.sentAt = sentAt
          }),
        noteBlocks: () => Promise.resolve(),
        noteTop: () => Promise.resolve(true),
      },
    }
  }

  #grant(): Promise<void> {
    const { gateMs } = this.#options
    this.#nextGrant = Math.max(this.#nextGrant + gateMs, this.time.now)
    return this.time.sleep(this.#nextGrant - this.time.now)
  }

  /** One statement: it may have taken effect though nobody hears of it. */
  async #store<T>(life: Life, run: () => T): Promise<T> {
    await this.#pass(life)
    const ms = this.#options.storeMs()
    await this.time.sleep(ms / 2)
    const answer = run()
    await this.#pass(life)
    await this.time.sleep(ms / 2)
    await this.#pass(life)
    return answer
  }

  async #send<T>(life: Life, send: () => Promise<T>): Promise<T> {
    await this.#pass(life)
    return this.#asked(life, send())
  }

  async #asked<T>(life: Life, asking: Promise<T>): Promise<T> {
    asking.catch(() => {}) // a dead invocation hears nothing
    await this.#pass(life)
    try {
      return await asking
    } finally {
      await this.#pass(life)
    }
  }

  /** A point where the invocation may die; then it never goes on. */
  #pass(life: Life): Promise<void> {
    if (!life.dead) {
      this.passed += 1
      life.left -= 1
      life.dead = life.left <= 0
    }
    return life.dead ? new Promise(() => {}) : Promise.resolve()
  }
}

const TEXT_MESSAGE = JSON.stringify({
  id: 'ACT',
  phoneNumberId: null,
  userId: null,
  conversationId: null,
  direction: 'incoming',
  status: 'received',
  from: '+13105550123',
  to: ['+14155550100'],
  text: 'words',
  media: [],
  createdAt: '2026-11-23T15:00:00.000Z',
  updatedAt: null,
})
