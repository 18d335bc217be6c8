import { describe, onTestFinished, test } from 'vitest'
import { callAt, smallWorld, textAt } from '../small-world.ts'
import { startFileHost } from './file-host.ts'
import { madeByte } from './made-files.ts'

const AT = '2026-11-01T10:00:00Z'
const WORLD = smallWorld({
  calls: [
    callAt(AT, {
      recordings: [
        { id: 'CR1', status: 'completed', startTime: AT, duration: 3, type: 'audio/wav' },
        { id: 'CR2', status: 'processing', startTime: AT, duration: null, type: null },
      ],
      voicemail: { id: 'VM1', status: 'completed', duration: 500, transcript: null },
    }),
  ],
  textMessages: [
    textAt(AT, {
      media: ['photo.jpg', 'logo.svg', 'page.html'].map((name) => ({
        path: `media/1/${name}`,
        type: null,
      })),
    }),
  ],
})

async function host() {
  const clock = { now: Date.parse(AT) }
  const started = await startFileHost(
    () => WORLD,
    () => clock.now,
  )
  onTestFinished(() => started.close())
  return { ...started, ...started.faults, clock }
}

async function bytesOf(response: Response): Promise<Buffer> {
  return Buffer.from(await response.arrayBuffer())
}

describe('a file', () => {
  test('is a tone of the length of the recording, the same each time', async ({ expect }) => {
    const { sign } = await host()
    const response = await fetch(sign('recordings/CR1.wav'))
    expect(response.headers.get('content-type')).toBe('audio/wav')
    const wav = await bytesOf(response)
    expect(wav.toString('latin1', 0, 4) + wav.toString('latin1', 8, 16)).toBe('RIFFWAVEfmt ')
    expect(wav.length).toBe(44 + 3 * 8000)
    expect(wav.readUInt32LE(40)).toBe(3 * 8000)
    expect(await bytesOf(await fetch(sign('recordings/CR1.wav')))).toEqual(wav)
    expect(await bytesOf(await fetch(sign('voicemails/VM1.wav')))).toHaveLength(44 + 20 * 8000)
  })

  test('is of its kind: a photo, a drawing and a page with a script', async ({ expect }) => {
    const { sign } = await host()
    const photo = await fetch(sign('media/1/photo.jpg'))
    expect(photo.headers.get('content-type')).toBe('image/png')
    expect((await bytesOf(photo)).toString('latin1', 1, 4)).toBe('PNG')
    for (const [name, type] of [
      ['logo.svg', 'image/svg+xml'],
      ['page.html', 'text/html; charset=utf-8'],
    ]) {
      const response = await fetch(sign(`media/1/${name}`))
      expect(response.headers.get('content-type')).toBe(type)
      expect(await response.text()).toContain('<script>')
    }
  })

  test('that is not there, or not made yet, is a 404', async ({ expect }) => {
    const { sign } = await host()
    for (const path of ['recordings/CR2.wav', 'recordings/CR9.wav', 'media/1/other.png'])
      expect((await fetch(sign(path))).status, path).toBe(404)
  })

  test('of a size of its own is sent in pieces, with or without its length', async ({ expect }) => {
    const { sign, makeFile } = await host()
    for (const withLength of [true, false]) {
      makeFile('CR1', { type: 'audio/mpeg', sizeBytes: 200_001, withLength })
      const response = await fetch(sign('recordings/CR1.wav'))
      expect(response.headers.get('content-length')).toBe(withLength ? '200001' : null)
      const bytes = await bytesOf(response)
      expect(bytes).toEqual(Buffer.from(Array.from({ length: 200_001 }, (_, at) => madeByte(at))))
    }
  })
})

describe('a link', () => {
  test('is good for fifteen minutes', async ({ expect }) => {
    const { sign, clock } = await host()
    const link = sign('recordings/CR1.wav')
    clock.now += 14 * 60_000
    expect((await fetch(link)).status).toBe(200)
    clock.now += 60_000
    expect((await fetch(link)).status).toBe(403)
  })

  test('opens no other file, and none unsigned', async ({ expect }) => {
    const { sign, url } = await host()
    expect((await fetch(sign('recordings/CR1.wav').replace('CR1', 'CR2'))).status).toBe(403)
    expect((await fetch(`${url}/recordings/CR1.wav`)).status).toBe(403)
  })

  test('fails as a test has it', async ({ expect }) => {
    const files = await host()
    const link = files.sign('recordings/CR1.wav')
    files.failFile('CR1', 503)
    expect((await fetch(link)).status).toBe(503)
    files.breakFile('CR1')
    await expect(fetch(link).then((response) => response.arrayBuffer())).rejects.toThrow()
    expect((await fetch(link)).status).toBe(200)
    files.expireFiles()
    expect((await fetch(link)).status).toBe(403)
    files.loseFile('CR1')
    expect((await fetch(files.sign('recordings/CR1.wav'))).status).toBe(404)
    expect(files.fileRequests()).toEqual({ 200: 2, 403: 1, 404: 1, 503: 1 })
  })
})
