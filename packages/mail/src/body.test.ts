/** Which of a mail's parts its text is made of, and what becomes of a text that was cut. */
import { expect, test } from 'vitest'
import { bodyText, LONGEST_BODY } from './body.ts'

const plain = { partId: '1', type: 'text/plain' }
const html = { partId: '2', type: 'text/HTML' }

function values(one: string, two = '', isTruncated = false) {
  return { '1': { value: one, isTruncated }, '2': { value: two, isTruncated: false } }
}

test('plain text goes before HTML', () => {
  const bodyValues = values('Plain', '<p>HTML</p>')
  expect(bodyText({ textBody: [plain], htmlBody: [html], bodyValues })).toBe('Plain')
})

test('an empty plain part gives way to HTML', () => {
  const bodyValues = values(' \n', '<p>HTML</p>')
  expect(bodyText({ textBody: [plain], htmlBody: [html], bodyValues })).toBe('HTML')
  expect(bodyText({ textBody: [], htmlBody: [html], bodyValues })).toBe('HTML')
})

test('a part without a value is passed over', () => {
  const pictures = [
    { partId: null, type: 'image/png' },
    { partId: '9', type: 'text/plain' },
  ]
  expect(
    bodyText({ textBody: [...pictures, plain], htmlBody: [], bodyValues: values('Text') }),
  ).toBe('Text')
  expect(bodyText({ textBody: [], htmlBody: [], bodyValues: {} })).toBe('')
})

test('line ends are one kind and lines have no tail', () => {
  const bodyValues = values('One \r\n\r\n\tTwo\rThree\0\n\n')
  expect(bodyText({ textBody: [plain], htmlBody: [], bodyValues })).toBe('One\n\n\tTwo\nThree')
})

test('a text that was cut says so, at the source or here', () => {
  const cut = values('One', '', true)
  expect(bodyText({ textBody: [plain], htmlBody: [], bodyValues: cut })).toBe('One\n[…]')
  const long = values('x'.repeat(LONGEST_BODY + 1))
  const text = bodyText({ textBody: [plain], htmlBody: [], bodyValues: long })
  expect(text).toBe(`${'x'.repeat(LONGEST_BODY)}\n[…]`)
})
