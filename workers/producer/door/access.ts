/**
 * Who may: bearer tokens for machines, compared in constant time, and for people a signed session
 * cookie that one of the tokens was shown for. Without an admin token nobody may anything. A session
 * ends with its time or with any change of the tokens, from which its key is made.
 */
import { SignJWT, errors, jwtVerify } from 'jose'
import * as v from 'valibot'
import { Role } from '@switchboard/shared/api/session'
import { readSettings } from '@switchboard/shared/config'

const COOKIE = '__Host-switchboard'
export const SESSION_MS = 12 * 60 * 60 * 1000

/** Who asks. `name`: as a person gave it; null: a machine. */
export interface Actor {
  role: Role
  name: string | null
  /** ms since epoch; null: a bearer token, which does not end */
  expiresAt: number | null
}

/** How an actor is named to people. */
export function actorName({ name, role }: Pick<Actor, 'name' | 'role'>): string {
  return name ?? (role === 'admin' ? 'admin token' : 'read-only token')
}

const SETTINGS = ['ADMIN_TOKEN', 'READ_ONLY_TOKEN'] as const

/** Whether the API is open at all. @throws StageError config.invalid */
export function isOpen(env: object): boolean {
  return readSettings(env, SETTINGS).ADMIN_TOKEN !== undefined
}

/** Whose token it is; null: nobody's. @throws StageError config.invalid */
export async function roleOf(token: string, env: object): Promise<Role | null> {
  const { ADMIN_TOKEN, READ_ONLY_TOKEN } = readSettings(env, SETTINGS)
  if (ADMIN_TOKEN === undefined) return null
  if (await same(token, ADMIN_TOKEN)) return 'admin'
  return READ_ONLY_TOKEN !== undefined && (await same(token, READ_ONLY_TOKEN)) ? 'reader' : null
}

/** Who a request comes from: its bearer token, else its session; null: nobody we know. */
export async function actorOf(request: Request, env: object): Promise<Actor | null> {
  const token = bearerOf(request)
  if (token === null) return sessionOf(request, env)
  const role = await roleOf(token, env)
  return role && { role, name: null, expiresAt: null }
}

/** The token that a request carries; null: none. */
export function bearerOf({ headers }: Pick<Request, 'headers'>): string | null {
  return /^Bearer (.+)$/i.exec(headers.get('Authorization') ?? '')?.[1] ?? null
}

/** The session cookie of this person, as a Set-Cookie header. @param now ms since epoch */
export async function sessionCookie(
  { role, name }: Pick<Actor, 'role' | 'name'>,
  env: object,
  now: number,
): Promise<string> {
  const jwt = await new SignJWT({ role, name })
    .setProtectedHeader({ alg: 'HS256' })
    .setIssuedAt(Math.floor(now / 1000))
    .setExpirationTime(Math.floor((now + SESSION_MS) / 1000))
    .sign(await sessionKey(env))
  return cookie(jwt, SESSION_MS / 1000)
}

/** The header that takes the cookie back. */
export const NO_SESSION = cookie('', 0)

function cookie(value: string, maxAgeSeconds: number): string {
  return `${COOKIE}=${value}; Path=/; Max-Age=${maxAgeSeconds}; HttpOnly; Secure; SameSite=Strict`
}

const Claims = v.object({ role: Role, name: v.nullable(v.string()), exp: v.number() })

async function sessionOf(request: Request, env: object): Promise<Actor | null> {
  const jwt = cookiesOf(request).get(COOKIE)
  if (jwt === undefined || !isOpen(env)) return null
  try {
    const { payload } = await jwtVerify(jwt, await sessionKey(env), {
      algorithms: ['HS256'],
      currentDate: new Date(),
    })
    const claims = v.parse(Claims, payload)
    return { role: claims.role, name: claims.name, expiresAt: claims.exp * 1000 }
  } catch (error) {
    if (error instanceof errors.JOSEError || error instanceof v.ValiError) return null
    throw error
  }
}

function cookiesOf({ headers }: Request): Map<string, string> {
  const pairs = (headers.get('Cookie') ?? '').split(';').map((pair): [string, string] => {
    const [name = '', ...value] = pair.split('=')
    return [name.trim(), value.join('=').trim()]
  })
  return new Map(pairs)
}

async function sessionKey(env: object): Promise<Uint8Array> {
  const { ADMIN_TOKEN = '', READ_ONLY_TOKEN = '' } = readSettings(env, SETTINGS)
  return new Uint8Array(await digest(JSON.stringify(['session', ADMIN_TOKEN, READ_ONLY_TOKEN])))
}

/** Digests have one length, so nothing is told by where two tokens part. */
async function same(a: string, b: string): Promise<boolean> {
  return crypto.subtle.timingSafeEqual(await digest(a), await digest(b))
}

function digest(text: string): Promise<ArrayBuffer> {
  return crypto.subtle.digest('SHA-256', new TextEncoder().encode(text))
}
