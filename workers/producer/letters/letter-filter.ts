/** What a person types to find dead letters, and what a filter of the API selects. */
import { addressesIn } from '@switchboard/identity/mail'
import { phonesIn } from '@switchboard/identity/phone'
import type { LetterFilter } from '@switchboard/shared/api/letters'
import { readLetterId } from '@switchboard/shared/api/letters'
import { readSettings } from '@switchboard/shared/config'
import { KINDS } from '@switchboard/shared/kinds'
import { countLetters, listLetters, recordsOfParty } from '@switchboard/store/letter-list'
import type {
  LetterFilter as Stored,
  LetterCursor,
  LetterKey,
} from '@switchboard/store/letter-list'
import type { Env } from '../ports.ts'
import { BadInput } from '../door/problem.ts'

const A_PAGE = 200
/** Where few fit, a page may hold none: looking on ends somewhere. */
const MOST_PAGES = 8

/**
 * A number or an address finds the letters of its records, an id those of its record; everything
 * else is words of the reason.
 */
export async function readFilter(env: Env, filter: LetterFilter): Promise<Stored> {
  const { q = '', from, to, ...rest } = filter
  const read: Stored = {
    ...rest,
    from: from === undefined ? undefined : Date.parse(from),
    to: to === undefined ? undefined : Date.parse(to),
  }
  const text = q.trim()
  if (text === '') return read
  const records = await recordsNamed(env, read, text)
  if (records.length > 0) return { ...read, records }
  return { ...read, words: text.toLowerCase().split(/\s+/) }
}

async function recordsNamed(env: Env, filter: Stored, text: string) {
  const { DEFAULT_COUNTRY } = readSettings(env, ['DEFAULT_COUNTRY'])
  const parties = [...phonesIn(text, DEFAULT_COUNTRY), ...addressesIn(text)]
  const ofParty = parties.length === 0 ? [] : await recordsOfParty(env.DB, parties)
  if (ofParty.length > 0 || /\s/.test(text)) return ofParty
  const records = KINDS.map((kind) => ({ kind, id: text }))
  const { letters } = await listLetters(env.DB, { ...filter, records }, null, 1)
  return letters.length > 0 ? records : []
}

/** @throws BadInput that names the id which is none */
export function readIds(ids: readonly string[]): LetterKey[] {
  const keys = ids.map((id, at) => {
    const key = readLetterId(id)
    if (key === null) throw new BadInput([{ path: `ids.${at}`, detail: 'is no id of a letter' }])
    return key
  })
  return [...new Map(keys.map((key) => [JSON.stringify(key), key])).values()]
}

/** The first letters of a selection, and how many there are in all. */
export async function firstSelected(
  env: Env,
  select: { keys: readonly LetterKey[] } | { filter: Stored },
  most: number,
): Promise<{ keys: readonly LetterKey[]; total: number; isExact: boolean }> {
  if ('keys' in select)
    return { keys: select.keys.slice(0, most), total: select.keys.length, isExact: true }
  const keys: LetterKey[] = []
  let after: LetterCursor | null = null
  let pages = 0
  do {
    const page = await listLetters(env.DB, select.filter, after, A_PAGE)
    keys.push(...page.letters)
    after = page.next
    pages += 1
  } while (after !== null && keys.length < most && pages < MOST_PAGES)
  const counted = await countLetters(env.DB, select.filter)
  return {
    keys: keys.slice(0, most),
    total: counted ?? keys.length,
    isExact: counted !== null || after === null,
  }
}
