/**
 * Makes JMAP mails out of the mail scripts. A mail is a block:
 *
 *   # b19 15:10 sent wes -> mapleview, Someone Else <else@shop.example>
 *   subject: Proposal as discussed
 *   cc: mapleview:billing              bcc: likewise
 *   attach: offer.pdf 181377, ...      file name and size in bytes
 *   key: proposal                      its name for answers, which say `re: proposal`
 *   html                               the body is HTML, there is no plain one
 *   no-message-id                      an old program left the header out
 *
 *   The body, up to the next block.
 *
 * A party is one of us, `office` (the shared mailbox), a merchant's key (`:billing` for the
 * billing address), or a name with an address.
 */
import type { WorldAddress, WorldMail } from '../world.ts'
import { addSeconds, moment, sayDays } from './clock.ts'
import { draw, hexId } from './ids.ts'
import { merchantContact } from './merchants.ts'
import { OFFICE_MAIL, userOf } from './people.ts'
import { type Block, blocksOf } from './script.ts'

const HEAD = /^(m\d+|[bs]\d+ \d\d:\d\d) (inbox|sent|archive|trash|junk|drafts) (.+?) -> (.+)$/
const NAMED = /^(.+) <(\S+@\S+)>$/
const OURS = ['renata', 'priya', 'des', 'gloria', 'theo', 'wes']

const TYPES: Record<string, string> = {
  pdf: 'application/pdf',
  jpg: 'image/jpeg',
  mp4: 'video/mp4',
  docx: 'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
  xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
}

/** What an answer has to know of the mail it answers. */
type Named = Map<string, WorldMail>

export function buildMails(script: string, anchor: Date): WorldMail[] {
  const named: Named = new Map()
  return blocksOf(script).map((block) => buildMail(block, anchor, named, block.head))
}

/** One mail that answers no other. @param seed what its ids are drawn from */
export function mailFrom(block: Block, seed: string, anchor: Date): WorldMail {
  return buildMail(block, anchor, new Map(), seed)
}

function buildMail({ head, lines }: Block, anchor: Date, named: Named, seed: string): WorldMail {
  const [, when = '', mailbox = '', from = '', to = ''] = HEAD.exec(head) ?? []
  if (when === '') throw new Error(`Not the head of a mail: ${head}`)
  const blank = lines.indexOf('')
  const fields = readFields(lines.slice(0, blank), head)
  const answered = parentOf(fields, named, head)
  const sentAt = moment(anchor, when, draw(head, 60))
  const outgoing = mailbox === 'sent' || mailbox === 'drafts'
  const body = sayDays(lines.slice(blank).join('\n').trim(), sentAt)
  const html = fields.has('html')
  const sender = address(from)
  const mail: WorldMail = {
    id: hexId('M', seed).slice(0, 25),
    threadId: answered?.threadId ?? hexId('T', seed).slice(0, 17),
    mailbox: mailbox as WorldMail['mailbox'],
    messageId: fields.has('no-message-id') ? null : messageIdOf(seed, sender),
    inReplyTo: answered?.messageId ?? null,
    references: [...(answered?.references ?? []), answered?.messageId ?? []].flat(),
    from: [sender],
    to: addresses(to),
    cc: addresses(fields.get('cc') ?? ''),
    bcc: addresses(fields.get('bcc') ?? ''),
    subject: fields.get('subject') ?? '',
    receivedAt: addSeconds(sentAt, outgoing ? 0 : 2 + draw(`${head} way`, 25)).toISOString(),
    sentAt: sentAt.toISOString(),
    text: html ? '' : body,
    html: html ? body : null,
    attachments: attachments(fields.get('attach') ?? ''),
  }
  const key = fields.get('key')
  if (key !== undefined) named.set(key, mail)
  return mail
}

function readFields(lines: string[], head: string): Map<string, string> {
  const fields = new Map<string, string>()
  for (const line of lines) {
    const [, name, value = ''] =
      /^(subject|cc|bcc|attach|key|re|html|no-message-id)(?:: (.+))?$/.exec(line) ?? []
    if (name === undefined) throw new Error(`Not a field of a mail (${head}): ${line}`)
    fields.set(name, value)
  }
  return fields
}

function parentOf(fields: Map<string, string>, named: Named, head: string): WorldMail | null {
  const key = fields.get('re')
  if (key === undefined) return null
  const found = named.get(key)
  if (found === undefined) throw new Error(`No mail named ${key} before its answer: ${head}`)
  return found
}

function messageIdOf(seed: string, sender: WorldAddress): string {
  return `${hexId('', seed).slice(0, 20)}@${sender.email.split('@')[1] ?? ''}`
}

function addresses(written: string): WorldAddress[] {
  return written.split(', ').filter(Boolean).map(address)
}

function address(written: string): WorldAddress {
  const [, name = null, email] = NAMED.exec(written) ?? []
  if (email !== undefined) return { name, email }
  if (written === 'office') return { name: 'Northgate Merchant Services', email: OFFICE_MAIL }
  if (OURS.includes(written)) {
    const user = userOf(written)
    return { name: `${user.firstName} ${user.lastName}`, email: user.email }
  }
  const [key = '', which] = written.split(':')
  const contact = merchantContact(key)
  if (which === 'billing') return { name: null, email: contact.billing }
  return { name: contact.name, email: contact.email }
}

function attachments(written: string): WorldMail['attachments'] {
  return written
    .split(', ')
    .filter(Boolean)
    .map((file) => {
      const [name = '', size = ''] = file.split(' ')
      const type = TYPES[name.split('.').at(-1) ?? ''] ?? 'application/octet-stream'
      return { name, type, size: Number(size) }
    })
}
