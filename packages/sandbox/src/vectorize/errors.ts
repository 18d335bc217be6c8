/** A refusal, worded and numbered as Vectorize does where that is known. */
export class VectorizeError extends Error {
  readonly code: number

  constructor(code: number, detail: string, operation = 'VECTOR_QUERY_ERROR') {
    super(`${operation} (code = ${code}): ${detail}`)
    this.name = 'VectorizeError'
    this.code = code
  }
}
