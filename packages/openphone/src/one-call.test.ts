/** One call by its id, and with which key a lane asks. */
import { expect, test } from 'vitest'
import calls from '../fixtures/calls.json' with { type: 'json' }
import mapped from '../fixtures/calls.mapped.json' with { type: 'json' }
import { answer, fakeOpenPhone, refused } from '../test/fake-openphone.ts'
import { getCall } from './calls.ts'
import { keyOf } from './keys.ts'

const [call] = calls.data

test('a call is asked for with its summary and voicemail', async () => {
  const { api, requests } = fakeOpenPhone(answer({ data: call }))
  expect(await getCall(api, 'AC1')).toEqual(mapped.rows[0])
  expect(requests[0]?.url.href).toBe(
    'https://openphone.example.test/calls/AC1?include=summary%2Cvoicemail',
  )
})

test.each([400, 404, 422])('HTTP %i: OpenPhone does not know it', async (status) => {
  const { api, log } = fakeOpenPhone(refused(status, 'no'))
  expect(await getCall(api, 'AC1')).toBeNull()
  expect(log).toEqual(['acquire', '/calls/AC1'])
})

test('one that cannot be read names the place', async () => {
  const { api } = fakeOpenPhone(answer({ data: { ...call, participants: null } }))
  await expect(getCall(api, 'AC1')).rejects.toMatchObject({
    failure: { kind: 'record.invalid', field: 'data.participants' },
  })
})

const settings = {
  OPENPHONE_API_KEY: 'live',
  OPENPHONE_BULK_API_KEY: 'bulk',
  OPENPHONE_BASE_URL: 'https://api.example.test',
}

test('bulk work has a key and a scope of its own, where there is one', () => {
  const baseUrl = settings.OPENPHONE_BASE_URL
  expect(keyOf(settings, 'live')).toEqual({ baseUrl, apiKey: 'live' })
  expect(keyOf(settings, 'bulk')).toEqual({ baseUrl, apiKey: 'bulk', scope: 'openphone:bulk' })
  expect(keyOf({ ...settings, OPENPHONE_BULK_API_KEY: undefined }, 'bulk')).toEqual({
    baseUrl,
    apiKey: 'live',
  })
  expect(keyOf({ ...settings, OPENPHONE_API_KEY: undefined }, 'bulk')).toBeNull()
})

test('a refused key parks its scope', async () => {
  const { api } = fakeOpenPhone(refused(401, 'no'))
  await expect(getCall({ ...api, scope: 'openphone:bulk' }, 'AC1')).rejects.toMatchObject({
    failure: { kind: 'upstream.unauthorized', api: 'openphone', scope: 'openphone:bulk' },
  })
})
