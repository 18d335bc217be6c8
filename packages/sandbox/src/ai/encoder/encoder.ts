/**
 * Universal Sentence Encoder lite: text in, 512 numbers of length one out. Two transformer layers over
 * the pieces of a text, their mean, one dense layer. The texts of a step lie row under row without
 * padding, so that each matrix product is one call whatever their lengths. Reads the first 128 pieces
 * (about 105 words) of a text and drops the rest. Single-threaded and synchronous: run it in a thread.
 */

import { createProduct, packColumns, PANEL_COLUMNS, TILE_ROWS, type Product } from './product.ts'
import { Tokenizer } from './tokenizer.ts'
import { addBias, addBiasAndCut, addRows, normRows, softmaxRows } from './rows.ts'
import type { ModelFiles } from './weights.ts'

export const ENCODED_WIDTH = 512
const PIECES_AT_MOST = 128
/** Rows of one step: enough to keep the kernel busy, few enough to stay in the processor's cache. */
const ROWS_A_STEP = 192
const HEADS = 4
const EMBEDDING_WIDTH = 256
const WIDTH = 512
const INNER_WIDTH = 1536

interface Matrix {
  at: number // index into the memory's float32 view
  depth: number
  columns: number
}

interface Layer {
  inWidth: number
  normScale: Float32Array
  normBias: Float32Array
  queryKeyValue: Matrix
  queryKeyValueBias: Float32Array
  output: Matrix
  outputBias: Float32Array
  innerNormScale: Float32Array
  innerNormBias: Float32Array
  up: Matrix
  upBias: Float32Array
  down: Matrix
  downBias: Float32Array
}

export class SentenceEncoder {
  private readonly tokenizer: Tokenizer
  private readonly embeddings: Float32Array
  private readonly frequencies: Float32Array
  private readonly layers: Layer[]
  private readonly residual: Matrix
  private readonly residualBias: Float32Array
  private readonly last: Matrix
  private readonly lastBias: Float32Array
  private readonly floats: Float32Array
  private readonly product: Product
  // Scratch, as indices into `floats`.
  private readonly state: number
  private readonly normed: number
  private readonly wide: number
  private readonly mixed: number
  private readonly scores: number
  private readonly packed: number

  constructor(files: ModelFiles) {
    const tensor = (name: string): Float32Array => {
      const found = files.tensors.get(name)
      if (found === undefined) throw new Error(`the model has no tensor ${name}`)
      return found
    }
    const rows = ROWS_A_STEP + TILE_ROWS
    const sizes = [...files.tensors.values()].reduce((sum, values) => sum + values.length, 0)
    const scratch = rows * (2 * WIDTH + INNER_WIDTH + WIDTH) + 2 * PIECES_AT_MOST * PIECES_AT_MOST
    const memory = new WebAssembly.Memory({ initial: Math.ceil(((sizes + scratch) * 4) / 65_536) })
    this.floats = new Float32Array(memory.buffer)
    this.product = createProduct(memory)
    let free = 0
    const take = (count: number): number => (free += count) - count
    const matrix = (name: string, depth: number, columns: number): Matrix => {
      const at = take(depth * columns)
      packColumns(tensor(name), depth, columns, this.floats.subarray(at, free))
      return { at, depth, columns }
    }
    const copy = (name: string): Float32Array => tensor(name).slice()

    this.tokenizer = new Tokenizer(files.vocabulary)
    this.embeddings = copy('Embeddings_en')
    this.frequencies = copy('Layer_0/AddTimingSignal/TimingSignal/ExpandDims_1')
    this.layers = [0, 1].map((index) => {
      const layer = `Layer_${index}`
      const inWidth = index === 0 ? EMBEDDING_WIDTH : WIDTH
      const attention = `${layer}/MultiheadAttention`
      return {
        inWidth,
        normScale: copy(`${layer}/layer_prepostprocess/layer_norm/layer_norm_scale`),
        normBias: copy(`${layer}/layer_prepostprocess/layer_norm/layer_norm_bias`),
        queryKeyValue: matrix(`${attention}/qkv_transform_single`, inWidth, 3 * inWidth),
        queryKeyValueBias: copy(`${attention}/qkv_transform_single/bias`),
        output: matrix(`${attention}/output_transform_single`, inWidth, WIDTH),
        outputBias: copy(`${attention}/output_transform_single/bias`),
        innerNormScale: copy(`${layer}/FFN/layer_prepostprocess/layer_norm/layer_norm_scale`),
        innerNormBias: copy(`${layer}/FFN/layer_prepostprocess/layer_norm/layer_norm_bias`),
        up: matrix(`${layer}/FFN/conv1`, WIDTH, INNER_WIDTH),
        upBias: copy(`${layer}/FFN/conv1/bias`),
        down: matrix(`${layer}/FFN/conv2`, INNER_WIDTH, WIDTH),
        downBias: copy(`${layer}/FFN/conv2/bias`),
      }
    })
    this.residual = matrix('Layer_0/dense', EMBEDDING_WIDTH, WIDTH)
    this.residualBias = copy('Layer_0/dense/bias')
    this.last = matrix('hidden_layers/tanh_layer_0/weights', WIDTH, WIDTH)
    this.lastBias = copy('hidden_layers/tanh_layer_0/bias')

    this.state = take(rows * WIDTH)
    this.normed = take(rows * WIDTH)
    this.wide = take(rows * INNER_WIDTH)
    this.mixed = take(rows * WIDTH)
    this.scores = take(PIECES_AT_MOST * PIECES_AT_MOST)
    this.packed = take(PIECES_AT_MOST * PIECES_AT_MOST)
  }

  /** One vector a text; a blank text gives zeros. */
  encode(texts: readonly string[]): Float32Array[] {
    const pieces = texts.map((text) => this.tokenizer.encode(text, PIECES_AT_MOST))
    const vectors: Float32Array[] = []
    let step: number[][] = []
    let rows = 0
    for (const text of pieces) {
      if (rows + text.length > ROWS_A_STEP) {
        vectors.push(...this.encodeStep(step))
        step = []
        rows = 0
      }
      step.push(text)
      rows += text.length
    }
    return [...vectors, ...this.encodeStep(step)]
  }

  private encodeStep(texts: readonly number[][]): Float32Array[] {
    const lengths = texts.map((text) => text.length)
    const rows = lengths.reduce((sum, length) => sum + length, 0)
    if (rows > 0) {
      this.lookUp(texts)
      for (const layer of this.layers) this.applyLayer(layer, lengths, rows)
    }
    return this.finish(lengths)
  }

  /** Embedding twice plus position: the model adds the timing signal to a copy and then both. */
  private lookUp(texts: readonly number[][]): void {
    const { floats, embeddings, frequencies } = this
    const half = frequencies.length
    let row = this.state
    for (const text of texts) {
      for (const [position, id] of text.entries()) {
        for (let lane = 0; lane < EMBEDDING_WIDTH; lane++) {
          const angle = position * (frequencies[lane % half] ?? 0)
          const signal = lane < half ? Math.sin(angle) : Math.cos(angle)
          floats[row + lane] = 2 * (embeddings[id * EMBEDDING_WIDTH + lane] ?? 0) + signal
        }
        row += EMBEDDING_WIDTH
      }
    }
  }

  private applyLayer(layer: Layer, lengths: readonly number[], rows: number): void {
    const { floats, state, normed, wide, mixed } = this
    const { inWidth } = layer
    normRows(floats, state, normed, rows, layer.normScale, layer.normBias)
    this.multiply(normed, layer.queryKeyValue, wide, rows)
    addBias(floats, wide, rows, layer.queryKeyValueBias)
    let row = 0
    for (const length of lengths) {
      if (length > 0) this.attend(row, length, inWidth)
      row += length
    }
    if (inWidth !== WIDTH) {
      // The first layer widens: what goes past it does too.
      this.multiply(state, this.residual, normed, rows)
      addBias(floats, normed, rows, this.residualBias)
      floats.copyWithin(state, normed, normed + rows * WIDTH)
    }
    this.multiply(mixed, layer.output, normed, rows)
    addRows(floats, state, normed, rows, layer.outputBias)
    normRows(floats, state, normed, rows, layer.innerNormScale, layer.innerNormBias)
    this.multiply(normed, layer.up, wide, rows)
    addBiasAndCut(floats, wide, rows, layer.upBias)
    this.multiply(wide, layer.down, normed, rows)
    addRows(floats, state, normed, rows, layer.downBias)
  }

  /** Every piece of one text looks at every other; result in `mixed`. */
  private attend(firstRow: number, length: number, width: number): void {
    const { floats, scores, packed } = this
    const headWidth = width / HEADS
    const scale = 1 / Math.sqrt(headWidth)
    const rowBlocks = Math.ceil(length / TILE_ROWS)
    const depth = rowBlocks * TILE_ROWS
    const keyPanels = Math.ceil(length / PANEL_COLUMNS)
    const scoreWidth = keyPanels * PANEL_COLUMNS
    for (let head = 0; head < HEADS; head++) {
      const query = this.wide + firstRow * 3 * width + head * headWidth
      this.packKeys(query + width, length, 3 * width, headWidth, scoreWidth)
      this.product(
        query * 4,
        3 * width * 4,
        packed * 4,
        scores * 4,
        scoreWidth * 4,
        rowBlocks,
        keyPanels,
        headWidth,
      )
      softmaxRows(floats, scores, length, scoreWidth, length, depth, scale)
      this.packValues(query + 2 * width, length, 3 * width, headWidth, depth)
      this.product(
        scores * 4,
        scoreWidth * 4,
        packed * 4,
        (this.mixed + firstRow * width + head * headWidth) * 4,
        width * 4,
        rowBlocks,
        headWidth / PANEL_COLUMNS,
        depth,
      )
    }
  }

  /** Keys as columns. */
  private packKeys(
    at: number,
    length: number,
    stride: number,
    headWidth: number,
    columns: number,
  ): void {
    const { floats, packed } = this
    for (let column = 0; column < columns; column++) {
      const target = packed + Math.floor(column / PANEL_COLUMNS) * headWidth * PANEL_COLUMNS
      for (let lane = 0; lane < headWidth; lane++) {
        floats[target + lane * PANEL_COLUMNS + (column % PANEL_COLUMNS)] =
          column < length ? (floats[at + column * stride + lane] ?? 0) : 0
      }
    }
  }

  /** Values as rows. */
  private packValues(
    at: number,
    length: number,
    stride: number,
    headWidth: number,
    depth: number,
  ): void {
    const { floats, packed } = this
    for (let row = 0; row < depth; row++) {
      for (let lane = 0; lane < headWidth; lane++) {
        const target = Math.floor(lane / PANEL_COLUMNS) * depth + row
        floats[packed + target * PANEL_COLUMNS + (lane % PANEL_COLUMNS)] =
          row < length ? (floats[at + row * stride + lane] ?? 0) : 0
      }
    }
  }

  /** Mean of each text's rows, dense, tanh, length one. */
  private finish(lengths: readonly number[]): Float32Array[] {
    const { floats, state, normed, mixed } = this
    const vectors: Float32Array[] = []
    let row = state
    for (const length of lengths) {
      if (length === 0) {
        vectors.push(new Float32Array(ENCODED_WIDTH))
        continue
      }
      const mean = new Float32Array(WIDTH)
      for (let piece = 0; piece < length; piece++, row += WIDTH) {
        for (let lane = 0; lane < WIDTH; lane++) {
          mean[lane] = (mean[lane] ?? 0) + (floats[row + lane] ?? 0) / length
        }
      }
      floats.set(mean, mixed)
      this.multiply(mixed, this.last, normed, 1)
      const vector = new Float32Array(ENCODED_WIDTH)
      let squares = 0
      for (let lane = 0; lane < ENCODED_WIDTH; lane++) {
        const value = Math.tanh((floats[normed + lane] ?? 0) + (this.lastBias[lane] ?? 0))
        vector[lane] = value
        squares += value * value
      }
      const size = Math.sqrt(squares) || 1
      vectors.push(vector.map((value) => value / size))
    }
    return vectors
  }

  private multiply(from: number, by: Matrix, to: number, rows: number): void {
    this.product(
      from * 4,
      by.depth * 4,
      by.at * 4,
      to * 4,
      by.columns * 4,
      Math.ceil(rows / TILE_ROWS),
      by.columns / PANEL_COLUMNS,
      by.depth,
    )
  }
}
