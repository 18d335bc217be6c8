/** Which mails no person wrote, and what a server found about a sender. */
import { expect, test } from 'vitest'
import { authenticationOf } from './authentication.ts'
import { automaticKind, listIdOf } from './automatic.ts'
import { fileName } from './file-names.ts'

function kindOf(
  headers: Record<string, string>,
  over: { from?: string; nullSender?: boolean } = {},
) {
  return automaticKind({
    header: (name) => headers[name] ?? null,
    from: [{ address: over.from ?? 'dana@shop.example' }],
    nullSender: over.nullSender ?? null,
  })
}

test.each([
  [{}, undefined],
  [{ 'auto-submitted': 'no' }, undefined],
  [{ precedence: 'first-class' }, undefined],
  [{ 'x-auto-response-suppress': 'DR, RN' }, undefined],
  [{ 'auto-submitted': 'auto-replied (vacation)' }, 'answer'],
  [{ 'auto-submitted': 'auto-generated' }, 'notice'],
  [{ 'x-autoreply': 'yes' }, 'answer'],
  [{ precedence: 'auto_reply' }, 'answer'],
  [{ precedence: 'Bulk' }, 'newsletter'],
  [{ 'list-id': 'News <news.shop.example>' }, 'newsletter'],
  [{ 'list-unsubscribe': '<https://shop.example/u>' }, 'newsletter'],
  [{ 'x-auto-response-suppress': 'All' }, 'notice'],
  [{ 'content-type': 'multipart/report; report-type=delivery-status' }, 'bounce'],
  [{ 'content-type': 'multipart/report; report-type="disposition-notification"' }, 'answer'],
  [{ 'x-failed-recipients': 'jo@shop.example' }, 'bounce'],
  [{ 'return-path': '<>' }, 'answer'],
])('headers %j: %s', (headers, kind) => {
  expect(kindOf(headers)).toBe(kind)
})

test('an empty envelope sender is a machine: a bounce where a mail server wrote it', () => {
  expect(kindOf({}, { nullSender: true })).toBe('answer')
  expect(kindOf({}, { nullSender: true, from: 'MAILER-DAEMON@shop.example' })).toBe('bounce')
  expect(kindOf({ 'return-path': '<>' }, { nullSender: false })).toBeUndefined()
})

test('a list has the name between its brackets', () => {
  expect(listIdOf('"Our desk" <Desk.HarborPay.example>')).toBe('desk.harborpay.example')
  expect(listIdOf(null)).toBeUndefined()
})

test('results are read from the topmost header, comments aside', () => {
  const header =
    'mx.example; dkim=fail (dkim=pass is what he says) header.d=a; dkim=pass header.d=b; spf=softfail smtp.mailfrom=x'
  expect(authenticationOf(header)).toEqual({ spf: 'softfail', dkim: 'pass', dmarc: null })
  expect(authenticationOf('mx.example; none')).toBeUndefined()
  expect(authenticationOf(null)).toBeUndefined()
})

test.each([
  ['offer.pdf', 'application/pdf', '0-offer.pdf'],
  ['../../etc/passwd', null, '0-passwd'],
  ['C:\\Users\\me\\Angebot für Müller.PDF', null, '0-Angebot_fur_Muller.PDF'],
  ['\u202Egpj.exe', null, '0-gpj.exe'],
  ['.htaccess', null, '0-htaccess'],
  ['請求書.pdf', 'application/pdf', '0-pdf.pdf'],
  ['a'.repeat(300) + '.docx', null, `0-${'a'.repeat(80)}.docx`],
  ['', 'image/png', '0-file.png'],
  [null, 'application/x-unknown', '0-file'],
  ['..', null, '0-file'],
])('the name %j becomes one of ours', (name, type, file) => {
  expect(fileName(0, name, type)).toBe(file)
})
