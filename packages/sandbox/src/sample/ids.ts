/**
 * Ids and small choices drawn from a stable key: the same key gives the same answer on every
 * machine, and neither depends on the anchor, so a sample that moves on keeps its old ids.
 * No I/O; not for secrets.
 */

const BASE62 = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'

/** 32 hex digits after the prefix, as OpenPhone writes calls, text messages and conversations. */
export function hexId(prefix: string, key: string): string {
  const words = [1, 2, 3, 4].map((seed) =>
    hash(prefix + key, seed)
      .toString(16)
      .padStart(8, '0'),
  )
  return prefix + words.join('')
}

/** Ten base-62 letters after the prefix, as OpenPhone writes numbers and users. */
export function shortId(prefix: string, key: string): string {
  let id = prefix
  for (let seed = 1; seed <= 10; seed++) id += BASE62[hash(prefix + key, seed) % 62]
  return id
}

/** A whole number from 0 up to, not including, `count`. */
export function draw(key: string, count: number): number {
  return hash(key, 99) % count
}

/** FNV-1a over the UTF-16 units, stirred with the seed (finaliser of MurmurHash3). */
function hash(text: string, seed: number): number {
  let mixed = 2166136261 ^ Math.imul(seed, 0x9e3779b1)
  for (let at = 0; at < text.length; at++) {
    mixed = Math.imul(mixed ^ text.charCodeAt(at), 16777619)
  }
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85ebca6b)
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35)
  return (mixed ^ (mixed >>> 16)) >>> 0
}
