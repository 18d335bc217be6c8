/** The webhook commands against the sandbox's OpenPhone: what they do, say, and keep to themselves. */
import { execFile } from 'node:child_process'
import { createServer } from 'node:http'
import { setTimeout } from 'node:timers/promises'
import { promisify } from 'node:util'
import { EVENT_TYPES } from '@switchboard/openphone/webhook/payloads'
import { startOpenPhone } from '@switchboard/sandbox/http/openphone'
import type { OpenPhoneOptions } from '@switchboard/sandbox/http/openphone'
import { callAt, smallWorld } from '@switchboard/sandbox/http/small-world'
import { expect, onTestFinished, test } from 'vitest'
import { list, register, repair, rotate, test as sendTests } from './webhook-commands.ts'
import type { Commands } from './webhook-commands.ts'
import { ROOT } from './workers.ts'

const KEY = 'key-0123456789'
const HOUR_MS = 3_600_000

/** A door that answers as it is told. */
async function newDoor(status: number) {
  const heard: string[] = []
  const door = { status, heard, url: '' }
  const server = createServer((request, response) => {
    request.resume()
    heard.push(request.url ?? '')
    response.statusCode = door.status
    response.end()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void server.close())
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('no port')
  door.url = `http://127.0.0.1:${address.port}`
  return door
}

async function newSandbox(webhooks: OpenPhoneOptions['webhooks'] = {}) {
  const world = smallWorld()
  const openphone = await startOpenPhone({ world: () => world, key: KEY, limits: false, webhooks })
  onTestFinished(() => openphone.close())
  const said: string[] = []
  const commands: Commands = {
    api: {
      baseUrl: openphone.url,
      apiKey: KEY,
      fetch: (input, init) => fetch(input, init),
      pace: { acquire: async () => {}, hold: async () => {} },
      now: Date.now,
    },
    say: (line) => void said.push(line),
    publicUrl: 'https://switchboard.example',
    id: null,
  }
  return { openphone, said, commands }
}

/** The command as a process. */
const run = (env: Record<string, string>, ...rest: string[]) =>
  promisify(execFile)(process.execPath, [`${ROOT}/packages/cli/src/webhooks.ts`, ...rest], {
    env: { PATH: process.env['PATH'], ...env },
  })

const soon = () => setTimeout(20)

test('register makes a webhook for all that is read, and says its secret once', async () => {
  const { openphone, said, commands } = await newSandbox()
  expect(await register(commands)).toBe(true)
  const [made] = openphone.webhooks.list()
  expect(made).toMatchObject({
    url: 'https://switchboard.example/webhooks/openphone',
    events: EVENT_TYPES,
    status: 'enabled',
  })
  expect(said.filter((line) => line.includes(made?.key ?? 'none'))).toHaveLength(1)
  expect(said.join('\n')).toContain(
    'npx wrangler secret put OPENPHONE_WEBHOOK_SECRETS -c wrangler.producer.toml',
  )

  said.length = 0
  expect(await register(commands)).toBe(true)
  expect(openphone.webhooks.list()).toHaveLength(1)
  expect(said[0]).toBe(
    'Webhook 1001 leads to https://switchboard.example/webhooks/openphone and asks for every event already.',
  )
  expect(said.join()).not.toContain('whsec_')
})

test('register has a webhook of ours ask for what it does not, and switches it on', async () => {
  const { openphone, said, commands } = await newSandbox()
  const url = 'https://switchboard.example/webhooks/openphone/'
  openphone.webhooks.register({ url, events: ['task.created'], status: 'disabled' })
  await register(commands)
  expect(openphone.webhooks.list()).toMatchObject([
    { events: ['task.created', ...EVENT_TYPES], status: 'enabled' },
  ])
  expect(said[0]).toMatch(/^Webhook 1001 now asks for call.ringing, .* too\.$/)
  expect(said[1]).toBe('Webhook 1001 is switched on again.')
})

test('a webhook that tells of some numbers alone is said to', async () => {
  const { openphone, said, commands } = await newSandbox()
  const url = 'https://switchboard.example/webhooks/openphone'
  openphone.webhooks.register({ url, events: EVENT_TYPES, resourceIds: ['PN1'] })
  const words = 'Webhook 1001 tells of PN1 alone: what other numbers do comes with the next run.'
  await register(commands)
  expect(said).toContain(words)
  await list(commands, Date.now())
  expect(said).toContain(`  ${words}`)
})

test('test tells how the door answered', async () => {
  const { openphone, said, commands } = await newSandbox()
  const door = await newDoor(200)
  openphone.webhooks.register({ url: `${door.url}/webhooks/openphone`, events: EVENT_TYPES })
  const here = { ...commands, publicUrl: door.url }
  expect(await sendTests(here, soon)).toBe(true)
  expect(said.slice(1, 3).toSorted()).toEqual([
    'call.completed: taken (200)',
    'message.received: taken (200)',
  ])
  expect(said[3]).toMatch(/^AC\w+ and AC\w+ never was: /)
  said.length = 0
  door.status = 401
  expect(await sendTests(here, soon)).toBe(false)
  expect(said).toContain(
    'call.completed: refused (401): OPENPHONE_WEBHOOK_SECRETS does not hold its secret',
  )
})

/** An OpenPhone that says no more of a delivery than the contract does. */
function terse(events: readonly string[], status: string | null): Commands & { said: string[] } {
  const said: string[] = []
  const log: object[] = []
  const routes: Record<string, (body: string) => [number, object?]> = {
    'GET /webhooks': () => [
      200,
      { data: [{ id: '7', url: 'https://switchboard.example/webhooks/openphone', events }] },
    ],
    'GET /webhooks/7/events': () =>
      status === null ? [404] : [200, { data: log.toReversed(), nextCursor: null }],
    'POST /webhooks/7/events/test': (body) => {
      const { eventType } = JSON.parse(body) as { eventType: string }
      const seen = { createdAt: '2026-11-24T09:00:00Z', eventType, resourceId: 'AC-test', status }
      log.push({ ...seen, id: `real-${log.length}`, eventId: 'EV-real', status: 'failed' })
      log.push({ ...seen, id: `test-${log.length}`, eventId: 'EV-test' })
      return [200, { id: 'EV-test', type: eventType, data: { resource: { id: 'AC-test' } } }]
    },
  }
  const respond: typeof fetch = async (input, init) => {
    const url = new URL(input instanceof Request ? input.url : input)
    const body = typeof init?.body === 'string' ? init.body : ''
    const [code, json] = routes[`${init?.method} ${url.pathname}`]?.(body) ?? [404]
    return new Response(JSON.stringify(json ?? {}), { status: code })
  }
  return {
    api: {
      baseUrl: 'https://openphone.example',
      apiKey: KEY,
      fetch: respond,
      pace: { acquire: async () => {}, hold: async () => {} },
      now: Date.now,
    },
    say: (line) => void said.push(line),
    publicUrl: null,
    id: null,
    said,
  }
}

test('a log that names the test event and tells no tries is read all the same', async () => {
  const good = terse(EVENT_TYPES, 'success')
  expect(await sendTests(good, soon)).toBe(true)
  expect(good.said.slice(1)).toEqual([
    'message.received: taken',
    'call.completed: taken',
    "AC-test and AC-test never was: put what is filed of it into Notion's trash.",
  ])
  const bad = terse(EVENT_TYPES, 'failed')
  expect(await sendTests(bad, soon)).toBe(false)
  expect(bad.said).toContain('call.completed: refused, it is not told why')
})

test('where there is no log, or nothing to test, that is what is said', async () => {
  const unlogged = terse(EVENT_TYPES, null)
  expect(await sendTests(unlogged, soon)).toBe(false)
  expect(unlogged.said.at(-1)).toMatch(/^OpenPhone keeps no log of it/)
  const other = terse(['contact.updated'], 'success')
  await expect(sendTests(other, soon)).rejects.toThrow(
    'asks for neither call.completed nor message.received',
  )
})

test('list shows what failed of late and why; repair has it sent again', async () => {
  const { openphone, said, commands } = await newSandbox({ againAfterMs: [] })
  const door = await newDoor(503)
  const { id } = openphone.webhooks.register({ url: `${door.url}/webhooks/openphone` })
  openphone.webhooks.emit({
    type: 'call.completed',
    call: callAt('2026-11-24T08:58:00.000Z', { id: 'AC1' }),
  })
  await expect.poll(() => openphone.webhooks.deliveries(id)[0]?.status).toBe('failed')
  const here = { ...commands, publicUrl: null }
  expect(await list(here, Date.now())).toBe(true)
  expect(said).toEqual([
    `${id}  enabled  ${door.url}/webhooks/openphone`,
    '  1 failed in the last 7 days, the latest:',
    expect.stringMatching(
      /^ {2}2\S+Z {2}call\.completed AC1: refused \(503\): OPENPHONE_WEBHOOK_SECRETS is not set, or not all of it is a secret$/,
    ),
  ])

  door.status = 200
  expect(await repair(here, Date.now())).toBe(true)
  await expect.poll(() => openphone.webhooks.deliveries(id)[0]?.status).toBe('success')
  said.length = 0
  expect(await repair(here, Date.now() + HOUR_MS)).toBe(true)
  expect(said).toEqual(['Nothing failed in the last 7 days.'])
})

test('rotate says a new secret once', async () => {
  const { openphone, said, commands } = await newSandbox()
  await register(commands)
  const before = openphone.webhooks.list()[0]?.key
  said.length = 0
  await rotate(commands)
  const after = openphone.webhooks.list()[0]?.key
  expect(after).not.toBe(before)
  expect(said.filter((line) => line.includes(after ?? 'none'))).toHaveLength(1)
  expect(said.join()).not.toContain(before)
})

test('no origin, or no such webhook, is an error that says what to do', async () => {
  const { commands } = await newSandbox()
  await expect(register({ ...commands, publicUrl: null })).rejects.toThrow('PUBLIC_URL is missing')
  await expect(rotate({ ...commands, id: '7' })).rejects.toThrow('There is no webhook 7')
})

test('an origin that OpenPhone cannot reach is refused before anything is made', async () => {
  const { openphone, commands } = await newSandbox()
  const api = { ...commands.api, baseUrl: 'https://api.quo.com' }
  const local = register({ ...commands, api, publicUrl: 'http://127.0.0.1:8787' })
  await expect(local).rejects.toThrow('needs a public https:// origin')
  expect(openphone.webhooks.list()).toEqual([])
})

test('several webhooks of ours are not guessed between', async () => {
  const { openphone, commands } = await newSandbox()
  openphone.webhooks.register({ url: 'https://a.example/webhooks/openphone' })
  openphone.webhooks.register({ url: 'https://b.example/webhooks/openphone' })
  await expect(rotate({ ...commands, publicUrl: null })).rejects.toThrow(
    'say which with --id 1001 or --id 1002',
  )
  expect(await rotate({ ...commands, publicUrl: null, id: '1002' })).toBe(true)
})

test('a key that may not manage webhooks is told so', async () => {
  const { openphone, commands } = await newSandbox()
  openphone.fail('GET /webhooks', 403)
  await expect(list(commands, Date.now())).rejects.toThrow('may not manage webhooks')
})

test('the command itself: words on stdout, faults on stderr, no terminal needed', async () => {
  const { openphone } = await newSandbox()
  const real = { OPENPHONE_API_KEY: KEY, OPENPHONE_BASE_URL: openphone.url }
  const { stdout, stderr } = await run(real, 'register', '--url', 'https://switchboard.example')
  expect(stdout).toContain('Made webhook 1001')
  expect(stderr).not.toContain('whsec_')
  const failed = (...rest: Parameters<typeof run>) => run(...rest).catch((error: unknown) => error)
  expect(await failed({ OPENPHONE_API_KEY: '' }, 'list')).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('OPENPHONE_API_KEY is missing') as string,
  })
  expect(await failed({ ...real, OPENPHONE_API_KEY: 'wrong' }, 'list')).toMatchObject({
    stderr: expect.stringContaining('OpenPhone refuses OPENPHONE_API_KEY') as string,
  })
  expect(await failed(real, 'destroy')).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('usage: npm run webhooks') as string,
  })
}, 120_000)
