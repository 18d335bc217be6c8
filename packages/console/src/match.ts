/** Which page an address opens, and how addresses are written. No I/O. */

export type Params = Record<string, string>

/** The parameters of a pattern like `/records/:kind/:id` in this path; null: it does not fit. */
export function match(pattern: string, path: string): Params | null {
  const wanted = pattern.split('/')
  const given = path.replace(/(.)\/$/, '$1').split('/')
  if (wanted.length !== given.length) return null
  const params: Params = {}
  for (const [index, part] of wanted.entries()) {
    const value = given[index] ?? ''
    if (part.startsWith(':')) {
      const read = decoded(value)
      if (read === null || read === '') return null
      params[part.slice(1)] = read
    } else if (part !== value) return null
  }
  return params
}

/** The same address with these parameters changed; null or '' takes one out. */
export function withQuery(url: string, changes: Record<string, string | null | undefined>): string {
  const [path = '', query = ''] = url.split('?')
  const params = new URLSearchParams(query)
  for (const [name, value] of Object.entries(changes))
    if (value === null || value === undefined || value === '') params.delete(name)
    else params.set(name, value)
  const text = params.toString()
  return text === '' ? path : `${path}?${text}`
}

/** A path of parts, each escaped: `pathOf('records', kind, id)`. */
export function pathOf(...parts: string[]): string {
  return `/${parts.map(encodeURIComponent).join('/')}`
}

function decoded(part: string): string | null {
  try {
    return decodeURIComponent(part)
  } catch {
    return null
  }
}
