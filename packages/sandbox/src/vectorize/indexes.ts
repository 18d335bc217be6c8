/** What a query of the stand-in can filter by. No I/O. */
import type { MetadataIndexes } from './filter.ts'

/** The indexes that the deployment makes, before its first upsert. Vectorize has room for ten. */
export const METADATA_INDEXES: MetadataIndexes = {
  kind: 'string',
  party1: 'string',
  party2: 'string',
  party3: 'string',
  direction: 'string',
  sentiment: 'string',
  category: 'string',
  at: 'number',
}
