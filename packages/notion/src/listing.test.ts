/** The listing of all pages: windows past 10,000 rows, smaller pages where Notion is too slow. */
import { test } from 'vitest'
import { page, query, titled } from '../test/notion-pages.ts'
import { newWorld, refusal } from '../test/world.ts'
import { allPages } from './listing.ts'

const row = (nth: number, minute: number) =>
  page(
    { 'Call ID': titled(`AC${nth}`) },
    {
      id: `00000000-0000-4000-8000-${String(nth).padStart(12, '0')}`,
      created_time: `2026-11-24T08:${String(minute).padStart(2, '0')}:00.000Z`,
    },
  )

async function idsFrom(world: ReturnType<typeof newWorld>): Promise<string[]> {
  const ids: string[] = []
  for await (const { recordId } of allPages(world.notion, 's', 'call')) ids.push(recordId)
  return ids
}

test('goes on by creation after the last row that a query gives, and gives each page once', async ({
  expect,
}) => {
  const world = newWorld([
    { body: query([row(1, 0), row(2, 1)], 'c1') },
    { body: query([row(3, 2), row(4, 2)], null, 'incomplete') },
    { body: query([row(4, 2), row(3, 2), row(5, 2), row(6, 3)]) },
  ])
  expect(await idsFrom(world)).toEqual(['AC1', 'AC2', 'AC3', 'AC4', 'AC5', 'AC6'])
  expect(world.requests.map(({ body }) => body)).toMatchObject([
    { page_size: 100 },
    { start_cursor: 'c1' },
    { filter: { created_time: { on_or_after: '2026-11-24T08:02:00.000Z' } } },
  ])
})

test('does not go in circles where no window gets further', async ({ expect }) => {
  const full = { body: query([row(1, 0)], null, 'incomplete') }
  await expect(idsFrom(newWorld([full, full]))).rejects.toThrow('over 10,000 pages were made')
})

test('asks for half as many where the answer takes Notion too long', async ({ expect }) => {
  const slow = refusal(504, 'gateway_timeout', 'too slow')
  const world = newWorld([slow, slow, slow, slow, slow, slow, { body: query([row(1, 0)]) }])
  expect(await idsFrom(world)).toEqual(['AC1'])
  expect(world.requests.map(({ body }) => (body as { page_size: number }).page_size)).toEqual([
    100, 100, 100, 50, 50, 50, 25,
  ])
})
