/**
 * The sentence encoder's tokenizer: SentencePiece's unigram model over its vocabulary. Of all ways to
 * cut a text into pieces it takes the one with the highest sum of scores (Viterbi). Must give the ids
 * the model was trained with, so it keeps that vocabulary's habits: NFKC, a bar for every blank and
 * one in front, a run of unknown characters is one piece. No I/O.
 */

export type Vocabulary = readonly (readonly [piece: string, score: number])[]

/** The first entries are control symbols, no text. */
const RESERVED = 6
const UNKNOWN = 0
const BAR = '\u2581'

interface TrieNode {
  next: Map<string, TrieNode>
  id: number // 0: no piece ends here
  score: number
}

export class Tokenizer {
  private readonly root: TrieNode = newNode()

  constructor(vocabulary: Vocabulary) {
    for (const [id, [piece, score]] of vocabulary.entries()) {
      if (id >= RESERVED) this.insert(piece, id, score)
    }
  }

  /** Ids of the text's pieces, at most `limit`: the model reads no further. */
  encode(text: string, limit: number): number[] {
    const folded = text.normalize('NFKC').trim().replace(/\s+/gu, BAR)
    if (folded === '') return []
    // A piece has two characters or more on average; far beyond the limit nothing matters.
    const symbols = Array.from(BAR + folded).slice(0, limit * 16)
    const best = new Float64Array(symbols.length + 1).fill(-Infinity)
    const from = new Int32Array(symbols.length + 1)
    const piece = new Int32Array(symbols.length + 1)
    best[0] = 0
    for (let start = 0; start < symbols.length; start++) {
      const score = best[start] ?? -Infinity
      let node: TrieNode | undefined = this.root
      let found = false
      for (let end = start; end < symbols.length; end++) {
        node = node.next.get(symbols[end] ?? '')
        if (node === undefined) break
        if (node.id === UNKNOWN) continue
        found = true
        if (score + node.score >= (best[end + 1] ?? 0)) {
          best[end + 1] = score + node.score
          from[end + 1] = start
          piece[end + 1] = node.id
        }
      }
      if (!found && score >= (best[start + 1] ?? 0)) {
        best[start + 1] = score
        from[start + 1] = start
        piece[start + 1] = UNKNOWN
      }
    }
    const ids: number[] = []
    for (let at = symbols.length; at > 0; at = from[at] ?? 0) {
      const id = piece[at] ?? UNKNOWN
      if (id !== UNKNOWN || ids.at(-1) !== UNKNOWN) ids.push(id)
    }
    return ids.toReversed().slice(0, limit)
  }

  private insert(piece: string, id: number, score: number): void {
    let node = this.root
    for (const symbol of piece) {
      let next = node.next.get(symbol)
      if (next === undefined) {
        next = newNode()
        node.next.set(symbol, next)
      }
      node = next
    }
    node.id = id
    node.score = score
  }
}

function newNode(): TrieNode {
  return { next: new Map(), id: UNKNOWN, score: 0 }
}
