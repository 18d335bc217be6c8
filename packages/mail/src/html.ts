/**
 * HTML of a mail as text a person can read: paragraphs and headings stand apart, lists keep their
 * marks, quotes theirs, a link shows where it leads. Styles, scripts and what the sender hid are
 * left out. No I/O.
 */
import { Parser } from 'htmlparser2'
import { newFlow } from './flow.ts'
import type { Flow } from './flow.ts'

/** Readable text, lines joined by `\n`, never more than one blank line in a row. */
export function htmlToText(html: string): string {
  const flow = newFlow()
  const lists: List[] = []
  const links: Link[] = []
  let unseenDepth = 0

  function say(text: string): void {
    const link = links.at(-1)
    if (link !== undefined) link.text += text
    flow.add(text.replaceAll(INVISIBLE, ''))
  }

  function open(name: string, attributes: Record<string, string>): void {
    if (name === 'br') flow.lineBreak()
    else if (name === 'img') say(attributes.alt ?? '')
    else if (name === 'a') links.push({ href: attributes.href ?? '', text: '' })
    else if (name === 'li') flow.beginPoint(nextMark(lists.at(-1)), lists.length)
    else if (name === 'blockquote') flow.quote(1)
    else if (name === 'pre') flow.verbatim(1)
    else if (name === 'td' || name === 'th') flow.add(' ')
    else if (isList(name)) {
      flow.newLine(lists.length === 0)
      lists.push({ ordered: name === 'ol', count: 0 })
    } else border(flow, name)
  }

  function close(name: string): void {
    if (name === 'a') flow.add(destination(links.pop()))
    else if (name === 'li') flow.endPoint(Math.max(0, lists.length - 1))
    else if (name === 'blockquote') flow.quote(-1)
    else if (name === 'pre') flow.verbatim(-1)
    else if (isList(name)) {
      lists.pop()
      flow.newLine(lists.length === 0)
    } else border(flow, name)
  }

  // The parser closes every tag it has opened, void and forgotten ones too: depths may be counted.
  const parser = new Parser({
    onopentag(name, attributes) {
      if (unseenDepth > 0 || isUnseen(name, attributes)) unseenDepth += 1
      else open(name, attributes)
    },
    ontext(text) {
      if (unseenDepth === 0) say(text)
    },
    onclosetag(name) {
      if (unseenDepth > 0) unseenDepth -= 1
      else close(name)
    },
  })
  parser.end(html)
  return flow.done()
}

const INVISIBLE = /\u00AD|\u034F|\u200B|\uFEFF/g // soft hyphens and the filler of preheaders
const UNSEEN = new Set('script style title template svg math object'.split(' '))
const PARAGRAPHS = new Set('p h1 h2 h3 h4 h5 h6 table hr dl figure fieldset'.split(' '))
const LINES = new Set(
  'div tr dt dd section article header footer main nav aside address center form caption body'.split(
    ' ',
  ),
)

// What a mail program shows beside the subject is hidden this way.
function isUnseen(name: string, { style = '', hidden }: Record<string, string>): boolean {
  return UNSEEN.has(name) || hidden !== undefined || /display\s*:\s*none/i.test(style)
}

function isList(name: string): boolean {
  return name === 'ul' || name === 'ol'
}

function border(flow: Flow, name: string): void {
  if (PARAGRAPHS.has(name)) flow.newLine(true)
  else if (LINES.has(name)) flow.newLine(false)
}

interface List {
  ordered: boolean
  count: number
}

function nextMark(list: List | undefined): string {
  if (list === undefined || !list.ordered) return '- '
  list.count += 1
  return `${list.count}. `
}

interface Link {
  href: string
  text: string
}

const LONGEST_HREF = 300 // longer ones are tracking links: nobody reads them

/** ` (where)`, or nothing where the link's own text says it already. */
function destination(link: Link | undefined): string {
  if (link === undefined || link.text.trim() === '') return ''
  const href = link.href.trim()
  if (!/^(https?:|mailto:|tel:)/i.test(href) || href.length > LONGEST_HREF) return ''
  return bare(href) === bare(link.text) ? '' : ` (${href.replace(/^(mailto|tel):/i, '')})`
}

function bare(address: string): string {
  return address
    .trim()
    .toLowerCase()
    .replace(/^(mailto:|tel:|https?:\/\/)/, '')
    .replace(/\/$/, '')
}
