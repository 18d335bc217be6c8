/**
 * Tables. A row is a line of 36 px; on a phone it becomes a card: its title, then label and value in
 * three columns. Roles are explicit, since `display` changes. From 201 rows on only the rows near
 * the window are drawn.
 */
import { Fragment } from 'preact'
import { useEffect, useRef, useState } from 'preact/hooks'
import type { ComponentChildren, TargetedMouseEvent } from 'preact'
import type { List } from '../list.ts'
import { Failed, Loading, dimmed } from './states.tsx'

export interface Column<Row> {
  head: ComponentChildren
  cell: (row: Row) => ComponentChildren
  /** Above the value on a card; a value that speaks for itself has none. */
  label?: string
  right?: boolean
  /** The cell that names the row. */
  names?: boolean
  /** On a card: the title over its whole width, a whole line, two of three columns, or left out. */
  card?: 'title' | 'wide' | 'two' | 'hide'
  /** Takes the room that is left, in one line. */
  clip?: boolean
  /** A zero is quiet, so that the rest stands out. */
  zero?: (row: Row) => boolean
  class?: string
}

export interface TableProps<Row> {
  label: string // what it lists, for screen readers
  columns: Column<Row>[]
  rows: Row[]
  keyOf: (row: Row) => string
  /** The row that is open. */
  selected?: string | null
  /** A click on the row, or Enter; links and buttons in it do their own. */
  onOpen?: (row: Row) => void
  picks?: Picks
  /** Stands in the row's place below it, over the whole width. */
  under?: (row: Row) => ComponentChildren | null
  /** A row of headings above the headings. */
  groups?: ComponentChildren
  /** Rows of sums. */
  sums?: Row[]
  bleed?: boolean
  class?: string
  rowClass?: (row: Row) => string
}

/** Ticked rows. */
export interface Picks {
  has: (key: string) => boolean
  set: (key: string, ticked: boolean) => void
  label: (key: string) => string // of the row's box
}

/** Rows up to which all are drawn. */
const ALL_DRAWN = 200
const CHUNK_ROWS = 50
const ROW_PX = 36

export function Table<Row>(props: TableProps<Row>) {
  const { label, columns, rows, picks, groups, sums = [], bleed = false } = props
  const windowed = rows.length > ALL_DRAWN
  const chunks = windowed
    ? Array.from({ length: Math.ceil(rows.length / CHUNK_ROWS) }, (_, index) =>
        rows.slice(index * CHUNK_ROWS, (index + 1) * CHUNK_ROWS),
      )
    : [rows]
  return (
    <table
      class={['t cards', bleed && 'bleed', props.class].filter(Boolean).join(' ')}
      role="table"
      aria-label={label}
      aria-rowcount={windowed ? rows.length + 1 : undefined}
    >
      <thead class="sticky" role="rowgroup">
        {groups}
        <tr role="row">
          {picks !== undefined && (
            <th scope="col" role="columnheader">
              <span class="sr">Chosen</span>
            </th>
          )}
          {columns.map(({ head, right }) => (
            <th scope="col" role="columnheader" class={right ? 'r' : undefined}>
              {head === '' ? <span class="sr">What to do</span> : head}
            </th>
          ))}
        </tr>
      </thead>
      {windowed ? (
        chunks.map((chunk, index) => (
          <Chunk key={index} {...props} rows={chunk} first={index * CHUNK_ROWS} />
        ))
      ) : (
        <tbody role="rowgroup">{drawn(props, rows, null)}</tbody>
      )}
      {sums.length > 0 && (
        <tbody role="rowgroup">
          {sums.map((row) => (
            <tr role="row" class="sum">
              {columns.map((column) => cell(column, row))}
            </tr>
          ))}
        </tbody>
      )}
    </table>
  )
}

/** Fifty rows that are drawn while they are near the window, and hold their place while not. */
function Chunk<Row>(props: TableProps<Row> & { first: number }) {
  const { rows, columns, picks, first } = props
  const body = useRef<HTMLTableSectionElement>(null)
  const heightPx = useRef(rows.length * ROW_PX)
  const [near, setNear] = useState(first === 0)
  useEffect(() => {
    const element = body.current
    if (element === null) return
    const observer = new IntersectionObserver(
      (entries) => {
        const entry = entries.at(-1) // of several at once the newest counts
        if (entry === undefined) return
        // What is typed into or chosen in there stays.
        if (!entry.isIntersecting && element.contains(document.activeElement)) return
        if (!entry.isIntersecting && entry.boundingClientRect.height > 0)
          heightPx.current = entry.boundingClientRect.height
        setNear(entry.isIntersecting)
      },
      { rootMargin: '1200px 0px' },
    )
    observer.observe(element)
    return () => observer.disconnect()
  }, [])
  return (
    <tbody role="rowgroup" ref={body}>
      {near ? (
        drawn(props, rows, first)
      ) : (
        <tr class="spacer" aria-hidden="true">
          <td
            colSpan={columns.length + (picks === undefined ? 0 : 1)}
            style={{ height: `${heightPx.current}px` }}
          />
        </tr>
      )}
    </tbody>
  )
}

function drawn<Row>(props: TableProps<Row>, rows: Row[], first: number | null) {
  const { columns, keyOf, selected, onOpen, picks, under, rowClass } = props
  return rows.map((row, index) => {
    const key = keyOf(row)
    const below = under?.(row) ?? null
    const open = (event: TargetedMouseEvent<HTMLElement>) => {
      const own = event.target instanceof Element && event.target.closest('a, button, input, label')
      if (!own) onOpen?.(row)
    }
    return (
      <Fragment key={key}>
        <tr
          role="row"
          data-row={key}
          tabIndex={-1}
          class={[selected === key && 'sel', picks && 'picks', rowClass?.(row)]
            .filter(Boolean)
            .join(' ')}
          aria-current={selected === key ? 'true' : undefined}
          aria-rowindex={first === null ? undefined : first + index + 2}
          onClick={onOpen === undefined ? undefined : open}
        >
          {picks !== undefined && (
            <td role="cell" class="box">
              <label class="hit">
                <input
                  type="checkbox"
                  aria-label={picks.label(key)}
                  checked={picks.has(key)}
                  onChange={(event) => picks.set(key, event.currentTarget.checked)}
                />
              </label>
            </td>
          )}
          {columns.map((column) => cell(column, row))}
        </tr>
        {below !== null && (
          <tr role="row" class="under">
            <td role="cell" colSpan={columns.length + (picks === undefined ? 0 : 1)}>
              {below}
            </td>
          </tr>
        )}
      </Fragment>
    )
  })
}

function cell<Row>(column: Column<Row>, row: Row) {
  const { label, right, names, card, clip, zero } = column
  const look = [
    right && 'r',
    names ? (card ?? 'title') : card,
    clip && 'clip',
    zero?.(row) && 'zero',
    column.class,
  ]
    .filter(Boolean)
    .join(' ')
  return names ? (
    <th scope="row" role="rowheader" class={look}>
      {column.cell(row)}
    </th>
  ) : (
    <td role="cell" class={look} data-l={label}>
      {column.cell(row)}
    </td>
  )
}

/**
 * A table on a keyset list: what is new waits above it, the next page comes as the reader scrolls.
 * @param empty what stands where there is nothing @param total how many there are, where it is known
 */
export function KeysetTable<Row>({
  list,
  empty,
  total,
  ...table
}: Omit<TableProps<Row>, 'rows'> & {
  list: List<Row>
  empty: ComponentChildren
  total?: number
}) {
  const { rows, fresh, showFresh, more, hasMore, error, old, again, awaited, reads } = list
  return (
    <>
      {error !== null && <Failed error={error} again={again} />}
      {fresh !== null && (
        <div class="fresh">
          <button type="button" class="btn tiny" onClick={showFresh}>
            {fresh}
          </button>
        </div>
      )}
      {rows === undefined ? (
        error === null && <Loading />
      ) : rows.length === 0 && !hasMore ? (
        <div class={dimmed(false, awaited)}>{empty}</div>
      ) : (
        <div class={dimmed(error !== null || old, awaited)}>
          {rows.length === 0 ? <Loading /> : <Table {...table} rows={rows} />}
          <Further more={more} hasMore={hasMore} shown={rows.length} total={total} reads={reads} />
        </div>
      )}
    </>
  )
}

/** Under a list: how much is shown; reads on when it comes into sight. */
export function Further({
  more,
  hasMore,
  shown,
  total,
  reads = 0,
}: {
  more: () => void
  hasMore: boolean
  shown: number
  total?: number | undefined
  reads?: number // a page may hold nothing that fits: then it goes on, still in sight
}) {
  const foot = useRef<HTMLParagraphElement>(null)
  const newest = useRef(more)
  newest.current = more
  useEffect(() => {
    const element = foot.current
    if (element === null || !hasMore) return
    const observer = new IntersectionObserver(
      (entries) => {
        if (entries.at(-1)?.isIntersecting === true) newest.current()
      },
      { rootMargin: '600px 0px' },
    )
    observer.observe(element)
    return () => observer.disconnect()
  }, [hasMore, shown, reads])
  if (!hasMore && total === undefined) return null
  const of = total === undefined ? '' : ` of ${total.toLocaleString('en-US')}`
  return (
    <p class="foot" ref={foot}>
      {shown.toLocaleString('en-US')}
      {of} shown{hasMore ? ', more as you scroll.' : '.'}
    </p>
  )
}
