/**
 * The events that the sandbox sends, read by the code that reads OpenPhone's: each is of its kind and
 * readable, has the fields of the documented payload, and is rightly signed, in both generations.
 */
import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { join } from 'node:path'
import { buffer } from 'node:stream/consumers'
import { EVENT_TYPES, readEvent } from '@switchboard/openphone/webhook/payloads'
import { parseSecrets, verifyDelivery } from '@switchboard/openphone/webhook/verify'
import { startOpenPhone } from '@switchboard/sandbox/http/openphone'
import type { Happened } from '@switchboard/sandbox/http/openphone/happened'
import { sampleOf } from '@switchboard/sandbox/http/openphone/sample-events'
import { smallWorld } from '@switchboard/sandbox/http/small-world'
import { expect, onTestFinished, test } from 'vitest'
import { ROOT } from './workers.ts'

const LEGACY_KEY = Buffer.from([0, 255, 128, 7, 200, 31, 99, 254]).toString('base64')
const FIXTURES = join(ROOT, 'packages/openphone/fixtures/webhook')

interface Heard {
  headers: Headers
  body: Uint8Array
}

async function newSandbox() {
  const heard: Heard[] = []
  const server = createServer((request, response) => {
    void buffer(request).then((body) => {
      heard.push({ headers: new Headers(request.headers as Record<string, string>), body })
      response.end()
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void server.close())
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('no port')
  const world = smallWorld()
  const openphone = await startOpenPhone({ world: () => world, key: 'k', limits: false })
  onTestFinished(() => openphone.close())
  return { openphone, heard, url: `http://127.0.0.1:${address.port}/` }
}

const json = ({ body }: Heard): unknown => JSON.parse(Buffer.from(body).toString())

/** Every name in it, lists by their first element. */
function shape(value: unknown): unknown {
  if (Array.isArray(value)) return value.length === 0 ? [] : [shape(value[0])]
  if (typeof value !== 'object' || value === null) return null
  return Object.fromEntries(
    Object.entries(value)
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, inner]) => [name, shape(inner)]),
  )
}

/** Lists that a payload may leave empty say nothing of their elements. */
const MAY_BE_EMPTY = ['customFields', 'media', 'ids', 'jobs']

function withoutLists(value: unknown): unknown {
  return JSON.parse(
    JSON.stringify(value, (name, inner: unknown) => (MAY_BE_EMPTY.includes(name) ? [] : inner)),
  )
}

test.each(EVENT_TYPES)('%s is sent as documented, and read', async (type) => {
  const { openphone, heard, url } = await newSandbox()
  const { key } = openphone.webhooks.register({ url })
  const happened = sampleOf(type)
  if (happened === undefined) throw new Error(`no sample of ${type}`)
  openphone.webhooks.emit(happened)
  await expect.poll(() => heard.length).toBe(1)
  const [delivery] = heard as [Heard]
  const read = readEvent(json(delivery))
  expect(read).toMatchObject({ type, kind: type.startsWith('call') ? 'call' : type.split('.')[0] })

  const documented: unknown = JSON.parse(readFileSync(join(FIXTURES, `new.${type}.json`), 'utf8'))
  expect(withoutLists(shape(json(delivery)))).toEqual(withoutLists(shape(documented)))
  const verdict = { ...delivery, secrets: parseSecrets(key), now: Date.now }
  expect(await verifyDelivery(verdict)).toMatchObject({ ok: true, generation: 'standard' })
})

const LEGACY = {
  api: [
    'call.ringing',
    'call.completed',
    'call.recording.completed',
    'call.summary.completed',
    'call.transcript.completed',
    'message.received',
    'message.delivered',
  ],
  app: [
    'call.ringing',
    'call.completed',
    'call.recording.completed',
    'message.received',
    'message.delivered',
  ],
} as const

test.each(['api', 'app'] as const)('legacy webhooks (%s) are sent and read', async (family) => {
  const { openphone, heard, url } = await newSandbox()
  const to = { url, key: LEGACY_KEY, family }
  for (const type of LEGACY[family]) {
    expect(await openphone.webhooks.sendLegacy(to, sampleOf(type) as Happened)).toBe(200)
    const delivery = heard.at(-1) as Heard
    expect(readEvent(json(delivery))).toMatchObject({ type, generation: 'legacy' })
    const verdict = { ...delivery, secrets: parseSecrets(LEGACY_KEY), now: Date.now }
    expect(await verifyDelivery(verdict)).toMatchObject({ ok: true, generation: 'legacy' })
  }
  const unknown = openphone.webhooks.sendLegacy(to, sampleOf('call.missed') as Happened)
  await expect(unknown).rejects.toThrow('no legacy webhook sends call.missed')
})
