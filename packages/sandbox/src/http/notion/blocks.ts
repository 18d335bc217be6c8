/**
 * A page's body: the check of block children (100 an array, two levels of nesting, 1,000 in all),
 * appending them at a place, and listing them by pages. Served are the text blocks; a block of
 * another type is refused.
 */
import { randomUUID } from 'node:crypto'
import { type Json, type JsonObject, isObject } from '../json.ts'
import { Complaints, onlyKeys, readArray, readId, readObject, readText } from './check.ts'
import { invalid, notFound, trashed } from './errors.ts'
import { readPageSize } from './query.ts'
import { readRichText, showRichText } from './rich-text.ts'
import type { Block, Edit, NotionStore } from './store.ts'
import { showTime } from './time.ts'

/** A block as a request gives it, checked. */
export interface NewBlock {
  type: string
  content: JsonObject
  children: NewBlock[]
}

const MAX_BLOCKS = 1000
const MAX_NESTING = 2
const MAX_LANGUAGE = 100

const TEXT_TYPES = [
  'paragraph',
  'heading_1',
  'heading_2',
  'heading_3',
  'bulleted_list_item',
  'numbered_list_item',
  'to_do',
  'toggle',
  'quote',
  'callout',
  'code',
] as const
const TYPES: readonly string[] = [...TEXT_TYPES, 'divider']
const BLOCK_KEYS = new Set(['object', 'type', ...TYPES])
const NO_KEYS = new Set<string>()
const BASIC_KEYS = new Set(['rich_text', 'color', 'children'])
const CONTENT_KEYS: Record<string, Set<string>> = {
  heading_1: new Set(['rich_text', 'color', 'is_toggleable', 'children']),
  heading_2: new Set(['rich_text', 'color', 'is_toggleable', 'children']),
  heading_3: new Set(['rich_text', 'color', 'is_toggleable', 'children']),
  to_do: new Set(['rich_text', 'color', 'checked', 'children']),
  code: new Set(['rich_text', 'language', 'caption']),
  divider: NO_KEYS,
}
const APPEND_KEYS = new Set(['children', 'position'])

export function readChildren(
  value: Json | undefined,
  path: string,
  complaints: Complaints,
): NewBlock[] {
  const blocks = readLevel(value, path, MAX_NESTING, complaints)
  const total = countOf(blocks)
  if (total > MAX_BLOCKS) complaints.add(`${path}.length`, `be ≤ \`${MAX_BLOCKS}\``, total)
  return blocks
}

function readLevel(
  value: Json | undefined,
  path: string,
  nesting: number,
  complaints: Complaints,
): NewBlock[] {
  const blocks: NewBlock[] = []
  readArray(value, path, complaints)?.forEach((element, index) => {
    const block = readBlock(element, `${path}[${index}]`, nesting, complaints)
    if (block) blocks.push(block)
  })
  return blocks
}

function countOf(blocks: readonly NewBlock[]): number {
  return blocks.reduce((sum, { children }) => sum + 1 + countOf(children), 0)
}

function readBlock(
  value: Json,
  path: string,
  nesting: number,
  complaints: Complaints,
): NewBlock | undefined {
  const object = readObject(value, path, complaints)
  if (!object) return undefined
  onlyKeys(object, BLOCK_KEYS, path, complaints)
  const type = TYPES.find((known) => object[known] !== undefined)
  if (type === undefined) {
    for (const known of TYPES) complaints.add(`${path}.${known}`, 'be defined', undefined)
    return undefined
  }
  if (object['type'] !== undefined && object['type'] !== type) {
    complaints.add(`${path}.type`, `be \`"${type}"\` or \`undefined\``, object['type'])
  }
  const at = `${path}.${type}`
  const content = readObject(object[type], at, complaints)
  if (!content) return undefined
  onlyKeys(content, CONTENT_KEYS[type] ?? BASIC_KEYS, at, complaints)
  if (type === 'divider') return { type, content: {}, children: [] }
  return {
    type,
    content: readContent(type, content, at, complaints),
    children: readNested(content['children'], at, nesting, complaints),
  }
}

function readContent(
  type: string,
  content: JsonObject,
  path: string,
  complaints: Complaints,
): JsonObject {
  const runs = readRichText(content['rich_text'], `${path}.rich_text`, complaints)
  const shown: JsonObject = { rich_text: showRichText(runs) }
  if (type === 'code') {
    const rule = { max: MAX_LANGUAGE, populated: true }
    const language = readText(content['language'], `${path}.language`, complaints, rule)
    return { ...shown, caption: [], language: language ?? 'plain text' }
  }
  shown['color'] = content['color'] ?? 'default'
  if (type === 'to_do') shown['checked'] = content['checked'] === true
  if (type.startsWith('heading_')) shown['is_toggleable'] = content['is_toggleable'] === true
  return shown
}

function readNested(
  value: Json | undefined,
  path: string,
  nesting: number,
  complaints: Complaints,
): NewBlock[] {
  if (value === undefined) return []
  if (nesting > 0) return readLevel(value, `${path}.children`, nesting - 1, complaints)
  complaints.add(`${path}.children`, 'be not present', value)
  return []
}

/** Puts the blocks at the end, or before the given rank. The caller opens the transaction. */
export function appendChildren(
  edit: Edit,
  parentId: string,
  blocks: readonly NewBlock[],
  beforeRank?: number,
): Block[] {
  const rank = beforeRank ?? nextRank(edit.store, parentId)
  const added: Block[] = blocks.map(({ type, content, children }, index) => ({
    id: randomUUID(),
    parentId,
    rank: rank + index,
    type,
    content,
    hasChildren: children.length > 0,
    createdAt: edit.now,
    author: edit.author,
  }))
  edit.store.insertBlocks(added, rank)
  blocks.forEach(({ children }, index) => {
    const parent = added[index]
    if (parent && children.length > 0) appendChildren(edit, parent.id, children)
  })
  return added
}

function nextRank(store: NotionStore, parentId: string): number {
  return (store.childrenOf(parentId).at(-1)?.rank ?? -1) + 1
}

export function eraseChildren(store: NotionStore, parentId: string): void {
  for (const block of store.childrenOf(parentId)) store.deleteBlock(block.id)
}

/** `PATCH /v1/blocks/{id}/children`: the list of the blocks just made. */
export function appendRequest(edit: Edit, parentId: string, body: Json): JsonObject {
  const parent = requireParent(edit.store, parentId)
  const complaints = new Complaints('body')
  const request = readObject(body, 'body', complaints) ?? {}
  onlyKeys(request, APPEND_KEYS, 'body', complaints)
  const blocks = readChildren(request['children'], 'body.children', complaints)
  const place = readPlace(request['position'], complaints)
  complaints.settle()
  const rank = rankAt(edit.store, parentId, place)
  const added = edit.store.transaction(() => appendChildren(edit, parentId, blocks, rank))
  if (parent && !parent.hasChildren && added.length > 0) {
    edit.store.saveBlock({ ...parent, hasChildren: true })
  }
  touch(edit, parentId)
  return listOf(edit.store, added, null)
}

/** `GET /v1/blocks/{id}/children` */
export function listChildren(
  store: NotionStore,
  parentId: string,
  query: URLSearchParams,
): JsonObject {
  if (!store.pages.has(parentId) && !store.block(parentId)) throw notFound('block', parentId)
  const complaints = new Complaints('query')
  const given = query.get('page_size')
  const number = given === null ? undefined : Number(given)
  const size = readPageSize(Number.isNaN(number) ? given : number, 'query', complaints)
  const cursor = query.get('start_cursor') ?? undefined
  const start =
    cursor === undefined ? undefined : readId(cursor, 'query.start_cursor', complaints, true)
  complaints.settle()
  const children = store.childrenOf(parentId)
  const from = start === undefined ? 0 : children.findIndex(({ id }) => id === start)
  if (from === -1) throw invalid(`The start_cursor provided is invalid: ${cursor}`)
  return listOf(store, children.slice(from, from + size), children[from + size]?.id ?? null)
}

/** `PATCH /v1/blocks/{id}`: new content of the block's own type; children stay. */
export function updateBlock(edit: Edit, id: string, body: Json): JsonObject {
  const block = blockOf(edit.store, id)
  const complaints = new Complaints('body')
  const request = readObject(body, 'body', complaints) ?? {}
  onlyKeys(request, new Set(['type', 'in_trash', block.type]), 'body', complaints)
  const content = readObject(request[block.type], `body.${block.type}`, complaints)
  if (content) {
    const keys = new Set(CONTENT_KEYS[block.type] ?? BASIC_KEYS)
    keys.delete('children')
    onlyKeys(content, keys, `body.${block.type}`, complaints)
  }
  const changed = {
    ...block,
    content: readContent(block.type, content ?? {}, `body.${block.type}`, complaints),
    author: edit.author,
  }
  complaints.settle()
  edit.store.saveBlock(changed)
  touch(edit, block.parentId)
  return showBlock(edit.store, changed)
}

/** A page is edited with its blocks. */
function touch(edit: Edit, pageId: string): void {
  const page = edit.store.pages.get(pageId)
  if (!page) return
  page.editedAt = edit.now
  page.editedBy = edit.author
  edit.store.savePage(page)
}

/** `DELETE /v1/blocks/{id}` */
export function deleteBlock(store: NotionStore, id: string): JsonObject {
  const block = blockOf(store, id)
  store.deleteBlock(id)
  return { ...showBlock(store, block), in_trash: true }
}

/** @throws NotionError object_not_found */
export function blockOf(store: NotionStore, id: string): Block {
  const block = store.block(id)
  if (!block) throw notFound('block', id)
  return block
}

/** The parent block, or undefined where a page is the parent. */
function requireParent(store: NotionStore, id: string): Block | undefined {
  const page = store.pages.get(id)
  if (page?.inTrash) throw trashed()
  return page ? undefined : blockOf(store, id)
}

type Place = 'start' | 'end' | { after: string }

function readPlace(value: Json | undefined, complaints: Complaints): Place {
  if (value === undefined) return 'end'
  const position = readObject(value, 'body.position', complaints)
  const type = position?.['type']
  if (type === 'start' || type === 'end') return type
  if (type !== 'after_block') {
    const should = 'be `"after_block"`, `"start"`, or `"end"`'
    complaints.add('body.position.type', should, type)
    return 'end'
  }
  const after = position?.['after_block']
  const id = isObject(after) ? after['id'] : undefined
  return { after: readId(id, 'body.position.after_block.id', complaints) ?? '' }
}

function rankAt(store: NotionStore, parentId: string, place: Place): number | undefined {
  if (place === 'end') return undefined
  if (place === 'start') return 0
  const sibling = store.childrenOf(parentId).find(({ id }) => id === place.after)
  if (!sibling) throw notFound('block', place.after)
  return sibling.rank + 1
}

function listOf(store: NotionStore, blocks: readonly Block[], next: string | null): JsonObject {
  return {
    object: 'list',
    results: blocks.map((block) => showBlock(store, block)),
    next_cursor: next,
    has_more: next !== null,
    type: 'block',
    block: {},
  }
}

export function showBlock(store: NotionStore, block: Block): JsonObject {
  const ofPage = store.pages.has(block.parentId)
  return {
    object: 'block',
    id: block.id,
    parent: ofPage
      ? { type: 'page_id', page_id: block.parentId }
      : { type: 'block_id', block_id: block.parentId },
    created_time: showTime(block.createdAt),
    last_edited_time: showTime(block.createdAt),
    created_by: { object: 'user', id: block.author },
    last_edited_by: { object: 'user', id: block.author },
    has_children: block.hasChildren,
    in_trash: false,
    type: block.type,
    [block.type]: block.content,
  }
}
