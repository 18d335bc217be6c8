/** Pages of calls and text messages, and the directory, against the documented shapes. */
import { CallPart, TextMessagePart } from '@switchboard/shared/record'
import * as v from 'valibot'
import { expect, test } from 'vitest'
import callsMapped from '../fixtures/calls.mapped.json' with { type: 'json' }
import calls from '../fixtures/calls.json' with { type: 'json' }
import directory from '../fixtures/directory.json' with { type: 'json' }
import messagesMapped from '../fixtures/messages.mapped.json' with { type: 'json' }
import messages from '../fixtures/messages.json' with { type: 'json' }
import { listCalls } from './calls.ts'
import { listPhoneNumbers, listUsers, probe } from './directory.ts'
import { answer, fakeOpenPhone, KEY } from '../test/fake-openphone.ts'
import { listTextMessages } from './messages.ts'

const since = new Date('2026-10-25T09:00:00Z')
const until = new Date('2026-11-24T09:00:00Z')

test('a page of calls becomes our parts, unknown fields and words notwithstanding', async () => {
  const { api } = fakeOpenPhone(answer(calls))
  const page = await listCalls(api, { since, until, cursor: null })
  expect(page).toEqual(callsMapped)
  expect(v.parse(v.array(CallPart), page.rows)).toEqual(page.rows)
})

test('a page of text messages becomes our parts', async () => {
  const { api } = fakeOpenPhone(answer(messages))
  const page = await listTextMessages(api, { since, until, cursor: null })
  expect(page).toEqual(messagesMapped)
  expect(v.parse(v.array(TextMessagePart), page.rows)).toEqual(page.rows)
})

test('every page of calls carries all filters, the key as it is and the version', async () => {
  const { api, requests, log } = fakeOpenPhone(answer(calls), answer({ data: [] }))
  const first = await listCalls(api, { since, until, cursor: null })
  const second = await listCalls(api, { since, until, cursor: first.cursor })
  const filters = {
    limit: '50',
    'createdAt[gte]': '2026-10-25T09:00:00.000Z',
    'createdAt[lte]': '2026-11-24T09:00:00.000Z',
    include: 'summary,voicemail',
  }
  expect(requests.map(({ url }) => Object.fromEntries(url.searchParams))).toEqual([
    filters,
    { ...filters, after: calls.nextCursor },
  ])
  expect(requests[0]?.headers.get('Authorization')).toBe(KEY)
  expect(requests[0]?.headers.get('Quo-Api-Version')).toBe('2026-03-30')
  expect(log).toEqual(['acquire', '/calls', 'acquire', '/calls'])
  expect(second).toEqual({ rows: [], unreadable: [], cursor: null })
})

test('the exclusive bounds of text messages are a millisecond wider', async () => {
  const { api, requests } = fakeOpenPhone(answer({ data: [], nextCursor: null }))
  await listTextMessages(api, { since, until, cursor: 'c1' })
  expect(Object.fromEntries(requests[0]?.url.searchParams ?? [])).toEqual({
    limit: '50',
    'createdAt[gt]': '2026-10-25T08:59:59.999Z',
    'createdAt[lt]': '2026-11-24T09:00:00.001Z',
    after: 'c1',
  })
})

test('a row that cannot be read is named and costs nothing else', async () => {
  const [good] = calls.data
  const bad = { ...good, id: 'ACbad', participants: [{ phoneNumber: 14155550142 }] }
  const worse = { ...good, id: 'ACworse', participants: undefined }
  const { api } = fakeOpenPhone(
    answer({ data: [bad, good, worse, 7, { ...good, createdAt: '+14155550142' }] }),
  )
  const page = await listCalls(api, { since, until, cursor: null })
  expect(page.rows.map(({ id }) => id)).toEqual([good?.id])
  expect(page.unreadable).toEqual([
    {
      id: 'ACbad',
      field: 'data[0].participants[0].phoneNumber',
      detail: 'expected string, found number',
      raw: JSON.stringify(bad),
    },
    {
      id: 'ACworse',
      field: 'data[2].participants',
      detail: 'is missing',
      raw: JSON.stringify(worse),
    },
    { id: null, field: 'data[3]', detail: 'expected Object, found number', raw: '7' },
    {
      id: good?.id,
      field: 'data[4].createdAt',
      detail: 'expected iso timestamp, found string',
      raw: expect.any(String),
    },
  ])
})

test('a row whose id can be no key is named and has none', async () => {
  const [good] = calls.data
  const long = `AC${'x'.repeat(1000)}`
  const { api } = fakeOpenPhone(
    answer({
      data: [
        { ...good, id: '' },
        { ...good, id: long },
      ],
    }),
  )
  const { rows, unreadable } = await listCalls(api, { since, until, cursor: null })
  expect(rows).toEqual([])
  expect(unreadable).toMatchObject([
    { id: null, field: 'data[0].id', detail: 'is empty' },
    { id: null, field: 'data[1].id', detail: 'expected <=1000, found string' },
  ])
})

test.each([
  ['calls', listCalls],
  ['text messages', listTextMessages],
])('a page of %s that leads to itself is no way on', async (_, list) => {
  const { api } = fakeOpenPhone(answer({ data: [], nextCursor: 'c1' }))
  await expect(list(api, { since, until, cursor: 'c1' })).rejects.toMatchObject({
    failure: { kind: 'upstream.unavailable', detail: 'the same cursor came twice' },
  })
})

test('an answer that is no list is the system’s fault, not a record’s', async () => {
  const { api } = fakeOpenPhone(answer({ data: 'none' }))
  await expect(listCalls(api, { since, until, cursor: null })).rejects.toMatchObject({
    failure: {
      kind: 'upstream.unavailable',
      detail: 'the answer is no list: expected Array, found string',
    },
  })
})

test('numbers and users are read to the last page', async () => {
  const { api } = fakeOpenPhone(
    answer({ ...directory.phoneNumbers, nextCursor: 'c1' }),
    answer({ data: [{ id: 'PN2', phoneNumber: '+14155550101' }, { id: 'PN3' }], nextCursor: '' }),
    answer(directory.users),
  )
  expect(await listPhoneNumbers(api)).toEqual({
    rows: [
      { id: 'PNk3v9Qd2xLm', number: '+14155550100', name: 'Front desk' },
      { id: 'PN2', number: '+14155550101', name: null },
    ],
    unreadable: [
      { id: 'PN3', field: 'data[1].phoneNumber', detail: 'is missing', raw: '{"id":"PN3"}' },
    ],
    cursor: null,
  })
  expect((await listUsers(api)).rows).toEqual([
    { id: 'USb7Wc0pTzR1', name: 'Priya Nair', email: 'priya@harborpay.example' },
    { id: 'USq2Lx8nVd4', name: null, email: 'ops@harborpay.example' },
  ])
})

test('a cursor that stands still ends the listing with an error', async () => {
  const page = { data: [], nextCursor: 'c1' }
  const { api, requests } = fakeOpenPhone(answer(page), answer(page), answer(page))
  await expect(listUsers(api)).rejects.toMatchObject({ failure: { kind: 'upstream.unavailable' } })
  expect(requests).toHaveLength(2)
})

test('the probe is one small request', async () => {
  const { api, requests } = fakeOpenPhone(answer(directory.phoneNumbers))
  await probe(api)
  expect(requests.map(({ url }) => url.pathname + url.search)).toEqual(['/phone-numbers?limit=1'])
})
