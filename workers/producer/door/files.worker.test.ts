/** Files at the door: who may open them, in which pieces they come, and that nothing of them runs. */
import { linkKeys, signedPath } from '@switchboard/shared/links'
import { describe, expect, test } from 'vitest'
import { oneOfEach, spokenCall, textMessages } from '../../testing/scenes.ts'
import { newWorld } from '../../testing/world.ts'
import type { TestWorld } from '../../testing/world.ts'
import { passingLink } from './files.ts'
import { rangeOf } from './ranges.ts'

const SECRET = 'first-secret-of-links'
const NEXT = 'second-secret-of-links'
const DOOR = 'https://door.test'
const RECORDING = '/recordings/calls/AC1/CR1'
const SIZE_BYTES = 44 + 20 * 8000
const ADMIN = { Authorization: 'Bearer admin-token' }

const SVG_PAGE_PHOTO = ['logo.svg', 'page.html', 'photo.png'].map((name) => ({
  path: `media/1/${name}`,
  type: null,
}))

/** A world with one archived recording and three media. */
async function archived(settings: Record<string, string> = {}): Promise<TestWorld> {
  const world = await newWorld(
    {
      calls: [spokenCall({ id: 'AC1' })],
      textMessages: textMessages(1, { media: SVG_PAGE_PHOTO }),
    },
    { PUBLIC_URL: DOOR, LINK_SECRET: SECRET, ...settings },
  )
  await world.backfill()
  return world
}

/** What the page says, without the door's address. */
async function linkOnPage(world: TestWorld): Promise<string> {
  const [page] = await world.pages('call')
  const { url } = page!.properties['Recording URL'] as { url: string }
  expect(url.startsWith(DOOR)).toBe(true)
  return url.slice(DOOR.length)
}

async function signed(path: string, secret = SECRET, until?: number): Promise<string> {
  const [key] = await linkKeys([secret])
  return signedPath(path, key!, until)
}

async function statusOf(world: TestWorld, path: string, init?: RequestInit): Promise<number> {
  const response = await world.fetch(path, init as RequestInit<IncomingRequestCfProperties>)
  await response.arrayBuffer()
  return response.status
}

describe('a link on a page', () => {
  test('opens the recording, whole, with what a browser must know', async () => {
    const world = await archived()
    const link = await linkOnPage(world)
    expect(link).toMatch(/^\/recordings\/calls\/AC1\/CR1\?k=[0-9a-f]{8}&s=[\w-]{43}$/)
    const response = await world.fetch(link)
    expect(response.status).toBe(200)
    const [file] = await world.rows<{ sha256: string }>(
      `SELECT sha256 FROM files WHERE kind = 'call'`,
    )
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'accept-ranges': 'bytes',
      'cache-control': 'no-store',
      'content-disposition': 'inline; filename="AC1-CR1.wav"',
      'content-security-policy': "sandbox; default-src 'none'",
      'content-type': 'audio/wav',
      etag: `"${file!.sha256}"`,
      'referrer-policy': 'no-referrer',
      'x-content-type-options': 'nosniff',
    })
    expect((await response.arrayBuffer()).byteLength).toBe(SIZE_BYTES)
  })

  test('is the same in every run, and stands before the file is there', async () => {
    const world = await newWorld(oneOfEach(), { PUBLIC_URL: DOOR, LINK_SECRET: SECRET })
    await world.cron('backfill')
    await world.drain(['archive'])
    const link = await linkOnPage(world)
    expect(await statusOf(world, link)).toBe(404)
    await world.drain()
    expect(await statusOf(world, link)).toBe(200)
    world.advance(6 * 3_600_000)
    await world.backfill()
    expect(await world.totals()).toMatchObject({ synced: 0, skipped: 3 })
    expect(await linkOnPage(world)).toBe(link)
  })

  test('is the source’s own where there is no address, or no secret', async () => {
    for (const missing of ['PUBLIC_URL', 'LINK_SECRET']) {
      const world = await archived({ [missing]: '' })
      const [page] = await world.pages('call')
      expect(page?.properties['Recording URL']).toMatchObject({
        url: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+\/recordings\/CR1\.wav\?Expires=/),
      })
    }
  })

  test('lists every medium of a text message, each of which opens', async () => {
    const world = await archived()
    const [page] = await world.pages('message')
    const { rich_text: text } = page!.properties['Media URLs'] as {
      rich_text: { plain_text: string }[]
    }
    const links = text
      .map((piece) => piece.plain_text)
      .join('')
      .split('\n')
    expect(links).toHaveLength(3)
    for (const link of links) expect(await statusOf(world, link.slice(DOOR.length))).toBe(200)
  })
})

describe('a secret', () => {
  test('opens old links after a new one signs, until it is taken out', async () => {
    const world = await archived()
    const old = await linkOnPage(world)
    world.env['LINK_SECRET'] = `${NEXT}, ${SECRET}`
    expect(await statusOf(world, old)).toBe(200)

    await world.db.prepare(`UPDATE work SET wanted = wanted + 1, due_at = 0`).run()
    await world.minutes(1)
    const fresh = await linkOnPage(world)
    expect(fresh).not.toBe(old)
    world.env['LINK_SECRET'] = NEXT
    expect([await statusOf(world, old), await statusOf(world, fresh)]).toEqual([403, 200])
    world.env['LINK_SECRET'] = ''
    expect(await statusOf(world, fresh)).toBe(403)
  })
})

describe('nobody opens a file', () => {
  test('with a link that is not ours as it stands, nor learns what is there', async () => {
    const world = await archived()
    const link = await signed(RECORDING)
    const forged = {
      'no signature': RECORDING,
      'another file’s': (await signed('/recordings/calls/AC1/CR2')).replace('CR2', 'CR1'),
      'another secret’s': await signed(RECORDING, NEXT),
      'more in the query': `${link}&x=1`,
      'less in the query': link.slice(0, -1),
      'an expiry added': link.replace('&s=', '&e=99999999999&s='),
      'an expiry moved': (await signed(RECORDING, SECRET, 9e12)).replace('&e=9', '&e=99'),
      'no such file': '/recordings/calls/AC1/CR9',
    }
    for (const [what, path] of Object.entries(forged)) {
      const response = await world.fetch(path)
      const { detail } = await response.json<{ detail: string }>()
      expect([response.status, detail], what).toEqual([403, 'This link does not open anything.'])
      expect(response.headers.get('cache-control')).toBe('no-store')
    }
  })

  test('by a path that leads elsewhere', async () => {
    const world = await archived()
    for (const path of [
      '/recordings/calls/AC1/..%2f..%2fsecret',
      '/recordings/calls/AC1/%2e%2e',
      '/recordings/calls/AC1/CR1/more',
      '/recordings/messages/ACT0/0',
      '/media/calls/AC1/CR1',
      '/recordings/',
    ]) {
      expect(await statusOf(world, path), path).toBe(403)
      expect(await statusOf(world, path, { headers: ADMIN }), path).toBe(404)
    }
    expect(await statusOf(world, '/recordings/../api/status')).toBe(401) // the API, closed as ever
  })

  test('once a link has expired', async () => {
    const world = await archived()
    const link = await passingLink(world.env, 'calls/AC1/CR1', Date.now() + 60_000)
    expect(link).toMatch(/&e=\d{10}&s=[\w-]{43}$/)
    expect(await statusOf(world, link!)).toBe(200)
    world.advance(60_000)
    const response = await world.fetch(link!)
    expect([response.status, await response.json()]).toEqual([
      403,
      expect.objectContaining({ detail: 'This link has expired.' }),
    ])
  })
})

const basic = (password: string) => ({ Authorization: `Basic ${btoa(`someone:${password}`)}` })

describe('a token', () => {
  test('opens every file, as a header or as the password of a browser’s own login', async () => {
    const world = await archived()
    for (const [headers, status] of [
      [ADMIN, 200],
      [{ Authorization: 'Bearer read-only-token' }, 200],
      [{ Authorization: 'Bearer of-bad-news' }, 401],
      [basic('read-only-token'), 200],
      [basic('guess'), 401],
      [{ Authorization: 'Basic ###' }, 403],
    ] as const)
      expect(await statusOf(world, RECORDING, { headers }), JSON.stringify(headers)).toBe(status)
  })

  test('of nobody’s, where no admin token is set', async () => {
    const world = await archived({ ADMIN_TOKEN: '' })
    expect(await statusOf(world, RECORDING, { headers: ADMIN })).toBe(401)
  })
})

test('links that ask for a login carry no signature, and open with a token or for a while', async () => {
  const world = await archived({ RECORDING_LINKS: 'login' })
  const link = await linkOnPage(world)
  expect(link).toBe(RECORDING)
  const response = await world.fetch(link)
  expect(response.status).toBe(401)
  expect(response.headers.get('www-authenticate')).toMatch(
    /^Basic realm="Switchboard".*Bearer realm=/,
  )
  expect(await statusOf(world, link, { headers: ADMIN })).toBe(200)
  expect(await statusOf(world, await signed(RECORDING))).toBe(401)
  const passing = await passingLink(world.env, 'calls/AC1/CR1', Date.now() + 60_000)
  expect(await statusOf(world, passing!)).toBe(200)
})

describe('what a stranger has texted', () => {
  test('is shown in place only as a picture, and runs nothing here', async () => {
    const world = await archived()
    for (const [nth, type, disposition] of [
      [0, 'image/svg+xml', 'attachment; filename="ACT0-0.svg"'],
      [1, 'text/html', 'attachment; filename="ACT0-1.html"'],
      [2, 'image/png', 'inline; filename="ACT0-2.png"'],
    ] as const) {
      const response = await world.fetch(await signed(`/media/messages/ACT0/${nth}`))
      await response.arrayBuffer()
      expect(Object.fromEntries(response.headers)).toMatchObject({
        'content-type': type,
        'content-disposition': disposition,
        'content-security-policy': "sandbox; default-src 'none'",
        'x-content-type-options': 'nosniff',
      })
    }
  })

  test('is named and shown by its type alone', async () => {
    const world = await archived()
    for (const [type, disposition] of [
      ['audio/mpeg', /^inline.*\.mp3"$/],
      ['video/mp4', /^inline/],
      ['image/svg+xml', /^attachment/],
      ['audio/x+xml', /^attachment/],
      ['application/xhtml+xml', /^attachment.*\.bin"$/],
      ['application/pdf', /^attachment/],
    ] as const) {
      await world.db.prepare(`UPDATE files SET content_type = ?1`).bind(type).run()
      const response = await world.fetch(RECORDING, { method: 'HEAD', headers: ADMIN })
      expect(response.headers.get('content-disposition'), type).toMatch(disposition)
    }
  })
})

test('a recording opened by itself may load itself into the browser’s player, and nothing more', async () => {
  const world = await archived()
  const policyOf = async (path: string) => {
    const headers = { ...ADMIN, 'Sec-Fetch-Dest': 'document' }
    const response = await world.fetch(path, { method: 'HEAD', headers })
    return response.headers.get('content-security-policy')
  }
  expect(await policyOf(RECORDING)).toBe(
    "sandbox allow-same-origin; default-src 'none'; media-src 'self'",
  )
  for (const nth of [0, 1, 2])
    expect(await policyOf(`/media/messages/ACT0/${nth}`)).toBe("sandbox; default-src 'none'")
})

describe('a file that is not to be had', () => {
  test('says so: gone at its source', async () => {
    const world = await archived()
    await world.db
      .prepare(
        `UPDATE files SET stored_at = NULL, size_bytes = NULL, sha256 = NULL, error = 'it went'`,
      )
      .run()
    const response = await world.fetch(RECORDING, { headers: ADMIN })
    expect([response.status, await response.json()]).toEqual([
      410,
      expect.objectContaining({ detail: 'There is no file: it went.' }),
    ])
  })

  test('or lost from R2', async () => {
    const world = await archived()
    await world.files.delete('calls/AC1/CR1')
    expect(await statusOf(world, RECORDING, { headers: ADMIN })).toBe(404)
  })

  test('and is only read', async () => {
    const world = await archived()
    const response = await world.fetch(RECORDING, { method: 'DELETE', headers: ADMIN })
    expect([response.status, response.headers.get('allow')]).toEqual([405, 'GET, HEAD'])
  })
})

describe('ranges', () => {
  test('are what a player seeks with', async () => {
    const world = await archived()
    const link = await signed(RECORDING)
    const whole = new Uint8Array(await (await world.fetch(link)).arrayBuffer())
    for (const [asked, from, to] of [
      ['bytes=0-43', 0, 43],
      ['bytes=100-', 100, SIZE_BYTES - 1],
      ['bytes=-10', SIZE_BYTES - 10, SIZE_BYTES - 1],
      [`bytes=${SIZE_BYTES - 1}-${SIZE_BYTES + 5}`, SIZE_BYTES - 1, SIZE_BYTES - 1],
    ] as const) {
      const response = await world.fetch(link, { headers: { Range: asked } })
      expect([response.status, response.headers.get('content-range')]).toEqual([
        206,
        `bytes ${from}-${to}/${SIZE_BYTES}`,
      ])
      expect(new Uint8Array(await response.arrayBuffer())).toEqual(whole.slice(from, to + 1))
    }
  })

  test('of bytes that are not there are refused', async () => {
    const world = await archived()
    const headers = { Range: `bytes=${SIZE_BYTES}-` }
    const response = await world.fetch(await signed(RECORDING), { headers })
    expect([response.status, response.headers.get('content-range')]).toEqual([
      416,
      `bytes */${SIZE_BYTES}`,
    ])
  })

  test('of another version come as the whole', async () => {
    const world = await archived()
    const link = await signed(RECORDING)
    const etag = (await world.fetch(link, { method: 'HEAD' })).headers.get('etag')!
    const ranged = (version: string) =>
      statusOf(world, link, { headers: { Range: 'bytes=0-1', 'If-Range': version } })
    expect([await ranged(etag), await ranged('"old"')]).toEqual([206, 200])
    expect(await statusOf(world, link, { headers: { 'If-None-Match': etag } })).toBe(304)
  })

  test('do not matter to HEAD, which has no body', async () => {
    const world = await archived()
    const response = await world.fetch(await signed(RECORDING), {
      method: 'HEAD',
      headers: { Range: 'bytes=0-1' },
    })
    expect([
      response.status,
      response.headers.get('content-length'),
      await response.text(),
    ]).toEqual([200, String(SIZE_BYTES), ''])
  })

  test.each([
    ['bytes=0-0', { offset: 0, length: 1 }],
    ['BYTES=2-3', { offset: 2, length: 2 }],
    ['bytes=-100', { offset: 0, length: 10 }],
    ['bytes=-0', 'unsatisfiable'],
    ['bytes=10-', 'unsatisfiable'],
    ['bytes=5-4', null],
    ['bytes=-', null],
    ['bytes=0-1,3-4', null],
    ['lines=0-1', null],
    ['', null],
  ])('%s of ten bytes', (asked, range) => {
    expect(rangeOf(new Headers({ Range: asked }), 10, '"etag"')).toEqual(range)
  })
})
