/** A mail's identity: Message-ID where there is one, else a hash of its headers. */
import { expect, test } from 'vitest'
import { identityOf, isSameMail, mailId, normaliseMessageId } from './identity.ts'
import type { MailHeaders } from './identity.ts'

const mail: MailHeaders = {
  messageId: null,
  from: [{ name: 'Dana', address: 'Dana@Shop.example' }],
  to: [
    { name: null, address: 'desk@harborpay.example' },
    { name: null, address: 'ops@harborpay.example' },
  ],
  cc: [],
  subject: 'Batch  fee\t',
  createdAt: '2026-11-20T17:03:58.000Z',
}

test.each([
  ['<a.b@shop.example>', 'a.b@shop.example'],
  ['  <a.b@shop.example>\r\n', 'a.b@shop.example'],
  ['a.b@shop.example', 'a.b@shop.example'],
  ['<a.b@shop\r\n .example> (made up)', 'a.b@shop.example'],
  ['<Case@Kept.example>', 'Case@Kept.example'],
  ['<>', null],
  [' \t', null],
  [null, null],
  [undefined, null],
])('the Message-ID %j is %j', (raw, id) => {
  expect(normaliseMessageId(raw)).toBe(id)
})

test('a mail with a Message-ID is known by it', async () => {
  expect(await mailId({ ...mail, messageId: ' <a.b@shop.example> ' })).toBe('a.b@shop.example')
})

test('a mail without one is known by the documented hash', async () => {
  // printf 'from: dana@shop.example\ndate: 2026-11-20T17:03:58.000Z\nsubject: Batch fee\nto: desk@harborpay.example,ops@harborpay.example\ncc: ' | sha256sum
  expect(await mailId(mail)).toBe(
    'hash:34222f1d4346e672f542eb1342ce7751f004746e67f6580a92213ad8fcfa5ad5',
  )
})

test('the hash does not mind how the headers are written', async () => {
  const written = {
    ...mail,
    from: [{ name: null, address: ' dana@shop.EXAMPLE' }],
    subject: ' Batch fee',
    createdAt: '2026-11-20T09:03:58-08:00',
  }
  expect(await mailId(written)).toBe(await mailId(mail))
  expect(await mailId({ ...mail, subject: 'Batch fees' })).not.toBe(await mailId(mail))
})

test('a Message-ID of over 500 characters is hashed as well', async () => {
  const just = `${'a'.repeat(487)}@shop.example`
  expect(await mailId({ ...mail, messageId: just })).toBe(just)
  expect(await mailId({ ...mail, messageId: `a${just}` })).toBe(await mailId(mail))
})

test('a known Message-ID with another sender, date or subject is another mail', () => {
  const known = identityOf({
    from: mail.from,
    sentAt: '2026-11-20T17:03:58.000Z',
    subject: 'Batch fee',
  })
  const same = (over: Partial<Parameters<typeof identityOf>[0]>, exact = true) =>
    isSameMail(
      known,
      identityOf({
        from: mail.from,
        sentAt: '2026-11-20T17:03:58Z',
        subject: 'Batch fee',
        ...over,
      }),
      exact,
    )
  expect(same({})).toBe(true)
  expect(
    same({ from: [{ name: null, address: 'DANA@shop.example' }], subject: ' Batch  fee' }),
  ).toBe(true)
  expect(same({ from: [{ name: 'Dana', address: 'dana@shop.evil.example' }] })).toBe(false)
  expect(same({ sentAt: '2026-11-20T17:04:58Z' })).toBe(false)
  expect(same({ sentAt: undefined })).toBe(false)
  expect(same({ subject: 'Batch fees' })).toBe(false)
  expect(same({ from: [] })).toBe(false)
  // A page of another tool's tells less, and times roughly.
  expect(same({ from: [], subject: '' }, false)).toBe(true)
  expect(same({ sentAt: '2026-11-20T00:00:00Z' }, false)).toBe(true)
  expect(same({ sentAt: '2026-11-19T05:00:00Z' }, false)).toBe(true) // a day in California
  expect(same({ sentAt: '2026-11-22T17:03:58Z' }, false)).toBe(false)
  for (const subject of ['BATCH FEE', 'Batch', 'Bat…', 'batch f...', 'Batch fee and more'])
    expect(same({ subject }, false)).toBe(true)
  for (const subject of ['Batches', 'fee', 'Re: Batch fee'])
    expect(same({ subject }, false)).toBe(false)
  expect(same({ from: [{ name: null, address: 'jo@shop.example' }, ...mail.from] }, false)).toBe(
    true,
  )
  expect(same({ from: [{ name: null, address: 'jo@shop.example' }] }, false)).toBe(false)
})

test('letters that no charset explains do not make another mail', () => {
  expect(isSameMail(about('R\uFFFDckfrage'), about('Rückfrage'), true)).toBe(true)
  expect(isSameMail(about('R\uFFFDckfrage'), about('Rückfragen'), true)).toBe(false)
})

function about(subject: string) {
  return identityOf({ from: mail.from, subject })
}
