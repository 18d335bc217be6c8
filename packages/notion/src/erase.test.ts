/** Forgetting in Canvas: what a merchant is known by loses the person, and nothing else changes. */
import { test } from 'vitest'
import { MERCHANT_ID, page, titled, worded } from '../test/notion-pages.ts'
import { newWorld } from '../test/world.ts'
import { eraseFromMerchant } from './erase.ts'

const keep = (text: string) => {
  const left = text.replace(/\+14155550100(?: \/ )?/, '')
  return left === '' ? null : left
}

test('takes a number out of every property that counts, whatever its type', async ({ expect }) => {
  const merchant = page({
    Name: titled('Blue Door +14155550100'),
    Phone: { type: 'phone_number', phone_number: '+14155550100 / +14155550101' },
    Mobile: worded('+14155550100'),
    'Other phone': worded('+14155550102'),
    Notes: worded('once had +14155550100'),
    'Phone (formula)': { type: 'formula', formula: { type: 'string', string: '+14155550100' } },
  })
  const world = newWorld([{ body: merchant }, { body: page({}) }])
  expect(await eraseFromMerchant(world.notion, MERCHANT_ID, keep)).toBe(2)
  expect(world.requests[1]?.body).toEqual({
    properties: { Phone: { phone_number: '+14155550101' }, Mobile: { rich_text: [] } },
  })
})

test('asks for nothing where nothing is left to do', async ({ expect }) => {
  const world = newWorld([{ body: page({ Name: titled('Blue Door') }) }])
  expect(await eraseFromMerchant(world.notion, MERCHANT_ID, keep)).toBe(0)
  expect(world.requests).toHaveLength(1)
})
