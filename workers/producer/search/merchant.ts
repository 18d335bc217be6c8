/**
 * Everything with one merchant, from D1 alone: its records by pages, newest first, and what they say
 * together. Whoever is in Canvas is asked for over all numbers and addresses that Canvas has of them;
 * a number that several merchants share is asked for alone.
 */
import type * as v from 'valibot'
import type { Everything, MerchantStatistics } from '@switchboard/shared/api/merchants'
import type { MerchantCall, MerchantMail, MerchantMessage } from '@switchboard/shared/api/merchants'
import { moment } from '@switchboard/shared/api/operation'
import { Analysis } from '@switchboard/shared/analysis'
import { merchantFacts } from '@switchboard/store/merchant-facts'
import type { MerchantFacts } from '@switchboard/store/merchant-facts'
import type { MerchantCard } from '@switchboard/store/merchant-look-up'
import { keyOf } from '@switchboard/store/records'
import { pageAfter } from '@switchboard/store/timeline'
import type { Moment } from '@switchboard/store/timeline'
import { parse } from 'valibot'
import { recordCards } from '../records/record-cards.ts'
import type { RecordCard } from '../records/record-cards.ts'

export interface MerchantRequest {
  /** The number or address that was asked for; null: the merchant itself. */
  party: string | null
  merchants: MerchantCard[]
  after: Moment | null
  limit: number
  now: number
  ownMailAddresses: string[]
}

type Calls = v.InferOutput<typeof MerchantCall>
type Messages = v.InferOutput<typeof MerchantMessage>
type Mails = v.InferOutput<typeof MerchantMail>

const WEEK_MS = 7 * 86_400_000
/** Fewer say nothing of a trend, and how far two means must be apart. */
const LEAST_FOR_A_TREND = 3
const TREND_STEP = 0.2
const RECENT = 10
const MOST_ACTION_ITEMS = 50

/** A page of a merchant's records. `next` null: that was all. */
export async function everythingWith(
  db: D1Database,
  request: MerchantRequest,
): Promise<Omit<Everything, 'nextCursor'> & { next: Moment | null }> {
  const { merchants, party } = request
  const only = merchants.length === 1 ? merchants[0] : undefined
  const parties = [...new Set([...(party === null ? [] : [party]), ...(only?.keys ?? [])])]
  const facts = await merchantFacts(db, parties)
  const { known, next } = await pageOf(db, facts, request)
  return {
    merchant: merchants[0] ?? null,
    merchants,
    calls: known.flatMap(({ key, card }) => callOf(key, card)),
    messages: known.flatMap(({ key, card }) => messageOf(key, card)),
    mail: known.flatMap(({ key, card }) => mailOf(key, card)),
    timeline: known.map(({ key: { kind, id, occurredAt } }) => ({
      kind,
      id,
      at: moment(occurredAt),
    })),
    statistics: statisticsOf(facts, request.now),
    next,
  }
}

/** A page of records with their cards; one that nothing makes a record any more is left out. */
async function pageOf(
  db: D1Database,
  { records: all }: MerchantFacts,
  { after, limit, ownMailAddresses }: MerchantRequest,
): Promise<{ known: { key: Moment; card: RecordCard }[]; next: Moment | null }> {
  const found = pageAfter(all, after, limit + 1)
  const page = found.slice(0, limit)
  const cards = await recordCards(
    db,
    page.map(({ kind, id }) => ({ kind, id })),
    ownMailAddresses,
  )
  return {
    known: page.flatMap((key) => {
      const card = cards.get(keyOf(key))
      return card === undefined ? [] : [{ key, card }]
    }),
    next: found.length > limit ? (page.at(-1) ?? null) : null,
  }
}

function common({ id, occurredAt }: Moment, { direction, parties, analysis, page }: RecordCard) {
  return {
    id,
    at: moment(occurredAt),
    direction,
    parties,
    summary: analysis?.summary ?? null,
    sentiment: analysis?.sentiment?.label ?? null,
    category: analysis?.category?.label ?? null,
    leadScore: analysis?.leadScore ?? null,
    actionItems: analysis?.actionItems ?? [],
    page,
  }
}

function callOf(key: Moment, card: RecordCard): Calls[] {
  const { record } = card
  if (record.kind !== 'call') return []
  const { status, durationSeconds, voicemail } = record
  return [
    {
      kind: 'call',
      ...common(key, card),
      status,
      durationSeconds,
      voicemail: voicemail?.transcript ?? null,
    },
  ]
}

function messageOf(key: Moment, card: RecordCard): Messages[] {
  const { record } = card
  return record.kind === 'message'
    ? [{ kind: 'message', ...common(key, card), text: record.text }]
    : []
}

function mailOf(key: Moment, card: RecordCard): Mails[] {
  const { record } = card
  return record.kind === 'mail'
    ? [{ kind: 'mail', ...common(key, card), subject: record.subject, text: record.text }]
    : []
}

/** The facts as they are told. Pure. @param now ms since epoch: who wrote this week may yet be answered */
export function statisticsOf(facts: MerchantFacts, now: number): MerchantStatistics {
  const { groups } = facts
  const count = (kind: string) => sum(groups.filter((one) => one.kind === kind).map(records))
  const counts = { calls: count('call'), messages: count('message'), mail: count('mail') }
  const scored = sum(groups.map(({ leadScores }) => leadScores))
  return {
    counts,
    interactions: counts.calls + counts.messages + counts.mail,
    firstContact:
      groups.length === 0 ? null : moment(Math.min(...groups.map(({ firstAt }) => firstAt))),
    lastContact:
      groups.length === 0 ? null : moment(Math.max(...groups.map(({ lastAt }) => lastAt))),
    sentiment: sentimentOf(facts),
    leadScore: {
      mean:
        scored === 0 ? null : tenths(sum(groups.map(({ leadScoreSum }) => leadScoreSum)) / scored),
      latest: facts.latestLeadScore,
    },
    openActionItems: facts.actions
      .flatMap(({ kind, id, occurredAt, actionItems }) =>
        parse(Analysis.entries.actionItems, JSON.parse(actionItems)).map((action) => ({
          kind,
          id,
          at: moment(occurredAt),
          ...action,
        })),
      )
      .slice(0, MOST_ACTION_ITEMS),
    responseTimes: responsesOf(facts, now),
  }
}

function sentimentOf({ groups, latestSentiments }: MerchantFacts): MerchantStatistics['sentiment'] {
  const counts = labelled(groups)
  const known = counts.positive + counts.neutral + counts.negative
  const share = (label: 'positive' | 'neutral' | 'negative') =>
    known === 0 ? 0 : Math.round((counts[label] / known) * 1000) / 1000
  return {
    counts,
    shares: {
      positive: share('positive'),
      neutral: share('neutral'),
      negative: share('negative'),
    },
    trend: trendOf(latestSentiments),
    months: [...Map.groupBy(groups, ({ month }) => month)].map(([month, some]) => ({
      month,
      ...labelled(some),
    })),
  }
}

function labelled(groups: MerchantFacts['groups']): MerchantStatistics['sentiment']['counts'] {
  const count = (label: string) =>
    sum(groups.filter(({ sentiment }) => (sentiment ?? 'unknown') === label).map(records))
  return {
    positive: count('positive'),
    neutral: count('neutral'),
    negative: count('negative'),
    unknown: count('unknown'),
  }
}

/** @param latest labels, the newest first */
function trendOf(latest: readonly string[]): MerchantStatistics['sentiment']['trend'] {
  const values = latest.map((label) => ({ positive: 1, negative: -1 })[label] ?? 0)
  const [recent, before] = [values.slice(0, RECENT), values.slice(RECENT)]
  if (recent.length < LEAST_FOR_A_TREND || before.length < LEAST_FOR_A_TREND) return 'unknown'
  const step = sum(recent) / recent.length - sum(before) / before.length
  if (Math.abs(step) < TREND_STEP) return 'same'
  return step > 0 ? 'better' : 'worse'
}

function responsesOf({ waits }: MerchantFacts, now: number): MerchantStatistics['responseTimes'] {
  const answered = waits
    .map(({ waitedSeconds }) => waitedSeconds)
    .filter((seconds) => seconds !== null && seconds * 1000 <= WEEK_MS)
    .map(Number)
    .toSorted((a, b) => a - b)
  const late = waits.filter(
    ({ waitedSeconds, since }) =>
      (waitedSeconds === null && now - since > WEEK_MS) || (waitedSeconds ?? 0) * 1000 > WEEK_MS,
  )
  const at = (share: number) => answered[Math.ceil(share * answered.length) - 1] ?? null
  return {
    answered: answered.length,
    unanswered: late.length,
    medianSeconds: at(0.5),
    p90Seconds: at(0.9),
  }
}

function records({ records: count }: { records: number }): number {
  return count
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0)
}

function tenths(value: number): number {
  return Math.round(value * 10) / 10
}
