import { afterEach, test } from 'vitest'
import type { WorldMail } from '../world.ts'
import type { Json, JsonObject } from './json.ts'
import { type MailboxOptions, type MailboxStandIn, startMailbox } from './mailbox.ts'
import { mailAt, smallWorld } from './small-world.ts'

const TOKEN = 'jmap-test'
const CORE = 'urn:ietf:params:jmap:core'
const MAIL = 'urn:ietf:params:jmap:mail'
const open: MailboxStandIn[] = []

afterEach(async () => {
  await Promise.all(open.splice(0).map((door) => door.close()))
})

const MAILS: WorldMail[] = [
  mailAt('2026-11-01T10:00:00.000Z', { id: 'M1' }),
  mailAt('2026-11-02T10:00:00.500Z', {
    id: 'M2',
    mailbox: 'sent',
    messageId: 'two@ours.example',
    inReplyTo: 'M1@bakery.example',
    references: ['M1@bakery.example'],
    from: [{ name: 'Ana Lima', email: 'hello@ours.example' }],
    to: [{ name: 'Corner Bakery', email: 'owner@bakery.example' }],
    cc: [{ name: null, email: 'books@bakery.example' }],
    text: 'Äpfel und 20 % = €3\n.\nEnd ',
    html: '<p>Äpfel</p>',
    attachments: [{ name: 'statement.pdf', type: 'application/pdf', size: 4000 }],
  }),
  mailAt('2026-11-03T10:00:00.000Z', {
    id: 'M3',
    threadId: 'T3',
    mailbox: 'junk',
    messageId: null,
  }),
  mailAt('2026-11-04T10:00:00.000Z', {
    id: 'M4',
    threadId: 'T4',
    text: '',
    html: '<b>Only HTML</b>',
  }),
]

async function start(over: Partial<MailboxOptions> = {}): Promise<MailboxStandIn> {
  const world = smallWorld({ mails: MAILS })
  const door = await startMailbox({ world: () => world, token: TOKEN, limits: false, ...over })
  open.push(door)
  return door
}

interface Session {
  apiUrl: string
  downloadUrl: string
  username: string
  primaryAccounts: Record<string, string>
  capabilities: Record<string, Record<string, number>>
}

const AUTHORIZED = { authorization: `Bearer ${TOKEN}` }

async function sessionOf(door: MailboxStandIn): Promise<Session> {
  const response = await fetch(door.sessionUrl, { headers: AUTHORIZED })
  return (await response.json()) as Session
}

async function post(door: MailboxStandIn, body: Json, type = 'application/json') {
  const response = await fetch(`${door.url}/jmap/api/`, {
    method: 'POST',
    headers: { ...AUTHORIZED, 'content-type': type },
    body: JSON.stringify(body),
  })
  return {
    status: response.status,
    headers: response.headers,
    body: (await response.json()) as Reply,
  }
}

interface Reply {
  methodResponses: Response[]
  [key: string]: unknown
}

type Response = [string, { [key: string]: Json } & { ids: string[]; list: JsonObject[] }, string]

async function run(door: MailboxStandIn, ...calls: [string, JsonObject][]): Promise<Response[]> {
  const accountId = (await sessionOf(door)).primaryAccounts[MAIL] ?? ''
  const methodCalls = calls.map(([name, args], index) => [
    name,
    { accountId, ...args },
    `c${index}`,
  ])
  const { status, body } = await post(door, { using: [CORE, MAIL], methodCalls })
  if (status !== 200) throw new Error(JSON.stringify(body))
  return body.methodResponses
}

async function query(door: MailboxStandIn, args: JsonObject): Promise<Json> {
  const [answer] = await run(door, ['Email/query', args])
  return answer?.[1].ids ?? answer?.[1]['type'] ?? null
}

test('the session names the account, the limits and the URLs', async ({ expect }) => {
  const door = await start()
  const session = await sessionOf(door)
  expect(session).toMatchObject({
    username: 'hello@ours.example',
    apiUrl: `${door.url}/jmap/api/`,
    capabilities: { [CORE]: { maxObjectsInGet: 500, maxCallsInRequest: 16 }, [MAIL]: {} },
  })
  const refused = await fetch(door.sessionUrl, { headers: { authorization: TOKEN } })
  expect([refused.status, refused.headers.get('www-authenticate')]).toEqual([401, 'Bearer'])
})

test('the roles of the mailboxes', async ({ expect }) => {
  const [answer] = await run(await start(), ['Mailbox/get', { ids: null }])
  const roles = answer?.[1].list.map(({ role, totalEmails }) => [role, totalEmails])
  expect(roles).toEqual([
    ['inbox', 2],
    ['sent', 1],
    ['archive', 0],
    ['drafts', 0],
    ['junk', 1],
    ['trash', 0],
  ])
})

test('query: bounds, mailboxes, operators, sort', async ({ expect }) => {
  const door = await start()
  expect(await query(door, {})).toEqual(['M4', 'M3', 'M2', 'M1'])
  const bounds = { after: '2026-11-01T10:00:00Z', before: '2026-11-04T10:00:00Z' }
  const sort = [{ property: 'receivedAt', isAscending: true }]
  expect(await query(door, { filter: bounds, sort })).toEqual(['M1', 'M2', 'M3'])
  expect(
    await query(door, { filter: { inMailboxOtherThan: ['P-junk', 'P-trash'] }, sort }),
  ).toEqual(['M1', 'M2', 'M4'])
  const either: JsonObject = {
    operator: 'OR',
    conditions: [
      { inMailbox: 'P-junk' },
      { operator: 'NOT', conditions: [{ after: bounds.after }] },
    ],
  }
  expect(await query(door, { filter: either })).toEqual(['M3'])
  expect(await query(door, { filter: { before: '2026-11-02T10:00:00.5Z' }, sort })).toEqual(['M1'])
  expect(await query(door, { filter: { hasKeyword: '$seen' } })).toBe('unsupportedFilter')
  expect(await query(door, { filter: { before: '2026-11-01T00:00:00.000Z' } })).toBe(
    'invalidArguments',
  )
  expect(await query(door, { filter: { before: '2026-11-01' } })).toBe('invalidArguments')
  expect(await query(door, { sort: [{ property: 'size' }] })).toBe('unsupportedSort')
  expect(await query(door, { accountId: 'other' })).toBe('accountNotFound')
  expect(await query(door, { page: 2 })).toBe('invalidArguments')
})

test('query: windows by position and by anchor', async ({ expect }) => {
  const door = await start()
  expect(await query(door, { position: 1, limit: 2 })).toEqual(['M3', 'M2'])
  expect(await query(door, { position: -1 })).toEqual(['M1'])
  expect(await query(door, { anchor: 'M3', anchorOffset: 1, limit: 1 })).toEqual(['M2'])
  expect(await query(door, { anchor: 'M9' })).toBe('anchorNotFound')
  expect(await query(door, { limit: -1 })).toBe('invalidArguments')
  const [answer] = await run(door, ['Email/query', { limit: 1000, calculateTotal: true }])
  expect(answer?.[1]).toMatchObject({
    total: 4,
    limit: 500,
    position: 0,
    canCalculateChanges: false,
  })
})

test('query and get in one request, by reference', async ({ expect }) => {
  const door = await start()
  const responses = await run(
    door,
    ['Email/query', { filter: { inMailbox: 'P-sent' } }],
    [
      'Email/get',
      {
        '#ids': { resultOf: 'c0', name: 'Email/query', path: '/ids' },
        properties: [
          'threadId',
          'mailboxIds',
          'messageId',
          'inReplyTo',
          'from',
          'cc',
          'bcc',
          'receivedAt',
          'hasAttachment',
          'textBody',
          'htmlBody',
          'attachments',
          'bodyValues',
        ],
        fetchTextBodyValues: true,
        maxBodyValueBytes: 4,
      },
    ],
    ['Thread/get', { '#ids': { resultOf: 'c1', name: 'Email/get', path: '/list/*/threadId' } }],
  )
  expect(responses.map(([name]) => name)).toEqual(['Email/query', 'Email/get', 'Thread/get'])
  expect(responses[1]?.[1].list).toEqual([
    {
      id: 'M2',
      threadId: 'T1',
      mailboxIds: { 'P-sent': true },
      messageId: ['two@ours.example'],
      inReplyTo: ['M1@bakery.example'],
      from: [{ name: 'Ana Lima', email: 'hello@ours.example' }],
      cc: [{ name: null, email: 'books@bakery.example' }],
      bcc: null,
      receivedAt: '2026-11-02T10:00:00.500Z',
      hasAttachment: true,
      textBody: [expect.objectContaining({ partId: '1', type: 'text/plain' })],
      htmlBody: [expect.objectContaining({ partId: '2', type: 'text/html' })],
      attachments: [
        expect.objectContaining({ name: 'statement.pdf', size: 4000, disposition: 'attachment' }),
      ],
      bodyValues: { 1: { value: 'Äpf', isEncodingProblem: false, isTruncated: true } },
    },
  ])
  expect(responses[2]?.[1].list).toEqual([{ id: 'T1', emailIds: ['M1', 'M2'] }])
})

test('a mail with HTML only lists it as its text as well', async ({ expect }) => {
  const args = { ids: ['M4', 'M9'], fetchTextBodyValues: true, fetchHTMLBodyValues: true }
  const [answer] = await run(await start(), ['Email/get', args])
  expect(answer?.[1]).toMatchObject({
    list: [
      {
        id: 'M4',
        textBody: [{ partId: '2', type: 'text/html' }],
        htmlBody: [{ partId: '2', type: 'text/html' }],
        bodyValues: { 2: { value: '<b>Only HTML</b>', isTruncated: false } },
        preview: 'Only HTML',
        receivedAt: '2026-11-04T10:00:00Z',
      },
    ],
    notFound: ['M9'],
  })
})

test('method errors come with HTTP 200, each in its place', async ({ expect }) => {
  const door = await start()
  const responses = await run(
    door,
    ['Email/set', {}],
    ['Email/get', { ids: ['M1'], properties: ['colour'] }],
    ['Email/get', { '#ids': { resultOf: 'c9', name: 'Email/query', path: '/ids' } }],
    ['Email/get', { ids: ['M1'], '#ids': { resultOf: 'c9', name: 'Email/query', path: '/ids' } }],
    ['Email/get', { ids: Array.from({ length: 501 }, (_, n) => `M${n}`) }],
    ['Email/get', { ids: ['M1'], properties: ['header:Subject:asText', 'header:X-Way:all'] }],
  )
  expect(responses.map(([name, args]) => (name === 'error' ? args['type'] : name))).toEqual([
    'unknownMethod',
    'invalidArguments',
    'invalidResultReference',
    'invalidArguments',
    'requestTooLarge',
    'Email/get',
  ])
  expect(responses.at(-1)?.[1].list[0]).toMatchObject({
    'header:Subject:asText': 'Our statement',
    'header:X-Way:all': [],
  })
})

test.each<[string, Json, string, JsonObject]>([
  [
    'a capability the token lacks',
    { using: [CORE, 'urn:ietf:params:jmap:submission'], methodCalls: [] },
    'application/json',
    { type: 'urn:ietf:params:jmap:error:unknownCapability', status: 400 },
  ],
  [
    'no method calls',
    { using: [CORE] },
    'application/json',
    { type: 'urn:ietf:params:jmap:error:notRequest' },
  ],
  [
    'a crooked invocation',
    { using: [CORE], methodCalls: [['Core/echo', {}]] },
    'application/json',
    { type: 'urn:ietf:params:jmap:error:notRequest' },
  ],
  [
    'another content type',
    { using: [CORE], methodCalls: [] },
    'text/plain',
    { type: 'urn:ietf:params:jmap:error:notJSON' },
  ],
  [
    'too many calls',
    { using: [CORE], methodCalls: Array.from({ length: 17 }, () => ['Core/echo', {}, 'c']) },
    'application/json',
    { type: 'urn:ietf:params:jmap:error:limit', limit: 'maxCallsInRequest' },
  ],
])('%s is refused whole', async (_name, body, type, problem) => {
  const answer = await post(await start(), body, type)
  const differs = Object.entries(problem).some(([key, value]) => answer.body[key] !== value)
  const json = answer.headers.get('content-type') === 'application/problem+json'
  if (answer.status !== 400 || differs || !json) throw new Error(JSON.stringify(answer.body))
})

test('changes since a state: new, moved and gone mails, a few at a time', async ({ expect }) => {
  let mails = MAILS.slice(0, 2)
  const door = await start({ world: () => smallWorld({ mails }) })
  const stateOf = async () => (await run(door, ['Email/get', { ids: [] }]))[0]?.[1]['state'] ?? ''
  const since = async (sinceState: Json, more: JsonObject = {}) =>
    (await run(door, ['Email/changes', { sinceState, ...more }]))[0]?.[1]
  const before = await stateOf()
  expect(await since(before)).toMatchObject({
    newState: before,
    hasMoreChanges: false,
    created: [],
  })
  mails = [...MAILS.slice(1), mailAt('2026-11-05T10:00:00Z', { id: 'M5' })]
  mails[0] = { ...MAILS[1], mailbox: 'trash' } as WorldMail
  expect(await since(before)).toMatchObject({
    oldState: before,
    created: ['M3', 'M4', 'M5'],
    updated: ['M2'],
    destroyed: ['M1'],
    newState: await stateOf(),
  })
  const few = await since(before, { maxChanges: 2 })
  expect(few).toMatchObject({ hasMoreChanges: true, updated: ['M2'], created: ['M3'] })
  expect(await since(few?.['newState'] ?? '')).toMatchObject({
    hasMoreChanges: false,
    created: ['M4', 'M5'],
    destroyed: ['M1'],
  })
  expect(await since('s99')).toMatchObject({ type: 'cannotCalculateChanges' })
  expect(await since(before, { maxChanges: 0 })).toMatchObject({ type: 'invalidArguments' })
})

test('the raw message', async ({ expect }) => {
  const door = await start()
  const { downloadUrl, primaryAccounts } = await sessionOf(door)
  const download = async (blobId: string) =>
    fetch(
      downloadUrl
        .replace('{accountId}', primaryAccounts[MAIL] ?? '')
        .replace('{blobId}', blobId)
        .replace('{name}', 'mail.eml')
        .replace('{type}', 'message%2Frfc822'),
      { headers: AUTHORIZED },
    )
  const [answer] = await run(door, [
    'Email/get',
    { ids: ['M2'], properties: ['blobId', 'size', 'attachments'] },
  ])
  const [mail] = answer?.[1].list ?? []
  const raw = await download(mail?.['blobId'] as string)
  expect(raw.headers.get('content-type')).toBe('message/rfc822')
  const message = await raw.text()
  expect(Buffer.byteLength(message)).toBe(mail?.['size'])
  const [head = ''] = message.split('\r\n\r\n')
  expect(head.split('\r\n')).toEqual([
    'From: "Ana Lima" <hello@ours.example>',
    'To: "Corner Bakery" <owner@bakery.example>',
    'Cc: books@bakery.example',
    'Subject: Our statement',
    'Date: Mon, 02 Nov 2026 10:00:00 +0000',
    'Message-ID: <two@ours.example>',
    'In-Reply-To: <M1@bakery.example>',
    'References: <M1@bakery.example>',
    'MIME-Version: 1.0',
    'Content-Type: multipart/mixed; boundary="=_mixed_M2"',
  ])
  expect(message).toContain('=C3=84pfel und 20 % =3D =E2=82=AC3\r\n.\r\nEnd=20')
  expect(message.split('\r\n').every((line) => line.length <= 78)).toBe(true)
  const [attachment] = (mail?.['attachments'] ?? []) as { blobId: string }[]
  expect((await (await download(attachment?.blobId ?? '')).arrayBuffer()).byteLength).toBe(4000)
  expect((await download('B-none')).status).toBe(404)
})

test('ten requests a second, and ordered faults', async ({ expect }) => {
  const door = await start({ limits: true, clock: () => 1_000_000 })
  door.fail('GET /jmap/session', 503)
  expect((await fetch(door.sessionUrl, { headers: AUTHORIZED })).status).toBe(503)
  for (let n = 0; n < 9; n++) await sessionOf(door)
  const refused = await fetch(door.sessionUrl, { headers: AUTHORIZED })
  expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '1'])
  expect(door.requests.counts()).toMatchObject({ api: 'mailbox', total: 11, refused: 1 })
})
