/** What the Workers are called here, and where the repository is. */
import { join } from 'node:path'

export const ROOT = join(import.meta.dirname, '../../..')
export const PRODUCER = 'switchboard-producer'
export const SANDBOX = 'sandbox'

/** The consumers by their env in wrangler.consumer.toml. */
export const CONSUMERS = [
  'pacing',
  'enrichment',
  'vectorization',
  'reconciliation',
  'archive',
  'dead-letter',
] as const
