/** Rich text: the check of what a client sends, and its full form in answers. No I/O. */
import { type Json, type JsonObject, isObject } from '../json.ts'
import { type Complaints, onlyKeys, readArray, readObject, readText } from './check.ts'

const MAX_CONTENT = 2000
const MAX_LINK = 2000
const MAX_EXPRESSION = 1000

/** One element, as kept. */
export interface Run {
  content: string
  link?: string
  annotations?: JsonObject
  equation?: true
}

const PLAIN = {
  bold: false,
  italic: false,
  strikethrough: false,
  underline: false,
  code: false,
  color: 'default',
}

/** What answers add may be sent back. */
const RUN_KEYS = new Set(['type', 'text', 'equation', 'annotations', 'plain_text', 'href'])
const TEXT_KEYS = new Set(['content', 'link'])
const LINK_KEYS = new Set(['url', 'type'])
const EQUATION_KEYS = new Set(['expression'])
const ANNOTATION_KEYS = new Set(Object.keys(PLAIN))

export function readRichText(value: Json | undefined, path: string, complaints: Complaints): Run[] {
  const runs: Run[] = []
  readArray(value, path, complaints)?.forEach((element, index) => {
    const run = readRun(element, `${path}[${index}]`, complaints)
    if (run && run.content !== '') runs.push(run) // Notion keeps no empty element
  })
  return runs
}

function readRun(value: Json, path: string, complaints: Complaints): Run | undefined {
  const object = readObject(value, path, complaints)
  if (!object) return undefined
  onlyKeys(object, RUN_KEYS, path, complaints)
  const equation = object['type'] === 'equation' || object['equation'] !== undefined
  if (!equation && object['type'] !== undefined && object['type'] !== 'text') {
    complaints.add(`${path}.type`, 'be `"text"`, `"equation"`, or `undefined`', object['type'])
  }
  const annotations = readAnnotations(object['annotations'], `${path}.annotations`, complaints)
  const run = equation
    ? readEquation(object['equation'], `${path}.equation`, complaints)
    : readPlain(object['text'], `${path}.text`, complaints)
  return run && annotations ? { ...run, annotations } : run
}

function readPlain(value: Json | undefined, path: string, complaints: Complaints): Run | undefined {
  const text = readObject(value, path, complaints)
  if (!text) return undefined
  onlyKeys(text, TEXT_KEYS, path, complaints)
  const content = readText(text['content'], `${path}.content`, complaints, { max: MAX_CONTENT })
  const { link } = text
  if (link === undefined || link === null) return { content: content ?? '' }
  const target = readObject(link, `${path}.link`, complaints)
  if (!target) return undefined
  onlyKeys(target, LINK_KEYS, `${path}.link`, complaints)
  const rule = { max: MAX_LINK, populated: true }
  const url = readText(target['url'], `${path}.link.url`, complaints, rule)
  return { content: content ?? '', link: url ?? '' }
}

function readEquation(
  value: Json | undefined,
  path: string,
  complaints: Complaints,
): Run | undefined {
  const equation = readObject(value, path, complaints)
  if (!equation) return undefined
  onlyKeys(equation, EQUATION_KEYS, path, complaints)
  const rule = { max: MAX_EXPRESSION }
  const expression = readText(equation['expression'], `${path}.expression`, complaints, rule)
  return { content: expression ?? '', equation: true }
}

function readAnnotations(
  value: Json | undefined,
  path: string,
  complaints: Complaints,
): JsonObject | undefined {
  if (value === undefined) return undefined
  const object = readObject(value, path, complaints)
  if (object) onlyKeys(object, ANNOTATION_KEYS, path, complaints)
  return isObject(object) ? object : undefined
}

export function showRichText(runs: readonly Run[]): JsonObject[] {
  return runs.map(({ content, link, annotations, equation }) => ({
    ...(equation
      ? { type: 'equation', equation: { expression: content } }
      : {
          type: 'text',
          text: { content, link: link === undefined ? null : { url: link } },
        }),
    annotations: annotations ? { ...PLAIN, ...annotations } : PLAIN,
    plain_text: content,
    href: link ?? null,
  }))
}

export function plainText(runs: readonly Run[]): string {
  return runs.length === 1 ? (runs[0]?.content ?? '') : runs.map(({ content }) => content).join('')
}
