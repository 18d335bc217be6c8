import { test } from 'vitest'
import { createProduct, packColumns, PANEL_COLUMNS, TILE_ROWS } from './product.ts'

test.for<[rowBlocks: number, columns: number, depth: number]>([
  [1, 8, 4],
  [2, 24, 16],
  [3, 5, 12],
])('%i blocks of rows, %i columns, %i deep: as in scalar arithmetic', (sizes, { expect }) => {
  const [rowBlocks, columns, depth] = sizes
  const rows = rowBlocks * TILE_ROWS
  const panels = Math.ceil(columns / PANEL_COLUMNS)
  const memory = new WebAssembly.Memory({ initial: 1 })
  const floats = new Float32Array(memory.buffer)
  // A's rows stand further apart than they are long, as a head of attention does in its row.
  const stride = depth + 4
  const [b, c] = [rows * stride, rows * stride + panels * PANEL_COLUMNS * depth]
  for (let at = 0; at < b; at++) floats[at] = ((at * 7) % 11) - 5
  const factors = Float32Array.from({ length: depth * columns }, (_, at) => ((at * 5) % 13) - 6)
  packColumns(factors, depth, columns, floats.subarray(b, c))
  const wide = panels * PANEL_COLUMNS
  createProduct(memory)(0, stride * 4, b * 4, c * 4, wide * 4, rowBlocks, panels, depth)
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      let sum = 0
      for (let step = 0; step < depth; step++) {
        sum += (floats[row * stride + step] ?? 0) * (factors[step * columns + column] ?? 0)
      }
      expect(floats[c + row * wide + column]).toBe(sum)
    }
  }
})
