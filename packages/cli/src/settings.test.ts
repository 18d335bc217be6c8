/** What a start makes of its settings. */
import { expect, test } from 'vitest'
import { checkValues, stateName } from './settings.ts'

function folderOf(values: Record<string, string>): string {
  return stateName(values, checkValues(values))
}

test('one OpenPhone is one state, however its address is written', () => {
  const key = { OPENPHONE_API_KEY: 'key' }
  const real = folderOf({ ...key, OPENPHONE_BASE_URL: 'http://127.0.0.1:9911' })
  expect(folderOf({ ...key, OPENPHONE_BASE_URL: 'http://127.0.0.1:9911/' })).toBe(real)
  expect(folderOf({ ...key, OPENPHONE_BASE_URL: 'http://127.0.0.1:9912' })).not.toBe(real)
  expect(folderOf({ ...key, OPENPHONE_BASE_URL: 'https://api.quo.com' })).toBe(folderOf(key))
})

const NOTION = {
  NOTION_TOKEN: 'token',
  NOTION_CANVAS_DATABASE_ID: '11111111-2222-3333-4444-555555555555',
  NOTION_CALLS_DATABASE_ID: 'aaaaaaaa-2222-3333-4444-555555555555',
  NOTION_MESSAGES_DATABASE_ID: 'bbbbbbbb-2222-3333-4444-555555555555',
  NOTION_MAIL_DATABASE_ID: 'cccccccc-2222-3333-4444-555555555555',
}

test('what is filed in one Notion is one state, whatever else becomes real', () => {
  const alone = folderOf(NOTION)
  expect(folderOf({ ...NOTION, OPENPHONE_API_KEY: 'key' })).toBe(alone)
  const mailbox = { JMAP_SESSION_URL: 'https://mail.test/session', JMAP_TOKEN: 'token' }
  expect(folderOf({ ...NOTION, ...mailbox })).toBe(alone)
  const short = NOTION.NOTION_CALLS_DATABASE_ID.replaceAll('-', '').toUpperCase()
  expect(folderOf({ ...NOTION, NOTION_CALLS_DATABASE_ID: short })).toBe(alone)
  const link = `https://www.notion.so/acme/Calls-${short.toLowerCase()}?v=1`
  expect(folderOf({ ...NOTION, NOTION_CALLS_DATABASE_ID: link })).toBe(alone)
  const other = NOTION.NOTION_CALLS_DATABASE_ID.replace('a', 'd')
  expect(folderOf({ ...NOTION, NOTION_CALLS_DATABASE_ID: other })).not.toBe(alone)
  expect(folderOf(mailbox)).not.toBe(folderOf({ ...mailbox, OPENPHONE_API_KEY: 'key' }))
})

test('a mailbox without a web address is named before anything starts', () => {
  const mailbox = { JMAP_SESSION_URL: 'mail.test/session', JMAP_TOKEN: 'token' }
  expect(() => checkValues(mailbox)).toThrow('JMAP_SESSION_URL must begin with https://')
})
