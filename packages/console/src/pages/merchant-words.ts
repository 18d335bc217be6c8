/** What the pages on merchants say, and how their records are put in order. No I/O. */
import type { Everything, MerchantStatistics } from '@switchboard/shared/api/merchants'
import { clock, count, counted, duration } from '../format/numbers.ts'
import { day } from '../format/time.ts'
import type { Clock } from '../format/time.ts'
import type { KindName, SentimentName } from '../ui/words.tsx'

export type Entry =
  | Everything['calls'][number]
  | Everything['messages'][number]
  | Everything['mail'][number]

const MOODS = {
  better: 'Warmer than before',
  same: 'Its mood is as before',
  worse: 'Colder than before',
  unknown: 'Its mood is not known yet',
} as const

/** The page's sentence: how it stands, what is open. */
export function merchantSentence(of: MerchantStatistics, at: Clock): string {
  if (of.interactions === 0) return 'Nobody has spoken with this merchant yet.'
  const open = of.openActionItems.length
  const mood = MOODS[of.sentiment.trend]
  const last = of.lastContact === null ? '' : ` Last contact ${dayIn(of.lastContact, at)}.`
  const items =
    open === 0
      ? 'nothing is open'
      : `${counted(open, 'action item')} ${open === 1 ? 'is' : 'are'} open`
  return `${mood}; ${items}.${last}`
}

/** `on 19 Nov`, but `today`. */
function dayIn(moment: string, at: Clock): string {
  const said = day(moment, at)
  return /\d/.test(said) ? `on ${said}` : said
}

/** `41 calls, 71 texts, 16 mails`. */
export function countsWords({ calls, messages, mail }: MerchantStatistics['counts']): string {
  return [
    calls > 0 && counted(calls, 'call'),
    messages > 0 && counted(messages, 'text'),
    mail > 0 && counted(mail, 'mail'),
  ]
    .filter(Boolean)
    .join(', ')
}

/** How fast we answer: the median, and how often nothing came back. */
export function answerWords(of: MerchantStatistics['responseTimes']): { big: string; sub: string } {
  if (of.medianSeconds === null) return { big: '–', sub: 'nothing to answer yet' }
  const late = of.unanswered === 0 ? 'none left open' : `${count(of.unanswered)} left open`
  return { big: duration(of.medianSeconds * 1000), sub: `median of ${count(of.answered)}, ${late}` }
}

/** The records of the loaded pages in the order of the timeline. */
export function entriesOf({ timeline, calls, messages, mail }: Everything): Entry[] {
  const byKey = new Map([...calls, ...messages, ...mail].map((entry) => [keyOf(entry), entry]))
  return timeline.flatMap((key) => byKey.get(keyOf(key)) ?? [])
}

export function keyOf({ kind, id }: { kind: KindName; id: string }): string {
  return `${kind}:${id}`
}

/** An action item by its record and its words: the same words twice are one. */
export function actionKey(one: { kind: KindName; id: string; text: string }): string {
  return `${keyOf(one)} ${one.text}`
}

/** The figures as they are once these action items are done. @param done by `actionKey` */
export function withoutDone(
  statistics: MerchantStatistics,
  done: ReadonlySet<string>,
): MerchantStatistics {
  const openActionItems = statistics.openActionItems.filter((one) => !done.has(actionKey(one)))
  return { ...statistics, openActionItems }
}

/** A record in one line. */
export function titleOf(entry: Entry): string {
  switch (entry.kind) {
    case 'call':
      return entry.summary ?? entry.voicemail ?? callWords(entry.status)
    case 'message':
      return entry.text === '' ? 'A picture' : entry.text
    case 'mail':
      return entry.subject === '' ? (entry.summary ?? 'Without a subject') : entry.subject
  }
}

function callWords(status: string): string {
  return status === 'completed' ? 'Call' : `Call, ${status}`
}

/** How long a call was; null: it was none. */
export function lengthOf(entry: Entry): string | null {
  return entry.kind === 'call' && entry.durationSeconds > 0 ? clock(entry.durationSeconds) : null
}

const VALUES: Record<string, number> = { positive: 1, neutral: 0, negative: -1 }
const TONES = { positive: 'ok', neutral: 'neutral', negative: 'bad' } as const
/** The line is the mean of so many records. */
export const MEAN_OF = 5

/** Moods over time, oldest first: what the chart draws. */
export function moodsOf(entries: Entry[]) {
  const known = entries
    .filter((entry) => entry.sentiment !== null && entry.sentiment in VALUES)
    .map((entry) => ({
      at: Date.parse(entry.at) / 1000,
      kind: entry.kind,
      value: VALUES[entry.sentiment ?? ''] ?? 0,
      tone: TONES[entry.sentiment as Exclude<SentimentName, 'unknown'>],
    }))
    .toSorted((a, b) => a.at - b.at)
  const mean = known.map((_one, index) => {
    const last = known.slice(Math.max(0, index - MEAN_OF + 1), index + 1)
    return last.reduce((sum, { value }) => sum + value, 0) / last.length
  })
  return { known, mean }
}

/** The chart in a sentence. */
export function moodSentence(of: MerchantStatistics['sentiment']): string {
  const { positive, neutral, negative } = of.counts
  return `Sentiment over time: ${counted(positive, 'record')} positive, ${count(neutral)} neutral, ${count(negative)} negative. ${MOODS[of.trend]}.`
}

/** The list's sentence. */
export function merchantsSentence(shown: number, hasMore: boolean, asked: string): string {
  if (shown === 0)
    return asked === '' ? 'Canvas has no merchant yet.' : 'No merchant is called that.'
  const number = hasMore ? `The first ${counted(shown, 'merchant')}` : counted(shown, 'merchant')
  return asked === '' ? `${number} of Canvas, by name.` : `${number} like “${asked}”, best first.`
}
