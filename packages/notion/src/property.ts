/**
 * One property as a request writes it: a constructor for each type, within Notion's limits. What a
 * property cannot hold is cut where it is text and left empty where a part would be wrong (a number,
 * an address, a link). No I/O.
 */
import { pageId } from './ids.ts'
import { clean, cutToProperty, head, richText } from './text.ts'
import type { RichText } from './text.ts'

/** The request form by type. */
export interface Forms {
  title: { title: RichText[] }
  rich_text: { rich_text: RichText[] }
  number: { number: number | null }
  select: { select: { name: string } | null }
  multi_select: { multi_select: { name: string }[] }
  date: { date: { start: string } | null }
  phone_number: { phone_number: string | null }
  email: { email: string | null }
  url: { url: string | null }
  checkbox: { checkbox: boolean }
  relation: { relation: { id: string }[] }
}
export type Property = Forms[keyof Forms]
export type Properties = Record<string, Property>

const MOST_OPTIONS = 10 // ours: more keywords tell nobody anything
const OPTION_LENGTH = 100
const MOST_RELATIONS = 100
const CONTACT_LENGTH = 200 // phone and mail
const URL_LENGTH = 2000

export function title(value: string): Forms['title'] {
  return { title: richText(cutToProperty(clean(value))) }
}

export function text(value: string): Forms['rich_text'] {
  return { rich_text: richText(cutToProperty(clean(value))) }
}

export function number(value: number | null): Forms['number'] {
  return { number: value }
}

export function select(value: string | null): Forms['select'] {
  const name = optionName(value ?? '')
  return { select: name === '' ? null : { name } }
}

/** At most ten options; names that differ in case only are one. */
export function multiSelect(values: string[]): Forms['multi_select'] {
  const byFold = new Map<string, string>()
  for (const name of values.map(optionName))
    if (name !== '' && !byFold.has(name.toLowerCase())) byFold.set(name.toLowerCase(), name)
  return { multi_select: [...byFold.values()].slice(0, MOST_OPTIONS).map((name) => ({ name })) }
}

/** @param instant ISO 8601; what is no instant leaves the date empty */
export function date(instant: string | null): Forms['date'] {
  const ms = instant === null ? Number.NaN : Date.parse(instant)
  return { date: Number.isNaN(ms) ? null : { start: new Date(ms).toISOString() } }
}

export function phone(value: string | null): Forms['phone_number'] {
  return { phone_number: within(value, CONTACT_LENGTH) }
}

export function email(value: string | null): Forms['email'] {
  return { email: within(value, CONTACT_LENGTH) }
}

export function url(value: string | null): Forms['url'] {
  return { url: within(value, URL_LENGTH) }
}

export function checkbox(value: boolean): Forms['checkbox'] {
  return { checkbox: value }
}

/** Page ids in one order, so that the same links are the same value; at most 100. */
export function relation(pageIds: string[]): Forms['relation'] {
  const ids = [...new Set(pageIds.map(pageId))].toSorted().slice(0, MOST_RELATIONS)
  return { relation: ids.map((id) => ({ id })) }
}

/** Notion takes no comma in an option's name. */
function optionName(value: string): string {
  const name = clean(value)
    .replaceAll(/[,\s]+/g, ' ')
    .trim()
  return head(name, OPTION_LENGTH).trim()
}

function within(value: string | null, length: number): string | null {
  const fit = clean(value ?? '').trim()
  return fit === '' || fit.length > length ? null : fit
}
