/** A mail's identity: Message-ID where there is one, else a hash of its headers. */
import { expect, test } from 'vitest'
import { mailId, normaliseMessageId } from './identity.ts'
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
