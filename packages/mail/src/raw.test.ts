/** Raw messages as senders make them: each becomes a part, none an error. */
import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { MailPart } from '@switchboard/shared/record'
import * as fc from 'fast-check'
import * as v from 'valibot'
import { describe, expect, test } from 'vitest'
import { filesOfRaw, readRaw } from './raw.ts'

const FOLDER = join(import.meta.dirname, '../fixtures/raw')
const delivered = {
  key: 'mail/raw/0',
  envelopeFrom: 'Dana@shop.example',
  envelopeTo: ['Desk@harborpay.example'],
  receivedAt: Date.parse('2026-11-20T17:04:02Z'),
}

function fixture(name: string): Uint8Array {
  return new Uint8Array(readFileSync(join(FOLDER, `${name}.eml`)))
}

function read(name: string, over: Partial<typeof delivered> = {}): Promise<MailPart> {
  return readRaw(fixture(name), { ...delivered, ...over })
}

test.each(readdirSync(FOLDER))('%s makes a part that our schema takes', async (name) => {
  const part = await readRaw(new Uint8Array(readFileSync(join(FOLDER, name))), delivered)
  expect(v.parse(MailPart, JSON.parse(JSON.stringify(part)))).toEqual(part)
  expect(part.text).not.toBe('')
})

test('a plain mail: who, when, what, and what of it was said now', async () => {
  const part = await read('plain')
  expect(part).toMatchObject({
    id: 'plain.1@shop.example',
    subject: 'Batch fee',
    from: [{ name: 'Dana Reyes', address: 'dana@shop.example' }],
    to: [{ name: 'Desk', address: 'desk@harborpay.example' }],
    createdAt: '2026-11-20T17:03:58.000Z',
    sentAt: '2026-11-20T17:03:58.000Z',
    said: 'Hi,\n\nthe batch fee is there twice this month. Can you take one off?\n\nThanks\nDana',
    authentication: { spf: 'pass', dkim: 'pass', dmarc: 'pass' },
    envelope: { from: 'dana@shop.example', to: ['desk@harborpay.example'] },
    raw: 'mail/raw/0',
    attachments: [],
  })
  expect(part.text).toContain('> Your statement is attached.')
  expect(part.automatic).toBeUndefined()
})

test('a nested mail: text once, every file by a name that is none of a path', async () => {
  const part = await read('nested')
  expect(part.subject).toBe('Fwd: Angebot für Müller')
  expect(part.text).toBe('Please see below, the offer is für next week.')
  expect(part.attachments).toMatchObject([
    { name: 'logo.png', type: 'image/png', file: '0-logo.png' },
    { name: null, type: 'message/rfc822', file: '1-file.eml' },
    { name: '€ preise/../2026.pdf', type: 'application/pdf', file: '2-2026.pdf' },
  ])
  const files = await filesOfRaw(fixture('nested'))
  expect(files.map(({ file }) => file)).toEqual(part.attachments.map(({ file }) => file))
  expect(new TextDecoder().decode(files[2]?.bytes)).toBe('%PDF-1.4\n% an offer\n')
  expect(new TextDecoder().decode(files[1]?.bytes)).toContain('What was offered.')
})

test('letters in a charset that is none, or that nobody names, are read as Windows-1252', async () => {
  expect((await read('broken-charset')).text).toBe('Schöne Grüße, der Leser geht nicht.')
  expect(await read('8-bit-headers')).toMatchObject({
    subject: 'Rückfrage',
    from: [{ name: 'Jörg Müller', address: 'joerg@shop.example' }],
  })
})

test('winmail.dat is a file like another', async () => {
  expect((await read('winmail')).attachments).toMatchObject([
    { name: 'winmail.dat', type: 'application/ms-tnef', file: '0-winmail.dat' },
  ])
})

test('without a Message-ID, or any header, it is known by the documented hash', async () => {
  expect((await read('no-message-id')).id).toMatch(/^hash:[0-9a-f]{64}$/)
  const bare = await read('no-headers')
  expect(bare).toMatchObject({ from: [], subject: '', createdAt: '2026-11-20T17:04:02.000Z' })
  expect(bare.id).toMatch(/^hash:/)
})

test('HTML alone is read as text, and the mail it answers is no part of what is said', async () => {
  const part = await read('html-only')
  expect(part.said).toBe(
    'Could you call me back about the terminal (https://shop.example/terminal)?',
  )
  expect(part.text).toContain('> Is it working now?')
  expect(part.text).not.toContain('alert')
})

test.each([
  ['bounce', '', 'bounce'],
  ['automatic-answer', '', 'answer'],
  ['newsletter', 'bounces@list.example', 'newsletter'],
  ['plain', '<>', 'answer'], // the null sender: a machine sent it
])('%s from <%s> is recognised: %s', async (name, envelopeFrom, kind) => {
  expect((await read(name, { envelopeFrom })).automatic).toBe(kind)
})

test('a mail nested deeper than anybody nests is kept as its own file', async () => {
  const deep = Array.from({ length: 300 }, (_, at) =>
    [`Content-Type: multipart/mixed; boundary="b${at}"`, '', `--b${at}`].join('\r\n'),
  ).join('\r\n')
  const bytes = new TextEncoder().encode(
    `From: dana@shop.example\r\nSubject: Deep\r\nMessage-ID: <deep@shop.example>\r\n${deep}\r\n\r\nx`,
  )
  const part = await readRaw(bytes, delivered)
  expect(part).toMatchObject({
    id: 'deep@shop.example',
    subject: 'Deep',
    text: '',
    attachments: [{ type: 'message/rfc822', sizeBytes: bytes.length, file: 'original.eml' }],
  })
  expect(await filesOfRaw(bytes)).toEqual([{ file: 'original.eml', bytes }])
})

test('a body of a type that is none is plain text, and a file as well', async () => {
  const part = await readRaw(
    new TextEncoder().encode(
      'From: dana@shop.example\r\nContent-Type: text\r\n\r\nHello there.\r\n',
    ),
    delivered,
  )
  expect(part.text).toBe('Hello there.')
  expect(part.attachments).toMatchObject([{ type: 'text' }])
})

test.each(['multipart/mixed', 'multipart/mixed; boundary=never'])(
  'of a mail of %s nothing but the whole is known, and that is kept',
  async (type) => {
    const bytes = new TextEncoder().encode(`Content-Type: ${type}\r\n\r\nHello there.\r\n`)
    expect(await readRaw(bytes, delivered)).toMatchObject({
      text: '',
      attachments: [{ type: 'message/rfc822', file: 'original.eml' }],
    })
    expect(await filesOfRaw(bytes)).toEqual([{ file: 'original.eml', bytes }])
  },
)

test('a mail that says nothing has no file', async () => {
  for (const rest of ['', '\r\n', '\r\n\r\n \r\n']) {
    const bytes = new TextEncoder().encode(`From: dana@shop.example\r\nSubject: Hello${rest}`)
    expect(await readRaw(bytes, delivered)).toMatchObject({ text: '', attachments: [] })
  }
})

test('a mail of more lines than can be read is kept as its own file', async () => {
  const bytes = new TextEncoder().encode(
    `Message-ID: <lines@shop.example>\r\n${'\r\n'.repeat(600_000)}`,
  )
  const part = await readRaw(bytes, delivered)
  expect(part).toMatchObject({ id: 'lines@shop.example', attachments: [{ file: 'original.eml' }] })
})

describe('large ones', () => {
  const line = `${'QUJD'.repeat(19)}\r\n`
  const large = new TextEncoder().encode(
    `From: dana@shop.example\r\nMessage-ID: <large@shop.example>\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nSee the scan.\r\n--b\r\nContent-Type: application/pdf; name=scan.pdf\r\nContent-Transfer-Encoding: base64\r\n\r\n${line.repeat(268_000)}--b--\r\n`,
  )

  test('20 MB are read', async () => {
    expect(large.length).toBeGreaterThan(20_000_000)
    const part = await readRaw(large, delivered)
    expect(part.text).toBe('See the scan.')
    expect(part.attachments).toMatchObject([
      { name: 'scan.pdf', sizeBytes: 268_000 * 57, file: '0-scan.pdf' },
    ])
  })

  test('a text that no row takes is cut, says so, and is whole in a file', async () => {
    const text = 'Words without end. '.repeat(40_000).trim()
    const bytes = new TextEncoder().encode(`Message-ID: <long@shop.example>\r\n\r\n${text}`)
    const part = await readRaw(bytes, delivered)
    expect(part.whole).toEqual({})
    expect(part.text.length).toBeLessThan(270_000)
    expect(part.text.endsWith('\n[…]')).toBe(true)
    const [file] = await filesOfRaw(bytes)
    expect(file?.file).toBe('text.txt')
    expect(new TextDecoder().decode(file?.bytes)).toBe(text)
  })
})

test('a header that names thousands leaves a part that a row of D1 takes', async () => {
  const many = Array.from({ length: 15_000 }, (_, at) => `someone-${at}@shop.example`)
  const bytes = new TextEncoder().encode(
    [
      'From: dana@shop.example',
      `To: ${many.join(',\r\n ')}`,
      `References: ${many.map((id) => `<${id}>`).join('\r\n ')}`,
      `Subject: ${'Re: '.repeat(20_000)}`,
      'Message-ID: <many@shop.example>',
      '',
      '"'.repeat(300_000),
    ].join('\r\n'),
  )
  const part = await readRaw(bytes, delivered)
  expect(part.to).toHaveLength(500)
  expect(part.references).toHaveLength(100)
  expect(part.references[0]).toBe('someone-0@shop.example')
  expect(part.references.at(-1)).toBe('someone-14999@shop.example')
  expect(JSON.stringify([{ body: JSON.stringify(part) }]).length).toBeLessThan(1_500_000)
})

test('whatever bytes come, a part is made of them', async () => {
  const seeds = readdirSync(FOLDER).map((name) => readFileSync(join(FOLDER, name)))
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...seeds),
      fc.array(fc.tuple(fc.nat(4000), fc.nat(255)), { maxLength: 30 }),
      fc.nat(4000),
      async (seed, changes, end) => {
        const bytes = new Uint8Array(seed.subarray(0, Math.max(1, end)))
        for (const [at, value] of changes) bytes[at % bytes.length] = value
        const part = await readRaw(bytes, delivered)
        expect(v.is(MailPart, JSON.parse(JSON.stringify(part)))).toBe(true)
        const files = await filesOfRaw(bytes)
        expect(files.map(({ file }) => file).filter((file) => file !== 'text.txt')).toEqual(
          part.attachments.map(({ file }) => file),
        )
      },
    ),
    { numRuns: 300 },
  )
})
