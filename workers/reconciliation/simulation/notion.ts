/**
 * Notion in virtual time: no idempotency key, pages that queries list late, requests that take
 * effect long after they were sent (whether or not anybody still waits), and every way an answer
 * can fail to say so.
 */
import type { Base } from '@switchboard/notion/base'
import { plain } from '@switchboard/notion/base'
import { UPDATE_SETTLE_MS } from '@switchboard/notion/errors'
import type { FoundPage, PageAnswer } from '@switchboard/notion/pages'
import type { Properties } from '@switchboard/notion/property'
import { StageError } from '@switchboard/shared/failure'
import type { VirtualTime } from './time.ts'

const CLIENT_TIMEOUT_MS = 70_000

/** How a request fails: refused; not done, and unclear; done, and unclear all the same. */
export const FAULTS = [
  '429',
  '500 before',
  '500 after',
  '409',
  '502',
  'time-out before',
  'time-out after',
  'reset before',
  'reset after',
] as const
export type FaultName = (typeof FAULTS)[number]

export interface Weather {
  fault(): FaultName | null
  /** From sending to effect, ms; Notion gives up after 60 s. */
  effectMs(): number
  /** From effect to answer, ms. */
  answerMs(): number
  /** How long a query leaves out a page, ms. */
  lagMs(): number
}

export interface SimPage {
  id: string
  key: string
  landedAt: number
  properties: Base
  trashed: boolean
}

export class SimNotion {
  readonly pages: SimPage[] = []
  readonly #byKey = new Map<string, SimPage[]>()
  requests = 0
  weather: Weather
  readonly #time: VirtualTime
  readonly #settleMs: number

  constructor(time: VirtualTime, settleMs: number, weather: Weather) {
    this.#time = time
    this.#settleMs = settleMs
    this.weather = weather
  }

  create(key: string, properties: Properties, sentAt: number): Promise<PageAnswer> {
    const id = `page-${this.pages.length}-${this.requests}`
    return this.#send(sentAt + this.#settleMs, () => {
      const page = {
        id,
        key,
        landedAt: this.#time.now,
        properties: plain(properties),
        trashed: false,
      }
      this.pages.push(page)
      this.#byKey.set(key, [...(this.#byKey.get(key) ?? []), page])
      return page
    })
  }

  update(pageId: string, properties: Properties): Promise<PageAnswer> {
    return this.#send(this.#time.now + UPDATE_SETTLE_MS, () => {
      const page = this.#page(pageId)
      Object.assign(page.properties, plain(properties))
      return page
    })
  }

  trash(pageId: string): Promise<PageAnswer> {
    return this.#send(this.#time.now + UPDATE_SETTLE_MS, () =>
      Object.assign(this.#page(pageId), { trashed: true }),
    )
  }

  async look(pageId: string): Promise<FoundPage> {
    this.requests += 1
    await this.#time.sleep(this.weather.answerMs())
    return found(this.#page(pageId))
  }

  async find(keys: string[], trashed: boolean): Promise<Map<string, FoundPage[]>> {
    this.requests += 1
    await this.#time.sleep(this.weather.answerMs())
    const seen = keys
      .flatMap((key) => this.#byKey.get(key) ?? [])
      .filter((page) => page.trashed === trashed)
      .filter((page) => page.landedAt + this.weather.lagMs() <= this.#time.now)
    return Map.groupBy(seen.map(found), (_page, at) => seen[at]!.key)
  }

  /** The pages of a record that are not in the trash. */
  of(key: string): SimPage[] {
    return (this.#byKey.get(key) ?? []).filter((page) => !page.trashed)
  }

  #page(id: string): SimPage {
    const page = this.pages.find((one) => one.id === id)
    if (page === undefined) throw new Error(`there is no page ${id}`)
    return page
  }

  /** What is sent takes effect on its own: its sender may be dead, or tired of waiting, by then. */
  #send(notBefore: number, effect: () => SimPage): Promise<PageAnswer> {
    this.requests += 1
    const { weather } = this
    const fault = weather.fault()
    const [effectMs, answerMs] = [weather.effectMs(), weather.answerMs()]
    const lands = fault === null || fault.endsWith('after')
    return new Promise((resolve, reject) => {
      const fail = (afterMs: number, error: StageError) =>
        this.#time.at(this.#time.now + afterMs, () => reject(error))
      let landed: SimPage | null = null
      if (lands)
        this.#time.at(this.#time.now + effectMs, () => {
          landed = effect()
        })
      const answeredAfter = effectMs + answerMs
      if (fault === '429')
        fail(answerMs, failure({ kind: 'upstream.throttled', api: 'notion', retryAfterMs: 1000 }))
      else if (fault !== null || answeredAfter > CLIENT_TIMEOUT_MS)
        fail(
          fault?.startsWith('time-out') === true
            ? CLIENT_TIMEOUT_MS
            : Math.min(answeredAfter, CLIENT_TIMEOUT_MS),
          failure({
            kind: 'upstream.doubtful',
            api: 'notion',
            notBefore,
            detail: fault ?? 'it did not answer in time',
          }),
        )
      else
        this.#time.at(this.#time.now + answeredAfter, () => {
          if (landed === null) reject(new Error('answered before its effect'))
          else resolve({ id: landed.id, url: '', properties: { ...landed.properties } })
        })
    })
  }
}

function failure(what: ConstructorParameters<typeof StageError>[0]): StageError {
  return new StageError(what)
}

function found({ id, landedAt, properties }: SimPage): FoundPage {
  return {
    id,
    url: '',
    properties: { ...properties },
    createdAt: new Date(landedAt).toISOString(),
    createdBy: 'us',
    lastEditedBy: 'us',
  }
}
