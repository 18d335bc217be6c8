/** Notion's ids: 32 hex digits with or without dashes; one form wherever two are compared. */

/** Lower case with dashes, as the API returns ids; what is no such id stays as it is. */
export function pageId(id: string): string {
  const hex = id.replaceAll('-', '').toLowerCase()
  const parts = /^([0-9a-f]{8})([0-9a-f]{4})([0-9a-f]{4})([0-9a-f]{4})([0-9a-f]{12})$/.exec(hex)
  return parts === null ? id : parts.slice(1).join('-')
}

const AT_THE_END = /[0-9a-f]{8}-?(?:[0-9a-f]{4}-?){3}[0-9a-f]{12}$/i

/** The id that a person gives: itself, or a link that ends with it before its query. */
export function givenId(text: string): string {
  const [path = ''] = text.split(/[?#]/)
  return AT_THE_END.exec(path)?.[0] ?? text
}
