/** One record with all that is kept of it, as the API tells it. Pure. */
import type { Own } from '@switchboard/identity/own'
import { Analysis } from '@switchboard/shared/analysis'
import { moment } from '@switchboard/shared/api/operation'
import type { RecordDetails, RecordRow } from '@switchboard/shared/api/records'
import { pathOfFile } from '@switchboard/shared/files'
import { mergeRecord } from '@switchboard/shared/merge'
import type { StoredParts } from '@switchboard/shared/merge'
import type { ConversationRecord } from '@switchboard/shared/record'
import type { OwedRow, Stored } from '@switchboard/store/journey'
import * as v from 'valibot'
import { stateOfWork } from './journey.ts'
import { whoSaid } from './quotes.ts'
import { pageUrl } from './record-row.ts'

export interface Reader {
  own: Own
  country: string
  doneAt: (row: OwedRow) => number | null
}

/** All of a record that its page shows, but for its journey. */
export function detailsOf(stored: Stored, row: RecordRow, reader: Reader): RecordDetails {
  const { facts, page, vectors } = stored
  const record = recordOf(stored)
  return {
    ...row,
    title: titleOf(row, record),
    revision: facts.revision,
    storedAt: moment(facts.storedAt),
    changedAt: moment(facts.changedAt),
    goneAt: moment(facts.goneAt),
    filedMs: facts.filedMs,
    facts: record === null ? [] : factsOf(record, reader.own),
    people: peopleOf(stored),
    analysis: analysisOf(stored, record, reader),
    page: page && {
      id: page.pageId,
      url: pageUrl(page.removedAt === null ? page.pageId : null),
      writtenAt: moment(page.writtenAt),
      removedAt: moment(page.removedAt),
      blocks: page.blocks,
    },
    keeps: stored.held.map(({ property, value, at }) => ({
      property,
      value: JSON.parse(value) as unknown,
      at: moment(at),
    })),
    vectors: vectors && {
      chunks: vectors.chunks,
      model: vectors.model,
      at: moment(vectors.writtenAt),
    },
    files: stored.files.map(({ key, contentType, sizeBytes, sha256, storedAt, error }) => ({
      key,
      url: storedAt === null ? null : pathOfFile(key),
      contentType,
      sizeBytes,
      sha256,
      error,
    })),
    parts: stored.parts.map(({ part, version, hash, body, storedAt }) => ({
      part,
      version: moment(version),
      hash,
      characters: body.length,
      at: moment(storedAt),
    })),
    work: stored.work.map((one) => ({
      stage: one.stage,
      lane: one.lane,
      cause: one.cause,
      state: stateOfWork(one),
      tries: one.tries,
      error: reasonIn(one.error),
      reason:
        one.parkedOn === null
          ? null
          : (stored.parked.find(({ scope }) => scope === one.parkedOn)?.reason ?? one.parkedOn),
      willBeDoneAt: one.owed === 1 ? moment(reader.doneAt(one)) : null,
    })),
    letters: stored.letters.map(({ stage, reason, lastAt, closedAt }) => ({
      stage,
      reason,
      lastAt: moment(lastAt),
      open: closedAt === null,
    })),
    sourceUrl: sourceUrl(stored, record),
  }
}

/** Null: what is stored makes none, or cannot be read. */
export function recordOf({ facts, parts }: Pick<Stored, 'facts' | 'parts'>) {
  const bodies: StoredParts = Object.fromEntries(parts.map(({ part, body }) => [part, body]))
  try {
    return mergeRecord(facts.kind, bodies)
  } catch {
    return null
  }
}

function titleOf(row: RecordRow, record: ConversationRecord | null): string {
  const what = { call: 'Call', message: 'Text', mail: 'Mail' }[row.kind]
  if (record?.kind === 'mail' && record.subject.trim() !== '') return record.subject.trim()
  const whom = row.merchant?.name ?? row.party
  return whom === null ? what : `${what} with ${whom}`
}

function factsOf(record: ConversationRecord, own: Own): { name: string; value: string }[] {
  const facts =
    record.kind === 'call'
      ? callFacts(record, own)
      : record.kind === 'message'
        ? [
            ['From', record.from],
            ['To', record.to.join(', ')],
            ['Status', record.status],
            ['Text', record.text],
            ['Media', record.media.length === 0 ? null : String(record.media.length)],
          ]
        : [
            ['From', record.from.map(addressWords).join(', ')],
            ['To', record.to.map(addressWords).join(', ')],
            ['Cc', record.cc.map(addressWords).join(', ')],
            ['Subject', record.subject],
            ['Text', (record.said ?? record.text).slice(0, MOST_TEXT)],
            ['Attachments', record.attachments.map(({ name }) => name ?? 'unnamed').join(', ')],
          ]
  return facts.flatMap(([name, value]) =>
    name === undefined || name === null || value === undefined || value === null || value === ''
      ? []
      : [{ name, value }],
  )
}

const MOST_TEXT = 2000

function callFacts(record: Extract<ConversationRecord, { kind: 'call' }>, own: Own) {
  const ours = record.participants.filter(({ actorId }) => actorId !== null)
  const theirs = record.participants.filter(({ actorId }) => actorId === null)
  const us = ours
    .map(({ phoneNumber, actorId }) =>
      [phoneNumber, own.users.get(actorId ?? '')].filter(Boolean).join(', '),
    )
    .join('; ')
  const them = theirs.map(({ phoneNumber }) => phoneNumber).join(', ')
  const answeredBy = record.answeredBy === null ? null : (own.users.get(record.answeredBy) ?? null)
  const lines = record.transcripts?.segments.reduce((n, { utterances }) => n + utterances.length, 0)
  return [
    ['From', record.direction === 'incoming' ? them : us],
    ['To', record.direction === 'incoming' ? us : them],
    ['Status', record.status],
    ['Answered by', answeredBy],
    ['Length', record.durationSeconds === 0 ? null : `${record.durationSeconds} s`],
    ['Transcript', lines === undefined || lines === 0 ? null : `${lines} lines`],
    ['Voicemail', record.voicemail?.transcript ?? null],
    ['OpenPhone’s summary', record.summary?.summary.join(' ') ?? null],
  ]
}

function addressWords({ name, address }: { name: string | null; address: string }): string {
  return name === null ? address : `${name} <${address}>`
}

function peopleOf({ parties }: Stored): RecordDetails['people'] {
  return [...Map.groupBy(parties, ({ party }) => party)].map(([party, rows]) => ({
    party,
    merchants: rows.flatMap(({ merchantId, merchant }) =>
      merchantId === null ? [] : [{ id: merchantId, name: merchant ?? 'unnamed' }],
    ),
  }))
}

function analysisOf(
  { analysis, done }: Stored,
  record: ConversationRecord | null,
  { own, country }: Reader,
): RecordDetails['analysis'] {
  if (analysis === null) return null
  const read =
    analysis.body === null
      ? null
      : v.safeParse(v.pipe(v.string(), v.parseJson(), Analysis), analysis.body)
  const made = read?.success === true ? read.output : null
  const second = (quote: string) =>
    record === null ? null : (whoSaid(record, quote, own, country)?.second ?? null)
  return {
    reason: made === null ? (analysis.reason ?? 'the stored analysis cannot be read') : null,
    summary: made?.summary ?? null,
    sentiment: made?.sentiment ? { ...made.sentiment, second: second(made.sentiment.quote) } : null,
    category: made?.category ? { ...made.category, second: second(made.category.quote) } : null,
    actionItems: (made?.actionItems ?? []).map((one) => {
      const marked = done.find(({ words }) => words === one.text)
      return {
        ...one,
        second: second(one.quote),
        done: marked === undefined ? null : { at: moment(marked.at), by: marked.by },
      }
    }),
    keywords: made?.keywords ?? [],
    leadScore: made?.leadScore ?? null,
    dropped: made?.claims?.dropped ?? null,
    model: analysis.model,
    promptVersion: analysis.promptVersion,
    at: moment(analysis.analysedAt),
  }
}

function reasonIn(error: string | null): string | null {
  if (error === null) return null
  const read = v.safeParse(
    v.pipe(v.string(), v.parseJson(), v.object({ reason: v.string() })),
    error,
  )
  return read.success ? read.output.reason : null
}

/** OpenPhone's own page of the conversation, where what was told of it leads there. */
function sourceUrl({ facts, parts }: Stored, record: ConversationRecord | null): string | null {
  if (record === null || record.kind === 'mail' || record.phoneNumberId === null) return null
  const conversation = record.kind === 'message' ? record.conversationId : conversationIn(parts)
  if (conversation === null) return null
  const [inbox, id] = [record.phoneNumberId, conversation].map(encodeURIComponent)
  return `https://my.openphone.com/inbox/${inbox}/c/${id}?at=${encodeURIComponent(facts.id)}`
}

const Conversation = v.pipe(
  v.string(),
  v.parseJson(),
  v.object({ conversationId: v.nullish(v.string(), null) }),
)

function conversationIn(parts: Stored['parts']): string | null {
  const told = parts.find(({ part }) => part === 'event:call')
  const read = v.safeParse(Conversation, told?.body)
  return read.success ? read.output.conversationId : null
}
