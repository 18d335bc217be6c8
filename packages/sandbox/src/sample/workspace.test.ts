/** The sample as its readers see it: how much, when, how it reads. */
import { describe, test } from 'vitest'
import type { World, WorldCall } from '../world.ts'
import { merchantNumber } from './merchants.ts'
import { buildTexts } from './texts.ts'
import { fundingTexts } from './texts-funding.ts'
import { salesTexts } from './texts-sales.ts'
import { strayTexts } from './texts-strays.ts'
import { supportTexts } from './texts-support.ts'
import { sampleAdditions, sampleWorld } from './workspace.ts'

const MINUTE_MS = 60_000
const DAY_MS = 24 * 60 * MINUTE_MS
const ANCHOR = new Date('2026-11-24T17:46:00Z')

// Every day of a week at odd hours, across a month's and a year's end.
const ANCHORS = [0, 1, 2, 3, 4, 5, 6].map(
  (day) => new Date(Date.parse('2026-12-28T03:07:11Z') + day * (DAY_MS + 4 * 60 * MINUTE_MS)),
)

const SKIPPED = ['trash', 'junk', 'drafts']

const world = sampleWorld(ANCHOR)
const additions = sampleAdditions(ANCHOR)
const own = new Set(world.phoneNumbers.map((line) => line.phoneNumber))
const merchantNumbers = new Set(
  world.merchants.flatMap(({ phone, secondPhone }) =>
    `${phone} / ${secondPhone}`.split(' / ').map((part) => digits(part).slice(-10)),
  ),
)

describe('how much there is', () => {
  test('the counts a backfill must arrive at', ({ expect }) => {
    expect(counts(world)).toEqual({ calls: 150, textMessages: 300, mails: 50 })
    expect(world.mails.filter((mail) => SKIPPED.includes(mail.mailbox))).toHaveLength(6)
    expect(world.merchants).toHaveLength(60)
    expect(world.phoneNumbers).toHaveLength(5)
    expect(counts(additions)).toEqual({ calls: 5, textMessages: 12, mails: 2 })
  })

  test('every id is its own', ({ expect }) => {
    const ids = [
      ...world.phoneNumbers.map((line) => line.id),
      ...world.users.map((user) => user.id),
      ...[world, additions].flatMap(recordIds),
    ]
    expect(new Set(ids).size).toBe(ids.length)
    const mimeIds = [...world.mails, ...additions.mails].map((mail) => mail.messageId)
    expect(new Set(mimeIds).size).toBe(mimeIds.length)
  })
})

describe('when it happened', () => {
  test('the same anchor gives the same world, in a copy of its own', ({ expect }) => {
    const other = sampleWorld(ANCHOR)
    expect(other).toEqual(world)
    other.merchants.pop()
    expect(sampleWorld(ANCHOR)).toEqual(world)
  })

  test.for(ANCHORS)('all of it lies in the window before %s', (anchor, { expect }) => {
    const times = timesOf(sampleWorld(anchor))
    expect(Math.min(...times)).toBeGreaterThan(anchor.getTime() - 29.5 * DAY_MS)
    expect(Math.max(...times)).toBeLessThan(anchor.getTime() - 10 * MINUTE_MS)
    const added = timesOf(sampleAdditions(anchor))
    expect(Math.min(...added)).toBeGreaterThan(anchor.getTime() - 360 * MINUTE_MS)
    expect(Math.max(...added)).toBeLessThan(anchor.getTime() - 10 * MINUTE_MS)
  })

  test.for(ANCHORS)('threads and calls go forward in time before %s', (anchor, { expect }) => {
    const scripts = [salesTexts, supportTexts, fundingTexts, strayTexts]
    const threads = scripts.flatMap((script) => [
      ...Map.groupBy(buildTexts(script, anchor), (text) => text.conversationId).values(),
    ])
    for (const thread of threads) expect(inOrder(thread.map((text) => text.createdAt))).toBe(true)
    for (const { createdAt, answeredAt, completedAt, updatedAt } of sampleWorld(anchor).calls) {
      const marks = [createdAt, answeredAt, completedAt, updatedAt]
      expect(inOrder(marks.filter((mark) => mark !== null))).toBe(true)
    }
  })

  test('ids do not move with the anchor', ({ expect }) => {
    const [first, second] = ANCHORS.slice(0, 2).map((anchor) => recordIds(sampleWorld(anchor)))
    expect(second?.toSorted()).toEqual(first?.toSorted())
  })

  test('an answer comes after the mail it answers', ({ expect }) => {
    for (const mail of world.mails.filter(({ inReplyTo }) => inReplyTo !== null)) {
      const answered = world.mails.find(({ messageId }) => messageId === mail.inReplyTo)
      expect(answered?.threadId).toBe(mail.threadId)
      expect(Date.parse(answered?.sentAt ?? '')).toBeLessThan(Date.parse(mail.sentAt))
    }
  })
})

describe('how it reads', () => {
  test('it is JSON through and through', ({ expect }) => {
    expect(JSON.parse(JSON.stringify(world))).toEqual(world)
    expect(JSON.parse(JSON.stringify(additions))).toEqual(additions)
  })

  test('no day is left unsaid', ({ expect }) => {
    expect(JSON.stringify([world, additions])).not.toMatch(/\{(day|dia|date|month)/)
  })

  test('no sentence of five words or more is said twice', ({ expect }) => {
    const said = new Map<string, number>()
    for (const sentence of [world, additions].flatMap(textsOf).flatMap(sentences)) {
      if (words(sentence) >= 5) said.set(sentence, (said.get(sentence) ?? 0) + 1)
    }
    const repeated = [...said].filter(([, times]) => times > 1)
    expect(repeated).toEqual([])
  })

  test('conversations, text messages and mails are short', ({ expect }) => {
    for (const call of [...world.calls, ...additions.calls].filter(hasDialogue)) {
      const dialogue = dialogueOf(call)
      expect(dialogue.length).toBeGreaterThanOrEqual(6)
      expect(dialogue.length).toBeLessThanOrEqual(14)
      const length = words(dialogue.map(({ content }) => content).join(' '))
      expect(length, call.createdAt).toBeGreaterThanOrEqual(60)
      expect(length, call.createdAt).toBeLessThanOrEqual(220)
    }
    for (const { text } of [...world.textMessages, ...additions.textMessages]) {
      expect(words(text), text).toBeGreaterThanOrEqual(4)
      expect(words(text), text).toBeLessThanOrEqual(35)
    }
    for (const { html, text, subject } of [...world.mails, ...additions.mails]) {
      const length = words(html?.replace(/<[^>]+>/g, ' ') ?? text)
      expect(length, subject).toBeGreaterThanOrEqual(25)
      expect(length, subject).toBeLessThanOrEqual(120)
    }
  })

  test('utterances follow each other and end before their segment does', ({ expect }) => {
    for (const transcript of world.calls.flatMap((call) => call.transcripts)) {
      const marks = transcript.dialogue.flatMap(({ start, end }) => [start, end])
      expect(inOrder(marks)).toBe(true)
      expect(marks.at(-1) ?? 0).toBeLessThan(transcript.duration)
    }
  })

  test('speakers and numbers are parties of their call', ({ expect }) => {
    for (const call of world.calls) {
      const numbers = call.participants.map((party) => party.phoneNumber)
      expect(numbers.filter((number) => own.has(number))).toHaveLength(1)
      for (const { identifier, actorId } of dialogueOf(call)) {
        expect(numbers).toContain(identifier)
        expect(own.has(identifier ?? '')).toBe(actorId !== null)
      }
    }
  })

  test('most answered calls have a summary and all that are complete have one', ({ expect }) => {
    const answered = world.calls.filter((call) => call.answeredAt !== null)
    expect(answered.length).toBeGreaterThanOrEqual(105)
    expect(answered.length).toBeLessThanOrEqual(120)
    for (const call of answered.filter(hasDialogue)) expect(call.summary.status).toBe('completed')
  })

  test('numbers typed in Canvas are the ones that call', ({ expect }) => {
    const callers = [merchantNumber('elm', 1), merchantNumber('fogline', 2)]
    callers.push(merchantNumber('albion', 1), merchantNumber('mapleview', 2))
    for (const number of callers) expect(merchantNumbers).toContain(number.slice(-10))
    const known = world.calls.filter((call) => outside(call).some(isMerchant))
    expect(known.length).toBeGreaterThan(120)
  })
})

type Records = Pick<World, 'calls' | 'textMessages' | 'mails'>

function counts({ calls, textMessages, mails }: Records): Record<string, number> {
  const taken = mails.filter((mail) => !SKIPPED.includes(mail.mailbox))
  return { calls: calls.length, textMessages: textMessages.length, mails: taken.length }
}

function recordIds({ calls, textMessages, mails }: Records): string[] {
  return [
    ...calls.flatMap((call) => [call.id, ...call.recordings.map((recording) => recording.id)]),
    ...calls.flatMap((call) => call.voicemail?.id ?? []),
    ...[...textMessages, ...mails].map((record) => record.id),
  ]
}

function timesOf(records: Records): number[] {
  const written = JSON.stringify(records).matchAll(/"(\d{4}-\d\d-\d\dT[^"]+Z)"/g)
  return [...written].map(([, time = '']) => Date.parse(time))
}

function textsOf({ calls, textMessages, mails }: Records): string[] {
  return [
    ...calls.flatMap((call) => dialogueOf(call).map((utterance) => utterance.content)),
    ...calls.flatMap((call) => [
      ...(call.summary.summary ?? []),
      ...(call.summary.nextSteps ?? []),
    ]),
    ...calls.map((call) => call.voicemail?.transcript ?? ''),
    ...textMessages.map((message) => message.text),
    // A quoted line is said by its first writer.
    ...mails.map((mail) => mail.text.replace(/^> .*$/gm, '')),
  ]
}

function sentences(text: string): string[] {
  return text
    .toLowerCase()
    .split(/(?<=[.!?])\s+|\n+/)
    .map((sentence) => sentence.replace(/[^\p{L}\p{N} ]/gu, '').trim())
}

function words(text: string): number {
  return text.split(/\s+/).filter(Boolean).length
}

function digits(text: string): string {
  return text.replace(/ext\..*/, '').replace(/\D/g, '')
}

function hasDialogue(call: WorldCall): boolean {
  return dialogueOf(call).length > 0
}

function dialogueOf(call: WorldCall): WorldCall['transcripts'][number]['dialogue'] {
  return call.transcripts.flatMap((transcript) => transcript.dialogue)
}

function outside(call: WorldCall): string[] {
  return call.participants.map((party) => party.phoneNumber).filter((number) => !own.has(number))
}

function isMerchant(number: string): boolean {
  return merchantNumbers.has(number.slice(-10))
}

function inOrder(marks: (number | string)[]): boolean {
  return marks.every((mark, at) => at === 0 || (marks[at - 1] ?? mark) <= mark)
}
