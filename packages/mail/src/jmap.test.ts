/** A mailbox as a source of mails, against JMAP's documented shapes. */
import { MailPart } from '@switchboard/shared/record'
import * as v from 'valibot'
import { expect, test } from 'vitest'
import emailsMapped from '../fixtures/emails.mapped.json' with { type: 'json' }
import emails from '../fixtures/emails.json' with { type: 'json' }
import {
  answer,
  fakeJmap,
  mailboxesAnswer,
  mailsAnswer,
  sessionAnswer,
  TOKEN,
} from '../test/fake-jmap.ts'
import type { Fake, Reply } from '../test/fake-jmap.ts'
import { jmapSource } from './jmap.ts'

const window = {
  since: new Date('2026-10-25T09:00:00.400Z'),
  until: new Date('2026-11-24T09:00:00.000Z'),
  cursor: null,
}
const found = { ids: ['M1', 'M2'], position: 0 }

test('a page of mails becomes our parts', async () => {
  const { api } = fakeJmap(sessionAnswer(), mailboxesAnswer(), mailsAnswer(found, emails))
  const page = await jmapSource(api).list(window)
  expect(page).toEqual({ rows: emailsMapped, unreadable: [], cursor: null })
  expect(v.parse(v.array(MailPart), page.rows)).toEqual(page.rows)
})

test('a page is one request, behind the gate, with nothing from trash, junk and drafts', async () => {
  const fake = fakeJmap(sessionAnswer(), mailboxesAnswer(), mailsAnswer(found, emails))
  await jmapSource(fake.api).list(window)
  expect(fake.log).toEqual([
    'acquire',
    'GET /jmap/session',
    'acquire',
    'POST /jmap/api/',
    'acquire',
    'POST /jmap/api/',
  ])
  expect(fake.requests[0]?.headers.get('Authorization')).toBe(`Bearer ${TOKEN}`)
  expect(fake.requests[2]?.methodCalls).toEqual([
    [
      'Email/query',
      {
        accountId: 'A1',
        filter: {
          after: '2026-10-25T09:00:00Z',
          before: '2026-11-24T09:00:01Z',
          inMailboxOtherThan: ['mb1', 'mb2', 'mb3'],
        },
        sort: [{ property: 'receivedAt', isAscending: true }],
        position: 0,
        limit: 50,
      },
      'query',
    ],
    [
      'Email/get',
      {
        accountId: 'A1',
        '#ids': { resultOf: 'query', name: 'Email/query', path: '/ids' },
        properties: expect.arrayContaining(['id', 'messageId', 'sentAt', 'bodyValues']),
        fetchTextBodyValues: true,
        fetchHTMLBodyValues: true,
        maxBodyValueBytes: 262_144,
      },
      'get',
    ],
  ])
})

test('folders within the trash are left out with it, and so is what is no mail or not sent yet', async () => {
  const list = [
    { id: 'old', role: null, parentId: 'thrown' },
    { id: 'thrown', role: null, parentId: 'trash' },
    { id: 'inbox', role: 'inbox', parentId: null },
    { id: 'shops', role: null, parentId: 'inbox' },
    { id: 'trash', role: 'Trash', parentId: null },
    { id: 'later', role: 'scheduled' },
    { id: 'notes', role: 'memos' },
    { id: 'odd', role: null, parentId: 'odd' },
  ]
  const fake = fakeJmap(
    sessionAnswer(),
    answer({ methodResponses: [['Mailbox/get', { accountId: 'A1', list }, 'mailboxes']] }),
    mailsAnswer({ ids: [] }, []),
  )
  await jmapSource(fake.api).list(window)
  expect(fake.requests[2]?.methodCalls[0]?.[1]).toMatchObject({
    filter: { inMailboxOtherThan: ['trash', 'later', 'notes', 'thrown', 'old'] },
  })
})

test('pages follow by time until one is not full; the session is asked for once', async () => {
  const fake = fakeJmap(sessionAnswer(), mailboxesAnswer(), ...pagesOf(mailsAt(120)))
  const { ids, filters } = await listAll(fake)
  expect(new Set(ids).size).toBe(120)
  expect(ids).toHaveLength(122) // the last one of a full page is listed twice
  expect(filters.map(({ after }) => after)).toEqual([
    '2026-10-25T09:00:00Z',
    '2026-10-25T09:00:49Z',
    '2026-10-25T09:01:38Z',
  ])
})

test('mails that are deleted or put in between two pages hide none', async () => {
  const mails = mailsAt(120)
  const late = mailAt(10, 'Late')
  const deleted = (nth: number) => {
    if (nth !== 1) return
    mails.splice(3, 20)
    mails.push(late)
  }
  const fake = fakeJmap(sessionAnswer(), mailboxesAnswer(), ...pagesOf(mails, deleted))
  const { ids } = await listAll(fake)
  expect(mails.filter(({ id }) => id !== 'Late' && !ids.includes(id))).toEqual([])
})

test('more mails of one second than a page holds are all listed', async () => {
  const mails = [mailAt(0, 'First'), ...mailsAt(170, () => 5), mailAt(6, 'Last')]
  const fake = fakeJmap(sessionAnswer(), mailboxesAnswer(), ...pagesOf(mails))
  const { ids } = await listAll(fake)
  expect(new Set(ids).size).toBe(172)
})

test('where a page’s mails are gone by the time they are asked for, a position leads on', async () => {
  const ids = Array.from({ length: 50 }, (_, index) => `M${index}`)
  const { api, requests } = fakeJmap(
    sessionAnswer(),
    mailboxesAnswer(),
    mailsAnswer({ ids, position: 0 }, []),
    mailsAnswer({ ids: [], position: 50 }, []),
  )
  const source = jmapSource(api)
  const first = await source.list(window)
  expect(await source.list({ ...window, cursor: first.cursor })).toMatchObject({ cursor: null })
  expect(requests[3]?.methodCalls[0]?.[1]).toMatchObject({ position: 50 })
})

test('a limit that is told though it is none of ours does not end a listing', async () => {
  const capabilities = { 'urn:ietf:params:jmap:core': { maxObjectsInGet: 2 } }
  const { api } = fakeJmap(
    sessionAnswer({ capabilities }),
    mailboxesAnswer(),
    mailsAnswer({ ids: ['M1', 'M2'], limit: 500 }, []),
  )
  expect((await jmapSource(api).list(window)).cursor).not.toBe(null)
})

test('a listing that an older release began goes on', async () => {
  const fake = fakeJmap(sessionAnswer(), mailboxesAnswer(), mailsAnswer({ ids: [] }, []))
  await jmapSource(fake.api).list({ ...window, cursor: '50' })
  expect(fake.requests[2]?.methodCalls[0]?.[1]).toMatchObject({
    filter: { after: '2026-10-25T09:00:00Z' },
    position: 50,
  })
})

interface Mail {
  id: string
  receivedAt: string
}

function mailAt(second: number, id: string): Mail {
  const at = Date.parse('2026-10-25T09:00:00Z') + second * 1000
  return { id, receivedAt: new Date(at).toISOString().replace('.000Z', 'Z') }
}

function mailsAt(count: number, secondOf = (nth: number) => nth): Mail[] {
  return Array.from({ length: count }, (_, nth) => mailAt(secondOf(nth), `M${nth}`))
}

const Queried = v.object({
  methodCalls: v.looseTuple([
    v.tuple([
      v.string(),
      v.object({
        filter: v.object({ after: v.string(), before: v.string() }),
        position: v.number(),
        limit: v.number(),
      }),
      v.string(),
    ]),
  ]),
})

/** As a mailbox answers that holds these, by the time each page is asked for. */
function pagesOf(mails: Mail[], before: (nth: number) => void = () => {}): Reply[] {
  return Array.from({ length: 20 }, (_, nth) => async (init: RequestInit) => {
    before(nth)
    const asked = v.parse(v.pipe(v.string(), v.parseJson(), Queried), init.body)
    const { filter, position, limit } = asked.methodCalls[0][1]
    const page = mails
      .filter(({ receivedAt }) => receivedAt >= filter.after && receivedAt < filter.before)
      .toSorted((a, b) => Date.parse(a.receivedAt) - Date.parse(b.receivedAt))
      .slice(position, position + limit)
    return mailsAnswer({ ids: page.map(({ id }) => id), position }, page)
  })
}

async function listAll({ api, requests }: Fake) {
  const source = jmapSource(api)
  const ids: (string | null)[] = []
  let cursor: string | null = null
  do {
    const page = await source.list({ ...window, cursor })
    ids.push(...page.rows.map(({ sourceId }) => sourceId))
    cursor = page.cursor
  } while (cursor !== null)
  const filters = requests.slice(2).map(({ methodCalls }) => {
    const asked = v.parse(Queried, { methodCalls })
    return asked.methodCalls[0][1].filter
  })
  return { ids, filters }
}

test('a server that gives less at once than was asked for is followed as well', async () => {
  const { api } = fakeJmap(
    sessionAnswer(),
    mailboxesAnswer(),
    mailsAnswer({ ids: ['M1', 'M2'], position: 0, limit: 2 }, []),
  )
  expect((await jmapSource(api).list(window)).cursor).not.toBe(null)
})

test('no more mails are asked for than one Email/get may hold', async () => {
  const capabilities = { 'urn:ietf:params:jmap:core': { maxObjectsInGet: 20 } }
  const { api, requests } = fakeJmap(
    sessionAnswer({ capabilities }),
    mailboxesAnswer([]),
    mailsAnswer({ ids: [] }, []),
  )
  await jmapSource(api).list(window)
  expect(requests[2]?.methodCalls[0]?.[1]).toMatchObject({ limit: 20 })
  expect(requests[2]?.methodCalls[0]?.[1]).not.toHaveProperty('filter.inMailboxOtherThan')
})

test('a mail that cannot be read is named and costs nothing else', async () => {
  const [good] = emails
  const bad = { ...good, id: 'M8', from: [{ email: 5 }] }
  const odd = { id: 'M9', receivedAt: 'yesterday' }
  const { api } = fakeJmap(
    sessionAnswer(),
    mailboxesAnswer(),
    mailsAnswer(found, [bad, good, odd, null]),
  )
  const page = await jmapSource(api).list(window)
  expect(page.rows.map(({ sourceId }) => sourceId)).toEqual(['M1'])
  expect(page.unreadable).toEqual([
    {
      id: 'CAF=9c1@mail.shop.example',
      field: 'list[0].from[0].email',
      detail: 'expected string, found number',
      raw: JSON.stringify(bad),
    },
    {
      id: 'M9',
      field: 'list[2].receivedAt',
      detail: 'expected iso timestamp, found string',
      raw: JSON.stringify(odd),
    },
    { id: null, field: 'list[3]', detail: 'expected Object, found null', raw: 'null' },
  ])
})

test('a picture between the texts is a file, though no attachment', async () => {
  const [good] = emails
  const scan = { partId: '2', blobId: 'B2', type: 'image/png', name: ' scan\u0000.png', size: 9 }
  const text = { partId: '1', blobId: 'B1', type: 'text/plain' }
  const shown = {
    ...good,
    attachments: [],
    textBody: [text, scan],
    htmlBody: [text, scan],
  }
  const { api } = fakeJmap(sessionAnswer(), mailboxesAnswer(), mailsAnswer(found, [shown]))
  const { rows } = await jmapSource(api).list(window)
  expect(rows[0]?.attachments).toEqual([
    { name: 'scan .png', type: 'image/png', sizeBytes: 9, file: '0-scan_.png', blobId: 'B2' },
  ])
})

test('a mail that cannot be read is named as its record would be', async () => {
  const long = `${'a'.repeat(600)}@shop.example`
  const rows = [
    { id: 'M5', messageId: null, 'header:message-id:all': [' naked@shop.example'] },
    { id: 'M6', messageId: [long], 'header:message-id:all': [` <${long}>`] },
  ]
  const { api } = fakeJmap(sessionAnswer(), mailboxesAnswer(), mailsAnswer(found, rows))
  const { unreadable } = await jmapSource(api).list(window)
  expect(unreadable.map(({ id }) => id)).toEqual(['naked@shop.example', 'M6'])
})

test('a message of which the mailbox made nothing is kept whole; an empty one is not', async () => {
  const [good] = emails
  const bare = { ...good, attachments: [], htmlBody: [], textBody: [], blobId: 'MB', size: 90 }
  const empty = { ...bare, id: 'M3', textBody: [{ partId: '1', blobId: 'B1', type: 'text/plain' }] }
  const { api } = fakeJmap(sessionAnswer(), mailboxesAnswer(), mailsAnswer(found, [bare, empty]))
  const { rows } = await jmapSource(api).list(window)
  expect(rows.map(({ attachments }) => attachments)).toEqual([
    [{ name: null, type: 'message/rfc822', sizeBytes: 90, file: 'original.eml', blobId: 'MB' }],
    [],
  ])
})

test('a Date header that is nonsense gives way to when the mail was received', async () => {
  const [good] = emails
  const odd = ['2026-13-45T00:00:00Z', '+099999-01-01T00:00:00Z'].map((sentAt) => ({
    ...good,
    sentAt,
  }))
  const { api } = fakeJmap(sessionAnswer(), mailboxesAnswer(), mailsAnswer(found, odd))
  const { rows } = await jmapSource(api).list(window)
  expect(rows.map(({ createdAt }) => createdAt)).toEqual([
    '2026-11-20T17:04:09.000Z',
    '2026-11-20T17:04:09.000Z',
  ])
})

test('our own address is the session’s user name where it is an address', async () => {
  expect(await jmapSource(fakeJmap(sessionAnswer()).api).ownAddresses()).toEqual([
    'desk@harborpay.example',
  ])
  const { api } = fakeJmap(sessionAnswer({ username: 'desk' }))
  expect(await jmapSource(api).ownAddresses()).toEqual([])
})

const submission = { 'urn:ietf:params:jmap:submission': {} }
const writes = {
  capabilities: submission,
  accounts: { A1: { isPersonal: true, accountCapabilities: submission } },
}

test('the addresses that one writes under are ours, too', async () => {
  const written = ['Desk@HarborPay.example', 'Sales@HarborPay.example ', '*@harborpay.example']
  const list = written.map((email, nth) => ({ id: `I${nth}`, email }))
  const { api, requests } = fakeJmap(
    sessionAnswer(writes),
    answer({ methodResponses: [['Identity/get', { accountId: 'A1', list }, 'identities']] }),
  )
  expect(await jmapSource(api).ownAddresses()).toEqual([
    'desk@harborpay.example',
    'sales@harborpay.example',
  ])
  expect(requests[1]?.methodCalls[0]?.[1]).toMatchObject({ accountId: 'A1', ids: null })
})

test('a token that may not ask for them is no failure', async () => {
  const { api } = fakeJmap(sessionAnswer(writes), answer({}, 403))
  expect(await jmapSource(api).ownAddresses()).toEqual(['desk@harborpay.example'])
})

test('a session that failed is asked for again', async () => {
  const { api } = fakeJmap(new Response('', { status: 401 }), sessionAnswer())
  const source = jmapSource(api)
  await expect(source.ownAddresses()).rejects.toMatchObject({
    failure: { kind: 'upstream.unauthorized', api: 'mailbox' },
  })
  expect(await source.ownAddresses()).toHaveLength(1)
})

const MAIL_ACCOUNT = {
  isPersonal: true,
  accountCapabilities: { 'urn:ietf:params:jmap:mail': {} },
}

test('where none is primary, the one account of ours that has mail is it', async () => {
  const accounts = {
    A0: { isPersonal: true, accountCapabilities: { 'urn:ietf:params:jmap:calendars': {} } },
    A1: MAIL_ACCOUNT,
    A2: { ...MAIL_ACCOUNT, isPersonal: false },
  }
  const fake = fakeJmap(
    sessionAnswer({ primaryAccounts: {}, accounts }),
    mailboxesAnswer(),
    mailsAnswer({ ids: [] }, []),
  )
  await jmapSource(fake.api).list(window)
  expect(fake.requests[2]?.methodCalls[0]?.[1]).toMatchObject({ accountId: 'A1' })
})

test.each([
  [{ primaryAccounts: {} }, 'the session has no mail account'],
  [
    { primaryAccounts: {}, accounts: { A1: MAIL_ACCOUNT, A2: MAIL_ACCOUNT } },
    'the session names several mail accounts, and none of them primary',
  ],
  [{ apiUrl: 'http://mail.example.test/api' }, 'the session names an apiUrl without encryption'],
  [{ apiUrl: 'https://' }, 'the session names an apiUrl that is no URL'],
])('a session with %j is a mailbox set up otherwise than we need', async (changes, detail) => {
  const { api } = fakeJmap(sessionAnswer(changes))
  await expect(jmapSource(api).probe()).rejects.toMatchObject({
    failure: { kind: 'upstream.misconfigured', scope: 'mailbox', detail },
  })
})

test('a cursor that is no place is refused', async () => {
  const { api } = fakeJmap(sessionAnswer(), mailboxesAnswer())
  const listing = jmapSource(api).list({ ...window, cursor: 'abc' })
  await expect(listing).rejects.toMatchObject({ failure: { kind: 'bug' } })
})
