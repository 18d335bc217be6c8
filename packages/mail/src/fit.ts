/**
 * As much of a mail as a row of D1 holds beside its text: a hostile header names thousands. What is
 * left out stands in the raw message. No I/O.
 */
import type { MailAddress, MailPart } from '@switchboard/shared/record'

const MOST_ADDRESSES = 500 // of one header
const MOST_REFERENCES = 100
const MOST_ATTACHMENTS = 500
const LONGEST_NAME = 300
const LONGEST_ADDRESS = 320 // RFC 5321: 64 and 255 with their @
const LONGEST_ID = 1000
const LONGEST_SUBJECT = 4000

export function fit<Part extends Omit<MailPart, 'id' | 'folder'>>(part: Part): Part {
  return {
    ...part,
    subject: part.subject.slice(0, LONGEST_SUBJECT),
    from: addresses(part.from),
    to: addresses(part.to),
    cc: addresses(part.cc),
    bcc: addresses(part.bcc),
    ...(part.replyTo !== undefined && { replyTo: addresses(part.replyTo) }),
    inReplyTo: ids(part.inReplyTo),
    references: ids(part.references),
    attachments: part.attachments
      .slice(0, MOST_ATTACHMENTS)
      .map((one) => ({ ...one, name: one.name?.slice(0, LONGEST_NAME) ?? null })),
  }
}

function addresses(list: readonly MailAddress[]): MailAddress[] {
  return list
    .filter(({ address }) => address.length <= LONGEST_ADDRESS)
    .slice(0, MOST_ADDRESSES)
    .map(({ name, address }) => ({ name: name?.slice(0, LONGEST_NAME) ?? null, address }))
}

/** The first is the root, the last ones are the nearest. */
function ids(list: readonly string[]): string[] {
  const short = list.filter((id) => id.length <= LONGEST_ID)
  return short.length <= MOST_REFERENCES
    ? short
    : [...short.slice(0, 1), ...short.slice(1 - MOST_REFERENCES)]
}
