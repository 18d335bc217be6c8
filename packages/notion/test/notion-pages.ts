/** Pages and properties as Notion answers them. */
export const PAGE_ID = '11111111-1111-4111-8111-111111111111'
export const MERCHANT_ID = '22222222-2222-4222-8222-222222222222'
export const BOT_ID = '33333333-3333-4333-8333-333333333333'

export function page(properties: Record<string, unknown>, more: Record<string, unknown> = {}) {
  return {
    object: 'page',
    id: PAGE_ID,
    url: `https://www.notion.so/${PAGE_ID.replaceAll('-', '')}`,
    created_time: '2026-11-24T08:00:00.000Z',
    last_edited_time: '2026-11-24T08:00:00.000Z',
    created_by: { object: 'user', id: BOT_ID },
    last_edited_by: { object: 'user', id: BOT_ID },
    in_trash: false,
    properties,
    ...more,
  }
}

export function query(results: unknown[], next: string | null = null, status = 'complete') {
  return {
    object: 'list',
    results,
    next_cursor: next,
    has_more: next !== null,
    request_status: { type: status },
  }
}

export const titled = (text: string) => ({ id: 'title', type: 'title', title: texts(text) })
export const worded = (text: string) => ({ id: 'a', type: 'rich_text', rich_text: texts(text) })

function texts(text: string) {
  return text === '' ? [] : [{ type: 'text', text: { content: text }, plain_text: text }]
}
