/** R2 as a Worker under test sees it: real, but every write is an edge to crash at and can be refused. */
import type { Crash } from './crash.ts'

/** Written by each cron, and no file. */
const HEARTBEAT = 'heartbeat'

export class TestR2 {
  /** How many files were written. */
  writes = 0
  readonly binding: R2Bucket
  #failures = 0

  constructor(real: R2Bucket, crash: Crash) {
    const write = <T>(effect: () => Promise<T>, key: string) => {
      const isFile = key !== HEARTBEAT
      if (isFile) this.writes += 1
      if (isFile && this.#failures-- > 0)
        return Promise.reject(new Error('put: internal error (10001)'))
      return crash.edge(effect, `put ${key}`)
    }
    this.binding = {
      head: (key) => real.head(key),
      get: (key: string, options?: R2GetOptions) => real.get(key, options),
      put: ((key: string, value: ReadableStream, options?: R2PutOptions) =>
        write(() => real.put(key, value, options), key)) as R2Bucket['put'],
      createMultipartUpload: (key, options) =>
        write(() => real.createMultipartUpload(key, options), key),
      resumeMultipartUpload: (key, uploadId) => real.resumeMultipartUpload(key, uploadId),
      delete: (keys) => real.delete(keys),
      list: (options) => real.list(options),
    }
  }

  /** The next writes are refused. */
  fail(times = 1): void {
    this.#failures = times
  }
}

export async function emptyBucket(bucket: R2Bucket): Promise<void> {
  const { objects } = await bucket.list()
  if (objects.length > 0) await bucket.delete(objects.map(({ key }) => key))
}
