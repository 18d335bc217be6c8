/**
 * A long transcript as the body of a page: paragraphs in requests that Notion takes. A line (one
 * utterance) is never spread over two blocks; short lines share one. No I/O.
 */
import { clean, cutToBytes, cutToProperty, jsonBytes, PIECE_LENGTH, richText } from './text.ts'
import type { RichText } from './text.ts'

export const MOST_BLOCKS = 100 // children of one request
export const MOST_BYTES = 400_000 // of one request's blocks; Notion takes 500 KB, properties included

export interface Block {
  type: 'paragraph'
  paragraph: { rich_text: RichText[] }
}

/**
 * The blocks of these lines, in requests of at most 100 blocks and 400 KB each: the first goes into
 * the create, the rest are appended one by one. A line that no block
 * takes (200,000 characters, 396 KB) is cut.
 * @param top stands before them
 */
export function bodyBlocks(lines: string[], top: Block[] = []): Block[][] {
  const requests: Block[][] = []
  let open: Block[] = [...top]
  let bytes = open.reduce((sum, block) => sum + blockBytes(block), 0)
  for (const text of paragraphs(lines)) {
    const block = paragraph(text)
    const size = blockBytes(block)
    if (open.length > 0 && (open.length === MOST_BLOCKS || bytes + size > MOST_BYTES)) {
      requests.push(open)
      open = []
      bytes = 0
    }
    open.push(block)
    bytes += size
  }
  return open.length === 0 ? requests : [...requests, open]
}

const TOP_BYTES = 20_000
const URL_LENGTH = 2000
/** Of anything else Notion says that it is no link, and refuses the page. */
const LINK = /^https?:\/\//i
/** A block takes 100 pieces, and a link is two. */
const MOST_LINKS = 20

/**
 * What stands on top of a page, in one block: links to listen at, then a text.
 * @param audio the first is the call; the others, where it was recorded in several, have their number
 */
export function topBlock(audio: string[], text: string): Block {
  const links = audio.flatMap((url, nth) => {
    if (nth >= MOST_LINKS || url.length > URL_LENGTH || !LINK.test(url)) return []
    const content = nth === 0 ? 'Listen to the call' : `Recording ${nth + 1}`
    return [{ text: { content, link: { url } } }, ...richText('\n')]
  })
  const left = audio.length - MOST_LINKS
  const more = left > 0 ? richText(`and ${left} more recordings\n`) : []
  const said = richText(cutToBytes(clean(text), TOP_BYTES))
  return { type: 'paragraph', paragraph: { rich_text: [...links, ...more, ...said] } }
}

/** Lines joined as long as one piece takes them. */
function paragraphs(lines: string[]): string[] {
  const texts: string[] = []
  let open: string | null = null
  for (const line of lines) {
    const joined: string = open === null ? line : `${open}\n${line}`
    if (open === null || joined.length <= PIECE_LENGTH) {
      open = joined
    } else {
      texts.push(open)
      open = line
    }
  }
  return open === null ? texts : [...texts, open]
}

function paragraph(text: string): Block {
  const fitting = cutToBytes(cutToProperty(text), MOST_BYTES - 4000) // 4,000: a block's JSON
  return { type: 'paragraph', paragraph: { rich_text: richText(fitting) } }
}

function blockBytes(block: Block): number {
  const texts = block.paragraph.rich_text.map(
    ({ text }) => jsonBytes(text.content) + jsonBytes(text.link?.url ?? '') + 60,
  )
  return texts.reduce((sum, size) => sum + size, 80) // 60 and 80: the JSON around them
}
