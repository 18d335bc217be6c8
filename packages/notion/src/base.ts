/**
 * Properties as plain values, so that what Notion returned can be compared with what we want. The
 * base of a page is each property of ours as Notion last returned it; an update sends only what
 * differs from it. Notion shortens a long relation on reading (`has_more`): such a one is never
 * compared, so its last sent ids stand in the base instead (pages.ts). No I/O.
 */
import * as v from 'valibot'
import { KINDS } from '@switchboard/shared/kinds'
import type { Kind } from '@switchboard/shared/kinds'
import { pageId } from './ids.ts'
import { PROPERTIES, expectedType } from './properties.ts'
import { date } from './property.ts'
import type { Properties, Property } from './property.ts'
import type { PageProperty } from './wire.ts'

const SYNCED_AT = 'Synced At'

/** Text, option and link as strings, options and page ids in one order, dates in ISO 8601. */
export const PlainValue = v.nullable(
  v.union([v.string(), v.number(), v.boolean(), v.array(v.string())]),
)
export type PlainValue = v.InferOutput<typeof PlainValue>

/** Property name -> value; kept as JSON beside the page's id. */
export const Base = v.record(v.string(), PlainValue)
export type Base = v.InferOutput<typeof Base>

/** Our properties of a returned page; people's own and shortened relations are left out. */
export function normalise(kind: Kind, returned: Record<string, PageProperty>): Base {
  const base: Base = {}
  for (const [name, property] of Object.entries(returned)) {
    if (expectedType(kind, name) === undefined) continue
    const value = returnedValue(property)
    if (value !== undefined) base[name] = value
  }
  return base
}

/** Under this name a base has the ids of our properties, by which one that was made anew is known. */
const IDS = '#ids'

/** As `normalise`, with the properties' ids: what is remembered of a page. */
export function remembered(kind: Kind, returned: Record<string, PageProperty>): Base {
  const short = Object.keys(PROPERTIES[kind]).map((name) => shortId(returned[name]))
  const base = normalise(kind, returned)
  return short.every((id) => id === UNKNOWN)
    ? base
    : { ...base, [IDS]: `${kind} ${short.join('')}` }
}

/** The ids of the properties as this base has them, to be taken over into another. */
export function idsOf(base: Base): Base {
  const { [IDS]: known } = base
  return known === undefined ? {} : { [IDS]: known }
}

const ID_LENGTH = 3
const UNKNOWN = '-'.repeat(ID_LENGTH)

/** Enough to tell two ids of one name apart. The title cannot be deleted, and "other" types are not ours. */
function shortId(property: PageProperty | undefined): string {
  if (property === undefined || property.type === 'other' || property.type === 'title')
    return UNKNOWN
  if (property.id === undefined || property.id === '') return UNKNOWN
  let hash = 0x811c9dc5
  for (const char of property.id) hash = Math.imul(hash ^ (char.codePointAt(0) ?? 0), 0x01000193)
  return (hash >>> 0).toString(36).padStart(ID_LENGTH, '0').slice(-ID_LENGTH)
}

/** The short id of a property; undefined: not known. */
function idIn(base: Base, name: string): string | undefined {
  const [said, short = ''] = String(base[IDS] ?? '').split(' ')
  const kind = KINDS.find((one) => one === said)
  const at = kind === undefined ? -1 : Object.keys(PROPERTIES[kind]).indexOf(name)
  const id = at === -1 ? UNKNOWN : short.slice(at * ID_LENGTH, (at + 1) * ID_LENGTH)
  return id === UNKNOWN || id === '' ? undefined : id
}

/**
 * What stands empty since its property was deleted and made anew: nobody has emptied the page, and
 * what we have to say belongs there again.
 */
export function lost(shown: Base, known: Base): Base {
  return Object.fromEntries(
    Object.entries(shown).filter(([name, value]) => isLost(name, value, shown, known)),
  )
}

function isLost(name: string, value: PlainValue, shown: Base, known: Base): boolean {
  if (!isEmpty(value) || isEmpty(known[name] ?? null)) return false
  const [now, before] = [idIn(shown, name), idIn(known, name)]
  return now !== undefined && before !== undefined && now !== before
}

/** The plain values of properties in their request form. */
export function plain(properties: Properties): Base {
  return Object.fromEntries(
    Object.entries(properties).map(([name, property]) => [name, wantedValue(property)]),
  )
}

/** The properties, with the time of this write. @param now ms since epoch */
export function stamped(properties: Properties, now: number): Properties {
  return { ...properties, [SYNCED_AT]: date(new Date(now).toISOString()) }
}

/**
 * What an update has to send: the properties that differ from the base, and Synced At only with
 * them. Empty: nothing to write.
 */
export function differing(wanted: Properties, base: Base): Properties {
  const changed = Object.entries(wanted).filter(
    ([name, property]) => name !== SYNCED_AT && !alike(wantedValue(property), base[name]),
  )
  const syncedAt = wanted[SYNCED_AT]
  if (changed.length > 0 && syncedAt !== undefined) changed.push([SYNCED_AT, syncedAt])
  return Object.fromEntries(changed)
}

/**
 * What of the wanted properties a page lacks: a page of somebody else's with the record's id is
 * adopted, and only what is empty there is filled in.
 */
export function filling(wanted: Properties, base: Base): Properties {
  const filled = Object.fromEntries(Object.entries(base).filter(([, value]) => !isEmpty(value)))
  return Object.fromEntries(
    Object.entries(differing(wanted, base)).filter(
      ([name]) => name === SYNCED_AT || !(name in filled),
    ),
  )
}

/** What people judge otherwise than we do, and correct; the rest are facts of the record. */
const JUDGED: ReadonlySet<string> = new Set([
  'AI Summary',
  'Action Items',
  'Canvas',
  'Category',
  'Keywords',
  'Lead Score',
  'Sentiment',
  'Sentiment Confidence',
])

/**
 * The base of a page of ours of which nothing is remembered. Facts are known as they stand there.
 * What people judge may be a person's where it is filled in: it counts as what we would write, so
 * that it is left alone, and known as theirs once we would write something else.
 */
export function recalled(wanted: Properties, shown: Base): Base {
  const judged = Object.entries(plain(wanted)).filter(
    ([name]) => JUDGED.has(name) && !(name in shown && isEmpty(shown[name] ?? null)),
  )
  return { ...shown, ...Object.fromEntries(judged) }
}

/**
 * What a person has changed: our properties that stand otherwise on the page than we know them.
 * What we do not know, have just sent, or cannot see whole is not compared. Emptied is changed.
 */
export function peoples(shown: Base, known: Base, sent: Properties = {}): Base {
  return Object.fromEntries(
    Object.entries(shown).filter(([name, value]) => {
      const before = known[name]
      if (name === SYNCED_AT || name === IDS || before === undefined || name in sent) return false
      return !alike(before, value) && !isLost(name, value, shown, known)
    }),
  )
}

/** Whether Notion has the value we want; undefined: we do not know what it has. */
export function alike(wanted: PlainValue, returned: PlainValue | undefined): boolean {
  if (returned === undefined) return false
  if (Array.isArray(wanted) && Array.isArray(returned))
    return wanted.length === returned.length && wanted.every((part, at) => part === returned[at])
  if (wanted === returned) return true
  return typeof wanted === 'string' && typeof returned === 'string' && sameInstant(wanted, returned)
}

/** What somebody has filled in on a page that is not ours: it stays theirs. */
export function filledIn(base: Base): Base {
  return Object.fromEntries(
    Object.entries(base).filter(
      ([name, value]) => name !== SYNCED_AT && name !== IDS && !isEmpty(value),
    ),
  )
}

function isEmpty(value: PlainValue): boolean {
  return (
    value === null ||
    value === '' ||
    value === false ||
    (Array.isArray(value) && value.length === 0)
  )
}

function wantedValue(property: Property): PlainValue {
  if ('title' in property) return joined(property.title)
  if ('rich_text' in property) return joined(property.rich_text)
  if ('number' in property) return property.number
  if ('select' in property) return property.select?.name ?? null
  if ('multi_select' in property) return names(property.multi_select)
  if ('date' in property) return property.date?.start ?? null
  if ('phone_number' in property) return property.phone_number
  if ('email' in property) return property.email
  if ('url' in property) return property.url
  if ('checkbox' in property) return property.checkbox
  return ids(property.relation)
}

function returnedValue(property: PageProperty): PlainValue | undefined {
  switch (property.type) {
    case 'title':
      return property.title.map((piece) => piece.plain_text).join('')
    case 'rich_text':
      return property.rich_text.map((piece) => piece.plain_text).join('')
    case 'number':
      return property.number
    case 'select':
      return property.select?.name ?? null
    case 'multi_select':
      return names(property.multi_select)
    case 'date':
      return property.date === null ? null : span(property.date)
    case 'phone_number':
      return property.phone_number
    case 'email':
      return property.email
    case 'url':
      return property.url
    case 'checkbox':
      return property.checkbox
    case 'relation':
      return property.has_more ? undefined : ids(property.relation)
    case 'formula':
    case 'rollup':
    case 'other':
      return undefined
  }
}

function joined(pieces: { text: { content: string } }[]): string {
  return pieces.map((piece) => piece.text.content).join('')
}

function names(options: { name: string }[]): string[] {
  return options.map((option) => option.name).toSorted()
}

function ids(pages: { id: string }[]): string[] {
  return pages.map((page) => pageId(page.id)).toSorted()
}

/** A day stays a day; an instant is told in UTC; an end of a person's making is kept beside it. */
function span({ start, end }: { start: string; end?: string | null | undefined }): string {
  return end === null || end === undefined ? instant(start) : `${instant(start)}/${instant(end)}`
}

function instant(text: string): string {
  const ms = Date.parse(text)
  return Number.isNaN(ms) || !text.includes('T') ? text : new Date(ms).toISOString()
}

const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/

/** Notion keeps dates to the minute or the second: the same, if they agree as far as it keeps them. */
function sameInstant(wanted: string, returned: string): boolean {
  if (!INSTANT.test(wanted) || !INSTANT.test(returned)) return false
  const unit = returned.endsWith(':00.000Z') ? 60_000 : returned.endsWith('.000Z') ? 1000 : 1
  return Math.floor(Date.parse(wanted) / unit) === Date.parse(returned) / unit
}
