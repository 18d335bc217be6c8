/**
 * Names, numbers and addresses as pieces of three characters: what is spelt nearly alike shares most
 * of them, so an index over the pieces finds it in spite of typos. Pure.
 */

/** Words in lower case without accents and apostrophes: `Joe's Café & Bar` is joes, cafe, bar. */
export function plainWords(text: string): string[] {
  return text
    .normalize('NFKD')
    .replaceAll(/\p{M}|['’`]/gu, '')
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== '')
}

/**
 * The pieces of a text, none twice. A word counts with its edges, so that its beginning and its end
 * weigh more; a number does not, since people leave out what stands before it.
 */
export function gramsOf(text: string): string[] {
  const digits = text.replaceAll(/\D/g, '')
  const isNumber = digits.length >= 3 && !/\p{L}/u.test(text)
  const runs = isNumber ? [digits] : plainWords(text).map((word) => ` ${word} `)
  return [
    ...new Set(
      runs.flatMap((run) =>
        Array.from({ length: Math.max(0, run.length - 2) }, (_, at) => run.slice(at, at + 3)),
      ),
    ),
  ]
}
