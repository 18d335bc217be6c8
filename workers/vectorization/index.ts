/** Vectorization Worker: record + analysis in, text index and vectors out. Rules: vectorize.ts. */
import { consume } from '@switchboard/consumer/consume'
import { open } from './ports.ts'
import type { Env } from './ports.ts'

export default {
  queue: consume((env: Env) => open(env)),
} satisfies ExportedHandler<Env>
