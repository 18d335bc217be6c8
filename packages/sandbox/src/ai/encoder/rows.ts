/**
 * The cheap half of the encoder: what is done to rows of numbers between two matrix products. Rows lie
 * one after the other in `floats`, from the index given. No I/O.
 */

const EPSILON = 1e-6

/** Each row to mean 0 and variance 1, then scaled and shifted. */
export function normRows(
  floats: Float32Array,
  from: number,
  to: number,
  rows: number,
  scale: Float32Array,
  bias: Float32Array,
): void {
  const width = scale.length
  for (let row = 0; row < rows; row++, from += width, to += width) {
    let sum = 0
    for (let lane = 0; lane < width; lane++) sum += floats[from + lane] ?? 0
    const mean = sum / width
    let squares = 0
    for (let lane = 0; lane < width; lane++) {
      const off = (floats[from + lane] ?? 0) - mean
      squares += off * off
    }
    const factor = 1 / Math.sqrt(squares / width + EPSILON)
    for (let lane = 0; lane < width; lane++) {
      const off = (floats[from + lane] ?? 0) - mean
      floats[to + lane] = off * factor * (scale[lane] ?? 1) + (bias[lane] ?? 0)
    }
  }
}

export function addBias(floats: Float32Array, at: number, rows: number, bias: Float32Array): void {
  const width = bias.length
  for (let row = 0; row < rows; row++, at += width) {
    for (let lane = 0; lane < width; lane++) {
      floats[at + lane] = (floats[at + lane] ?? 0) + (bias[lane] ?? 0)
    }
  }
}

/** Adds the bias and cuts what is negative to zero. */
export function addBiasAndCut(
  floats: Float32Array,
  at: number,
  rows: number,
  bias: Float32Array,
): void {
  const width = bias.length
  for (let row = 0; row < rows; row++, at += width) {
    for (let lane = 0; lane < width; lane++) {
      const value = (floats[at + lane] ?? 0) + (bias[lane] ?? 0)
      floats[at + lane] = value > 0 ? value : 0
    }
  }
}

/** Adds the rows at `from`, and the bias, to those at `to`. */
export function addRows(
  floats: Float32Array,
  to: number,
  from: number,
  rows: number,
  bias: Float32Array,
): void {
  const width = bias.length
  for (let row = 0; row < rows; row++, to += width, from += width) {
    for (let lane = 0; lane < width; lane++) {
      floats[to + lane] = (floats[to + lane] ?? 0) + (floats[from + lane] ?? 0) + (bias[lane] ?? 0)
    }
  }
}

/** Turns each row's scores into shares of one; columns from `columns` to `padded` become zero. */
export function softmaxRows(
  floats: Float32Array,
  at: number,
  rows: number,
  stride: number,
  columns: number,
  padded: number,
  scale: number,
): void {
  for (let row = 0; row < rows; row++, at += stride) {
    let highest = -Infinity
    for (let column = 0; column < columns; column++) {
      highest = Math.max(highest, floats[at + column] ?? 0)
    }
    let sum = 0
    for (let column = 0; column < columns; column++) {
      const share = Math.exp(((floats[at + column] ?? 0) - highest) * scale)
      floats[at + column] = share
      sum += share
    }
    for (let column = 0; column < columns; column++) {
      floats[at + column] = (floats[at + column] ?? 0) / sum
    }
    floats.fill(0, at + columns, at + padded)
  }
}
