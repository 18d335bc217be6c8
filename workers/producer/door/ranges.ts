/** Which bytes of a file a request asks for (RFC 9110, 14): a player seeks with them. No I/O. */

export interface ByteRange {
  offset: number
  length: number // 1 or more
}

/**
 * Null: the whole file. Only one range is served; several, another unit, or a range of a version
 * that is no more (`If-Range`) are answered with the whole, as the standard lets us.
 * @param etag of the file as it is, in its quotes
 */
export function rangeOf(
  headers: Headers,
  sizeBytes: number,
  etag: string,
): ByteRange | 'unsatisfiable' | null {
  const version = headers.get('If-Range')
  if (version !== null && version !== etag) return null
  const asked = /^bytes=(\d*)-(\d*)$/i.exec(headers.get('Range')?.trim() ?? '')
  const [, from = '', to = ''] = asked ?? []
  if (asked === null || (from === '' && to === '')) return null
  if (from === '') {
    const length = Math.min(Number(to), sizeBytes) // the last so many
    return length === 0 ? 'unsatisfiable' : { offset: sizeBytes - length, length }
  }
  const offset = Number(from)
  const last = to === '' ? sizeBytes - 1 : Math.min(Number(to), sizeBytes - 1)
  if (to !== '' && Number(to) < offset) return null // no range at all
  return offset >= sizeBytes ? 'unsatisfiable' : { offset, length: last - offset + 1 }
}
