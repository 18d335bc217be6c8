/**
 * People win, over every field of ours: each is edited by hand on a page of its own, in all three
 * kinds, links among them; then another model analyses everything anew, and merchants change.
 */
import { PROPERTIES } from '@switchboard/notion/properties'
import type { PropertyType } from '@switchboard/notion/properties'
import { mailAt, merchant, textAt } from '@switchboard/sandbox/http/small-world'
import { KINDS } from '@switchboard/shared/kinds'
import type { Kind } from '@switchboard/shared/kinds'
import { listCorrections } from '@switchboard/store/held'
import { expect, test } from 'vitest'
import { later, spokenCall } from '../testing/scenes.ts'
import { newWorld, textOf } from '../testing/world.ts'
import type { NotionPage, TestWorld } from '../testing/world.ts'

const MINUTE = 60_000

interface HandEdit {
  kind: Kind
  property: string
  /** As the person writes it. */
  value: object
}

/** One edit of every property of ours, and each of those that people correct most emptied as well. */
function allEdits(strange: string): HandEdit[] {
  return KINDS.flatMap((kind) => [
    ...Object.entries<PropertyType>(PROPERTIES[kind])
      .filter(([property]) => property !== 'Synced At')
      .map(([property, type]) => ({ kind, property, value: byHand(type, property, strange) })),
    { kind, property: 'Category', value: { select: null } },
    { kind, property: 'AI Summary', value: { rich_text: [] } },
    { kind, property: 'Canvas', value: { relation: [] } },
  ])
}

/** Otherwise than we wrote it. */
function byHand(type: PropertyType, property: string, strange: string): object {
  switch (type) {
    case 'title':
    case 'rich_text':
      return { [type]: [{ text: { content: 'by hand' } }] }
    case 'number':
      return { number: 0.125 }
    case 'select':
      return { select: { name: 'by hand' } }
    case 'multi_select':
      return { multi_select: [{ name: 'by hand' }] }
    case 'date':
      return { date: { start: '2020-02-29' } }
    case 'phone_number':
      return { phone_number: '+19995550123' }
    case 'email':
      return { email: 'hand@by.example' }
    case 'url':
      return { url: 'https://by.example/hand' }
    case 'checkbox':
      return { checkbox: !['Has Recording', 'Has Transcript'].includes(property) }
    case 'relation':
      return { relation: [{ id: strange }] }
  }
}

/** What it says is none of what the one before said. */
const anotherModel = {
  async run(
    model: string,
    input: { messages?: { role: string; content: string }[]; text?: string[] },
  ) {
    if (input.text !== undefined)
      return { shape: [input.text.length, 1024], data: input.text.map(() => Array(1024).fill(0.5)) }
    const asked = JSON.parse(
      input.messages?.find(({ role }) => role === 'user')?.content ?? '{}',
    ) as { kind: string; utterances: { text: string }[] }
    const quote = asked.utterances.at(-1)?.text ?? ''
    const content = {
      sentiment: { label: 'negative', confidence: 0.5, quote },
      summary: `Said anew by ${model}`,
      category: { label: asked.kind === 'call' ? 'support' : 'request', quote },
      actionItems: [{ text: 'Do it anew', quote }],
      ...(asked.kind === 'message' ? {} : { keywords: quote.split(' ').slice(-1) }),
    }
    return { choices: [{ message: { content: JSON.stringify(content) } }] }
  },
}

/** As docs/operations.md has it: everything is to be analysed by what is set now. */
async function analyseAnew(world: TestWorld): Promise<void> {
  Object.assign(world.env, { AI: anotherModel, AI_MODEL: '@cf/another/model', PROMPT_VERSION: '2' })
  await world.db
    .prepare(
      `UPDATE work SET wanted = wanted + 1, lane = 'bulk', cause = 'replay', due_at = ?1
        WHERE token IS NULL AND stage = 'enrich'`,
    )
    .bind(Date.now() - MINUTE)
    .run()
  await world.minutes(4)
}

test('every field of ours, edited by hand, stands when another model analyses everything', async () => {
  const most = Math.max(...KINDS.map((kind) => Object.keys(PROPERTIES[kind]).length)) + 3
  const each = Array.from({ length: most }, (_, nth) => nth)
  const world = await newWorld({
    merchants: [
      merchant('Corner Bakery'),
      merchant('Its heir', { phone: '', email: 'heir@bakery.example' }),
      merchant('A stranger', { phone: '', email: 'x@strange.example' }),
    ],
    calls: each.map((nth) => spokenCall({ id: `AC${nth}`, createdAt: later(nth) })),
    textMessages: each.map((nth) => textAt(later(nth), { id: `ACT${nth}` })),
    mails: each.map((nth) => mailAt(later(nth), { id: `M${nth}`, subject: `Statement ${nth}` })),
  })
  await world.backfill()
  await world.minutes(2)
  world.advance(60 * MINUTE)
  const merchants = await world.pages('canvas')
  const idOf = (name: string) => merchants.find((page) => textOf(page, 'Name') === name)?.id ?? ''
  const edits = allEdits(idOf('A stranger'))
  expect(edits.length).toBeGreaterThanOrEqual(50)

  // Each on a page of its own.
  const edited: (HandEdit & { page: NotionPage })[] = []
  for (const kind of KINDS) {
    const pages = await world.pages(kind)
    for (const [nth, edit] of edits.filter((one) => one.kind === kind).entries()) {
      const page = pages[nth]!
      await world.outside('notion', 'editAsPerson', page.id, {
        properties: { [edit.property]: edit.value },
      })
      edited.push({ ...edit, page })
    }
  }
  const byHandNow = new Map<string, NotionPage>()
  for (const kind of KINDS) for (const page of await world.pages(kind)) byHandNow.set(page.id, page)
  world.advance(3 * MINUTE)

  // The heir holds the bakery's number and address from now on, too.
  await world.outside('notion', 'editAsPerson', idOf('Its heir'), {
    properties: {
      Phone: { phone_number: '(310) 555-0123' },
      'Billing Email': { email: 'owner@bakery.example' },
    },
  })
  const reads = await world.requests('notion', 'GET /v1/pages/{id}')
  await world.backfill()
  await analyseAnew(world)

  const both = [idOf('Corner Bakery'), idOf('Its heir')].toSorted()
  const hand = new Map(edited.map(({ page, property }) => [page.id, property]))
  for (const kind of KINDS)
    for (const page of await world.pages(kind)) {
      const property = hand.get(page.id)
      const where = `${kind} ${property ?? 'untouched'}`
      if (property !== undefined)
        expect(page.properties[property], where).toEqual(
          byHandNow.get(page.id)?.properties[property],
        )
      const anew: Record<string, unknown> = {
        'AI Summary': 'Said anew by @cf/another/model',
        'Action Items': '- Do it anew',
        Sentiment: 'negative',
        'Sentiment Confidence': 0.5,
        Category: kind === 'call' ? 'support' : 'request',
        Canvas: both,
      }
      for (const [name, value] of Object.entries(anew))
        if (name !== property) expect(plainOf(page, name), `${where}: ${name}`).toEqual(value)
    }
  expect(await world.owed()).toEqual([])
  expect(await world.letters()).toEqual([])
  // In bulk it costs no reading of a page.
  expect(await world.requests('notion', 'GET /v1/pages/{id}')).toBe(reads)

  // Each is counted once, and told in its record's journey.
  const corrections = await listCorrections(world.db)
  expect(corrections.reduce((sum, { count }) => sum + count, 0)).toBe(edits.length)
  for (const kind of KINDS)
    for (const property of new Set(edits.filter((one) => one.kind === kind).map((e) => e.property)))
      expect(corrections).toContainEqual(
        expect.objectContaining({
          kind,
          property,
          count: edits.filter((one) => one.kind === kind && one.property === property).length,
        }),
      )
  const told = await world.rows<{ pageId: string; error: string }>(
    `SELECT p.page_id AS pageId, e.error FROM stage_events e
       JOIN pages p ON p.kind = e.kind AND p.id = e.id
      WHERE e.stage = 'reconcile' AND e.error LIKE 'kept as a person left it: %'`,
  )
  const journeys = new Map(told.map(({ pageId, error }) => [pageId, error]))
  for (const { page, property } of edited)
    expect(journeys.get(page.id), property).toBe(`kept as a person left it: ${property}`)
}, 60_000)

/** A property as one value; a relation as its ids in order. */
function plainOf(page: NotionPage, name: string): unknown {
  const property = page.properties[name] as Record<string, unknown>
  switch (property['type']) {
    case 'select':
      return (property['select'] as { name: string } | null)?.name ?? null
    case 'relation':
      return (property['relation'] as { id: string }[]).map(({ id }) => id).toSorted()
    case 'number':
      return property['number']
    default:
      return textOf(page, name)
  }
}
