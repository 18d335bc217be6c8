/**
 * The host of OpenPhone's files, apart from the API as in life: it asks for no key and has no limit,
 * but a link is signed and good for fifteen minutes; after that it is a 403. A restart forgets the
 * links it has handed out, and a test may do so too.
 */
import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto'
import { createServer } from 'node:http'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { once } from 'node:events'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { World } from '../../world.ts'
import { medium, tone } from './file-bodies.ts'
import type { FileBody } from './file-bodies.ts'
import { madeByte } from './made-files.ts'
import type { MadeFile } from './made-files.ts'

const LINKS_LAST_MS = 15 * 60_000

/** What a test may do with files. `words` are part of a file's path. */
export interface FileFaults {
  /** No link that was handed out so far opens any more. */
  expireFiles: () => void
  /** These files are gone: a 404, under new links too. */
  loseFile: (words: string) => void
  /** The next requests for such a file are answered with this status. */
  failFile: (words: string, status: number, times?: number) => void
  /** The next answer breaks off in the middle. */
  breakFile: (words: string) => void
  /** Such a file is one of this size from now on; what is in it: `madeByte`. */
  makeFile: (words: string, file: MadeFile) => void
  /** How many requests for files there have been, by status. */
  fileRequests: () => Record<string, number>
}

export interface FileHost {
  url: string
  /** A link to a file, another one each time. */
  sign: (path: string) => string
  faults: FileFaults
  close(): Promise<void>
}

export async function startFileHost(world: () => World, clock: () => number): Promise<FileHost> {
  let key = randomBytes(32)
  const lost = new Set<string>()
  const made = new Map<string, MadeFile>()
  const failing: { words: string; status: number | 'break'; left: number }[] = []
  const statuses: Record<string, number> = {}

  const signature = (path: string, expires: string, nonce: string) =>
    createHmac('sha256', key).update([path, expires, nonce].join('\n')).digest('hex')

  function opens(path: string, query: URLSearchParams): boolean {
    const { Expires = '', Nonce = '', Signature = '' } = Object.fromEntries(query)
    const right = Buffer.from(signature(path, Expires, Nonce))
    const given = Buffer.from(Signature)
    return (
      right.length === given.length &&
      timingSafeEqual(right, given) &&
      clock() < Number(Expires) * 1000
    )
  }

  function fault(path: string): number | 'break' | null {
    const planned = failing.find(({ words, left }) => left > 0 && path.includes(words))
    if (planned === undefined) return null
    planned.left -= 1
    return planned.status
  }

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', 'http://files')
    const path = url.pathname.slice(1)
    const file = [...made].find(([words]) => path.includes(words))?.[1] ?? bodyOf(world(), path)
    const planned = fault(path)
    const status = typeof planned === 'number' ? planned : opens(path, url.searchParams) ? 200 : 403
    const found = file !== null && ![...lost].some((words) => path.includes(words))
    const told = status === 200 && !found ? 404 : status
    statuses[told] = (statuses[told] ?? 0) + 1
    if (told !== 200 || file === null) return refuse(response, told)
    if ('bytes' in file) {
      response.writeHead(200, { 'content-type': file.type, 'content-length': file.bytes.length })
      if (planned !== 'break') return void response.end(file.bytes)
      response.write(file.bytes.subarray(0, Math.floor(file.bytes.length / 2)))
      setTimeout(() => response.destroy(), 50)
      return
    }
    await sendMade(response, file)
  }

  const server = createServer((request, response) => {
    request.resume()
    answer(request, response).catch(() => response.destroy())
  })
  server.keepAliveTimeout = 0
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return {
    url,
    sign(path) {
      const expires = String(Math.floor((clock() + LINKS_LAST_MS) / 1000))
      const nonce = randomBytes(6).toString('hex')
      const query = new URLSearchParams({
        Expires: expires,
        Nonce: nonce,
        Signature: signature(path, expires, nonce),
      })
      return `${url}/${path}?${query.toString()}`
    },
    faults: {
      expireFiles() {
        key = randomBytes(32)
      },
      loseFile: (words) => void lost.add(words),
      failFile: (words, status, times = 1) => void failing.push({ words, status, left: times }),
      breakFile: (words) => void failing.push({ words, status: 'break', left: 1 }),
      makeFile: (words, file) => void made.set(words, file),
      fileRequests: () => ({ ...statuses }),
    },
    close: () =>
      new Promise((resolve, reject) => {
        server.close((error) => (error ? reject(error) : resolve()))
        server.closeAllConnections()
      }),
  }
}

/** `recordings/<id>.wav`, `voicemails/<id>.wav`, or a medium's own path. */
function bodyOf(world: World, path: string): FileBody | null {
  const [, folder, id = ''] = /^(recordings|voicemails)\/(\w+)\.wav$/.exec(path) ?? []
  if (folder === 'recordings') {
    const recordings = world.calls.flatMap((call) => call.recordings)
    const recording = recordings.find((one) => one.id === id)
    return recording?.status === 'completed' ? tone(id, recording.duration ?? 1) : null
  }
  if (folder === 'voicemails') {
    const voicemail = world.calls.find((call) => call.voicemail?.id === id)?.voicemail
    return voicemail?.status === 'completed' ? tone(id, voicemail.duration ?? 1) : null
  }
  const known = world.textMessages.some(({ media }) => media.some((one) => one.path === path))
  return known ? medium(path.split('/').at(-1) ?? '') : null
}

const CHUNK_BYTES = 65_536 // a multiple of what madeByte repeats in

async function sendMade(response: ServerResponse, file: MadeFile): Promise<void> {
  response.writeHead(200, {
    'content-type': file.type,
    ...(file.withLength ? { 'content-length': file.sizeBytes } : {}),
  })
  const chunk = Uint8Array.from({ length: CHUNK_BYTES }, (_, at) => madeByte(at))
  function* chunks() {
    for (let left = file.sizeBytes; left > 0; left -= CHUNK_BYTES)
      yield left < CHUNK_BYTES ? chunk.subarray(0, left) : chunk
  }
  await pipeline(Readable.from(chunks()), response)
}

/** As the stores behind such links say it. */
function refuse(response: ServerResponse, status: number): void {
  const code = status === 404 ? 'NoSuchKey' : status === 403 ? 'AccessDenied' : 'InternalError'
  const body = `<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>${code}</Code></Error>`
  response.writeHead(status, { 'content-type': 'application/xml' })
  response.end(body)
}
