/**
 * What is the same in the reasons of many dead letters: a reason without what differs from record to
 * record. Letters are grouped by it, so there must be few of them. No I/O.
 */

const MOST_CHARACTERS = 160

/**
 * `notion refused the record (400): … multi_select[3].name …` ends as `… multi_select[#].name …`.
 * Quoted values become `…`; addresses, links, ids and numbers `#`. A status in brackets stays.
 */
export function patternOf(reason: string): string {
  return reason
    .replaceAll(/"[^"]*"|“[^”]*”|(?<![\w’])'[^']*'(?!\w)/g, '…')
    .replaceAll(/https?:\/\/\S+|\S+@\S+\.\S+/g, '#')
    .replaceAll(/\b\d{4}-\d{2}-\d{2}T[\d:.]+Z?/g, '#')
    .replaceAll(/\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b/gi, '#')
    .replaceAll(/\((\d{3})\)|\b[A-Za-z]*\d[\w-]*/g, (found, status?: string) =>
      status === undefined ? '#' : found,
    )
    .replace(/\b(not allowed|instead was|received)(:?) .+$/, '$1$2 …') // Notion repeats the value
    .replaceAll(/\s+/g, ' ')
    .trim()
    .slice(0, MOST_CHARACTERS)
}
