/**
 * Refusals as Vectorize words and numbers them, where that is known from what its users report:
 * 40006 to 40008, 40012, 40018, 40023, 40025, 40026 and 40041. Other numbers do not occur.
 */

export type Operation = 'UPSERT' | 'INSERT' | 'QUERY' | 'GET' | 'DELETE'

export class VectorizeError extends Error {
  readonly code: number

  constructor(operation: Operation, code: number, detail: string) {
    super(`VECTOR_${operation}_ERROR (code = ${code}): ${detail}`)
    this.name = 'VectorizeError'
    this.code = code
  }
}
