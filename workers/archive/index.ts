/** Archive Worker: record in, its files in R2. Rules: archive.ts. */
import { consume } from '@switchboard/consumer/consume'
import { open } from './ports.ts'
import type { Env } from './ports.ts'

export default {
  queue: consume((env: Env) => open(env)),
} satisfies ExportedHandler<Env>
