/**
 * What the model is asked about, as lines with a speaker and as sentences. The first message of the
 * user is the JSON that our prompt hands to any model; anything else is taken as one utterance of
 * the other party. Sentences are verbatim pieces of one utterance, so that they can serve as quotes.
 * No I/O.
 */

import * as v from 'valibot'

export type Speaker = 'them' | 'us' | 'unknown'

const Input = v.object({
  kind: v.picklist(['call', 'message', 'mail']),
  direction: v.optional(v.nullable(v.string())),
  subject: v.optional(v.nullable(v.string())),
  utterances: v.array(v.object({ by: v.picklist(['them', 'us', 'unknown']), text: v.string() })),
})

export interface Line {
  by: Speaker
  text: string
}

export interface Conversation {
  kind: 'call' | 'message' | 'mail'
  isOutgoing: boolean
  subject: string
  lines: Line[]
  /** Someone's account of a call in the third person, not its words. */
  isNote: boolean
}

/** @param content the first user message */
export function readConversation(content: string): Conversation {
  const input = v.safeParse(Input, parseJson(content))
  const { kind, direction, subject, utterances } = input.success
    ? input.output
    : {
        kind: guessKind(content),
        direction: null,
        subject: null,
        utterances: [{ by: 'them' as const, text: content }],
      }
  const lines = utterances.flatMap(splitSpeakers)
  const mail = cutSubject(lines)
  return {
    kind,
    isOutgoing: direction === 'outgoing',
    subject: [subject ?? '', mail.subject].join(' ').trim(),
    lines: mail.lines,
    isNote: kind === 'call' && lines.some(({ by, text }) => by !== 'us' && THIRD_PERSON.test(text)),
  }
}

/** The speaker's sentences in order; `us` leaves out nobody but the other party. */
export function sentencesOf(conversation: Conversation, by: 'them' | 'us' | 'all'): Line[] {
  return conversation.lines
    .filter((line) => by === 'all' || (line.by === 'us') === (by === 'us'))
    .flatMap((line) => splitSentences(line.text).map((text) => ({ by: line.by, text })))
    .filter(({ text }) => !text.startsWith('>')) // what a mail quotes was said before
}

/** Sentences as verbatim pieces of the text, blanks around them cut off. */
export function splitSentences(text: string): string[] {
  const sentences: string[] = []
  let from = 0
  for (const { index, 0: end } of text.matchAll(SENTENCE_END)) {
    const upTo = index + end.length
    const sentence = text.slice(from, upTo).trim()
    if (ABBREVIATION.test(sentence)) continue
    if (sentence !== '') sentences.push(sentence)
    from = upTo
  }
  const rest = text.slice(from).trim()
  return rest === '' ? sentences : [...sentences, rest]
}

const SPEAKER_LABEL =
  /^[ \t]*(?:(caller|customer|client|merchant|owner|voicemail|them)|(agent|rep|operator|support|us))[ \t]*:[ \t]*/iu
const THIRD_PERSON =
  /^(?:(?:the )?(?:caller|owner|merchant|customer|client|contact)\b(?!:| (?:desk|support|services?|account|agreement|number|here)\b)|[A-Z]\w+ (?:from|of) [^.]{2,40} (?:called|asks|asked|wants|says|reports)\b|(?:missed call|no answer|automated call|voicemail left)\b)/iu
// A line break ends a sentence unless the next line goes on in lower case: mails are often wrapped.
const SENTENCE_END =
  /[.!?…]+["')\]]*(?=\s|$)|\n\s*\n\s*|\n(?!\s*[a-z])|(?<=[a-z]) [-–—] (?=[A-Z])/gu
const ABBREVIATION = /(?:^|\s)(?:mr|mrs|ms|dr|st|no|vs|approx|inc|co|e\.g|i\.e|a\.m|p\.m)\.$/iu

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined // free text
  }
}

function guessKind(text: string): Conversation['kind'] {
  if (/^subject:/iu.test(text)) return 'mail'
  return SPEAKER_LABEL.test(text) || THIRD_PERSON.test(text) ? 'call' : 'message'
}

/** A transcript may come as one utterance with a label in front of each line. */
function splitSpeakers({ by, text }: Line): Line[] {
  const rows = text.split('\n')
  if (!rows.some((row) => SPEAKER_LABEL.test(row))) return text.trim() === '' ? [] : [{ by, text }]
  const lines: Line[] = []
  let speaker: Speaker = by
  for (const row of rows) {
    const label = SPEAKER_LABEL.exec(row)
    if (label !== null) speaker = label[1] === undefined ? 'us' : 'them'
    const said = row.slice(label?.[0].length ?? 0).trim()
    if (said !== '') lines.push({ by: speaker, text: said })
  }
  return lines
}

/** A mail's text may begin with its subject; the subject is read, but never quoted. */
function cutSubject(lines: Line[]): { subject: string; lines: Line[] } {
  const [first, ...others] = lines
  const found = first === undefined ? null : /^subject:[ \t]*([^\n]*)\n\s*/iu.exec(first.text)
  if (first === undefined || found === null) return { subject: '', lines }
  const text = first.text.slice(found[0].length)
  return { subject: found[1] ?? '', lines: [{ by: first.by, text }, ...others] }
}
