/**
 * One file from its source into R2, as a stream: never more of it in memory than a few chunks, or,
 * where the source does not say its length beforehand, one part of an upload in parts. Size and
 * checksum are taken as it passes; what breaks off is not stored.
 *
 * The source is untrusted: only HTTP, no key of ours goes along, its media type is kept only if it is
 * one, and no file is larger than MOST_BYTES.
 */
import { StageError } from '@switchboard/shared/failure'

export interface DownloadPorts {
  files: Pick<R2Bucket, 'put' | 'createMultipartUpload'>
  fetch: typeof fetch
  now: () => number
}

export type Download =
  | { got: 'file'; file: { contentType: string; sizeBytes: number; sha256: string } }
  /** There is none to be had, and asking again changes nothing. */
  | { got: 'nothing'; why: string }
  /** This link does not open: it has expired, or its host is no more. */
  | { got: 'refusal'; status: number | null; why: string }

export interface DownloadRequest {
  key: string
  url: string
  type: string | null // where the source's answer has none
  until: number // ms since epoch: given up then
}

/** R2 takes parts of 5 MiB or more, all alike but the last. */
const PART_BYTES = 5 * 1024 * 1024
/** As the network hands them out, a file would be thousands of small ones. */
const CHUNK_BYTES = 64 * 1024
const MOST_BYTES = 2 * 1024 ** 3
/** A source that sends nothing for so long will send nothing more. */
const STALLED_MS = 60_000
/** Stores answer an expired signature with any of these. */
const REFUSALS = [400, 401, 403, 404, 410]

/** @throws StageError upstream.unavailable: it broke off, or the source does not answer */
export async function download(request: DownloadRequest, ports: DownloadPorts): Promise<Download> {
  if (!isHttp(request.url)) return { got: 'nothing', why: 'its link is no web address' }
  const watch = new Watch(request.until - ports.now())
  try {
    const response = await open(request.url, watch, ports)
    if (response === null) return { got: 'refusal', status: null, why: 'no connection' }
    const { status, body } = response
    if (!response.ok || body === null) {
      await body?.cancel()
      if (REFUSALS.includes(status)) return { got: 'refusal', status, why: `HTTP ${status}` }
      throw unavailable(status, `HTTP ${status}`)
    }
    const lengthBytes = lengthOf(response.headers)
    if (lengthBytes !== null && lengthBytes > MOST_BYTES) {
      await body.cancel()
      return tooLarge()
    }
    const contentType = typeOf(response.headers.get('Content-Type'), request.type)
    const passing = passed(body, watch)
    const options = { httpMetadata: { contentType } }
    if (lengthBytes === null) await putParts(request.key, passing.chunks, options, ports.files)
    else await putWhole(request.key, passing.chunks, lengthBytes, options, ports.files)
    return { got: 'file', file: { contentType, ...(await passing.sum()) } }
  } catch (error) {
    if (error instanceof TooLarge) return tooLarge()
    if (error instanceof StageError) throw error
    throw unavailable(null, watch.why ?? 'the file broke off', error)
  } finally {
    watch.end()
  }
}

class TooLarge extends Error {}

function tooLarge(): Download {
  return { got: 'nothing', why: `it is larger than ${MOST_BYTES / 1024 ** 3} GiB` }
}

/** Null: nobody answers there. */
async function open(url: string, watch: Watch, { fetch }: DownloadPorts): Promise<Response | null> {
  try {
    // Compressed on its way it would not have the length that is told.
    return await fetch(url, { headers: { 'Accept-Encoding': 'identity' }, signal: watch.signal })
  } catch {
    return null
  }
}

interface Passing {
  chunks: AsyncIterable<Uint8Array>
  sum(): Promise<{ sizeBytes: number; sha256: string }>
}

/** The body, counted and summed up as it is read. */
function passed(body: ReadableStream<Uint8Array>, watch: Watch): Passing {
  const digest = new crypto.DigestStream('SHA-256')
  const writer = digest.getWriter()
  let sizeBytes = 0
  async function* chunks() {
    const reader = body.getReader({ mode: 'byob' })
    try {
      let buffer = new ArrayBuffer(CHUNK_BYTES)
      for (;;) {
        const { value, done } = await reader.readAtLeast(CHUNK_BYTES, new Uint8Array(buffer))
        if (value === undefined || value.length === 0) return
        watch.seen()
        sizeBytes += value.length
        if (sizeBytes > MOST_BYTES) throw new TooLarge()
        await writer.write(value)
        yield value
        if (done) return
        buffer = value.buffer // whoever took the chunk is done with it
      }
    } finally {
      await reader.cancel().catch(() => {})
    }
  }
  return {
    chunks: chunks(),
    async sum() {
      await writer.close()
      return { sizeBytes, sha256: hex(new Uint8Array(await digest.digest)) }
    },
  }
}

type Files = DownloadPorts['files']
type Options = { httpMetadata: { contentType: string } }

/** R2 takes a stream only with its length; one that is shorter or longer is not stored. */
async function putWhole(
  key: string,
  chunks: AsyncIterable<Uint8Array>,
  sizeBytes: number,
  options: Options,
  files: Files,
): Promise<void> {
  const { readable, writable } = new FixedLengthStream(sizeBytes)
  const writer = writable.getWriter()
  const pump = async (): Promise<void> => {
    for await (const chunk of chunks) await writer.write(chunk)
    await writer.close()
  }
  // A failure on one side ends the other: only the first tells what has happened.
  const failures: unknown[] = []
  const fail = async (error: unknown): Promise<void> => {
    failures.push(error)
    await writer.abort(error).catch(() => {})
  }
  await Promise.all([
    pump().catch(fail),
    taken(files.put(key, readable, options)).then(() => {}, fail),
  ])
  if (failures.length > 0) throw failures[0]
}

async function putParts(
  key: string,
  chunks: AsyncIterable<Uint8Array>,
  options: Options,
  files: Files,
): Promise<void> {
  const part = new Uint8Array(PART_BYTES)
  let filled = 0
  let upload: R2MultipartUpload | null = null
  const parts: R2UploadedPart[] = []
  try {
    for await (const chunk of chunks)
      for (let at = 0; at < chunk.length;) {
        const piece = chunk.subarray(at, at + PART_BYTES - filled)
        part.set(piece, filled)
        filled += piece.length
        at += piece.length
        if (filled < PART_BYTES) continue
        upload ??= await taken(files.createMultipartUpload(key, options))
        parts.push(await taken(upload.uploadPart(parts.length + 1, part)))
        filled = 0
      }
    const last = part.subarray(0, filled)
    if (upload === null) await taken(files.put(key, last, options))
    else {
      if (filled > 0) parts.push(await taken(upload.uploadPart(parts.length + 1, last)))
      await taken(upload.complete(parts))
    }
  } catch (error) {
    await upload?.abort().catch(() => {}) // R2 drops what is left of it after a week by itself
    throw error
  }
}

/** What R2 does not take is no fault of the source. */
async function taken<T>(write: Promise<T>): Promise<T> {
  try {
    return await write
  } catch (cause) {
    const said = cause instanceof Error ? cause.message : 'no answer'
    throw new StageError({ kind: 'bug', detail: `R2 did not take the file: ${said}` }, { cause })
  }
}

/** Gives a download up when it stalls, or takes too long altogether. */
class Watch {
  why: string | null = null
  readonly #abort = new AbortController()
  #stalled = this.#after(STALLED_MS, `nothing came for ${STALLED_MS / 1000} s`)
  readonly #late

  constructor(leftMs: number) {
    this.#late = this.#after(leftMs, 'it took too long')
  }

  get signal(): AbortSignal {
    return this.#abort.signal
  }

  /** Something has come. */
  seen(): void {
    clearTimeout(this.#stalled)
    this.#stalled = this.#after(STALLED_MS, `nothing came for ${STALLED_MS / 1000} s`)
  }

  end(): void {
    clearTimeout(this.#stalled)
    clearTimeout(this.#late)
  }

  #after(ms: number, why: string) {
    return setTimeout(() => {
      this.why ??= why
      this.#abort.abort()
    }, ms)
  }
}

function isHttp(url: string): boolean {
  return URL.canParse(url) && ['http:', 'https:'].includes(new URL(url).protocol)
}

function lengthOf(headers: Headers): number | null {
  const said = headers.get('Content-Length')
  if (said === null || !/^\d+$/.test(said)) return null
  const encoding = headers.get('Content-Encoding')
  return encoding === null || encoding === 'identity' ? Number(said) : null
}

/** What stores answer that do not know it. */
const SAYS_NOTHING = ['application/octet-stream', 'binary/octet-stream']

function typeOf(answered: string | null, told: string | null): string {
  const types = [answered, told].map(mediaType)
  const known = types.find((type) => type !== null && !SAYS_NOTHING.includes(type))
  return known ?? 'application/octet-stream'
}

/** Without its parameters; null: it is none. */
function mediaType(text: string | null): string | null {
  const type = text?.split(';')[0]?.trim().toLowerCase() ?? ''
  return /^[a-z0-9][\w.+-]{0,63}\/[a-z0-9][\w.+-]{0,63}$/.test(type) ? type : null
}

function hex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
}

function unavailable(status: number | null, detail: string, cause?: unknown): StageError {
  return new StageError(
    { kind: 'upstream.unavailable', api: 'openphone', status, detail },
    { cause },
  )
}
