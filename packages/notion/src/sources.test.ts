import { describe, test } from 'vitest'
import type { Kind } from '@switchboard/shared/kinds'
import { newWorld, refusal } from '../test/world.ts'
import { EXTERNAL_ID, PROPERTIES } from './properties.ts'
import { examine, findDataSource, probe, probeSource } from './sources.ts'
import type { Fault } from './sources.ts'

const database = (sources: object[], more = {}) => ({
  body: { object: 'database', id: 'd', data_sources: sources, ...more },
})
const source = (properties: Record<string, object>) => ({
  body: { object: 'data_source', id: 's', properties },
})
const CANVAS = '66666666-6666-4666-8666-666666666666'

function complete(kind: Kind): Record<string, object> {
  return Object.fromEntries(
    Object.entries(PROPERTIES[kind]).map(([name, type]) => [
      name,
      {
        id: name,
        name,
        type,
        ...(type === 'relation' && { relation: { data_source_id: CANVAS } }),
      },
    ]),
  )
}

describe('findDataSource', () => {
  test('gives the only one', async ({ expect }) => {
    const world = newWorld([database([{ id: 's1', name: 'Calls' }])])
    expect(await findDataSource(world.notion, 'd', 'call')).toBe('s1')
  })

  test('takes the link of a database for its id', async ({ expect }) => {
    const link = `https://www.notion.so/ws/My-Calls-${CANVAS.replaceAll('-', '')}?v=${'0'.repeat(32)}`
    const world = newWorld([database([{ id: 's1', name: 'Calls' }])])
    expect(await findDataSource(world.notion, link, 'call')).toBe('s1')
    expect(world.requests[0]?.path).toBe(`/v1/databases/${CANVAS.replaceAll('-', '')}`)
  })

  test.for([
    [database([]), 'no data source'],
    [
      database([
        { id: 's1', name: 'Calls' },
        { id: 's2', name: 'Old' },
      ]),
      '2 data sources ("Calls", "Old")',
    ],
    [database([{ id: 's1', name: 'Calls' }], { in_trash: true }), 'trash'],
    [refusal(404, 'object_not_found', 'Could not find database with ID: d.'), 'not shared'],
    [
      refusal(400, 'validation_error', 'path failed validation: should be a valid uuid'),
      'not the id',
    ],
  ] as const)('finds fault otherwise: %s %s', async ([answer, words], { expect }) => {
    const world = newWorld([answer])
    await expect(findDataSource(world.notion, 'd', 'call')).rejects.toMatchObject({
      failure: {
        kind: 'upstream.misconfigured',
        scope: 'notion:call',
        detail: expect.stringMatching(/^Calls \(NOTION_CALLS_DATABASE_ID\): /),
      },
      message: expect.stringContaining(words),
    })
  })
})

test('probe passes when the database answers', async ({ expect }) => {
  const world = newWorld([database([{ id: 's1' }]), refusal(401, 'unauthorized', 'no')])
  await expect(probe(world.notion, 'd', 'mail')).resolves.toBeUndefined()
  await expect(probe(world.notion, 'd', 'mail')).rejects.toMatchObject({
    failure: { kind: 'upstream.unauthorized' },
  })
})

test('probeSource fails as long as a property is at fault', async ({ expect }) => {
  const { Keywords: _gone, ...rest } = complete('mail')
  const found = database([{ id: 's1' }])
  const world = newWorld([found, source(rest), found, source(complete('mail'))])
  await expect(probeSource(world.notion, 'd', 'mail')).rejects.toMatchObject({
    failure: {
      kind: 'upstream.misconfigured',
      scope: 'notion:mail',
      detail: expect.stringContaining(
        'Keywords: there is no such property; add it as Multi-select',
      ),
    },
  })
  expect(await probeSource(world.notion, 'd', 'mail')).toBe('s1')
})

describe('examine', () => {
  test.for(['call', 'message', 'mail'] as const)(
    'finds no fault with %s as it must be',
    async (kind, { expect }) => {
      const world = newWorld([source({ ...complete(kind), Notes: { type: 'rich_text' } })])
      expect((await examine(world.notion, 's', kind, CANVAS)).faults).toEqual([])
    },
  )

  test('says what is wrong, where, and how it is mended', async ({ expect }) => {
    const { Keywords: _gone, 'Call ID': _renamed, ...rest } = complete('call')
    const properties = {
      ...rest,
      Name: { type: 'title' },
      Status: { type: 'status' },
      From: { type: 'rich_text' },
    }
    const world = newWorld([source(properties)])
    const { faults } = await examine(world.notion, 's', 'call', MERCHANTS)
    expect(faults.map(said)).toEqual([
      'Call ID: the title property has the name "Name"; give it the name "Call ID"',
      'Status: the property has the type status; change it to Select',
      'From: the property has the type Text; change it to Phone',
      'Keywords: there is no such property; add it as Multi-select',
      'Canvas: the relation leads to another database than NOTION_CANVAS_DATABASE_ID names; point it to Canvas',
    ])
    expect(faults.map(({ missing }) => missing)).toEqual(['Call ID', null, null, 'Keywords', null])
  })

  test('needs no relation while links are switched off', async ({ expect }) => {
    const { Canvas: _off, ...rest } = complete('mail')
    const world = newWorld([source(rest), source(rest)])
    expect((await examine(world.notion, 's', 'mail', null)).faults).toEqual([])
    expect((await examine(world.notion, 's', 'mail')).faults).toHaveLength(1)
  })

  test('wants a phone or a mail property in Canvas', async ({ expect }) => {
    const world = newWorld([
      source({ Name: { type: 'title' }, Mobile: { type: 'phone_number' } }),
      source({ Name: { type: 'title' }, 'Owner’s mobile': { type: 'rich_text' } }),
      source({ Name: { type: 'title' }, Notes: { type: 'rich_text' } }),
    ])
    expect((await examine(world.notion, 's', 'canvas')).faults).toEqual([])
    expect((await examine(world.notion, 's', 'canvas')).faults).toEqual([])
    expect((await examine(world.notion, 's', 'canvas')).faults).toHaveLength(1)
  })
})

const said = ({ property, detail }: Fault) => `${property}: ${detail}`

const MERCHANTS = '77777777-7777-4777-8777-777777777777'

test('the property that holds a record id is one that a query can ask for', ({ expect }) => {
  expect(PROPERTIES.call[EXTERNAL_ID.call]).toBe('title')
  expect(PROPERTIES.message[EXTERNAL_ID.message]).toBe('title')
  expect(PROPERTIES.mail[EXTERNAL_ID.mail]).toBe('rich_text')
})
