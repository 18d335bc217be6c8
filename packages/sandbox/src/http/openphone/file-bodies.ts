/**
 * The bytes of OpenPhone's files: small, real and the same every time. Audio is a tone of the
 * segment's length that a browser plays; an image is a square of one colour; an SVG and a web page
 * carry a script, so that whoever serves them can show that it does not run. No I/O.
 */
import { createHash } from 'node:crypto'
import { crc32, deflateSync } from 'node:zlib'

export interface FileBody {
  type: string
  bytes: Uint8Array
}

const SAMPLES_A_SECOND = 8000 // one byte each, as on a telephone
/** A sample workspace holds an hour of talk: its tones need not be as long. */
const MOST_SECONDS = 20
const QUIETLY = 12 // of 127
const IMAGE_SIDE = 48

/** A WAV of one tone. @param name another one sounds another way */
export function tone(name: string, seconds: number): FileBody {
  const samples = Math.round(Math.min(Math.max(seconds, 1), MOST_SECONDS) * SAMPLES_A_SECOND)
  const hertz = 220 + (digest(name)[0] ?? 0)
  const bytes = Buffer.alloc(44 + samples)
  bytes.write('RIFF', 0)
  bytes.writeUInt32LE(36 + samples, 4)
  bytes.write('WAVEfmt ', 8)
  bytes.writeUInt32LE(16, 16) // of the format's own block
  bytes.writeUInt16LE(1, 20) // PCM
  bytes.writeUInt16LE(1, 22) // one channel
  bytes.writeUInt32LE(SAMPLES_A_SECOND, 24)
  bytes.writeUInt32LE(SAMPLES_A_SECOND, 28) // bytes a second
  bytes.writeUInt16LE(1, 32) // bytes a sample
  bytes.writeUInt16LE(8, 34) // bits a sample
  bytes.write('data', 36)
  bytes.writeUInt32LE(samples, 40)
  // A whole number of waves a second: one second is like another.
  const second = Uint8Array.from(
    { length: SAMPLES_A_SECOND },
    (_, at) => 128 + Math.round(QUIETLY * Math.sin((at * hertz * 2 * Math.PI) / SAMPLES_A_SECOND)),
  )
  bytes.fill(second, 44)
  return { type: 'audio/wav', bytes }
}

/** What a text message carries, by its file's name. Every photo is a PNG, whatever it is called. */
export function medium(name: string): FileBody {
  const extension = name.split('.').at(-1)?.toLowerCase() ?? ''
  switch (extension) {
    case 'png':
    case 'jpg':
    case 'jpeg':
      return { type: 'image/png', bytes: square(digest(name)) }
    case 'svg':
      return written('image/svg+xml', SVG)
    case 'html':
      return written('text/html; charset=utf-8', WEB_PAGE)
    case 'pdf':
      return written('application/pdf', PDF)
    default:
      return written('text/plain; charset=utf-8', `${name}\n`)
  }
}

const SCRIPT = `fetch('/api/status').then(() => { document.title = 'it ran' })`
const SVG = `<svg xmlns="http://www.w3.org/2000/svg" width="48" height="48"><rect width="48" height="48" fill="teal"/><script>${SCRIPT}</script></svg>\n`
const WEB_PAGE = `<!doctype html><title>Coupon</title><h1>20 % off</h1><script>${SCRIPT}</script>\n`
const PDF = `%PDF-1.4
1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj
2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj
3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 200]>>endobj
trailer<</Root 1 0 R>>
%%EOF
`

function written(type: string, text: string): FileBody {
  return { type, bytes: Buffer.from(text) }
}

function square(colour: Uint8Array): Uint8Array {
  const head = Buffer.alloc(13)
  head.writeUInt32BE(IMAGE_SIDE, 0)
  head.writeUInt32BE(IMAGE_SIDE, 4)
  head.set([8, 2], 8) // bits a colour; red, green, blue
  const row = Buffer.alloc(1 + IMAGE_SIDE * 3)
  for (let at = 0; at < IMAGE_SIDE; at++) row.set(colour.subarray(0, 3), 1 + at * 3)
  const rows = Buffer.concat(Array.from({ length: IMAGE_SIDE }, () => row))
  return Buffer.concat([
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
    chunk('IHDR', head),
    chunk('IDAT', deflateSync(rows)),
    chunk('IEND', Buffer.alloc(0)),
  ])
}

/** Of a PNG: length, name, content, check sum over both. */
function chunk(name: string, content: Buffer): Buffer {
  const named = Buffer.concat([Buffer.from(name), content])
  const length = Buffer.alloc(4)
  length.writeUInt32BE(content.length)
  const sum = Buffer.alloc(4)
  sum.writeUInt32BE(crc32(named))
  return Buffer.concat([length, named, sum])
}

function digest(name: string): Uint8Array {
  return createHash('sha256').update(name).digest()
}
