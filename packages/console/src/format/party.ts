/** Numbers and addresses as people read them. No I/O. */

/** A US number as `(212) 555-0142`, any other as it is: E.164, an address, a short code. */
export function party(key: string): string {
  const us = /^\+1([2-9]\d{2})([2-9]\d{2})(\d{4})$/.exec(key)
  return us === null ? key : `(${us[1]}) ${us[2]}-${us[3]}`
}

/** The middle of a long id left out: `2b7c…91e4`. */
export function shortId(id: string): string {
  return id.length <= 14 ? id : `${id.slice(0, 6)}…${id.slice(-4)}`
}
