/**
 * What is remembered of the block that we wrote on top of a page, so that it may follow its record as
 * long as no person has touched it: a hash of its text and one of its links. Several, separated by
 * spaces, are what it may say while the outcome of a write is not known.
 */
import { canonicalJson, sha256, unsigned } from '@switchboard/shared/hash'
import type { Block } from './body.ts'

/** Of a page that nobody but us has touched: the block on top is ours, whatever it says. */
export const ANY = 'any'

const HASH_LENGTH = 16

/**
 * @param ours links that change only when they are meant to; of others the signature does not count
 */
export async function markOf(block: Block, ours: ReadonlySet<string>): Promise<string> {
  const pieces = block.paragraph.rich_text
  const text = pieces.map((piece) => piece.text.content).join('')
  const links = pieces.flatMap(({ text: { link } }) =>
    link === undefined ? [] : [ours.has(link.url) ? link.url : (unsigned(link.url) ?? '')],
  )
  return `${await hashOf(text)}.${await hashOf(canonicalJson(links))}`
}

/** Whether a block with this text is one that we wrote. */
export async function isMarked(marks: string, text: string): Promise<boolean> {
  const hash = await hashOf(text)
  return marks.split(' ').some((mark) => mark === ANY || mark.split('.')[0] === hash)
}

/** The marks with one more: what may stand there from now on. */
export function alsoMarked(marks: string, mark: string): string {
  return [...new Set([...marks.split(' '), mark])].join(' ')
}

async function hashOf(text: string): Promise<string> {
  return (await sha256(text)).slice(0, HASH_LENGTH)
}
