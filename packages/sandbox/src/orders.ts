/**
 * Takes orders from the console: what happens now, and which faults stand (shared/src/api/sandbox.ts
 * has the words). A door on loopback that opens to whoever knows the token: other programs of this
 * machine, and pages that guess the port, do not.
 */
import { timingSafeEqual } from 'node:crypto'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { SandboxOrder } from '@switchboard/shared/api/sandbox'
import type { AiFaults, SandboxAnswer, SystemFaults } from '@switchboard/shared/api/sandbox'
import * as v from 'valibot'
import type { Matcher } from './http/faults.ts'
import { SANDBOX_JMAP_TOKEN, SANDBOX_NOTION_TOKEN, SANDBOX_OPENPHONE_KEY } from './http/outside.ts'
import type { Outside } from './http/outside.ts'
import type { HttpRequest } from './http/server.ts'
import { happen } from './live/happen.ts'

export interface OrdersOptions {
  outside: Outside
  /** Origin of the AI stand-in. */
  aiUrl: string
  token: string
  /** Which systems are the real ones: no fault can stand there. */
  real: Record<System, boolean>
}

export interface OrdersDoor {
  url: string
  close(): Promise<void>
}

type System = 'openphone' | 'notion' | 'mailbox'
const SYSTEMS: System[] = ['openphone', 'notion', 'mailbox']
const NOBODYS = 'revoked'
const EVERYTHING = () => true

export async function openOrders(options: OrdersOptions): Promise<OrdersDoor> {
  const orders = new Orders(options)
  const expected = Buffer.from(`Bearer ${options.token}`)
  const server = createServer((request, response) => {
    void (async () => {
      const shown = Buffer.from(request.headers.authorization ?? '')
      if (shown.length !== expected.length || !timingSafeEqual(shown, expected))
        return { status: 401, body: { error: 'another token' } }
      if (request.method === 'GET') return { status: 200, body: orders.answer() }
      const order = v.parse(SandboxOrder, JSON.parse(await text(request)))
      return { status: 200, body: await orders.take(order) }
    })()
      .catch((error: unknown) => ({ status: 400, body: { error: String(error) } }))
      .then(({ status, body }) => {
        response.writeHead(status, { 'content-type': 'application/json' })
        response.end(JSON.stringify(body))
      })
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(0, '127.0.0.1', resolve)
  })
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

/** What was ordered so far, and what it comes to. */
class Orders {
  readonly #options: OrdersOptions
  readonly #systems: Record<System, SystemFaults> = {
    openphone: { throttled: 0, down: false, revoked: false },
    notion: { throttled: 0, down: false, revoked: false },
    mailbox: { throttled: 0, down: false, revoked: false },
  }
  #ai: AiFaults = { throttled: 0, down: false, slowMs: 0 }
  readonly #refusals: Refusals

  constructor(options: OrdersOptions) {
    this.#options = options
    this.#refusals = new Refusals(options.outside)
  }

  async take(order: SandboxOrder): Promise<SandboxAnswer> {
    const { outside } = this.#options
    for (const system of SYSTEMS) {
      const faults = { ...this.#systems[system], ...given(order.faults?.[system] ?? {}) }
      this.#systems[system] = faults
      this.#stand(system, faults)
    }
    if (order.faults?.ai !== undefined) {
      this.#ai = { ...this.#ai, ...given(order.faults.ai) }
      await fetch(`${this.#options.aiUrl}/__sandbox/standing`, {
        method: 'POST',
        body: JSON.stringify(this.#ai),
      })
    }
    if (order.refuse !== undefined) this.#refusals.refuse(order.refuse)
    const made = Array.from({ length: order.happen?.count ?? 0 }, () =>
      happen(outside.live, order.happen?.kind ?? 'call', new Date()),
    )
    return { ...this.answer(), made: made.map((one) => ({ ...one, at: isoOf(one.at) })) }
  }

  answer(): Omit<SandboxAnswer, 'made'> {
    const { real } = this.#options
    const of = (system: System) => (real[system] ? null : this.#systems[system])
    return {
      faults: {
        openphone: of('openphone'),
        notion: of('notion'),
        mailbox: of('mailbox'),
        ai: this.#ai,
      },
      refusals: this.#refusals.state(),
    }
  }

  #stand(system: System, { throttled, down, revoked }: SystemFaults): void {
    const { outside } = this.#options
    const standIn: {
      stand(name: string, matcher: Matcher, fault: number | { answer: number }): void
      callOff(name: string): void
    } = outside[system]
    if (down) standIn.stand('down', EVERYTHING, 503)
    else standIn.callOff('down')
    if (throttled > 0) standIn.stand('throttled', () => Math.random() < throttled, 429)
    else standIn.callOff('throttled')
    if (system === 'openphone') outside.openphone.setKey(revoked ? NOBODYS : SANDBOX_OPENPHONE_KEY)
    if (system === 'notion') outside.notion.setToken(revoked ? NOBODYS : SANDBOX_NOTION_TOKEN)
    if (system === 'mailbox') outside.mailbox.setToken(revoked ? NOBODYS : SANDBOX_JMAP_TOKEN)
  }
}

/**
 * Notion refuses single records: the next few whose page is to be made, and these again at every try
 * until it is called off.
 */
class Refusals {
  readonly #outside: Outside
  readonly #records = new Set<string>()
  #left = 0

  constructor(outside: Outside) {
    this.#outside = outside
  }

  state(): SandboxAnswer['refusals'] {
    return { left: this.#left, records: [...this.#records] }
  }

  refuse(count: number): void {
    this.#left = count
    if (count === 0) {
      this.#records.clear()
      this.#outside.notion.callOff('refusals')
    } else
      this.#outside.notion.stand('refusals', (request) => this.#refuses(request), {
        answer: 400,
        message: 'Invalid select option, commas not allowed: rates, pricing',
      })
  }

  #refuses({ method, path, body }: HttpRequest): boolean {
    if (method !== 'POST' || path !== '/v1/pages') return false
    const record = recordOf(body)
    if (record === null) return false
    if (this.#records.has(record)) return true
    if (this.#left === 0) return false
    this.#left--
    this.#records.add(record)
    return true
  }
}

const NewPage = v.object({
  properties: v.record(
    v.string(),
    v.looseObject({
      title: v.optional(
        v.array(v.looseObject({ text: v.optional(v.object({ content: v.string() })) })),
      ),
    }),
  ),
})

/** What the page is called: a record of ours by its id. */
function recordOf(body: Buffer): string | null {
  const parsed = v.safeParse(NewPage, JSON.parse(body.toString()))
  if (!parsed.success) return null
  const title = Object.values(parsed.output.properties).find(
    (one) => one.title !== undefined,
  )?.title
  return title?.map((piece) => piece.text?.content ?? '').join('') ?? null
}

/** Without the fields that were not given. */
function given<T extends object>(some: T): { [Name in keyof T]: Exclude<T[Name], undefined> } {
  return Object.fromEntries(Object.entries(some).filter(([, value]) => value !== undefined)) as {
    [Name in keyof T]: Exclude<T[Name], undefined>
  }
}

function isoOf(ms: number): string {
  return new Date(ms).toISOString()
}
