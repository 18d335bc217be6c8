/**
 * Tables as CSV (RFC 4180) that is safe to open in a spreadsheet: what would be taken for a formula is
 * led by an apostrophe, as spreadsheets themselves write text. Sent as it is read, page by page.
 */

type Cell = string | number | null

/** What a spreadsheet may run; blanks before it do not help, and East Asian signs count as well. */
const FORMULA = /^[\s\uFEFF]*[=+\-@\t\r\n＝＋－＠]/u

/** One line with its end. */
export function csvLine(cells: readonly Cell[]): string {
  return `${cells.map(csvCell).join(',')}\r\n`
}

function csvCell(cell: Cell): string {
  if (cell === null) return ''
  if (typeof cell === 'number') return String(cell)
  const text = FORMULA.test(cell) ? `'${cell}` : cell
  return /[",\r\n]/.test(text) || text !== text.trim() ? `"${text.replaceAll('"', '""')}"` : text
}

/**
 * A file to be saved.
 * @param pages of lines; a page is read when the one before is on its way
 */
export function csvResponse(
  name: string,
  head: readonly string[],
  pages: AsyncIterator<Cell[][]>,
): Response {
  const encoder = new TextEncoder()
  let begun = false
  const body = new ReadableStream<Uint8Array>({
    async pull(controller) {
      if (!begun) {
        begun = true
        // The mark tells spreadsheets that it is UTF-8.
        controller.enqueue(encoder.encode(`\uFEFF${csvLine(head)}`))
        return
      }
      const page = await pages.next()
      if (page.done === true) return controller.close()
      controller.enqueue(encoder.encode(page.value.map(csvLine).join('')))
    },
  })
  return new Response(body, {
    headers: {
      'content-type': 'text/csv; charset=utf-8',
      'content-disposition': `attachment; filename="${name}"`,
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
    },
  })
}
