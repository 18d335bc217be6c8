/** Dead-letter Worker: what no retry could save, into the ledger. Rules: file.ts. */
import { file } from './file.ts'
import { open } from './ports.ts'
import type { Env } from './ports.ts'

export default {
  queue: (batch, env) => file(batch, () => open(env)),
} satisfies ExportedHandler<Env>
