/** The numbers behind a chart's axes. No I/O. */
import type { Picture } from './chart.tsx'

const SECOND = 1000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE

/** Where a log axis may begin, end and have a line. */
const STEPS = {
  ten: Array.from({ length: 25 }, (_, index) => 10 ** (index - 6)),
  ms: [1, 10, 100, SECOND, 10 * SECOND, MINUTE, 10 * MINUTE, HOUR, 10 * HOUR, 100 * HOUR],
}

/** Values one on the other: each layer's top. Null where no layer has a value. */
export function stack(layers: (number | null)[][]): (number | null)[][] {
  const length = Math.max(0, ...layers.map((layer) => layer.length))
  const sums = Array.from<number>({ length }).fill(0)
  return layers.map((layer) =>
    sums.map((_sum, index) => {
      const value = layer[index] ?? null
      sums[index] = (sums[index] ?? 0) + (value ?? 0)
      return value === null && layers.every((each) => (each[index] ?? null) === null)
        ? null
        : (sums[index] ?? 0)
    }),
  )
}

/** From which value to which the axis goes: from 0 on a linear one, whole decades on a log one. */
export function yRange({ lines, log = false, range, limit = null }: Picture): [number, number] {
  if (range !== undefined) return range
  const values = lines
    .flatMap((line) => line.values)
    .filter((value): value is number => value !== null && (log === false || value > 0))
  if (log !== false) {
    const steps = STEPS[log === 'ms' ? 'ms' : 'ten']
    const least = steps.findLast((step) => step <= Math.min(...values)) ?? 1
    const most = steps.find((step) => step > least && step >= Math.max(...values))
    return values.length === 0 ? [1, 10] : [least, most ?? least * 10]
  }
  const most = Math.max(0, limit?.value ?? 0, ...values)
  return [0, most === 0 ? 1 : most * 1.08]
}

/** A step of a log axis of milliseconds in the unit that it is one of: `0.1 s`, `10 s`, `1 min`. */
export function stepWords(ms: number): string {
  for (const [unit, size] of [
    ['h', HOUR],
    ['min', MINUTE],
    ['s', SECOND],
  ] as const)
    if (ms >= size) return `${ms / size} ${unit}`
  return ms >= SECOND / 10 ? `${ms / SECOND} s` : `${ms} ms`
}

/** The lines of a log axis in this range, at most five of them. */
export function logSteps(least: number, most: number, log: true | 'ms'): number[] {
  const inside = STEPS[log === 'ms' ? 'ms' : 'ten'].filter(
    (step) => step >= least * 0.999 && step <= most * 1.001,
  )
  const every = Math.max(1, Math.ceil((inside.length - 1) / 4))
  return inside.filter((_step, index) => index % every === 0)
}
