/**
 * Makes text messages out of the thread scripts. A thread is a block:
 *
 *   # larkspur support/des             outside parties (joined with commas), our line and user
 *   b17 09:14 > words of ours          a moment, or minutes after the one before: +9
 *   +9 < words of theirs [photo.jpg]   (<2: from the second outside party); media in brackets
 *   +3 > words {undelivered}           a status other than delivered or received
 *
 * Threads with the same parties on the same line are one conversation. A text message within a group
 * goes to everyone but its sender.
 */
import type { WorldTextMessage } from '../world.ts'
import { addSeconds, moment, sayDays } from './clock.ts'
import { draw, hexId } from './ids.ts'
import { lineOf, userOf } from './people.ts'
import { type Block, blocksOf, partyNumber } from './script.ts'

const HEAD = /^(\S+) (\w+)\/(\w+)$/
const LINE = /^(?:\+(\d+)|(m\d+|[bs]\d+ \d\d:\d\d)) ([<>])(\d?) (.+)$/
const MEDIA = / \[([^\]]+)\]$/
const STATUS = / \{(queued|sent|undelivered|failed)\}$/

const TYPES: Record<string, string> = {
  jpg: 'image/jpeg',
  png: 'image/png',
  pdf: 'application/pdf',
  csv: 'text/csv',
  svg: 'image/svg+xml',
  html: 'text/html',
}

export function buildTexts(script: string, anchor: Date): WorldTextMessage[] {
  return blocksOf(script).flatMap((block) => buildThread(block, anchor))
}

/** The one text message of a block, written at this moment whatever its own line says. */
export function textFrom({ head, lines }: Block, key: string, at: Date): WorldTextMessage {
  return buildText(threadOf(head), key, lines.find(Boolean) ?? '', at)
}

interface Thread {
  key: string
  conversationId: string
  line: ReturnType<typeof lineOf>
  userId: string
  outside: string[]
}

function threadOf(head: string): Thread {
  const [, parties = '', line = '', user = ''] = HEAD.exec(head) ?? []
  if (user === '') throw new Error(`Not the head of a thread: ${head}`)
  const outside = parties.split(',').map(partyNumber)
  return {
    key: head,
    conversationId: hexId('CN', [line, ...outside.toSorted()].join(' ')),
    line: lineOf(line),
    userId: userOf(user).id,
    outside,
  }
}

function buildThread({ head, lines }: Block, anchor: Date): WorldTextMessage[] {
  const thread = threadOf(head)
  const texts: WorldTextMessage[] = []
  const spoken = lines.filter(Boolean)
  // A later block may go on with the same thread: its first moment tells them apart.
  const first = LINE.exec(spoken[0] ?? '')?.[2] ?? ''
  let before = anchor
  for (const written of spoken) {
    const [, minutes, when = ''] = LINE.exec(written) ?? []
    const key = `text ${head} ${first} ${texts.length + 1}`
    const jitter = draw(key, 60)
    before =
      minutes === undefined
        ? moment(anchor, when, jitter)
        : addSeconds(before, Number(minutes) * 60 - 29 + draw(key, 30))
    texts.push(buildText(thread, key, written, before))
  }
  return texts
}

function buildText(thread: Thread, key: string, written: string, at: Date): WorldTextMessage {
  const [, , , side, party = '', said = ''] = LINE.exec(written) ?? []
  if (said === '') throw new Error(`Not a line of a thread (${thread.key}): ${written}`)
  const status = STATUS.exec(said)?.[1] as WorldTextMessage['status'] | undefined
  const withMedia = said.replace(STATUS, '')
  const files = MEDIA.exec(withMedia)?.[1]?.split(', ') ?? []
  const own = thread.line.phoneNumber
  const outgoing = side === '>'
  const from = outgoing ? own : (thread.outside[Number(party || '1') - 1] ?? '')
  const others = thread.outside.filter((number) => number !== from)
  return {
    id: hexId('AC', key),
    from,
    to: outgoing ? thread.outside : [own, ...others],
    text: sayDays(withMedia.replace(MEDIA, ''), at),
    phoneNumberId: thread.line.id,
    conversationId: thread.conversationId,
    direction: outgoing ? 'outgoing' : 'incoming',
    userId: outgoing ? thread.userId : null,
    status: status ?? (outgoing ? 'delivered' : 'received'),
    createdAt: at.toISOString(),
    updatedAt: addSeconds(at, 1 + draw(`${key} sent`, 4)).toISOString(),
    media: files.map((name) => mediaOf(key, name)),
  }
}

function mediaOf(key: string, name: string): WorldTextMessage['media'][number] {
  const type = TYPES[name.split('.').at(-1) ?? ''] ?? null
  return { path: `media/${hexId('', key).slice(0, 8)}/${name}`, type }
}
