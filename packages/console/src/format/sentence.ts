/** Words of others as a sentence of ours. No I/O. */

/** `quota is used up` as `Quota is used up.` */
export function asSentence(text: string): string {
  return capital(ended(text))
}

/** The same words, with the full stop that they may lack. */
export function ended(text: string): string {
  const trimmed = text.trim()
  return /[.!?]$/.test(trimmed) ? trimmed : `${trimmed}.`
}

export function capital(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1)
}
