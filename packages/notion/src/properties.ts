/**
 * The Notion databases as they must be: every property of ours with its type, one table a role. The
 * mapping, the schema check, the comparison with what Notion returned and the documentation are all
 * made from these tables. Properties that are not named here belong to people and are never touched.
 */
import type { Kind, SourceRole } from '@switchboard/shared/kinds'

export type PropertyType =
  | 'title'
  | 'rich_text'
  | 'number'
  | 'select'
  | 'multi_select'
  | 'date'
  | 'phone_number'
  | 'email'
  | 'url'
  | 'checkbox'
  | 'relation'

const ANALYSIS = {
  Sentiment: 'select',
  'Sentiment Confidence': 'number',
  'AI Summary': 'rich_text',
  'Action Items': 'rich_text',
  Category: 'select',
} as const

/** Link to the merchants, and when we last wrote the page. */
const FILING = { Canvas: 'relation', 'Synced At': 'date' } as const

/** Property name -> type, by kind of record. Canvas itself is only read (see canvas.ts). */
export const PROPERTIES = {
  call: {
    'Call ID': 'title',
    Direction: 'select',
    Status: 'select',
    Duration: 'number', // seconds
    Participants: 'rich_text',
    From: 'phone_number',
    To: 'phone_number',
    'OpenPhone Number': 'rich_text',
    'OpenPhone User': 'rich_text',
    'Created At': 'date',
    'Answered At': 'date',
    'Completed At': 'date',
    'Has Recording': 'checkbox',
    'Has Transcript': 'checkbox',
    'Has Voicemail': 'checkbox',
    'Recording URL': 'url',
    'Voicemail URL': 'url',
    Transcript: 'rich_text',
    Summary: 'rich_text', // OpenPhone's own
    'Next Steps': 'rich_text',
    ...ANALYSIS,
    'Lead Score': 'number',
    Keywords: 'multi_select',
    ...FILING,
  },
  message: {
    'Message ID': 'title',
    Direction: 'select',
    Status: 'select',
    From: 'phone_number',
    To: 'rich_text',
    Content: 'rich_text',
    'OpenPhone Number': 'rich_text',
    'Conversation ID': 'rich_text',
    'Created At': 'date',
    'Updated At': 'date',
    'Has Media': 'checkbox',
    'Media URLs': 'rich_text',
    ...ANALYSIS,
    ...FILING,
  },
  mail: {
    Subject: 'title',
    'Message ID': 'rich_text',
    'MIME Message ID': 'rich_text',
    'Conversation ID': 'rich_text',
    From: 'email',
    To: 'rich_text',
    CC: 'rich_text',
    BCC: 'rich_text',
    Body: 'rich_text',
    Direction: 'select',
    Status: 'select',
    'Created At': 'date',
    'Has Attachments': 'checkbox',
    ...ANALYSIS,
    Keywords: 'multi_select',
    ...FILING,
  },
} as const satisfies Record<Kind, Record<string, PropertyType>>

/** The property that holds a record's id, by which its page is found again. */
export const EXTERNAL_ID = {
  call: 'Call ID',
  message: 'Message ID',
  mail: 'MIME Message ID',
} as const satisfies Record<Kind, string>

/** Hold signed URLs: only what stands before the query is content. */
export const SIGNED: ReadonlySet<string> = new Set(['Recording URL', 'Voicemail URL', 'Media URLs'])

/** Written, but no reason to write: they change without meaning. */
export const UNHASHED: ReadonlySet<string> = new Set(['Updated At', 'Synced At'])

/** A property type as Notion's menus call it. */
export const TYPE_WORDS: Record<PropertyType, string> = {
  title: 'Title',
  rich_text: 'Text',
  number: 'Number',
  select: 'Select',
  multi_select: 'Multi-select',
  date: 'Date',
  phone_number: 'Phone',
  email: 'Email',
  url: 'URL',
  checkbox: 'Checkbox',
  relation: 'Relation',
}

/** A role's database as people call it, and the setting that names it. */
export const DATABASES: Record<SourceRole, { name: string; setting: string }> = {
  canvas: { name: 'Canvas', setting: 'NOTION_CANVAS_DATABASE_ID' },
  call: { name: 'Calls', setting: 'NOTION_CALLS_DATABASE_ID' },
  message: { name: 'Messages', setting: 'NOTION_MESSAGES_DATABASE_ID' },
  mail: { name: 'Mail', setting: 'NOTION_MAIL_DATABASE_ID' },
}

/** The type that a property of ours must have; undefined: not one of ours. */
export function expectedType(role: SourceRole, property: string): PropertyType | undefined {
  if (role === 'canvas') return undefined
  const table: Record<string, PropertyType> = PROPERTIES[role]
  return Object.hasOwn(table, property) ? table[property] : undefined
}
