/**
 * `GET /recordings/*` and `/media/*`: files from R2, whole or in ranges, for whoever holds a link or
 * a token. What a stranger has texted or mailed lies here too: nothing that a browser would run or
 * follow is shown in place, and nothing runs in this origin.
 *
 *   a link that we signed     opens (RECORDING_LINKS=login: only one that was made for a while)
 *   a token, a session        opens everything: Bearer, the console's cookie, or in a browser's own
 *                             login the token as the password
 *   anything else             403, or 401 where a login is asked for; whether there is such a file
 *                             is not told
 */
import type { IRequest } from 'itty-router'
import { readSettings } from '@switchboard/shared/config'
import { keyOfPath, pathOfFile } from '@switchboard/shared/files'
import { checkLink, linkKeys, signedPath } from '@switchboard/shared/links'
import { log } from '@switchboard/shared/log'
import { findFile } from '@switchboard/store/files'
import type { ServedFile } from '@switchboard/store/files'
import { actorOf, bearerOf, roleOf } from './access.ts'
import { problem } from './problem.ts'
import { rangeOf } from './ranges.ts'

export interface FilesEnv {
  DB: D1Database
  FILES: R2Bucket
}

/** For every answer here. */
const CLOSED = { 'Cache-Control': 'no-store', 'Referrer-Policy': 'no-referrer' }
const CHALLENGE = 'Basic realm="Switchboard", charset="UTF-8", Bearer realm="Switchboard"'

/** Answers one request for a file. @throws StageError config.invalid */
export async function serveFile(request: IRequest, env: FilesEnv): Promise<Response> {
  if (request.method !== 'GET' && request.method !== 'HEAD')
    return problem(405, 'Files are only read.', { ...CLOSED, Allow: 'GET, HEAD' })
  const url = new URL(request.url)
  const refusal = await refusalOf(request, url, env)
  if (refusal !== null) return refusal
  const key = keyOfPath(url.pathname)
  const file = key === null ? null : await findFile(env.DB, key)
  if (key === null || file === null)
    return problem(404, 'There is no such file, or it is not archived yet.', CLOSED)
  if (!file.stored) return problem(410, `There is no file: ${file.error}.`, CLOSED)
  return send(request, key, file, env)
}

/**
 * A path to a file that opens without a login until then; null: no secret is set.
 * @param until ms since epoch
 */
export async function passingLink(env: object, key: string, until: number): Promise<string | null> {
  const { LINK_SECRET } = readSettings(env, ['LINK_SECRET'])
  const [first] = await linkKeys(LINK_SECRET.slice(0, 1))
  return first === undefined ? null : signedPath(pathOfFile(key), first, until)
}

/** Null: let in. */
async function refusalOf(request: IRequest, url: URL, env: object): Promise<Response | null> {
  const settings = readSettings(env, ['LINK_SECRET', 'RECORDING_LINKS'])
  const mustLogIn = settings.RECORDING_LINKS === 'login'
  const link = await checkLink(url, await linkKeys(settings.LINK_SECRET), Date.now())
  if (link.valid && (!mustLogIn || link.expires)) return null
  if ((await actorOf(request, env)) !== null) return null
  const password = passwordOf(request)
  if (password !== null && (await roleOf(password, env)) !== null) return null
  if (mustLogIn || password !== null || bearerOf(request) !== null)
    return problem(401, 'This file asks for a login: the password is a token of the API.', {
      ...CLOSED,
      'WWW-Authenticate': CHALLENGE,
    })
  const expired = !link.valid && link.reason === 'expired'
  return problem(403, `This link ${expired ? 'has expired' : 'does not open anything'}.`, CLOSED)
}

/** Of a browser's own login; its name does not matter. */
function passwordOf({ headers }: IRequest): string | null {
  const [, pair = ''] = /^Basic ([\w+/]+=*)$/.exec(headers.get('Authorization') ?? '') ?? []
  try {
    const bytes = Uint8Array.from(atob(pair), (character) => character.charCodeAt(0))
    return /^[^:]*:(.+)$/s.exec(new TextDecoder().decode(bytes))?.[1] ?? null
  } catch {
    return null // no base64
  }
}

async function send(
  { method, headers: asked }: IRequest,
  key: string,
  file: Extract<ServedFile, { stored: true }>,
  env: FilesEnv,
): Promise<Response> {
  const { contentType, sizeBytes, sha256 } = file
  const etag = `"${sha256}"`
  const headers = {
    ...CLOSED,
    'Content-Type': contentType,
    'Content-Disposition': disposition(key, contentType),
    'Content-Security-Policy': policyFor(contentType, asked),
    'X-Content-Type-Options': 'nosniff',
    'Accept-Ranges': 'bytes',
    ETag: etag,
  }
  if (asked.get('If-None-Match') === etag) return new Response(null, { status: 304, headers })
  if (method === 'HEAD')
    return new Response(null, { headers: { ...headers, 'Content-Length': String(sizeBytes) } })
  const range = rangeOf(asked, sizeBytes, etag)
  if (range === 'unsatisfiable')
    return problem(416, 'The file has no such bytes.', {
      ...CLOSED,
      'Content-Range': `bytes */${sizeBytes}`,
    })
  const object = await env.FILES.get(key, range === null ? {} : { range })
  if (object === null) {
    log.error('file.missing', { error: 'D1 has it, R2 has not' })
    return problem(404, 'This file is not there any more.', CLOSED)
  }
  const length = range?.length ?? sizeBytes
  const body = object.body.pipeThrough(new FixedLengthStream(length))
  if (range === null) return new Response(body, { headers })
  const last = range.offset + range.length - 1
  return new Response(body, {
    status: 206,
    headers: { ...headers, 'Content-Range': `bytes ${range.offset}-${last}/${sizeBytes}` },
  })
}

const NOTHING = "sandbox; default-src 'none'"
/**
 * A browser that opens a recording by itself makes a page with a player around it, and the player
 * asks for the file again, from that page: under NOTHING Chromium blocks it (150, tried). Still no
 * script runs, and nothing else is loaded.
 */
const ITS_PLAYER = "sandbox allow-same-origin; default-src 'none'; media-src 'self'"

function policyFor(contentType: string, asked: Headers): string {
  const opened = asked.get('Sec-Fetch-Dest') === 'document'
  return opened && PLAYED.test(contentType) ? ITS_PLAYER : NOTHING
}

/** Shown in place: what a browser plays or draws, and cannot be made to run anything. */
const PLAYED = /^(?:audio|video)\/[\w.-]+$/
const DRAWN = /^image\/(?:png|jpeg|gif|webp)$/

const EXTENSIONS: Record<string, string> = {
  'audio/mpeg': 'mp3',
  'audio/mp3': 'mp3',
  'audio/mp4': 'm4a',
  'audio/wav': 'wav',
  'audio/x-wav': 'wav',
  'audio/ogg': 'ogg',
  'video/mp4': 'mp4',
  'video/3gpp': '3gp',
  'image/png': 'png',
  'image/jpeg': 'jpg',
  'image/gif': 'gif',
  'image/webp': 'webp',
  'image/svg+xml': 'svg',
  'image/heic': 'heic',
  'application/pdf': 'pdf',
  'text/plain': 'txt',
  'text/html': 'html',
  'text/csv': 'csv',
  'text/vcard': 'vcf',
}

function disposition(key: string, contentType: string): string {
  const shown = PLAYED.test(contentType) || DRAWN.test(contentType)
  return `${shown ? 'inline' : 'attachment'}; filename="${nameOf(key, contentType)}"`
}

function nameOf(key: string, contentType: string): string {
  const parts = key.split('/').slice(1)
  // A mail's file has its own name behind its place: made by us of what its sender wrote.
  if (key.startsWith('mails/'))
    return (parts[1] ?? 'file').replace(/^\d+-/, '').replaceAll(/[^\w.-]/g, '_')
  const name = parts
    .join('-')
    .replaceAll(/[^\w-]/g, '_')
    .slice(0, 120)
  return `${name}.${EXTENSIONS[contentType] ?? 'bin'}`
}
