/**
 * The console's page: its built files, and `index.html` for every address it knows. No page loads
 * anything from elsewhere, and no script or style stands in the HTML.
 */
import { actorOf } from './access.ts'
import type { Env } from '../ports.ts'
import { problem } from './problem.ts'

const PAGES =
  /^\/(?:|search|ask|merchants(?:\/[^/]+)?|unmatched|queues|letters|runs(?:\/[^/]+)?|records(?:\/[^/]+\/[^/]+)?|audit)$/

/** Says nothing but whether a session stands; the session's own cookie no script can read. */
const KNOWN_COOKIE = 'switchboard-known'

const HEADERS = {
  'content-security-policy': [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' data:",
    "media-src 'self'",
    "connect-src 'self'",
    "manifest-src 'self'",
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ].join('; '),
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'same-origin',
  'cross-origin-opener-policy': 'same-origin',
  'permissions-policy': 'camera=(), microphone=(), geolocation=()',
}

/** GET of anything that is no API. */
export async function servePage(request: Request, env: Env): Promise<Response> {
  const url = new URL(request.url)
  const isPage = PAGES.test(url.pathname)
  // The assets answer `/` with index.html; its own name would be redirected there.
  const found = await env.ASSETS.fetch(isPage ? new URL('/', url) : url, {
    method: request.method,
    headers: request.headers, // with If-None-Match
  })
  if (found.status === 404 || (found.status >= 300 && found.status < 304))
    return problem(404, 'There is nothing here.')
  const response = new Response(found.body, found)
  for (const [name, value] of Object.entries(HEADERS)) response.headers.set(name, value)
  // Tells the page whether to ask who it is: a stranger's browser would print the 401 as an error.
  if (isPage)
    response.headers.set(
      'set-cookie',
      `${KNOWN_COOKIE}=${(await actorOf(request, env)) === null ? 0 : 1}; Path=/; Secure; SameSite=Strict`,
    )
  // A built file has its hash in its name; the page names the newest.
  response.headers.set(
    'cache-control',
    url.pathname.startsWith('/assets/') ? 'public, max-age=31536000, immutable' : 'no-cache',
  )
  return response
}
