/**
 * A question to given sources, and a brief on a merchant: sentences of the sources that say most about
 * what is asked, told as they stand. What no sentence is near enough to is not answered. Computed
 * from the texts alone, so nothing in them can steer it. No I/O.
 */

import * as v from 'valibot'
import { splitSentences } from './conversation.ts'
import { stemsOf } from './language.ts'

const Source = v.object({ n: v.number(), text: v.string() })
const Question = v.object({ question: v.string(), sources: v.array(Source) })
const Brief = v.object({
  brief: v.object({
    sentiment: v.object({ positive: v.number(), neutral: v.number(), negative: v.number() }),
  }),
  open: v.array(v.object({ source: v.number(), text: v.string(), quote: v.string() })),
  sources: v.array(Source),
})

type Encode = (text: string) => Promise<Float32Array>

/** The answer in the asker's JSON lines; null: this is neither a question nor a brief. */
export async function answerFrom(content: string, encode: Encode | null): Promise<string | null> {
  const json = parseJson(content)
  const question = v.safeParse(Question, json)
  if (question.success) return lines(await answer(question.output, encode))
  const brief = v.safeParse(Brief, json)
  return brief.success ? lines(tell(brief.output)) : null
}

interface Said {
  topic?: string
  text: string
  source: number
  quote: string
}

const MOST_SENTENCES = 3
/** A sentence says nothing about a question of which it holds less. */
const LEAST_SHARED = 0.25
const LEAST_LIKE = 0.5

async function answer(
  { question, sources }: v.InferOutput<typeof Question>,
  encode: Encode | null,
): Promise<Said[]> {
  const sentences = sources.flatMap(({ n, text }) =>
    splitSentences(text).map((sentence) => ({ n, sentence, stems: stemSet(sentence) })),
  )
  const asked = [...stemSet(question)].filter((stem) => !ASKING.has(stem))
  const rarity = new Map(
    asked.map((stem) => [
      stem,
      Math.log(
        1 + sentences.length / (1 + sentences.filter(({ stems }) => stems.has(stem)).length),
      ),
    ]),
  )
  const whole = sum([...rarity.values()])
  const meaning = encode === null ? null : await encode(question)
  const scored = await Promise.all(
    sentences.map(async ({ n, sentence, stems }) => {
      const shared = sum(
        asked.filter((stem) => stems.has(stem)).map((stem) => rarity.get(stem) ?? 0),
      )
      const share = whole === 0 ? 0 : shared / whole
      const like = meaning === null || encode === null ? 0 : dot(meaning, await encode(sentence))
      return { n, sentence, share, like, score: share + like / 2 }
    }),
  )
  return scored
    .filter(({ share, like }) => share >= LEAST_SHARED || like >= LEAST_LIKE)
    .toSorted((a, b) => b.score - a.score)
    .slice(0, MOST_SENTENCES)
    .map(({ n, sentence }) => ({ text: sentence, source: n, quote: sentence }))
}

/** Words that ask and say nothing about the matter. */
const ASKING = stemSet(
  'who what when for with need needs it be where which why how much many did do does is are was were has have had the a an of to in on about tell me us any our their say said want wants merchant merchants customer last week month year today yesterday',
)

function tell({ brief, open, sources }: v.InferOutput<typeof Brief>): Said[] {
  const first = (n: number | undefined) => {
    const source = sources.find((one) => one.n === n)
    const sentence = source === undefined ? undefined : splitSentences(source.text)[0]
    return source === undefined || sentence === undefined ? [] : [{ source: source.n, sentence }]
  }
  const history = [...new Set([sources[0]?.n, sources.at(-1)?.n])]
    .flatMap(first)
    .map(({ source, sentence }) => ({ topic: 'history', text: sentence, source, quote: sentence }))
  const { positive, neutral, negative } = brief.sentiment
  const mood =
    negative > positive ? 'Rather displeased' : positive > neutral ? 'Pleased' : 'Even-tempered'
  const moods = first(sources[0]?.n).map(({ source, sentence }) => ({
    topic: 'mood',
    text: `${mood}: ${negative} of ${positive + neutral + negative} talks were negative.`,
    source,
    quote: sentence,
  }))
  const waiting = open
    .slice(0, 5)
    .map(({ source, text, quote }) => ({ topic: 'open', text, source, quote }))
  const next = waiting.slice(0, 1).map((one) => ({ ...one, topic: 'next' }))
  return [...history, ...moods, ...waiting, ...next]
}

function lines(said: Said[]): string {
  return said.map((one) => `${JSON.stringify(one)}\n`).join('')
}

function stemSet(text: string): Set<string> {
  return new Set(stemsOf(text.toLowerCase()).map(({ stem }) => stem))
}

function dot(a: Float32Array, b: Float32Array): number {
  let total = 0
  for (let at = 0; at < a.length; at++) total += (a[at] ?? 0) * (b[at] ?? 0)
  return total
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, one) => total + one, 0)
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
