/** Numbers as the console writes them: grouped, short, with their unit. No I/O. */

const WHOLE = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 })

/** 1342 as `1,342`. */
export function count(value: number): string {
  return WHOLE.format(value)
}

/** A count and its noun: `1 letter`, `13 letters`. @param many where it is not just an s more */
export function counted(value: number, one: string, many = `${one}s`): string {
  return `${count(value)} ${value === 1 ? one : many}`
}

/**
 * A share: `98 %`, `0.4 %`. `0 %` only where there is none, `100 %` only where it is all of it, a
 * dash where there is nothing to have a share of.
 */
export function percent(part: number, whole: number): string {
  if (!(whole > 0)) return '–'
  if (part <= 0) return '0 %'
  if (part >= whole) return '100 %'
  const hundredths = (part / whole) * 100
  if (hundredths < 0.1) return '<0.1 %'
  if (hundredths < 10 || hundredths > 99) return `${floored(hundredths, 1)} %`
  return `${Math.round(hundredths)} %`
}

/** Ready-made rates between 0 and 1, by the same rules. */
export function share(value: number): string {
  return percent(value, 1)
}

/** A span of time: `38 ms`, `0.4 s`, `12 s`, `7 min`, `2 h 5 min`, `3 days`. @param ms 0 or more */
export function duration(ms: number): string {
  if (ms < 99.5) return `${Math.round(ms)} ms`
  const seconds = ms / 1000
  if (seconds < 9.95) return `${seconds.toFixed(1)} s`
  if (seconds < 99.5) return `${Math.round(seconds)} s`
  const minutes = Math.round(seconds / 60)
  if (minutes < 60) return `${minutes} min`
  const hours = Math.floor(minutes / 60)
  if (hours < 48) return minutes % 60 === 0 ? `${hours} h` : `${hours} h ${minutes % 60} min`
  return `${Math.round(hours / 24)} days`
}

/** How far into a recording: `3:41`, `1:02:09`. */
export function clock(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds))
  const minutes = Math.floor(whole / 60)
  if (minutes < 60) return `${minutes}:${two(whole % 60)}`
  return `${Math.floor(minutes / 60)}:${two(minutes % 60)}:${two(whole % 60)}`
}

/** A size: `0.5 kB`, `310 kB`, `2.7 MB`. */
export function bytes(value: number): string {
  if (value < 100) return `${Math.round(value)} B`
  for (const [unit, size] of [
    ['kB', 1e3],
    ['MB', 1e6],
    ['GB', 1e9],
  ] as const) {
    const scaled = value / size
    if (scaled < 9.95) return `${scaled.toFixed(1)} ${unit}`
    if (scaled < 999.5) return `${Math.round(scaled)} ${unit}`
  }
  return `${count(value / 1e9)} GB`
}

/** A rate: `176`, `5.4`, `0.6`, `<0.1`. */
export function rate(value: number): string {
  if (value <= 0) return '0'
  if (value < 0.1) return '<0.1'
  return value < 9.95 ? String(Number(value.toFixed(1))) : count(value)
}

function two(value: number): string {
  return String(value).padStart(2, '0')
}

function floored(value: number, digits: number): number {
  const scale = 10 ** digits
  return Math.floor(value * scale) / scale
}
