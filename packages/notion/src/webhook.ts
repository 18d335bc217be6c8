/**
 * What Notion's webhooks tell: signals only, the page is read afterwards. The signature is the SDK's
 * HMAC-SHA-256 over the raw body, compared in constant time.
 */
import { verifyWebhookSignature } from '@notionhq/client'
import * as v from 'valibot'
import { pageId } from './ids.ts'

/** Whether these bytes were signed with the subscription's verification token. */
export function isSigned(
  body: Uint8Array,
  signature: string | null,
  verificationToken: string,
): Promise<boolean> {
  return verifyWebhookSignature({ body, signature, verificationToken })
}

/** The one request that brings the token of a new subscription; its own token signs it, if at all. */
export const Handshake = v.object({
  verification_token: v.pipe(v.string(), v.minLength(1), v.maxLength(200), v.regex(/^[\w.~-]+$/)),
  type: v.optional(v.never()), // an event has one
})

/** A signal about a page: of a data source, where it tells one. */
export const PageEvent = v.object({
  type: v.pipe(v.string(), v.startsWith('page.')),
  entity: v.object({ id: v.pipe(v.string(), v.transform(pageId)), type: v.literal('page') }),
  authors: v.optional(v.array(v.object({ type: v.optional(v.string()) })), []),
  data: v.optional(
    v.object({
      parent: v.optional(
        v.object({
          id: v.optional(v.string()),
          data_source_id: v.optional(v.string()),
        }),
      ),
      updated_properties: v.optional(v.array(v.string())),
    }),
    {},
  ),
})
export type PageEvent = v.InferOutput<typeof PageEvent>

/** What of a page of a record a person may have done. */
const OF_RECORDS = new Set([
  'page.properties_updated',
  'page.content_updated',
  'page.deleted',
  'page.undeleted',
  'page.moved',
])

/** How the event may have changed a page of a record; null: not at all. */
export function changeTold({ type, authors }: PageEvent): {
  byBots: boolean
  trashed: boolean
} | null {
  if (!OF_RECORDS.has(type)) return null
  return {
    byBots: authors.length > 0 && authors.every((author) => author.type === 'bot'),
    trashed: type !== 'page.properties_updated' && type !== 'page.content_updated',
  }
}

/** Nothing that a merchant is known by can have changed. */
const BESIDE_THE_POINT = new Set(['page.content_updated', 'page.locked', 'page.unlocked'])

/**
 * Whether the event may have changed what a page of this data source is known by.
 * @param watched ids of the properties that count; null: not known, so all do
 */
export function concerns(
  event: PageEvent,
  dataSourceId: string,
  watched: readonly string[] | null,
): boolean {
  const { parent, updated_properties: updated } = event.data
  const home = parent?.data_source_id ?? parent?.id
  // A page that was moved away or deleted may name another parent, or none.
  const left = event.type === 'page.moved' || event.type === 'page.deleted'
  if (!left && home !== undefined && pageId(home) !== pageId(dataSourceId)) return false
  if (BESIDE_THE_POINT.has(event.type)) return false
  if (event.type !== 'page.properties_updated' || updated === undefined || watched === null)
    return true
  const ids = new Set(watched.map(plainId))
  return updated.some((id) => ids.has(plainId(id)))
}

/** Property ids come escaped for a URL, or plain. */
function plainId(id: string): string {
  try {
    return decodeURIComponent(id)
  } catch {
    return id
  }
}
