/**
 * JMAP's shapes (RFC 8620, RFC 8621), no more than we read. Unknown fields are ignored; what a
 * server may leave out or set to null has a default.
 */
import * as v from 'valibot'
import { AUTOMATIC_HEADERS } from './automatic.ts'
import { IDENTITY_HEADERS } from './headers.ts'

const Text = v.nullish(v.string(), null)
const Texts = v.nullish(v.array(v.string()), [])

/** The session. Spec: RFC 8620, section 2. */
export const WireSession = v.object({
  apiUrl: v.pipe(v.string(), v.nonEmpty()),
  downloadUrl: v.nullish(v.string(), ''),
  username: v.nullish(v.string(), ''),
  primaryAccounts: v.nullish(v.record(v.string(), v.string()), {}),
  accounts: v.nullish(
    v.record(
      v.string(),
      v.object({
        isPersonal: v.nullish(v.boolean(), true),
        accountCapabilities: v.nullish(v.record(v.string(), v.unknown()), {}),
      }),
    ),
    {},
  ),
  capabilities: v.nullish(v.record(v.string(), v.unknown()), {}),
})
export type WireSession = v.InferOutput<typeof WireSession>

/** What the core capability says of limits. */
export const WireLimits = v.object({
  maxObjectsInGet: v.nullish(v.pipe(v.number(), v.minValue(1)), null),
})

/** An answer: one response for each method, in order. Spec: RFC 8620, section 3.4. */
export const WireResponses = v.object({
  methodResponses: v.array(v.tuple([v.string(), v.unknown(), v.string()])),
})

export const WireMethodError = v.object({ type: v.string(), description: Text })

/** A refused request as a whole. Spec: RFC 8620, section 3.6.1. */
export const WireProblem = v.object({ type: Text, title: Text, detail: Text, limit: Text })

export const WireMailboxes = v.object({
  list: v.array(v.object({ id: v.string(), role: Text, parentId: Text })),
})

export const WireIdentities = v.object({
  list: v.array(v.object({ email: v.nullish(v.string(), '') })),
})

export const WireQuery = v.object({
  ids: v.array(v.string()),
  position: v.nullish(v.number(), null),
  limit: v.nullish(v.number(), null), // only where the server set another one than was asked for
})

/** The rows are read one by one. */
export const WireEmails = v.object({ list: v.array(v.unknown()), state: Text })

/** When a mail came. */
export const WireReceived = v.object({
  id: v.string(),
  receivedAt: v.pipe(v.string(), v.isoTimestamp()),
})

/** Where a mail lies. */
export const WireMailboxIds = v.object({ mailboxIds: v.record(v.string(), v.unknown()) })

/** Spec: RFC 8620, section 5.2. */
export const WireChanges = v.object({
  newState: v.string(),
  hasMoreChanges: v.nullish(v.boolean(), false),
})

const WireAddresses = v.nullish(
  v.array(v.object({ name: Text, email: v.nullish(v.string(), '') })),
  [],
)
export type WireAddresses = v.InferOutput<typeof WireAddresses>

const WirePart = v.object({
  partId: Text,
  blobId: v.nullish(v.string()),
  type: v.nullish(v.string(), 'text/plain'),
  name: v.nullish(v.string()),
  size: v.nullish(v.number()),
})
export type WirePart = v.InferOutput<typeof WirePart>

/** Headers that are read as they stand. */
const READ_HEADERS = [...AUTOMATIC_HEADERS, ...IDENTITY_HEADERS, 'authentication-results'] as const

/** The property of an Email that holds all headers of a name. */
export function headerProperty(name: string): string {
  return `header:${name}:all`
}

/** Spec: RFC 8621, section 4.1. */
export const WireEmail = v.object({
  id: v.string(),
  blobId: v.nullish(v.string()), // of the whole message
  size: v.nullish(v.number(), null),
  threadId: Text,
  messageId: Texts,
  inReplyTo: Texts,
  references: Texts,
  from: WireAddresses,
  to: WireAddresses,
  cc: WireAddresses,
  bcc: WireAddresses,
  subject: v.nullish(v.string(), ''),
  receivedAt: v.pipe(v.string(), v.isoTimestamp()),
  sentAt: Text, // what the Date header says, so it may be nonsense
  textBody: v.nullish(v.array(WirePart), []),
  htmlBody: v.nullish(v.array(WirePart), []),
  bodyValues: v.nullish(
    v.record(
      v.string(),
      v.object({ value: v.string(), isTruncated: v.nullish(v.boolean(), false) }),
    ),
    {},
  ),
  attachments: v.nullish(
    v.array(
      v.object({
        name: Text,
        type: Text,
        size: v.nullish(v.number(), null),
        blobId: v.nullish(v.string()),
      }),
    ),
    [],
  ),
  // Raw, the topmost first. Spec: RFC 8621, section 4.1.2.
  ...Object.fromEntries(READ_HEADERS.map((name) => [headerProperty(name), Texts])),
})
export type WireEmail = v.InferOutput<typeof WireEmail>

/** The properties of an Email that a listing asks for: those above. */
export const EMAIL_PROPERTIES = Object.keys(WireEmail.entries)
