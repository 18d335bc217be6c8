/**
 * Turns what somebody said into what is said about them, where that is cheap: pronouns are turned
 * round, `they` standing for the other party and `we` for the business. Their first-person verbs fit
 * `they` as they are, which is why it is `they`. No I/O.
 */

/** No text has it: a private character. */
const MARK = '\uE000'
const MARKED = /\uE000(\d+)\uE000/gu

type Swap = readonly [pattern: RegExp, replacement: string]

const THEIRS: readonly Swap[] = [
  [/\bi thank you\b/giu, 'they thank us'],
  [/\b(?:i'm|i am|we're|we are)\b/giu, "they're"],
  [/\b(?:i've|we've)\b/giu, "they've"],
  [/\b(?:i'll|we'll)\b/giu, "they'll"],
  [/\b(?:i'd|we'd)\b/giu, "they'd"],
  [/\bi was\b/giu, 'they were'],
  [/\b(?:i|we)\b/giu, 'they'],
  [/\b(?:me|us)\b/giu, 'them'],
  [/\b(?:my|our)\b/giu, 'their'],
  [/\b(?:mine|ours)\b/giu, 'theirs'],
  [/\bmyself\b/giu, 'themselves'],
  [/\byou're\b/giu, "we're"],
  [/\byou've\b/giu, "we've"],
  [/\byou'll\b/giu, "we'll"],
  [
    /(^|[,.;] |\b(?:that|if|when|what|because|and|so|do|did|can|could|would|will|but|times|never) )you\b/giu,
    '$1we',
  ],
  [/\bthank you\b/giu, 'thanks'],
  [
    /\byou(?= (?:asked|said|told|promised|sent|have|had|are|were|can|could|will|would|do|did|want|need|took|charged?|never|always|keep|gave|put|see)\b)/giu,
    'we',
  ],
  [/\byou(?: guys| people| all)?\b/giu, 'us'],
  [/\byour\b/giu, 'our'],
  [/\byours\b/giu, 'ours'],
]

const OURS: readonly Swap[] = [
  [/\bi'm\b/giu, "we're"],
  [/\bi am\b/giu, 'we are'],
  [/\bi've\b/giu, "we've"],
  [/\bi'll\b/giu, "we'll"],
  [/\bi'd\b/giu, "we'd"],
  [/\bi was\b/giu, 'we were'],
  [/\bi\b/giu, 'we'],
  [/\bme\b/giu, 'us'],
  [/\bmy\b/giu, 'our'],
  [/\byou're\b/giu, "they're"],
  [/\byou've\b/giu, "they've"],
  [/\byou'll\b/giu, "they'll"],
  [
    /(^|[,.;] |\b(?:that|if|when|what|once|because|and|so|do|did|can|could|would|will|but) )you\b/giu,
    '$1they',
  ],
  [
    /\byou(?= (?:can|could|will|would|have|had|are|were|want|need|might|must|should|do|did|get|see)\b)/giu,
    'they',
  ],
  [/\byou\b/giu, 'them'],
  [/\byour\b/giu, 'their'],
]

/** Two of these and a sentence is Spanish: its `me` is not ours. */
const SPANISH =
  /[ñ¿¡]|\b(?:el|la|los|las|una?|de|que|qu[ée]|por|para|con|favor|gracias|estoy|est[áa]|mi|se|le|no me|ya|muy|pueden?|quiero|buenas|hola)\b/giu

export function aboutThem(sentence: string): string {
  const spanish = sentence.match(SPANISH)?.length ?? 0
  return spanish >= 2 ? sentence : swap(sentence, THEIRS)
}

export function aboutUs(sentence: string): string {
  return swap(sentence, OURS)
}

export function capitalised(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}

/** At a word's end, with a mark that something is left out. */
export function shortened(text: string, characters: number): string {
  if (text.length <= characters) return text
  return `${text.slice(0, characters).replace(/\s+\S*$/u, '')}…`
}

function swap(sentence: string, swaps: readonly Swap[]): string {
  // Each word is turned once: what a swap has written is hidden from the next.
  const done: string[] = []
  let text = sentence.replace(/’/gu, "'")
  for (const [pattern, replacement] of swaps) {
    text = text.replace(pattern, (...found: unknown[]) => {
      const before = replacement.startsWith('$1') && typeof found[1] === 'string' ? found[1] : ''
      done.push(replacement.replace('$1', ''))
      return `${before}${MARK}${done.length - 1}${MARK}`
    })
  }
  return text.replace(MARKED, (_, index: string) => done[Number(index)] ?? '')
}
