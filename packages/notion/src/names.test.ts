/** Renamed properties: out under the database's names, in under ours. */
import { readSettings } from '@switchboard/shared/config'
import type { RenamedProperty } from '@switchboard/shared/config'
import { describe, test } from 'vitest'
import { PAGE_ID, page, query, titled, worded } from '../test/notion-pages.ts'
import { NOW, newWorld } from '../test/world.ts'
import { inward, nameOf, outward, propertyNames } from './names.ts'
import { createPage, findPages } from './pages.ts'
import { number, title } from './property.ts'

const renamed = (property: string, name: string): RenamedProperty => ({
  database: 'Calls',
  property,
  name,
})

const read = (NOTION_PROPERTY_MAP: string) =>
  readSettings({ NOTION_PROPERTY_MAP }, ['NOTION_PROPERTY_MAP']).NOTION_PROPERTY_MAP

describe('the setting', () => {
  test('names a database, a property and its name', ({ expect }) => {
    expect(read('Calls.Call ID=Anruf-ID;\n Mail.AI Summary = Was = wichtig ;')).toEqual([
      renamed('Call ID', 'Anruf-ID'),
      { database: 'Mail', property: 'AI Summary', name: 'Was = wichtig' },
    ])
    expect(read('')).toEqual([])
  })

  test.for(['Calls.Call ID', 'Canvas.Name=N', 'Call ID=Anruf', 'Calls.=x', 'Calls.To='])(
    'refuses %s',
    (text, { expect }) => {
      expect(() => read(text)).toThrow('NOTION_PROPERTY_MAP: must be DATABASE.PROPERTY=NAME')
    },
  )

  test('renames only what is ours, to names of its own', ({ expect }) => {
    expect(() => propertyNames([renamed('Colour', 'Farbe')])).toThrow('no property "Colour"')
    expect(() => propertyNames([renamed('From', 'To')])).toThrow('two properties "To"')
    const swapped = propertyNames([renamed('From', 'To'), renamed('To', 'From')])
    expect(outward(swapped, 'call', { From: 1, To: 2 })).toEqual({ To: 1, From: 2 })
    expect(inward(swapped, 'call', { From: 1, To: 2, Other: 3 })).toEqual({
      To: 1,
      From: 2,
      Other: 3,
    })
  })
})

test('a property of theirs under a name that ours has given up is not ours', ({ expect }) => {
  const names = propertyNames([renamed('Duration', 'Dauer')])
  expect(nameOf(names, 'call', 'Duration')).toBe('Dauer')
  expect(inward(names, 'call', { Duration: 'theirs', Dauer: 5 })).toEqual({ Duration: 5 })
})

test('pages are written, found and read under the names of the database', async ({ expect }) => {
  const there = page(
    { 'Anruf-ID': titled('AC1'), Dauer: { type: 'number', number: 5 }, Duration: worded('theirs') },
    { id: PAGE_ID },
  )
  const world = newWorld([{ body: there }, { body: query([there]) }])
  const notion = {
    ...world.notion,
    names: propertyNames([renamed('Call ID', 'Anruf-ID'), renamed('Duration', 'Dauer')]),
  }
  const made = await createPage(notion, {
    kind: 'call',
    dataSourceId: 's',
    properties: { 'Call ID': title('AC1'), Duration: number(5) },
    children: [],
    sentAt: NOW,
    settleMs: 1,
  })
  expect(made.properties).toEqual({ 'Call ID': 'AC1', Duration: 5 })
  const [found] = await findPages(notion, 's', 'call', 'AC1')
  expect(found?.properties).toEqual({ 'Call ID': 'AC1', Duration: 5 })
  expect(world.requests.map(({ body }) => body)).toMatchObject([
    { properties: { 'Anruf-ID': title('AC1'), Dauer: { number: 5 } } },
    { filter: { property: 'Anruf-ID', title: { equals: 'AC1' } } },
  ])
})
