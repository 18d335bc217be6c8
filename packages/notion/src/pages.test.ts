import { describe, test } from 'vitest'
import { BOT_ID, MERCHANT_ID, page, PAGE_ID, query, titled, worded } from '../test/notion-pages.ts'
import { newWorld, NOW, refusal } from '../test/world.ts'
import { bodyBlocks } from './body.ts'
import { MissingPage, TrashedPage } from './errors.ts'
import {
  appendBlocks,
  countBlocks,
  createPage,
  findPages,
  isOursUntouched,
  ownUserId,
  trashPage,
  updatePage,
} from './pages.ts'
import type { NewPage } from './pages.ts'
import { relation, title } from './property.ts'

const SOURCE = '44444444-4444-4444-8444-444444444444'
const properties = { 'Call ID': title('AC1'), Canvas: relation([MERCHANT_ID]) }
const newPage: NewPage = {
  kind: 'call',
  dataSourceId: SOURCE,
  properties,
  children: [],
  sentAt: NOW - 1000,
  settleMs: 150_000,
}
const found = (id: string, createdAt: string, callId = 'AC1') =>
  page({ 'Call ID': titled(callId) }, { id, created_time: createdAt })
const related = { type: 'relation', relation: [{ id: MERCHANT_ID }], has_more: false }

describe('createPage', () => {
  test('sends one request and answers with our properties as returned', async ({ expect }) => {
    const answer = page({ 'Call ID': titled('AC1'), Canvas: related, Notes: worded('a person') })
    const world = newWorld([{ body: answer }])
    const children = bodyBlocks(['Ann: hi'])[0] ?? []
    expect(await createPage(world.notion, { ...newPage, children })).toEqual({
      id: PAGE_ID,
      url: answer.url,
      properties: { 'Call ID': 'AC1', Canvas: [MERCHANT_ID] },
    })
    expect(world.events).toEqual(['POST /v1/pages'])
    expect(world.requests[0]?.body).toEqual({
      parent: { type: 'data_source_id', data_source_id: SOURCE },
      properties,
      children,
    })
  })

  test('keeps a relation that Notion shortened as it was sent', async ({ expect }) => {
    const shortened = { type: 'relation', relation: [], has_more: true }
    const world = newWorld([{ body: page({ Canvas: shortened }) }])
    const answer = await createPage(world.notion, newPage)
    expect(answer.properties).toEqual({ Canvas: [MERCHANT_ID] })
  })

  test('is doubtful until the stamp has settled', async ({ expect }) => {
    const world = newWorld(['broken'])
    await expect(createPage(world.notion, newPage)).rejects.toMatchObject({
      failure: { kind: 'upstream.doubtful', notBefore: NOW - 1000 + 150_000 },
    })
  })

  test('names the merchants whose pages are gone', async ({ expect }) => {
    const message = `Could not find page with ID: ${MERCHANT_ID}. Make sure the relevant pages ...`
    const world = newWorld([refusal(404, 'object_not_found', message)])
    const creating = createPage(world.notion, newPage)
    await expect(creating).rejects.toBeInstanceOf(MissingPage)
    await expect(creating).rejects.toMatchObject({ pageIds: [MERCHANT_ID] })
  })
})

describe('updatePage', () => {
  test('sends these properties only', async ({ expect }) => {
    const world = newWorld([{ body: page({ 'Call ID': titled('AC1') }) }])
    await updatePage(world.notion, 'call', PAGE_ID, { 'Call ID': title('AC1') })
    expect(world.events).toEqual([`PATCH /v1/pages/${PAGE_ID}`])
    expect(world.requests[0]?.body).toEqual({ properties: { 'Call ID': title('AC1') } })
  })

  test('does not take up a relation that it did not send', async ({ expect }) => {
    const shortened = { type: 'relation', relation: [], has_more: true }
    const world = newWorld([{ body: page({ Canvas: shortened }) }])
    const answer = await updatePage(world.notion, 'call', PAGE_ID, { 'Call ID': title('AC1') })
    expect(answer.properties).toEqual({})
  })

  test('is doubtful for 65 seconds', async ({ expect }) => {
    const world = newWorld([refusal(504, 'gateway_timeout', 'late')])
    await expect(updatePage(world.notion, 'call', PAGE_ID, {})).rejects.toMatchObject({
      failure: { kind: 'upstream.doubtful', notBefore: NOW + 65_000 },
    })
  })

  test('says that the page lies in the trash', async ({ expect }) => {
    const world = newWorld([refusal(400, 'validation_error', "Can't edit block that is archived.")])
    await expect(updatePage(world.notion, 'call', PAGE_ID, {})).rejects.toBeInstanceOf(TrashedPage)
  })
})

describe('blocks', () => {
  test('are appended in one request', async ({ expect }) => {
    const world = newWorld([{ body: { object: 'list', results: [] } }])
    const [blocks = []] = bodyBlocks(['Ann: hi'])
    await appendBlocks(world.notion, 'call', PAGE_ID, blocks)
    expect(world.requests).toMatchObject([
      { method: 'PATCH', path: `/v1/blocks/${PAGE_ID}/children`, body: { children: blocks } },
    ])
  })

  test('are counted over all pages of the list', async ({ expect }) => {
    const block = { object: 'block', id: 'b' }
    const world = newWorld([
      { body: { object: 'list', results: [block, block], next_cursor: 'c', has_more: true } },
      { body: { object: 'list', results: [block], next_cursor: null, has_more: false } },
    ])
    expect(await countBlocks(world.notion, 'call', PAGE_ID)).toBe(3)
  })
})

describe('trashPage', () => {
  test('trashes', async ({ expect }) => {
    const world = newWorld([{ body: page({}, { in_trash: true }) }])
    await trashPage(world.notion, 'call', PAGE_ID)
    expect(world.requests[0]?.body).toEqual({ in_trash: true })
  })

  test.for([
    refusal(400, 'validation_error', "Can't edit block that is archived."),
    refusal(404, 'object_not_found', `Could not find page with ID: ${PAGE_ID}.`),
  ])('has nothing to do for a page that is gone already', async (gone, { expect }) => {
    const world = newWorld([gone])
    await expect(trashPage(world.notion, 'call', PAGE_ID)).resolves.toBeUndefined()
  })
})

describe('findPages', () => {
  test('asks for exactly this id and gives the oldest first', async ({ expect }) => {
    const other = '55555555-5555-4555-8555-555555555555'
    const world = newWorld([
      { body: query([found(PAGE_ID, '2026-11-24T08:00:00.000Z')], 'c1') },
      {
        body: query([
          found(other, '2026-11-24T07:00:00.000Z'),
          found(MERCHANT_ID, '2026-11-24T06:00:00.000Z', 'ac1'), // differs in case
        ]),
      },
    ])
    const pages = await findPages(world.notion, SOURCE, 'call', 'AC1')
    expect(pages.map(({ id }) => id)).toEqual([other, PAGE_ID])
    expect(pages[0]).toMatchObject({ createdBy: BOT_ID, properties: { 'Call ID': 'AC1' } })
    expect(world.requests.map(({ body }) => body)).toMatchObject([
      { filter: { property: 'Call ID', title: { equals: 'AC1' } }, page_size: 100 },
      { start_cursor: 'c1' },
    ])
    expect(world.events.filter((event) => event === 'acquire')).toHaveLength(2)
  })

  test('finds a mail by its Message-ID', async ({ expect }) => {
    const world = newWorld([{ body: query([]) }])
    expect(await findPages(world.notion, SOURCE, 'mail', 'a@b')).toEqual([])
    expect(world.requests[0]?.body).toMatchObject({
      filter: { property: 'MIME Message ID', rich_text: { equals: 'a@b' } },
    })
  })

  test('knows which of them may be trashed', async ({ expect }) => {
    const edited = { last_edited_by: { object: 'user', id: MERCHANT_ID } }
    const world = newWorld([
      { body: { object: 'user', id: BOT_ID, type: 'bot' } },
      {
        body: query([
          page({ 'Call ID': titled('AC1') }),
          page({}, edited),
          page({}, { created_by: null }),
        ]),
      },
    ])
    const ownId = await ownUserId(world.notion)
    const pages = await findPages(world.notion, SOURCE, 'call', 'AC1')
    expect(pages.map((each) => isOursUntouched(each, ownId))).toEqual([true, false, false])
  })
})
