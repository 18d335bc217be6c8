/** Files of a test's own making: of any size, each byte known from its place. No I/O. */

export interface MadeFile {
  type: string
  sizeBytes: number
  /** False: its length is not said beforehand. */
  withLength: boolean
}

/** The byte at this place; it repeats every 65,536. */
export function madeByte(at: number): number {
  return (at * 7 + (at >>> 8)) & 0xff
}
