/** A query as words, and which of them say nothing by themselves. Pure. */

/** A word where it stands; what was typed in quotes is one, and is never read as anything else. */
export interface Word {
  text: string // as typed, without marks at its edges
  norm: string // in lower case, plain apostrophes
  quoted: boolean
  before: string // the mark before it that joins or parts: `,` `&` `/`, or nothing
}

/** Longer queries are cut: what is behind narrows nothing. */
const MOST_WORDS = 60

/** The words of a query as typed, at most 60. */
export function wordsOf(query: string): Word[] {
  const words: Word[] = []
  let before = ''
  for (const { 0: raw, 1: quoted } of query.matchAll(/"([^"]*)"|[^\s"]+/gu)) {
    const text = (quoted ?? raw).replace(EDGES, '')
    const opening = /^[,&/]/.exec(raw)?.[0] ?? before
    before = /[,&/]$/.exec(raw)?.[0] ?? ''
    if (text === '') {
      before = /[,&/]/.exec(raw)?.[0] ?? before
      continue
    }
    words.push({
      text,
      norm: text.toLowerCase().replaceAll('’', "'"),
      quoted: quoted !== undefined,
      before: opening,
    })
    if (words.length === MOST_WORDS) break
  }
  return words
}

const EDGES = /^[^\p{L}\p{N}#$+@]+|[^\p{L}\p{N}%)]+$/gu

/**
 * The words that full text is asked for: those that say something, else all of them. What was typed
 * in quotes stays together.
 */
export function termsOf(words: readonly Word[]): string[] {
  const terms = words.flatMap(({ norm, quoted }) => (quoted ? [norm] : piecesOf(norm)))
  const telling = terms.filter((term) => !SAY_NOTHING.has(term))
  return [...new Set(telling.length > 0 ? telling : terms)]
}

/** `rosa's` is searched for as `rosa`; what stays together in an index (`1099-k`) does so here. */
function piecesOf(norm: string): string[] {
  const plain = norm.replace(/'(?:s|ll|re|ve|d|m)$/u, '').replaceAll("'", '')
  return /[\p{L}\p{N}]/u.test(plain) ? [plain] : []
}

const SAY_NOTHING = new Set(
  (
    'a an the and or but not no nor of to in on at for from by with about into onto over under as than ' +
    'then so if else is are was were be been being am do does did done doing has have had having will ' +
    'would shall should can could may might must i me my mine we us our ours you your yours he him his ' +
    'she her hers it its they them their theirs this that these those who whom whose which what when ' +
    'where why how all any each every some such only own same too very just there here dont doesnt ' +
    'didnt isnt arent wasnt werent wont cant im ive id were youre theyre find show list give get'
  ).split(' '),
)
