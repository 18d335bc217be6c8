/** What is awkward in the sample: each case is there for a rule that some stage must keep. */
import { describe, test } from 'vitest'
import type { WorldCall, WorldTextMessage } from '../world.ts'
import { sampleWorld } from './workspace.ts'

const DAY_MS = 86_400_000
const ANCHOR = new Date('2026-11-24T17:46:00Z')
const SKIPPED = ['trash', 'junk', 'drafts']

const world = sampleWorld(ANCHOR)
const own = new Set(world.phoneNumbers.map((line) => line.phoneNumber))
const merchantNumbers = new Set(
  world.merchants.flatMap(({ phone, secondPhone }) =>
    `${phone} / ${secondPhone}`.split(' / ').map((part) => digits(part).slice(-10)),
  ),
)

describe('the awkward cases', () => {
  const { calls, textMessages: texts } = world
  const mails = world.mails.filter((mail) => !SKIPPED.includes(mail.mailbox))

  test('calls', ({ expect }) => {
    expect(count(calls, (call) => outside(call).includes('anonymous'))).toBeGreaterThanOrEqual(3)
    expect(count(calls, (call) => !outside(call).some(isMerchant))).toBeGreaterThanOrEqual(8)
    expect(count(calls, (call) => outside(call).length === 3)).toBe(1)
    expect(count(calls, (call) => call.aiHandled === 'ai-agent')).toBeGreaterThanOrEqual(2)
    expect(count(calls, (call) => call.forwardedTo !== null)).toBe(1)
    expect(count(calls, (call) => call.forwardedFrom !== null)).toBe(1)
    expect(count(calls, (call) => call.recordings.length === 2)).toBe(1)
    for (const status of ['missed', 'no-answer', 'busy', 'abandoned', 'forwarded', 'canceled']) {
      expect(
        count(calls, (call) => call.status === status),
        status,
      ).toBeGreaterThanOrEqual(1)
    }
  })

  test('artefacts that are late, absent or failed', ({ expect }) => {
    const late = having(calls, 'in-progress')
    expect(late.map((call) => call.summary.status)).toEqual(Array(3).fill('in-progress'))
    const recent = late.filter((call) => ANCHOR.getTime() - Date.parse(call.createdAt) < DAY_MS)
    expect(recent).toHaveLength(2)
    expect(having(calls, 'absent').length).toBeGreaterThanOrEqual(3)
    expect(having(calls, 'failed')).toHaveLength(1)
  })

  test('voicemail, two of it still in progress', ({ expect }) => {
    const voicemails = calls.flatMap((call) => call.voicemail ?? [])
    expect(voicemails).toHaveLength(18)
    const transcripts = voicemails.flatMap(({ transcript }) => transcript ?? [])
    expect(transcripts).toHaveLength(16)
    for (const transcript of transcripts) {
      expect(words(transcript), transcript).toBeGreaterThanOrEqual(15)
      expect(words(transcript), transcript).toBeLessThanOrEqual(50)
    }
  })

  test('text messages', ({ expect }) => {
    const group = texts.filter((text) => text.to.length > 1)
    expect(new Set(group.map((text) => text.conversationId)).size).toBeGreaterThanOrEqual(3)
    expect(new Set(group.map((text) => text.direction)).size).toBe(2)
    expect(count(texts, ({ from }) => /^\d{5}$/.test(from))).toBeGreaterThanOrEqual(3)
    expect(count(texts, ({ media }) => media.length > 0)).toBeGreaterThanOrEqual(10)
    expect(count(texts, ({ text }) => /[¿¡ñáéíóú]/.test(text))).toBeGreaterThanOrEqual(8)
    expect(count(texts, (text) => parties(text).join().includes('+44'))).toBe(4)
    expect(count(texts, (text) => parties(text).join().includes('+1888'))).toBe(2)
    const statuses = new Set<string>(texts.map((text) => text.status))
    for (const status of ['received', 'delivered', 'sent', 'undelivered', 'failed']) {
      expect(statuses).toContain(status)
    }
  })

  test('mails', ({ expect }) => {
    expect(new Set(mails.map((mail) => mail.mailbox)).size).toBe(3)
    expect(count(mails, (mail) => mail.messageId === null)).toBe(1)
    expect(count(mails, (mail) => mail.text === '' && mail.html !== null)).toBe(2)
    expect(count(mails, (mail) => mail.cc.length >= 3)).toBeGreaterThanOrEqual(1)
    expect(count(mails, (mail) => mail.bcc.length > 0)).toBeGreaterThanOrEqual(1)
    expect(count(mails, (mail) => mail.attachments.length > 0)).toBeGreaterThanOrEqual(15)
    expect(count(mails, (mail) => /^> /m.test(mail.text))).toBeGreaterThanOrEqual(3)
  })

  test('Canvas', ({ expect }) => {
    const pages = world.merchants
    const holders = Map.groupBy(pages, (page) => digits(page.phone))
    holders.delete('')
    expect([...holders.values()].filter((holder) => holder.length > 1)).toHaveLength(1)
    expect(pages.map((page) => page.phone)).toContain('(415) 555-0134 / 415-555-0177')
    const bare = pages.filter((page) => page.phone + page.secondPhone + page.email === '')
    expect(bare).toHaveLength(1)
    const styles = new Set(pages.map((page) => page.phone.replace(/\d/g, '0')))
    expect(styles.size).toBeGreaterThanOrEqual(10)
  })
})

function count<Kind>(records: Kind[], wanted: (record: Kind) => boolean): number {
  return records.filter(wanted).length
}

function having(calls: WorldCall[], status: string): WorldCall[] {
  return calls.filter((call) => call.transcripts.some((transcript) => transcript.status === status))
}

function words(text: string): number {
  return text.split(/\s+/).filter(Boolean).length
}

function digits(text: string): string {
  return text.replace(/ext\..*/, '').replace(/\D/g, '')
}

function outside(call: WorldCall): string[] {
  return call.participants.map((party) => party.phoneNumber).filter((number) => !own.has(number))
}

function parties(message: WorldTextMessage): string[] {
  return [message.from, ...message.to].filter((number) => !own.has(number))
}

function isMerchant(number: string): boolean {
  return merchantNumbers.has(number.slice(-10))
}
