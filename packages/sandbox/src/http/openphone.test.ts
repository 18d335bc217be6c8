import { afterEach, test } from 'vitest'
import { type OpenPhoneOptions, type OpenPhoneStandIn, startOpenPhone } from './openphone.ts'
import { MERCHANT_NUMBER, OWN_NUMBER, callAt, smallWorld, textAt } from './small-world.ts'

const KEY = 'key-1'
const open: OpenPhoneStandIn[] = []

afterEach(async () => {
  await Promise.all(open.splice(0).map((door) => door.close()))
})

async function start(over: Partial<OpenPhoneOptions> = {}): Promise<OpenPhoneStandIn> {
  const world = smallWorld({ calls: CALLS, textMessages: TEXTS })
  const door = await startOpenPhone({ world: () => world, key: KEY, limits: false, ...over })
  open.push(door)
  return door
}

interface Answer {
  status: number
  headers: Headers
  body: {
    data: { [key: string]: unknown; id: string }[] & { [key: string]: unknown }
    nextCursor: string | null
    title: string
    message: string
    docs: string
    trace: string
    errors: { path: string; message: string; value: unknown; schema: object }[]
  }
}

async function get(
  door: OpenPhoneStandIn,
  path: string,
  query: Record<string, string> = {},
  headers: Record<string, string> = {},
): Promise<Answer> {
  const response = await fetch(`${door.url}${path}?${new URLSearchParams(query).toString()}`, {
    headers: { authorization: KEY, 'quo-api-version': '2026-03-30', ...headers },
  })
  return {
    status: response.status,
    headers: response.headers,
    body: (await response.json()) as Answer['body'],
  }
}

const CALLS = Array.from({ length: 25 }, (_, n) =>
  callAt(`2026-11-${String(n + 1).padStart(2, '0')}T10:00:00.000Z`, { id: `AC${n + 1}` }),
)
const TEXTS = [
  textAt('2026-11-01T10:00:00.000Z', { id: 'ACT1' }),
  textAt('2026-11-02T10:00:00.000Z', {
    id: 'ACT2',
    from: OWN_NUMBER,
    to: [MERCHANT_NUMBER, '+13105550199'],
    direction: 'outgoing',
    userId: 'US1',
    media: [{ path: 'mms/1.png', type: 'image/png' }],
  }),
  textAt('2026-11-03T10:00:00.000Z', { id: 'ACT3', from: '22395', conversationId: 'CN2' }),
]

test('the version is asked for before the key, and the key is raw', async ({ expect }) => {
  const door = await start()
  const bare = await fetch(`${door.url}/calls`)
  expect(bare.status).toBe(400)
  expect(await bare.json()).toMatchObject({
    title: 'Bad Request',
    message: 'Unsupported or missing Quo-Api-Version header. Supported versions: 2026-03-30',
    docs: 'https://quo.com/docs',
  })
  const bearer = await get(door, '/calls', {}, { authorization: `Bearer ${KEY}` })
  expect([bearer.status, bearer.body.title]).toEqual([401, 'Unauthorized'])
  expect((await get(door, '/calls', {}, { authorization: 'other' })).status).toBe(401)
  expect((await get(door, '/calls')).status).toBe(200)
})

test('calls come newest first, ten a page, and page to the end', async ({ expect }) => {
  const door = await start()
  const first = await get(door, '/calls')
  expect(first.body.data.map(({ id }) => id)).toEqual(
    [25, 24, 23, 22, 21, 20, 19, 18, 17, 16].map((n) => `AC${n}`),
  )
  const seen: string[] = []
  let after: string | null = null
  do {
    const page: Answer = await get(door, '/calls', {
      limit: '11',
      ...(after !== null && { after }),
    })
    seen.push(...page.body.data.map(({ id }) => id))
    after = page.body.nextCursor
  } while (after !== null)
  expect(seen).toHaveLength(25)
  expect(new Set(seen).size).toBe(25)
})

test('bounds of calls are inclusive, those of messages exclusive', async ({ expect }) => {
  const door = await start()
  const bounds = {
    'createdAt[gte]': '2026-11-05T10:00:00Z',
    'createdAt[lte]': '2026-11-07T10:00:00Z',
  }
  const calls = await get(door, '/calls', bounds)
  expect(calls.body.data.map(({ id }) => id)).toEqual(['AC7', 'AC6', 'AC5'])
  const messages = await get(door, '/messages', {
    'createdAt[gt]': '2026-11-01T10:00:00Z',
    'createdAt[lt]': '2026-11-03T10:00:00Z',
  })
  expect(messages.body.data.map(({ id }) => id)).toEqual(['ACT2'])
})

test.each([
  ['/messages', { 'createdAt[gte]': '2026-11-01T00:00:00Z' }, '/query/createdAt/gte'],
  ['/calls', { 'createdAt[gt]': '2026-11-01T00:00:00Z' }, '/query/createdAt/gt'],
  ['/calls', { 'createdAt[gte]': 'yesterday' }, '/query/createdAt/gte'],
  ['/calls', { limit: '51' }, '/query/limit'],
  ['/calls', { limit: '0' }, '/query/limit'],
  ['/calls', { maxResults: '10' }, '/query/maxResults'],
  ['/calls', { include: 'summary,summary' }, '/query/include'],
  ['/calls', { include: 'transcript' }, '/query/include'],
  ['/calls', { participant: '4155550100' }, '/query/participant'],
  ['/calls', { after: 'nonsense' }, '/query/after'],
  ['/calls', { sort: 'createdAt:asc' }, '/query/sort'],
  ['/messages', { status: 'lost' }, '/query/status'],
  ['/users', { role: 'owner' }, '/query/role'],
  ['/calls/XX1', {}, '/params/callId'],
] as const)('%s refuses %j by its path', async (path, query, field) => {
  const door = await start()
  const { status, body } = await get(door, path, query)
  if (status !== 400 || body.errors[0]?.path !== field) {
    throw new Error(`expected a 400 naming ${field}, got ${status} ${JSON.stringify(body)}`)
  }
})

test('the documented example of a refused limit', async ({ expect }) => {
  const { body } = await get(await start(), '/calls', { limit: '200' })
  expect(body).toMatchObject({
    title: 'Bad Request',
    message: 'Validation failed for 1 field.',
    errors: [
      { path: '/query/limit', message: 'must be <= 50', value: 200, schema: { type: 'integer' } },
    ],
  })
  expect(body.trace).toMatch(/^\d{19}$/)
})

test('a cursor holds for its own list only, and expires', async ({ expect }) => {
  let now = Date.parse('2026-11-24T09:00:00Z')
  const door = await start({ clock: () => now, cursorTtlMs: 60_000 })
  const { body } = await get(door, '/calls', { direction: 'incoming' })
  const after = body.nextCursor ?? ''
  expect((await get(door, '/calls', { after, direction: 'incoming', limit: '50' })).status).toBe(
    200,
  )
  expect((await get(door, '/calls', { after })).status).toBe(400)
  expect((await get(door, '/calls', { after, direction: 'outgoing' })).status).toBe(400)
  now += 60_000
  expect((await get(door, '/calls', { after, direction: 'incoming' })).status).toBe(400)
})

test('filters add up', async ({ expect }) => {
  const world = smallWorld({
    calls: [
      callAt('2026-11-01T10:00:00Z', { id: 'AC1', status: 'missed' }),
      callAt('2026-11-02T10:00:00Z', { id: 'AC2', status: 'no-answer', phoneNumberId: 'PN2' }),
      callAt('2026-11-03T10:00:00Z', {
        id: 'AC3',
        participants: [
          { phoneNumber: '+13105550177', actorId: null },
          { phoneNumber: OWN_NUMBER, actorId: 'US1' },
          { phoneNumber: MERCHANT_NUMBER, actorId: null }, // joined later
        ],
      }),
    ],
  })
  const door = await start({ world: () => world })
  const ids = async (query: Record<string, string>) =>
    (await get(door, '/calls', query)).body.data.map(({ id }) => id)
  expect(await ids({ 'status[in]': 'missed,no-answer' })).toEqual(['AC2', 'AC1'])
  expect(await ids({ 'status[in]': 'missed,no-answer', phoneNumberId: 'PN2' })).toEqual(['AC2'])
  expect(await ids({ participant: MERCHANT_NUMBER })).toEqual(['AC2', 'AC1'])
  expect(await ids({ 'participant[in]': '+13105550177,+13105550178' })).toEqual(['AC3'])
})

test('a summary and a voicemail only where they are asked for', async ({ expect }) => {
  const voicemail = { id: 'VM1', status: 'completed', duration: 9, transcript: 'Call me.' } as const
  const calls = [
    callAt('2026-11-01T10:00:00Z', { id: 'AC1', voicemail }),
    callAt('2026-11-02T10:00:00Z', { id: 'AC2' }),
  ]
  const door = await start({ world: () => smallWorld({ calls }) })
  const [plain] = (await get(door, '/calls')).body.data
  expect(plain).not.toHaveProperty('summary')
  expect(plain).not.toHaveProperty('recordings')
  const [second, first] = (await get(door, '/calls', { include: 'summary,voicemail' })).body.data
  expect(first).toMatchObject({
    summary: { status: 'completed', type: 'human' },
    voicemail: {
      id: 'VM1',
      transcript: 'Call me.',
      recordingUrl: expect.stringMatching(/^http:/),
    },
  })
  expect(second).not.toHaveProperty('voicemail')
  expect((await get(door, '/calls/AC1')).body.data).not.toHaveProperty('voicemail')
  expect((await get(door, '/calls/AC9')).status).toBe(404)
  expect((await get(door, '/calls/AC%E0')).status).toBe(404)
  expect((await get(door, '/calls/%41C1')).status).toBe(200)
})

test('signed URLs differ in every answer', async ({ expect }) => {
  const recordings = [
    {
      id: 'CR2',
      status: 'processing',
      startTime: '2026-11-01T10:05:00Z',
      duration: null,
      type: null,
    },
    {
      id: 'CR1',
      status: 'completed',
      startTime: '2026-11-01T10:00:00Z',
      duration: 9,
      type: 'audio/mpeg',
    },
  ] as const
  const calls = [callAt('2026-11-01T10:00:00Z', { id: 'AC1', recordings: [...recordings] })]
  const door = await start({ world: () => smallWorld({ calls, textMessages: TEXTS }) })
  const [one, two] = await Promise.all([
    get(door, '/calls/AC1/recordings'),
    get(door, '/calls/AC1/recordings'),
  ])
  expect(one.body.data).toMatchObject([{ id: 'CR1' }, { id: 'CR2', url: null }])
  expect(one.body.data[0]?.['url']).not.toBe(two.body.data[0]?.['url'])
  const media = async () => (await get(door, '/messages/ACT2')).body.data['media']
  expect(await media()).not.toEqual(await media())
})

test('a plan without transcripts', async ({ expect }) => {
  const transcripts = [
    {
      recordingId: 'CR1',
      status: 'completed',
      startTime: '2026-11-01T10:00:00Z',
      createdAt: '2026-11-01T10:03:00Z',
      duration: 61.5,
      dialogue: [{ content: 'Hi.', start: 0.4, end: 1, identifier: OWN_NUMBER, actorId: 'US1' }],
    },
  ] as const
  const call = callAt('2026-11-01T10:00:00Z', { id: 'AC1' })
  call.transcripts.push(...transcripts.map((one) => ({ ...one, dialogue: [...one.dialogue] })))
  const door = await start({ world: () => smallWorld({ calls: [call] }) })
  expect((await get(door, '/calls/AC1/transcripts')).body).toEqual({
    data: transcripts,
    nextCursor: null,
  })
  door.setTranscripts(false)
  expect((await get(door, '/calls/AC1/transcripts')).status).toBe(403)
  const listed = await get(door, '/calls', { include: 'summary' })
  expect(listed.body.data[0]).toMatchObject({ summary: { status: 'absent', summary: null } })
})

test('recipients: one of them, or exactly the set', async ({ expect }) => {
  const door = await start()
  const ids = async (query: Record<string, string>) =>
    (await get(door, '/messages', query)).body.data.map(({ id }) => id)
  expect(await ids({ to: '+13105550199' })).toEqual(['ACT2'])
  expect(await ids({ 'to[all]': `+13105550199,${MERCHANT_NUMBER}` })).toEqual(['ACT2'])
  expect(await ids({ 'to[all]': '+13105550199' })).toEqual([])
  expect(await ids({ from: '22395' })).toEqual(['ACT3'])
})

test('conversations, numbers, members, users, organization', async ({ expect }) => {
  const door = await start()
  expect((await get(door, '/conversations')).body.data).toMatchObject([
    { id: 'CN2', participants: ['22395'], lastActivityId: 'ACT3' },
    { id: 'CN1', lastActivityId: 'ACT2' },
  ])
  const numbers = await get(door, '/phone-numbers', { phoneNumber: OWN_NUMBER })
  expect(numbers.body.data).toMatchObject([{ id: 'PN1', formattedNumber: '(415) 555-0100' }])
  expect(numbers.body.data[0]).not.toHaveProperty('restrictions')
  const members = await get(door, '/phone-numbers/PN1/users')
  expect(members.body.data.map(({ id }) => id)).toEqual(['US1', 'US2'])
  const users = await get(door, '/users', { limit: '1' })
  expect(users.body.data).toMatchObject([{ email: 'mo@ours.example', pictureUrl: null }])
  expect(users.body.nextCursor).not.toBeNull()
  expect((await get(door, '/organization')).body.data).toMatchObject({
    subscriptionStatus: 'active',
  })
  expect((await get(door, '/v1/calls')).status).toBe(404)
})

test('the eleventh request within a second is refused, without a Retry-After', async ({
  expect,
}) => {
  let now = 1_000_000
  const door = await start({ limits: true, clock: () => now })
  for (let n = 0; n < 10; n++) {
    expect((await get(door, '/users')).status).toBe(200)
    now += 50
  }
  const refused = await get(door, '/users')
  expect(refused.status).toBe(429)
  expect(refused.body).toMatchObject({ title: 'Too Many Requests', docs: 'https://quo.com/docs' })
  expect(refused.headers.has('retry-after')).toBe(false)
  now = 1_001_000
  expect((await get(door, '/users')).status).toBe(200)
  expect(door.requests.refused).toBe(1)
  expect(door.requests.maxIn(1000)).toBe(11)
})

test('ordered faults, and the counts for other processes', async ({ expect }) => {
  const door = await start()
  door.fail('/transcripts', 500)
  door.fail(/^GET \/users/, { answer: 'drop' })
  expect((await get(door, '/calls/AC1/transcripts')).status).toBe(500)
  expect((await get(door, '/calls/AC1/transcripts')).status).toBe(200)
  await expect(get(door, '/users')).rejects.toThrow()
  const counts = await fetch(`${door.url}/__sandbox/requests`)
  expect(await counts.json()).toMatchObject({
    api: 'openphone',
    total: 3,
    routes: { 'GET /calls/{id}/transcripts': { total: 2, statuses: { 200: 1, 500: 1 } } },
  })
})
