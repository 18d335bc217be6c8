/**
 * Draws a picture with uPlot: loaded only when a chart is seen. Bars, points, marks and the names at
 * the lines' ends are drawn here, since uPlot has no stack, no shapes and no labels of its own.
 */
import uPlot from 'uplot'
import './plot.css'
import { full, moment } from '../format/time.ts'
import type { Line, Picture, Tone } from './chart.tsx'
import { logSteps, stack, stepWords, yRange } from './scale.ts'

export interface Drawing {
  show(picture: Picture): void
  recolour(): void
  end(): void
}

const FONT = '12px Inter, system-ui, sans-serif'
const CHARACTER_PX = 7 // at most, of the names at the lines' ends
const LEAST_SIDE_PX = 22 // half of a time under the axis
const SHARED_SIDE_PX = 36
const LEAST_FAILED_PX = 3
const DAY_S = 86_400
const WIDTHS = { thick: 2, thin: 1.25, dotted: 1.25, area: 1.25 } as const

/** @param heightPx of the whole drawing; its width is that of the element */
export function draw(element: HTMLElement, first: Picture, heightPx: number): Drawing {
  let picture = first
  let plot = make(element, picture, heightPx)
  const size = new ResizeObserver(() => {
    if (element.clientWidth > 0 && element.clientWidth !== plot.width)
      plot.setSize({ width: element.clientWidth, height: heightPx })
  })
  size.observe(element)
  const anew = () => {
    plot.destroy()
    plot = make(element, picture, heightPx)
  }
  return {
    show(next) {
      const same = shapeOf(next) === shapeOf(picture)
      if (next.at === picture.at && same && next.lines === picture.lines) return
      picture = next
      // Scales, marks and formats are made with the plot; only numbers can be swapped in it.
      if (same) plot.setData(columns(picture))
      else anew()
    },
    recolour: anew,
    end() {
      size.disconnect()
      plot.destroy()
    },
  }

  function make(into: HTMLElement, shown: Picture, height: number): uPlot {
    return new uPlot(
      options(() => picture, shown, into, height),
      columns(shown),
      into,
    )
  }
}

/** What cannot be changed in a plot that stands. */
function shapeOf({ lines, marks, limit, log, range, ticks, band, sync }: Picture): string {
  const looks = lines.map(({ label, look, tone }) => [label, look, tone])
  return JSON.stringify([looks, marks, limit, log, range, ticks, band, sync])
}

/** The values as uPlot takes them: bars one on the other, gaps as null. */
function columns({ at, lines, log, few }: Picture): uPlot.AlignedData {
  const tops = stack(lines.filter(isBar).map(({ values }) => values))
  let bar = 0
  return [
    at,
    ...lines.map((line) => {
      if (isBar(line)) return tops[bar++] ?? []
      return line.values.map((value, index) =>
        value === null ||
        (log !== undefined && log !== false && value <= 0) ||
        (few?.[index] === true && isLine(line))
          ? null
          : value,
      )
    }),
  ]
}

function isBar({ look }: Line): boolean {
  return look === 'bars'
}

function isPoint({ look }: Line): boolean {
  return look === 'circle' || look === 'square' || look === 'diamond'
}

function isLine(line: Line): boolean {
  return !isBar(line) && !isPoint(line)
}

function options(
  now: () => Picture,
  shown: Picture,
  element: HTMLElement,
  height: number,
): uPlot.Options {
  const { lines, log = false, band, sync } = shown
  const quiet = colour('text-3')
  const ends = [...lines.filter(hasName).map(({ label }) => label), shown.limit?.label ?? '']
  const longest = Math.max(...ends.map((name) => name.length))
  return {
    width: Math.max(100, element.clientWidth),
    height,
    padding: [8, Math.max(sidePx(sync), longest * CHARACTER_PX + 8), 0, 0],
    legend: { show: false },
    cursor: {
      y: false,
      drag: { x: false, y: false },
      points: {
        size: 6,
        width: 0,
        fill: (_plot, index) => colour(lines[index - 1]?.tone ?? 'live'),
      },
      ...(sync === undefined ? {} : { sync: { key: sync } }),
    },
    scales: {
      x: { time: true, range: (_plot, least, most) => xRange(now(), least, most) },
      y: {
        // oxlint-disable-next-line typescript/no-unsafe-enum-assignment -- it exists in its types only
        distr: log === false ? 1 : 3,
        range: () => yRange(now().lines.filter(isBar).length > 0 ? barsOf(now()) : now()),
      },
    },
    axes: [
      {
        stroke: quiet,
        font: FONT,
        grid: { show: false },
        ticks: { show: false },
        space: 70,
        size: 24,
        gap: 6,
        values: (_plot, moments) => times(moments, now().at),
      },
      {
        stroke: quiet,
        font: FONT,
        grid: { stroke: colour('grid'), width: 1 },
        ticks: { show: false },
        size: 56,
        gap: 8,
        space: 26,
        values: (_plot, values) =>
          values.map((value) => {
            const words = now().ticks?.find(([each]) => each === value)?.[1]
            if (words !== undefined || value === null) return words ?? ''
            return now().log === 'ms' ? stepWords(value) : now().format(value)
          }),
        ...splits(shown),
      },
    ],
    series: [{}, ...lines.map(series)],
    ...(band === undefined
      ? {}
      : {
          bands: [
            {
              series: [band[0] + 1, band[1] + 1],
              fill: faded(lines[band[0]]?.tone ?? 'live', 0.14),
            },
          ],
        }),
    hooks: {
      drawAxes: [(plot) => verticals(plot, now())],
      draw: [
        (plot) => {
          bars(plot, now())
          points(plot, now())
          names(plot, now())
        },
      ],
      setCursor: [tip(element, now)],
    },
  }
}

/** Neighbours that share their cursor are as wide as each other, whatever the names at their ends. */
function sidePx(sync: string | undefined): number {
  return sync === undefined ? LEAST_SIDE_PX : SHARED_SIDE_PX
}

function hasName(line: Line): boolean {
  return line.named ?? isLine(line)
}

/** uPlot takes bars' scale from the highest of their stack. */
function barsOf(picture: Picture): Picture {
  const [, ...values] = columns(picture) as unknown as [unknown, ...(number | null)[][]]
  return {
    ...picture,
    lines: picture.lines.map((line, index) => ({ ...line, values: values[index] ?? [] })),
  }
}

/** 1, 2, 5, 10, ... */
const WHOLE_STEPS = Array.from({ length: 10 }, (_, power) =>
  [1, 2, 5].map((n) => n * 10 ** power),
).flat()

function splits({ ticks, log = false, whole = false }: Picture): Partial<uPlot.Axis> {
  if (whole) return { incrs: WHOLE_STEPS }
  if (ticks !== undefined) return { splits: () => ticks.map(([value]) => value) }
  if (log === false) return {}
  return {
    splits: (_plot, _axis, least, most) => logSteps(least, most, log),
    filter: (_plot, values) => values, // uPlot would name every other one
  }
}

function series(line: Line): uPlot.Series {
  const stroke = colour(line.tone)
  if (!isLine(line)) return { paths: () => null, points: { show: false } }
  return {
    stroke,
    width: WIDTHS[line.look as keyof typeof WIDTHS],
    points: { show: false },
    ...(line.look === 'dotted' ? { dash: [2, 3] } : {}),
    ...(line.look === 'area' ? { fill: faded(line.tone, 0.3), fillTo: 0 } : {}),
  }
}

/** A bar stands half beside its moment, and so does what shares its cursor. */
function xRange({ lines, at, sync }: Picture, least: number, most: number): [number, number] {
  const step = (at[1] ?? 0) - (at[0] ?? 0)
  return sync !== undefined || lines.some(isBar)
    ? [least - step / 2, most + step / 2]
    : [least, most]
}

/** Time under the axis: of day while it spans two days, else the day. */
function times(moments: number[], at: number[]): string[] {
  const span = (at.at(-1) ?? 0) - (at[0] ?? 0)
  if (span > 2 * DAY_S) return moments.map((second) => dayWords(second))
  const close = (moments[1] ?? Infinity) - (moments[0] ?? 0) < 60
  return moments.map((second) => moment(second * 1000, { now: second * 1000 }, close))
}

function dayWords(second: number): string {
  return new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short' }).format(second * 1000)
}

/** Dashed verticals for what happened, a dashed horizontal for a budget. */
function verticals(plot: uPlot, { marks = [], limit = null }: Picture): void {
  const { ctx, bbox } = plot
  ctx.save()
  ctx.strokeStyle = colour('text-3')
  ctx.fillStyle = colour('text-3')
  ctx.lineWidth = uPlot.pxRatio
  ctx.setLineDash([3 * uPlot.pxRatio, 3 * uPlot.pxRatio])
  ctx.beginPath()
  for (const { at } of marks) {
    const x = plot.valToPos(at, 'x', true)
    if (x < bbox.left || x > bbox.left + bbox.width) continue
    ctx.moveTo(x, bbox.top)
    ctx.lineTo(x, bbox.top + bbox.height)
  }
  if (limit !== null) {
    const y = plot.valToPos(limit.value, 'y', true)
    ctx.moveTo(bbox.left, y)
    ctx.lineTo(bbox.left + bbox.width, y)
  }
  ctx.stroke()
  ctx.restore()
}

/** Stacked bars; the topmost, what failed, is seen however few they were. */
function bars(plot: uPlot, picture: Picture): void {
  const stacked = picture.lines.filter(isBar)
  if (stacked.length === 0) return
  const { ctx, bbox } = plot
  const tops = stack(stacked.map(({ values }) => values))
  const least = LEAST_FAILED_PX * uPlot.pxRatio
  const base = plot.valToPos(0, 'y', true)
  const step = bbox.width / Math.max(1, picture.at.length)
  const width = Math.max(1, Math.round(step * 0.75))
  ctx.save()
  ctx.beginPath()
  ctx.rect(bbox.left, bbox.top - least, bbox.width, bbox.height + least)
  ctx.clip()
  for (const [index, second] of picture.at.entries()) {
    let bottom = base
    const x = Math.round(plot.valToPos(second, 'x', true) - width / 2)
    for (const [layer, line] of stacked.entries()) {
      const value = line.values[index] ?? 0
      if (value <= 0) continue
      const top = plot.valToPos(tops[layer]?.[index] ?? 0, 'y', true)
      const height = Math.max(layer === 0 ? 1 : least, bottom - top)
      ctx.fillStyle = colour(line.tone)
      ctx.fillRect(x, bottom - height, width, height)
      bottom -= height
    }
  }
  ctx.restore()
}

/** Points: those of the lines that are points, and those of a line where samples were few. */
function points(plot: uPlot, picture: Picture): void {
  const { ctx } = plot
  const radius = 3 * uPlot.pxRatio
  ctx.save()
  for (const line of picture.lines) {
    if (isBar(line) || (!isPoint(line) && picture.few === undefined)) continue
    for (const [index, value] of line.values.entries()) {
      if (value === null || ((picture.log ?? false) !== false && value <= 0)) continue
      if (!isPoint(line) && picture.few?.[index] !== true) continue
      ctx.fillStyle = colour(line.tones?.[index] ?? line.tone)
      const x = plot.valToPos(picture.at[index] ?? 0, 'x', true)
      const y = plot.valToPos(value, 'y', true)
      point(ctx, isPoint(line) ? line.look : 'circle', x, y, isPoint(line) ? radius : radius * 0.7)
    }
  }
  ctx.restore()
}

function point(ctx: CanvasRenderingContext2D, look: Line['look'], x: number, y: number, r: number) {
  ctx.beginPath()
  if (look === 'square') ctx.rect(x - r, y - r, 2 * r, 2 * r)
  else if (look === 'diamond') {
    ctx.moveTo(x, y - r * 1.3)
    ctx.lineTo(x + r * 1.3, y)
    ctx.lineTo(x, y + r * 1.3)
    ctx.lineTo(x - r * 1.3, y)
  } else ctx.arc(x, y, r, 0, 2 * Math.PI)
  ctx.fill()
}

/** Each line's name at its end; names that would touch are moved apart. */
function names(plot: uPlot, { lines, at, limit = null }: Picture): void {
  const { ctx, bbox } = plot
  const apart = 13 * uPlot.pxRatio
  const ends = lines
    .map((line) => {
      const last = line.values.findLastIndex((value) => value !== null)
      const value = line.values[last] ?? null
      const near = last >= at.length - 1 - Math.ceil(at.length / 10)
      return hasName(line) && value !== null && near
        ? { words: line.label, y: plot.valToPos(value, 'y', true) }
        : null
    })
    .concat(
      limit === null ? [] : [{ words: limit.label, y: plot.valToPos(limit.value, 'y', true) }],
    )
    .filter((end) => end !== null && Number.isFinite(end.y))
    .toSorted((a, b) => (a?.y ?? 0) - (b?.y ?? 0))
  ctx.save()
  ctx.font = FONT.replace('12px', `${12 * uPlot.pxRatio}px`)
  ctx.fillStyle = colour('text-2')
  ctx.textBaseline = 'middle'
  ctx.textAlign = 'left'
  let free = bbox.top
  for (const end of ends) {
    if (end === null) continue
    const y = Math.max(end.y, free)
    ctx.fillText(end.words, bbox.left + bbox.width + 6 * uPlot.pxRatio, y)
    free = y + apart
  }
  ctx.restore()
}

/** The values under the cursor, in words. */
function tip(element: HTMLElement, now: () => Picture): (plot: uPlot) => void {
  const box = document.createElement('div')
  box.className = 'tip'
  box.hidden = true
  box.setAttribute('aria-hidden', 'true') // its numbers stand in the table
  return (plot) => {
    if (box.parentElement === null) element.append(box)
    const { idx, left = -1 } = plot.cursor
    const { at, lines, format, marks = [] } = now()
    const second = idx === null || idx === undefined ? undefined : at[idx]
    box.hidden = second === undefined || left < 0
    if (second === undefined || idx === null || idx === undefined) return
    const words = lines.map(({ label, values }) => {
      const value = values[idx] ?? null
      return value === null ? null : `${label} ${format(value)}`
    })
    const step = (at[1] ?? 0) - (at[0] ?? 0)
    const near = marks.filter((mark) => Math.abs(mark.at - second) <= step / 2)
    const told = [...words.filter((word) => word !== null), ...near.map(({ label }) => label)]
    box.textContent = `${full(second * 1000, { now: Date.now() }).slice(0, -3)}${told.length > 0 ? `: ${told.join(', ')}` : ''}`
    const x = plot.bbox.left / uPlot.pxRatio + left
    box.style.left = `${Math.min(x + 8, Math.max(0, element.clientWidth - box.offsetWidth))}px`
    box.style.top = '-28px' // above the drawing, over its caption
  }
}

/** A token's colour as it stands in this theme. */
function colour(tone: Tone | 'grid' | 'text-2'): string {
  return getComputedStyle(document.documentElement).getPropertyValue(`--${tone}`)
}

function faded(tone: Tone, share: number): string {
  return colour(tone).replace('rgb(', 'rgba(').replace(')', `, ${share})`)
}
