/** An answer that is an error: problem+json (RFC 9457). */
export function problem(
  status: number,
  detail: string,
  headers: Record<string, string> = {},
): Response {
  return Response.json(
    { type: 'about:blank', status, detail },
    { status, headers: { 'content-type': 'application/problem+json', ...headers } },
  )
}
