/** Enrichment Worker: record in, hydrated and analysed record out. Rules: enrich.ts. */
import { consume } from '@switchboard/consumer/consume'
import { open } from './ports.ts'
import type { Env } from './ports.ts'

export default {
  queue: consume((env: Env) => open(env)),
} satisfies ExportedHandler<Env>
