/**
 * The matrix product that the sentence encoder spends its time in, as WebAssembly: JavaScript has no
 * SIMD, and a transformer in scalar JavaScript is ten times slower. The module is assembled here
 * instead of being shipped as a binary, so that it can be read. One export:
 *
 *   product(a, aStride, b, c, cStride, rowBlocks, panels, depth)
 *
 * C = A * B in float32. Pointers and strides are bytes into the imported memory. A has
 * `4 * rowBlocks` rows, C likewise; B is packed by `packColumns`: panels of 8 columns, each panel
 * `depth` rows long. The kernel holds a tile of 4 x 8 in registers and walks down the depth once.
 */

export type Product = (
  a: number,
  aStride: number,
  b: number,
  c: number,
  cStride: number,
  rowBlocks: number,
  panels: number,
  depth: number,
) => void

export const TILE_ROWS = 4
export const PANEL_COLUMNS = 8

/** The kernel over `memory`, in which all its operands lie. */
export function createProduct(memory: WebAssembly.Memory): Product {
  const module = new WebAssembly.Module(Uint8Array.from(assemble()))
  const instance = new WebAssembly.Instance(module, { env: { memory } })
  const product = instance.exports['product']
  if (typeof product !== 'function') throw new Error('the kernel exports no product')
  return (...sizes) => {
    product(...sizes)
  }
}

/** Rows x columns, row by row, to panels of 8 columns; missing columns become zero. */
export function packColumns(
  source: Float32Array,
  rows: number,
  columns: number,
  target: Float32Array,
): void {
  const panels = Math.ceil(columns / PANEL_COLUMNS)
  for (let panel = 0; panel < panels; panel++) {
    for (let row = 0; row < rows; row++) {
      for (let lane = 0; lane < PANEL_COLUMNS; lane++) {
        const column = panel * PANEL_COLUMNS + lane
        target[(panel * rows + row) * PANEL_COLUMNS + lane] =
          column < columns ? (source[row * columns + column] ?? 0) : 0
      }
    }
  }
}

const MAGIC_AND_VERSION = [0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00]
const I32 = 0x7f
const V128 = 0x7b

/** Locals: the eight parameters, then these. */
const A = 0
const A_STRIDE = 1
const B = 2
const C = 3
const C_STRIDE = 4
const ROW_BLOCKS = 5
const PANELS = 6
const DEPTH = 7
const ROW_LEFT = 8
const DEPTH_LEFT = 9
const B_AT = 10
const C_AT = 11
const A_ROW = 12 // 12..15: the four rows of A
const SUM = 16 // 16..23: the tile, two vectors a row
const B_LOW = 24
const B_HIGH = 25
const A_LANE = 26

function assemble(): number[] {
  const params = Array.from({ length: 8 }, () => I32)
  return [
    ...MAGIC_AND_VERSION,
    ...section(1, [1, 0x60, params.length, ...params, 0]),
    ...section(2, [1, ...name('env'), ...name('memory'), 2, 0, 1]),
    ...section(3, [1, 0]),
    ...section(7, [1, ...name('product'), 0, 0]),
    ...section(10, [1, ...sized([2, 8, I32, 11, V128, ...body(), 0x0b])]),
  ]
}

function body(): number[] {
  const tile = [0, 1, 2, 3]
  return [
    // For each panel of B ...
    ...loop([
      ...set(C_AT, get(C)),
      ...set(A_ROW, get(A)),
      ...set(ROW_LEFT, get(ROW_BLOCKS)),
      // ... and each four rows of A:
      ...loop([
        ...tile
          .slice(1)
          .flatMap((row) => set(A_ROW + row, add(get(A_ROW + row - 1), get(A_STRIDE)))),
        ...tile.flatMap((row) => [
          ...set(SUM + 2 * row, zero()),
          ...set(SUM + 2 * row + 1, zero()),
        ]),
        ...set(B_AT, get(B)),
        ...set(DEPTH_LEFT, get(DEPTH)),
        ...loop([
          ...[0, 1, 2, 3].flatMap((step) => multiplyStep(step)),
          ...tile.flatMap((row) => advance(A_ROW + row, 16)),
          ...advance(B_AT, 4 * 32),
          ...countDown(DEPTH_LEFT, 4),
        ]),
        ...tile.flatMap((row) => [
          ...get(C_AT),
          ...get(SUM + 2 * row),
          ...simd(11),
          4,
          0,
          ...get(C_AT),
          ...get(SUM + 2 * row + 1),
          ...simd(11),
          4,
          16,
          ...set(C_AT, add(get(C_AT), get(C_STRIDE))),
        ]),
        // The rows of A now stand at the end of their depth: step back to the next four.
        ...set(A_ROW, add(sub(get(A_ROW + 3), shiftLeft(get(DEPTH), 2)), get(A_STRIDE))),
        ...countDown(ROW_LEFT, 1),
      ]),
      ...set(B, get(B_AT)),
      ...advance(C, 32),
      ...countDown(PANELS, 1),
    ]),
  ]
}

/** One step down the depth: two vectors of B times one lane of each row of A. */
function multiplyStep(step: number): number[] {
  return [
    ...set(B_LOW, [...get(B_AT), ...simd(0), 4, ...unsigned(step * 32)]),
    ...set(B_HIGH, [...get(B_AT), ...simd(0), 4, ...unsigned(step * 32 + 16)]),
    ...[0, 1, 2, 3].flatMap((row) => [
      ...set(A_LANE, [...get(A_ROW + row), ...simd(9), 2, ...unsigned(step * 4)]), // load32_splat
      ...set(SUM + 2 * row, fused(A_LANE, B_LOW, SUM + 2 * row)),
      ...set(SUM + 2 * row + 1, fused(A_LANE, B_HIGH, SUM + 2 * row + 1)),
    ]),
  ]
}

const get = (local: number): number[] => [0x20, local]
const set = (local: number, value: number[]): number[] => [...value, 0x21, local]
const add = (left: number[], right: number[]): number[] => [...left, ...right, 0x6a]
const sub = (left: number[], right: number[]): number[] => [...left, ...right, 0x6b]
const constant = (value: number): number[] => [0x41, ...signed(value)]
const shiftLeft = (value: number[], bits: number): number[] => [...value, ...constant(bits), 0x74]
const advance = (local: number, bytes: number): number[] =>
  set(local, add(get(local), constant(bytes)))
const simd = (operation: number): number[] => [0xfd, ...unsigned(operation)]
const zero = (): number[] => [...simd(12), ...Array.from({ length: 16 }, () => 0)]
/** f32x4.relaxed_madd: one instruction where the machine has it. */
const fused = (left: number, right: number, sum: number): number[] => [
  ...get(left),
  ...get(right),
  ...get(sum),
  ...simd(0x105),
]
/** Runs at least once; the inside ends with `countDown`, which says whether to go on. */
const loop = (inside: number[]): number[] => [0x03, 0x40, ...inside, 0x0d, 0x00, 0x0b]
const countDown = (local: number, by: number): number[] => [
  ...sub(get(local), constant(by)),
  0x22,
  local,
]

const name = (text: string): number[] => sized([...Buffer.from(text)])
const section = (id: number, content: number[]): number[] => [id, ...sized(content)]
const sized = (content: number[]): number[] => [...unsigned(content.length), ...content]

/** LEB128. */
function unsigned(value: number): number[] {
  const bytes = []
  do {
    const low = value & 0x7f
    value >>>= 7
    bytes.push(value === 0 ? low : low | 0x80)
  } while (value !== 0)
  return bytes
}

function signed(value: number): number[] {
  const bytes = []
  for (;;) {
    const low = value & 0x7f
    value >>= 7
    const done = (value === 0 && (low & 0x40) === 0) || (value === -1 && (low & 0x40) !== 0)
    bytes.push(done ? low : low | 0x80)
    if (done) return bytes
  }
}
