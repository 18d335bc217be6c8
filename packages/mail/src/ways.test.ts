/**
 * One mail by two ways is one record: a raw message, and the same mail as a mailbox tells of it by
 * RFC 8621, whose own reading of odd headers is another than ours.
 */
import { expect, test } from 'vitest'
import { IDENTITY_HEADERS } from './headers.ts'
import { identityOf, isSameMail } from './identity.ts'
import { readEmails } from './map.ts'
import { readRaw } from './raw.ts'

const RECEIVED = '2026-11-24T10:00:00Z'
const delivered = {
  key: 'mail/raw/0',
  envelopeFrom: 'relay@shop.example',
  envelopeTo: ['desk@harborpay.example'],
  receivedAt: Date.parse(RECEIVED) + 2000,
}
const PLAIN = {
  From: 'Dana <dana@shop.example>',
  To: 'desk@harborpay.example',
  Subject: 'Batch fee',
  'Message-ID': '<1@shop.example>',
  Date: 'Tue, 24 Nov 2026 09:00:00 +0000',
}
/** What a mailbox reads of the plain ones. */
const READ = {
  id: 'M1',
  receivedAt: RECEIVED,
  messageId: ['1@shop.example'],
  from: [{ name: 'Dana', email: 'dana@shop.example' }],
  to: [{ name: null, email: 'desk@harborpay.example' }],
  subject: 'Batch fee',
  sentAt: '2026-11-24T09:00:00Z',
}

function headersFrom(changes: Record<string, string[]>): [string, string][] {
  const all: Record<string, string | string[]> = { ...PLAIN, ...changes }
  return Object.entries(all).flatMap(([name, values]) =>
    [values].flat().map((value): [string, string] => [name, value]),
  )
}

/** Both tellings of a mail with these headers; `read` is how the mailbox reads the odd ones. */
async function bothWays(changes: Record<string, string[]>, read: object) {
  const headers = headersFrom(changes)
  const raw = `${headers.map(([name, value]) => `${name}: ${value}`).join('\r\n')}\r\n\r\nHello.\r\n`
  const asTheyStand = IDENTITY_HEADERS.map((name) => [
    `header:${name}:all`,
    headers.filter(([key]) => key.toLowerCase() === name).map(([, value]) => ` ${value}`),
  ])
  const { rows } = await readEmails([{ ...READ, ...read, ...Object.fromEntries(asTheyStand) }])
  const [listed] = rows
  if (listed === undefined) throw new Error('the mailbox’s telling could not be read')
  return { routed: await readRaw(new TextEncoder().encode(raw), delivered), listed }
}

test.each<[string, Record<string, string[]>, object]>([
  ['a Message-ID without brackets', { 'Message-ID': ['1@shop.example'] }, { messageId: null }],
  ['a folded one', { 'Message-ID': ['<1@shop\r\n .example>'] }, { messageId: null }],
  ['one with blanks', { 'Message-ID': ['< 1@shop.example >'] }, { messageId: null }],
  [
    'two',
    { 'Message-ID': ['<first@shop.example>', '<last@shop.example>'] },
    { messageId: ['last@shop.example'] },
  ],
  ['none', { 'Message-ID': [] }, { messageId: null }],
  ['two subjects', { Subject: ['First', 'Last'] }, { subject: 'Last' }],
  [
    'a subject in a charset that is none',
    { Subject: ['=?x-none?Q?Fee?= =?utf-8?Q?_f=C3=BCr?= Dana'] },
    { subject: '=?x-none?Q?Fee?= für Dana' },
  ],
  ['a subject with a line end', { Subject: ['=?utf-8?Q?a=0D=0Ab=00c?='] }, { subject: 'a\r\nbc' }],
  [
    'two senders’ headers',
    { From: ['A <a@shop.example>', 'B <b@shop.example>'] },
    { from: [{ name: 'B', email: 'b@shop.example' }] },
  ],
  [
    'a sender with a route',
    { From: ['Dana <@relay.example,@other.example:dana@shop.example>'] },
    { from: [{ name: 'Dana', email: 'dana@shop.example' }] },
  ],
  ['a date in ISO 8601', { Date: ['2026-11-24 09:00:00Z'] }, { sentAt: null }],
  [
    'two dates',
    { Date: ['Mon, 23 Nov 2026 09:00:00 +0000', 'Tue, 24 Nov 2026 09:00:00 +0000'] },
    { sentAt: '2026-11-24T09:00:00Z' },
  ],
  [
    'a leap second',
    { Date: ['Thu, 31 Dec 2015 23:59:60 +0000'] },
    { sentAt: '2016-01-01T00:00:00Z' },
  ],
])('%s: one mail', async (_what, changes, read) => {
  const { routed, listed } = await bothWays(changes, read)
  expect(listed.id).toBe(routed.id)
  expect(isSameMail(identityOf(routed), identityOf(listed), true)).toBe(true)
  expect(listed.from).toEqual(routed.from)
  expect(listed.subject).toBe(routed.subject)
})

test('a sender’s route is no part of the address', async () => {
  const { routed } = await bothWays({ From: ['Dana <@relay.example:dana@shop.example>'] }, {})
  expect(routed.from).toEqual([{ name: 'Dana', address: 'dana@shop.example' }])
})

test('where answers go is told, if not to the sender', async () => {
  const asked = { 'Reply-To': ['Jo <jo@bakery.example>, DANA@shop.example'] }
  const { routed, listed } = await bothWays(asked, {})
  expect(routed.replyTo).toEqual([{ name: 'Jo', address: 'jo@bakery.example' }])
  expect(listed.replyTo).toEqual(routed.replyTo)
  const plain = await bothWays({ 'Reply-To': ['dana@shop.example'] }, {})
  expect(plain.routed).not.toHaveProperty('replyTo')
  expect(plain.listed).not.toHaveProperty('replyTo')
})

test('an answer names what it answers, however badly', async () => {
  const changes = { 'In-Reply-To': ['Your message of "Mon, 23 Nov" <0@shop.example>'] }
  const { routed, listed } = await bothWays(changes, { inReplyTo: null })
  expect(listed.inReplyTo).toEqual(['0@shop.example'])
  expect(routed.inReplyTo).toEqual(listed.inReplyTo)
})

test('a mailbox that does not tell headers as they stand is believed', async () => {
  const { rows } = await readEmails([READ])
  expect(rows).toMatchObject([{ id: '1@shop.example', subject: 'Batch fee' }])
})

test.each([
  ['Fri, 01 Jan 2099 00:00:00 +0000', '2099-01-01T00:00:00Z'],
  ['Thu, 01 Jan 1970 00:00:05 +0000', '1970-01-01T00:00:05Z'],
])('a clock that says %s dates nothing; the mail is the same', async (date, sentAt) => {
  const { routed, listed } = await bothWays({ Date: [date] }, { sentAt })
  expect(routed.createdAt).toBe('2026-11-24T10:00:02.000Z')
  expect(listed.createdAt).toBe('2026-11-24T10:00:00.000Z')
  expect(isSameMail(identityOf(routed), identityOf(listed), true)).toBe(true)
  const unnamed = await bothWays({ Date: [date], 'Message-ID': [] }, { sentAt, messageId: null })
  expect(unnamed.listed.id).toBe(unnamed.routed.id)
})

test('a mail that took a month to arrive was written when it says', async () => {
  const { listed } = await bothWays({ Date: ['Sat, 24 Oct 2026 09:00:00 +0000'] }, {})
  expect(listed.createdAt).toBe('2026-10-24T09:00:00.000Z')
})
