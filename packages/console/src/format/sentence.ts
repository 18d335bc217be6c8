/** Words of others as a sentence of ours. No I/O. */

/** `quota is used up` as `Quota is used up.` */
export function asSentence(text: string): string {
  const trimmed = capital(text.trim())
  return /[.!?]$/.test(trimmed) ? trimmed : `${trimmed}.`
}

export function capital(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1)
}
