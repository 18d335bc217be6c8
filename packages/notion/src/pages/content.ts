/**
 * What a page shall hold, for all kinds of records: the frame around the mappings beside this file.
 * Pure but for the hash: the same record, analysis and links give the same content and fingerprint.
 */
import type { AnalysisResult } from '@switchboard/shared/analysis'
import type { SourceFile } from '@switchboard/shared/files'
import { canonicalJson, sha256, unsigned } from '@switchboard/shared/hash'
import type { Kind } from '@switchboard/shared/kinds'
import { plain } from '../base.ts'
import type { Block } from '../body.ts'
import { markOf } from '../mark.ts'
import { PROPERTIES, SIGNED, UNHASHED } from '../properties.ts'
import type { PropertyType } from '../properties.ts'
import { multiSelect, number, relation, select, text } from '../property.ts'
import type { Forms, Properties } from '../property.ts'
import { cutToBytes, jsonBytes, oneLine } from '../text.ts'

export interface PageContent {
  properties: Properties
  /** What stands before the body: none or one block, written with its first part. */
  top: Block[]
  /** What the block on top is known by; null: there is none. */
  topMark: string | null
  /** Utterances for the page's body; empty unless the transcript is longer than a property holds. */
  body: string[]
  /** Hash of all this without the source's signatures, Updated At and Synced At: what the page was last. */
  fingerprint: string
}

/** Who is who in the workspace; the caller fills it from its directory. */
export interface Own {
  /** A user's full name; null: unknown. */
  userName(id: string): string | null
  /** A workspace number in E.164 by its id; null: unknown. */
  phoneNumber(id: string): string | null
  isOwnNumber(phoneNumber: string): boolean
}

/** What a page says beyond its record. */
export interface PageContext {
  /** null: nothing is known yet, and the page says nothing. */
  analysis: AnalysisResult | null
  own: Own
  /** Page ids of the merchants; null: links are switched off and Canvas is not written. */
  merchants: string[] | null
  /** Our own links to the record's files, by key; a file without one shows its source's. */
  fileLinks: ReadonlyMap<string, string>
}

/** The link that a page shows for a file; null: there is none (yet). */
export function linkOf(
  file: SourceFile | undefined,
  links: PageContext['fileLinks'],
): string | null {
  return file === undefined ? null : (links.get(file.key) ?? file.url)
}

type Table<K extends Kind> = (typeof PROPERTIES)[K]
/** Every property of the kind's table in its type's form, Synced At aside (base.ts, `stamped`). */
export type PropertiesOf<K extends Kind> = {
  -readonly [
    Name in Exclude<keyof Table<K>, 'Canvas' | 'Synced At'>
  ]: Table<K>[Name] extends PropertyType ? Forms[Table<K>[Name]] : never
} & { Canvas?: Forms['relation'] }

/** All texts of one request, as JSON: Notion takes 500 KB, and the rest of a page is small. */
const TEXT_BYTES = 440_000
/** The same where the first part of a body (400 KB) goes along. */
const TEXT_BYTES_BESIDE_BODY = 60_000

/** The page of these properties and this body, cut to what one request may hold. */
export async function pageContent<K extends Kind>(
  properties: PropertiesOf<K>,
  body: string[],
  fileLinks: PageContext['fileLinks'] = new Map(),
  top: Block[] = [],
): Promise<PageContent> {
  const fitting = withinBytes(
    { ...properties },
    body.length > 0 ? TEXT_BYTES_BESIDE_BODY : TEXT_BYTES,
  )
  const ours = new Set(fileLinks.values())
  const [first] = top
  const topMark = first === undefined ? null : await markOf(first, ours)
  return {
    properties: fitting,
    top,
    topMark,
    body,
    fingerprint: await fingerprint(fitting, body, topMark, ours),
  }
}

/** The properties that every kind has from its analysis. */
export function analysisProperties(result: AnalysisResult | null) {
  const analysis = result?.analysed === true ? result.analysis : null
  const summary =
    result?.analysed === false ? `(not analysed: ${result.reason})` : (analysis?.summary ?? '')
  return {
    Sentiment: select(analysis?.sentiment?.label ?? null),
    'Sentiment Confidence': number(analysis?.sentiment?.confidence ?? null),
    'AI Summary': text(summary),
    'Action Items': text(
      (analysis?.actionItems ?? []).map((item) => `- ${oneLine(item.text)}`).join('\n'),
    ),
    Category: select(analysis?.category?.label ?? null),
  }
}

export function keywords(result: AnalysisResult | null): Forms['multi_select'] {
  return multiSelect(result?.analysed === true ? result.analysis.keywords : [])
}

export function canvas(merchants: string[] | null): { Canvas?: Forms['relation'] } {
  return merchants === null ? {} : { Canvas: relation(merchants) }
}

const E164 = /^\+[1-9]\d{1,14}$/

/** The number, or null where it is none in E.164: a short code, a withheld one. */
export function e164(phoneNumber: string | null | undefined): string | null {
  return phoneNumber !== null && phoneNumber !== undefined && E164.test(phoneNumber)
    ? phoneNumber
    : null
}

/** Our own links change only when they are meant to: their signatures count. */
async function fingerprint(
  properties: Properties,
  body: string[],
  topMark: string | null,
  ours: ReadonlySet<string>,
): Promise<string> {
  const content = Object.entries(plain(properties))
    .filter(([name]) => !UNHASHED.has(name))
    .map(([name, value]) => [
      name,
      SIGNED.has(name) && typeof value === 'string' ? withoutQueries(value, ours) : value,
    ])
  const top = topMark ?? undefined
  return sha256(canonicalJson({ properties: Object.fromEntries(content), body, top }))
}

function withoutQueries(lines: string, but: ReadonlySet<string>): string {
  return lines
    .split('\n')
    .map((line) => (but.has(line) ? line : (unsigned(line) ?? '')))
    .join('\n')
}

/** Cuts the longest texts, evenly, until all of them together take no more than `budget` bytes. */
function withinBytes(properties: Properties, budget: number): Properties {
  const texts = Object.entries(plain(properties))
    .filter(([name]) => 'rich_text' in (properties[name] ?? {}))
    .map(([name, value]) => ({ name, value: String(value), bytes: jsonBytes(String(value)) }))
    .toSorted((a, b) => a.bytes - b.bytes)
  let left = budget
  for (const [at, { bytes }] of texts.entries()) {
    const share = Math.floor(left / (texts.length - at))
    if (bytes > share) {
      const cut = texts.slice(at).map(({ name, value }) => [name, text(cutToBytes(value, share))])
      return { ...properties, ...Object.fromEntries(cut) }
    }
    left -= bytes
  }
  return properties
}
