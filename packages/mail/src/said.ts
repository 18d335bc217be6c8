/**
 * What of a mail's text its sender wrote this time: without the mail it answers and without the
 * signature. The record keeps the whole text; this is what is analysed and searched. Every rule
 * looks at a few short lines at a time, so that no text, however made, takes long. No I/O.
 *
 *   lines that begin with >                       quoted: left out, wherever they stand
 *   "On ..., somebody wrote:" before such lines   left out with them; in other languages by the address
 *   "On ..., somebody wrote:" before others       the rest is the answered mail
 *   "--- Original Message ---", From/Sent/To      the rest is the answered mail
 *   a forwarded mail                              stays: it is what is being said; Outlook marks it
 *                                                 in the subject alone
 *   "--" near the end, "Sent from my ..."         the rest is a signature
 */

/** A model is shown no more, and a row of D1 has to hold it beside the whole text. */
const MOST_SAID = 65_536

/** The sender's own words; undefined: all of the text, or there would be none. */
export function ownWords(text: string, subject = ''): string | undefined {
  const lines = text.split('\n')
  const answered = withoutAnswered(lines, FORWARDS.test(subject))
  const own = withoutSignature(answered)
  const said = (own.some((line) => line.trim() !== '') ? own : answered).join('\n')
  const tidy = said.replaceAll(/\n{3,}/g, '\n\n').trim()
  return tidy === '' || tidy === text.trim() ? undefined : tidy.slice(0, MOST_SAID)
}

/** What is longer is no header of a quote. */
const LONGEST_LINE = 300
const QUOTED = /^\s*>/
const FORWARDED =
  /^\s*-{2,}\s*(?:forwarded message|weitergeleitete nachricht|message transféré|mensaje reenviado|messaggio inoltrato|doorgestuurd bericht)\b|^begin forwarded message:/i
/** `FW: Offer`, in the languages of Outlook. */
const FORWARDS = /^\s*(?:fwd?|wg|tr|rv|enc|i|vb|pd|doorst)\s?:/i
const ORIGINAL =
  /^\s*-{2,}\s*(?:original message|original appointment|ursprüngliche nachricht|message d'origine|mensaje original|messaggio originale|oorspronkelijk bericht)\b/i
const WROTE_BEGINS = /^\s*(?:-{2,}\s*)?(?:on|am|le|el|il|op|den|em|w dniu)\s/i
/** Behind a letter with an accent JavaScript sees no end of a word. */
const WROTE_ENDS =
  /(?<!\p{L})(?:wrote|schrieb|geschrieben|a écrit|escribió|ha scritto|schreef|skrev|escreveu|napisał(?:\(a\))?)(?!\p{L})[^\n]{0,80}(?::|-{2,})\s*$/iu
/** Of any language, where quoted lines follow: somebody's address, then a colon. */
const INTRODUCES = /[^\s@<>]@[^\s@<>]+>?.{0,40}[:：]\s*$/u
/** Most lines over which "On ... wrote:" is folded. */
const WROTE_LINES = 4
const FROM = /^\s*\*?(?:from|von|de|da|van|fra)\*?\s?:\*?\s/i
const OTHER_HEADER =
  /^\s*\*?(?:sent|date|to|cc|subject|gesendet|datum|an|betreff|envoyé|à|objet|enviado|para|asunto|inviato|a|oggetto|verzonden|aan|onderwerp)\*?\s?:\*?\s/i
const HEADER_LINES = 6

function withoutAnswered(lines: readonly string[], forwards: boolean): string[] {
  const kept: string[] = []
  for (let at = 0; at < lines.length; at++) {
    const line = lines[at] ?? ''
    if (QUOTED.test(line)) continue
    if (line.length <= LONGEST_LINE) {
      if (FORWARDED.test(line)) return [...kept, ...lines.slice(at)]
      if (ORIGINAL.test(line) || isHeaderBlock(lines, at))
        return forwards ? [...kept, ...lines.slice(at)] : withoutRule(kept)
      if (INTRODUCES.test(line) && isQuoteNext(lines, at + 1)) continue
      const wrote = linesOfWrote(lines, at)
      if (wrote > 0) {
        if (!isQuoteNext(lines, at + wrote)) return kept
        at += wrote - 1
        continue
      }
    }
    kept.push(line)
  }
  return kept
}

/** Outlook draws a line above the mail it answers. */
function withoutRule(kept: string[]): string[] {
  const last = kept.findLastIndex((line) => line.trim() !== '')
  return /^[\s_]{5,}$/.test(kept[last] ?? '') ? kept.slice(0, last) : kept
}

/** A From line with at least two more of a mail's headers right below it. */
function isHeaderBlock(lines: readonly string[], at: number): boolean {
  if (!FROM.test(lines[at] ?? '')) return false
  const below = lines.slice(at + 1, at + HEADER_LINES)
  return below.filter((line) => OTHER_HEADER.test(line.slice(0, LONGEST_LINE))).length >= 2
}

/** How many lines "On ..., somebody wrote:" takes from here; 0: it is none. */
function linesOfWrote(lines: readonly string[], at: number): number {
  if (!WROTE_BEGINS.test(lines[at] ?? '')) return 0
  let joined = ''
  for (let count = 1; count <= WROTE_LINES; count++) {
    const line = lines[at + count - 1]
    if (line === undefined || line.length > LONGEST_LINE) return 0
    if (count > 1 && line.trim() === '') return 0
    joined += ` ${line.trim()}`
    // A date has digits: without one it is a sentence that happens to begin so.
    if (WROTE_ENDS.test(joined) && /\d/.test(joined)) return count
  }
  return 0
}

function isQuoteNext(lines: readonly string[], at: number): boolean {
  return QUOTED.test(lines.slice(at).find((line) => line.trim() !== '') ?? '')
}

/** A signature is at the end and short: a line of dashes far from it is a writer's own. */
const SIGNATURE_LINES = 15
const DEVICE =
  /^\s*(?:sent from my \w|sent (?:with|using) (?:proton|zoho)|sent from (?:mobile|outlook|mail|yahoo|proton)|sent via \w|get outlook for |von meinem \S+ gesendet|gesendet von \w|envoyé de mon |enviado desde mi |inviato da |verstuurd vanaf mijn )/i

function withoutSignature(lines: readonly string[]): string[] {
  const first = Math.max(0, lines.length - SIGNATURE_LINES - trailingBlanks(lines))
  for (let at = first; at < lines.length; at++) {
    const line = lines[at] ?? ''
    if (/^--\s?$/.test(line) || (line.length <= LONGEST_LINE && DEVICE.test(line)))
      return lines.slice(0, at)
  }
  return [...lines]
}

function trailingBlanks(lines: readonly string[]): number {
  return lines.length - 1 - lines.findLastIndex((line) => line.trim() !== '')
}
