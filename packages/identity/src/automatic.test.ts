/** Automatic mails, and the lists that are our own. */
import { expect, test } from 'vitest'
import { own } from '../test/records.ts'
import { automaticOf } from './automatic.ts'

test('what a customer writes to a group address of ours is no newsletter', () => {
  expect(automaticOf({ automatic: 'newsletter', listId: 'desk.harborpay.example' }, own)).toBeNull()
  expect(automaticOf({ automatic: 'newsletter', listId: 'news.shop.example' }, own)).toBe(
    'newsletter',
  )
  expect(automaticOf({ automatic: 'newsletter', listId: 'evilharborpay.example' }, own)).toBe(
    'newsletter',
  )
  expect(automaticOf({ automatic: 'answer', listId: 'desk.harborpay.example' }, own)).toBe('answer')
  expect(automaticOf({ automatic: 'newsletter' }, own)).toBe('newsletter')
  expect(automaticOf({}, own)).toBeNull()
})
