/**
 * A chart: its title, its sentence as its label, its data as a table, and the drawing, for which
 * uPlot is loaded when it comes into sight. One hue, the names at the lines' ends, gaps stay gaps.
 */
import { useEffect, useRef, useState } from 'preact/hooks'
import type { ComponentChildren } from 'preact'
import { count } from '../format/numbers.ts'
import { full } from '../format/time.ts'
import { useThemeTurn } from '../theme.ts'
import type { Drawing } from './plot.ts'

export type Tone =
  | 'live'
  | 'bulk'
  | 'neutral'
  | 'ok'
  | 'warn'
  | 'bad'
  | 'call'
  | 'message'
  | 'mail'
  | 'text-3'

export interface Line {
  label: string
  /** One a moment; null: nothing was measured, a gap. On a log scale what is not above 0 is a gap. */
  values: (number | null)[]
  /** p50 is thick, p95 thin, p99 dotted; bars are stacked in the order of the lines. */
  look: 'thick' | 'thin' | 'dotted' | 'area' | 'bars' | 'circle' | 'square' | 'diamond'
  tone: Tone
  /** A colour a point, where it differs. */
  tones?: Tone[]
  /** Its name stands at its end; on unless bars or points. */
  named?: boolean
}

/** What a chart shows: everything that `plot.ts` draws by. */
export interface Picture {
  at: number[] // seconds since epoch, rising
  lines: Line[]
  format: (value: number) => string
  /** Of things that are counted: no tick between two whole numbers. */
  whole?: boolean
  /** By powers of ten; `ms`: the values are milliseconds, named by seconds, minutes, hours. */
  log?: boolean | 'ms'
  /** Between these two lines the ground is tinted. */
  band?: [upper: number, lower: number]
  /** At these moments there were too few samples for a line: points. */
  few?: boolean[]
  /** Dashed verticals: runs, deploys, parks. */
  marks?: { at: number; label: string }[]
  /** A dashed horizontal: a budget. */
  limit?: { value: number; label: string } | null
  /** Of y; from the values where it is left out. */
  range?: [number, number]
  /** Words in place of numbers at the side. */
  ticks?: [value: number, words: string][]
  /** Charts of the same name share their cursor. */
  sync?: string
}

export interface ChartProps extends Picture {
  title: ComponentChildren
  /** What it shows, in a sentence with its numbers: what a screen reader says. */
  sentence: string
  /** At the right: the scale, the value now. */
  now?: ComponentChildren
  /** Squares that name the lines, where their ends cannot. */
  keys?: boolean
  heightPx?: number
}

export function Chart({
  title,
  sentence,
  now,
  keys = false,
  heightPx = 150,
  ...picture
}: ChartProps) {
  const place = useRef<HTMLDivElement>(null)
  const drawing = useRef<Drawing | null>(null)
  const newest = useRef<Picture>(picture)
  const turn = useThemeTurn()
  newest.current = picture

  useEffect(() => {
    const element = place.current
    if (element === null) return
    let gone = false
    const observer = new IntersectionObserver(
      ([entry]) => {
        if (entry?.isIntersecting !== true) return
        observer.disconnect()
        void import('./plot.ts').then(({ draw }) => {
          if (!gone) drawing.current = draw(element, newest.current, heightPx)
        })
      },
      { rootMargin: '200px' },
    )
    observer.observe(element)
    return () => {
      gone = true
      observer.disconnect()
      drawing.current?.end()
      drawing.current = null
    }
  }, [heightPx])

  useEffect(() => drawing.current?.show(newest.current))
  useEffect(() => drawing.current?.recolour(), [turn])

  return (
    <figure class="chart">
      <figcaption>
        {title}
        {keys &&
          picture.lines.map(({ label, tone }) => (
            <span class="key">
              <i class={`b-${tone}`} />
              {label}
            </span>
          ))}
        {now !== undefined && <span class="at-now">{now}</span>}
      </figcaption>
      <div
        class="plot"
        role="img"
        aria-label={sentence}
        ref={place}
        style={{ height: `${heightPx}px` }}
      />
      <Data picture={picture} title={sentence} />
    </figure>
  )
}

/** The numbers behind the drawing, newest first. */
function Data({ picture: { at, lines, format }, title }: { picture: Picture; title: string }) {
  const [open, setOpen] = useState(false)
  return (
    <details onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>Data, {count(at.length)} rows</summary>
      {open && <Rows at={at} lines={lines} format={format} title={title} />}
    </details>
  )
}

/** As many rows as a person reads; the API has them all. */
const MOST_ROWS = 200

function Rows({
  at,
  lines,
  format,
  title,
}: Pick<Picture, 'at' | 'lines' | 'format'> & { title: string }) {
  const clock = { now: Date.now() }
  const rows = at
    .map((second, index) => ({ second, index }))
    .toReversed()
    .slice(0, MOST_ROWS)
  return (
    <div class="scroll" tabIndex={0} role="group" aria-label={title}>
      <table class="t">
        <thead>
          <tr>
            <th scope="col">Time</th>
            {lines.map(({ label }) => (
              <th scope="col" class="r">
                {label}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map(({ second, index }) => (
            <tr key={second}>
              <th scope="row">{full(second * 1000, clock)}</th>
              {lines.map(({ values }) => {
                const value = values[index] ?? null
                return <td class="r">{value === null ? '–' : format(value)}</td>
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}
