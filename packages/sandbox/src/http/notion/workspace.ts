/**
 * The workspace the Notion stand-in is set up with: four databases with fixed ids, whose
 * properties are those the pipeline writes, and the world's merchants as pages of Canvas, made
 * by a person as people keep them. No I/O of its own.
 */
import { createHash } from 'node:crypto'
import type { JsonObject } from '../json.ts'
import type { World, WorldMerchant } from '../../world.ts'
import { createDatabase } from './databases.ts'
import { createPage } from './pages.ts'
import type { NotionStore } from './store.ts'

export const CANVAS_DATABASE_ID = '5a0c0000-0000-4000-8000-00000000ca01'
export const CALLS_DATABASE_ID = '5a0c0000-0000-4000-8000-00000000ca02'
export const MESSAGES_DATABASE_ID = '5a0c0000-0000-4000-8000-00000000ca03'
export const MAIL_DATABASE_ID = '5a0c0000-0000-4000-8000-00000000ca04'

export const CANVAS_DATA_SOURCE_ID = '5a0c0000-0000-4000-8000-00000000da01'
export const CALLS_DATA_SOURCE_ID = '5a0c0000-0000-4000-8000-00000000da02'
export const MESSAGES_DATA_SOURCE_ID = '5a0c0000-0000-4000-8000-00000000da03'
export const MAIL_DATA_SOURCE_ID = '5a0c0000-0000-4000-8000-00000000da04'

/** The page all databases lie under. */
export const ROOT_PAGE_ID = '5a0c0000-0000-4000-8000-000000000001'

/** Our connection's user, and a member of the workspace. */
export const BOT_ID = '5a0c0000-0000-4000-8000-0000000000b0'
export const PERSON_ID = '5a0c0000-0000-4000-8000-0000000000a1'

const TITLE = { title: {} }
const TEXT = { rich_text: {} }
const NUMBER = { number: {} }
const SELECT = { select: {} }
const MULTI_SELECT = { multi_select: {} }
const DATE = { date: {} }
const CHECKBOX = { checkbox: {} }
const URL = { url: {} }
const EMAIL = { email: {} }
const PHONE = { phone_number: {} }
const CANVAS = { relation: { data_source_id: CANVAS_DATA_SOURCE_ID, single_property: {} } }

const ANALYSIS = {
  Sentiment: SELECT,
  'Sentiment Confidence': NUMBER,
  'AI Summary': TEXT,
  'Action Items': TEXT,
  Category: SELECT,
}

interface DatabaseSetUp {
  title: string
  databaseId: string
  dataSourceId: string
  properties: JsonObject
}

const DATABASES: DatabaseSetUp[] = [
  {
    title: 'Canvas',
    databaseId: CANVAS_DATABASE_ID,
    dataSourceId: CANVAS_DATA_SOURCE_ID,
    properties: {
      Name: TITLE,
      Phone: PHONE,
      'Second Phone': PHONE,
      Email: EMAIL,
      'Billing Email': EMAIL,
      Stage: SELECT,
      City: TEXT,
    },
  },
  {
    title: 'Calls',
    databaseId: CALLS_DATABASE_ID,
    dataSourceId: CALLS_DATA_SOURCE_ID,
    properties: {
      'Call ID': TITLE,
      Direction: SELECT,
      Status: SELECT,
      Duration: NUMBER,
      Participants: TEXT,
      From: PHONE,
      To: PHONE,
      'OpenPhone Number': TEXT,
      'OpenPhone User': TEXT,
      'Created At': DATE,
      'Answered At': DATE,
      'Completed At': DATE,
      'Has Recording': CHECKBOX,
      'Has Transcript': CHECKBOX,
      'Has Voicemail': CHECKBOX,
      'Recording URL': URL,
      'Voicemail URL': URL,
      Transcript: TEXT,
      Summary: TEXT,
      'Next Steps': TEXT,
      ...ANALYSIS,
      'Lead Score': NUMBER,
      Keywords: MULTI_SELECT,
      Canvas: CANVAS,
      'Synced At': DATE,
    },
  },
  {
    title: 'Messages',
    databaseId: MESSAGES_DATABASE_ID,
    dataSourceId: MESSAGES_DATA_SOURCE_ID,
    properties: {
      'Message ID': TITLE,
      Direction: SELECT,
      Status: SELECT,
      From: PHONE,
      To: TEXT,
      Content: TEXT,
      'OpenPhone Number': TEXT,
      'Conversation ID': TEXT,
      'Created At': DATE,
      'Updated At': DATE,
      'Has Media': CHECKBOX,
      'Media URLs': TEXT,
      ...ANALYSIS,
      Canvas: CANVAS,
      'Synced At': DATE,
    },
  },
  {
    title: 'Mail',
    databaseId: MAIL_DATABASE_ID,
    dataSourceId: MAIL_DATA_SOURCE_ID,
    properties: {
      Subject: TITLE,
      'Message ID': TEXT,
      'MIME Message ID': TEXT,
      'Conversation ID': TEXT,
      From: EMAIL,
      To: TEXT,
      CC: TEXT,
      BCC: TEXT,
      Body: TEXT,
      Direction: SELECT,
      Status: SELECT,
      'Created At': DATE,
      'Has Attachments': CHECKBOX,
      ...ANALYSIS,
      Keywords: MULTI_SELECT,
      Canvas: CANVAS,
      'Synced At': DATE,
    },
  },
]

/** The Canvas page of the world's merchant at that place in its list. */
export function merchantPageId(index: number): string {
  const hex = createHash('sha256').update(`merchant ${index}`).digest('hex')
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `4${hex.slice(13, 16)}`,
    `8${hex.slice(17, 20)}`,
    hex.slice(20, 32),
  ].join('-')
}

/** Makes what is missing; a database or page that is there is left as it is. */
export function seedWorkspace(store: NotionStore, world: World, now: number): void {
  const edit = { store, author: PERSON_ID, now }
  for (const { title, databaseId, dataSourceId, properties } of DATABASES) {
    if (store.databases.has(databaseId)) continue
    const body = {
      parent: { type: 'page_id', page_id: ROOT_PAGE_ID },
      title: [{ text: { content: title } }],
      initial_data_source: { properties },
    }
    createDatabase(edit, body, ROOT_PAGE_ID, { databaseId, dataSourceId })
  }
  world.merchants.forEach((merchant, index) => {
    const id = merchantPageId(index)
    if (store.pages.has(id)) return
    const parent = { type: 'data_source_id', data_source_id: CANVAS_DATA_SOURCE_ID }
    createPage(edit, { parent, properties: merchantProperties(merchant) }, now, id)
  })
}

function merchantProperties(merchant: WorldMerchant): JsonObject {
  return {
    Name: { title: [{ text: { content: merchant.name } }] },
    Phone: { phone_number: merchant.phone || null },
    'Second Phone': { phone_number: merchant.secondPhone || null },
    Email: { email: merchant.email || null },
    'Billing Email': { email: merchant.billingEmail || null },
    Stage: { select: merchant.stage ? { name: merchant.stage } : null },
    City: { rich_text: merchant.city ? [{ text: { content: merchant.city } }] : [] },
  }
}
