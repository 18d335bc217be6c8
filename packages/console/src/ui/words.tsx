/** Single words with their shape: status, sentiment, kind, time. */
import type { ComponentChildren } from 'preact'
import { moment, utc } from '../format/time.ts'
import type { When } from '../format/time.ts'
import { Icon } from './icon.tsx'
import type { IconName } from './icon.tsx'

/** Shape and colour a state, and the word that stands where none is given. */
const STATES = {
  filed: ['tick', 'ok', 'in Notion'],
  done: ['tick', 'ok', 'done'],
  completed: ['tick', 'ok', 'completed'],
  equal: ['tick', 'ok', 'equal'],
  way: ['way', 'way', 'on the way'],
  waiting: ['way', 'way', 'waiting'],
  retrying: ['retry', 'warn', 'retrying'],
  parked: ['park', 'warn', 'parked'],
  late: ['clock', 'bad', 'late'],
  due: ['clock', 'off', 'due'],
  stuck: ['cross', 'bad', 'stuck'],
  failed: ['cross', 'bad', 'failed'],
  skipped: ['dash', 'off', 'skipped'],
  cancelled: ['stop', 'off', 'cancelled'],
  paused: ['pause', 'off', 'paused'],
  running: ['play', 'on', 'running'],
  kept: ['person', 'way', 'kept as a person set it'],
  unmatched: ['question', 'off', 'unmatched'],
} as const satisfies Record<string, readonly [IconName, string, string]>

export type State = keyof typeof STATES

/** A shape, a word, a colour. @param href opens exactly what it counts */
export function Status({
  is,
  href,
  children,
}: {
  is: State
  href?: string
  children?: ComponentChildren
}) {
  const [icon, tone, word] = STATES[is]
  const inside = (
    <>
      <Icon name={icon} />
      <span>{children ?? word}</span>
    </>
  )
  return href === undefined ? (
    <span class={`st ${tone}`}>{inside}</span>
  ) : (
    <a class={`st ${tone}`} href={href}>
      {inside}
    </a>
  )
}

/** The shape alone. @param said whether the words beside it tell the state already */
export function StatusIcon({ is, said = false }: { is: State; said?: boolean }) {
  const [icon, tone, word] = STATES[is]
  return (
    <span class={`st ${tone}`}>
      <Icon name={icon} />
      {!said && <span class="sr">{word}</span>}
    </span>
  )
}

const SENTIMENTS = {
  positive: ['up', 'ok'],
  neutral: ['dash', 'off'],
  negative: ['down', 'bad'],
  unknown: ['question', 'off'],
} as const satisfies Record<string, readonly [IconName, string]>

export type SentimentName = keyof typeof SENTIMENTS

/** How it was meant; what is not one of the four words is unknown. */
export function Sentiment({ is, children }: { is: string | null; children?: ComponentChildren }) {
  const name = is !== null && is in SENTIMENTS ? (is as SentimentName) : 'unknown'
  const [icon, tone] = SENTIMENTS[name]
  return (
    <span class={`st ${tone}`}>
      <Icon name={icon} />
      <span>{children ?? name}</span>
    </span>
  )
}

export type KindName = 'call' | 'message' | 'mail'
export const KIND_WORDS: Record<KindName, [one: string, many: string]> = {
  call: ['Call', 'Calls'],
  message: ['Message', 'Messages'],
  mail: ['Mail', 'Mail'],
}

/** A kind's icon beside what belongs to it; its name is spoken. */
export function Kind({ is, children }: { is: KindName; children?: ComponentChildren }) {
  return (
    <span class="kind">
      <Icon name={is} class={`c-${is}`} />
      <span class="sr">{KIND_WORDS[is][0]}</span>
      {children}
    </span>
  )
}

/** A kind by its name: `Calls`. */
export function KindWord({ is, many = true }: { is: KindName; many?: boolean }) {
  return (
    <span class="kind">
      <Icon name={is} class={`c-${is}`} />
      {KIND_WORDS[is][many ? 1 : 0]}
    </span>
  )
}

/** A moment in the reader's zone, in UTC on hover. @param precise with seconds */
export function Time({ at, precise = false }: { at: When | null; precise?: boolean }) {
  if (at === null) return <span class="zero">–</span>
  const date = new Date(at)
  return (
    <time dateTime={date.toISOString()} title={utc(at)}>
      {moment(at, { now: Date.now() }, precise)}
    </time>
  )
}
