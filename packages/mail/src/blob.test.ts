/** Where a mailbox's blobs are to be had. Spec: RFC 8620, section 6.2. */
import { expect, test } from 'vitest'
import { answer, fakeJmap, sessionAnswer, TOKEN } from '../test/fake-jmap.ts'
import { blobsOf } from './blob.ts'

const template = 'blob/{accountId}/{blobId}/{name}?accept={type}'

test('the template is filled in, whatever a blob is called', async () => {
  const { api } = fakeJmap(sessionAnswer())
  expect(await blobsOf(api).address('B/1?#', 'image/svg+xml')).toBe(
    'https://mail.example.test/jmap/download/A1/B%2F1%3F%23/file?accept=image%2Fsvg%2Bxml',
  )
})

test('a relative one is relative to where the session was found in the end', async () => {
  const session = sessionAnswer({ downloadUrl: template })
  Object.defineProperty(session, 'url', { value: 'https://api.example.test/deep/session' })
  const { api } = fakeJmap(session)
  expect(await blobsOf(api).address('B1', null)).toBe(
    'https://api.example.test/deep/blob/A1/B1/file?accept=application%2Foctet-stream',
  )
})

test.each([
  ['', 'the session names no downloadUrl'],
  ['http://mail.example.test/{blobId}', 'the session names a downloadUrl without encryption'],
  ['https://', 'the session names a downloadUrl that is no URL'],
])(
  'the downloadUrl "%s" is a mailbox set up otherwise than we need',
  async (downloadUrl, detail) => {
    const { api } = fakeJmap(sessionAnswer({ downloadUrl }))
    await expect(blobsOf(api).address('B1', null)).rejects.toMatchObject({
      failure: { kind: 'upstream.misconfigured', scope: 'mailbox', detail },
    })
  },
)

test('where the mailbox sends us on, the token does not go along', async () => {
  const moved = new Response(null, { status: 302, headers: { Location: 'https://cdn.example/1' } })
  const fake = fakeJmap(moved, answer({}))
  await blobsOf(fake.api).fetch('https://mail.example.test/jmap/download/A1/B1/file')
  expect(fake.requests.map(({ headers }) => headers.get('Authorization'))).toEqual([
    `Bearer ${TOKEN}`,
    null,
  ])
})
