/**
 * Records that were forgotten stay away: whatever is taken in carries the hash under which a
 * tombstone of it would stand. Without FORGET_SECRET there are none.
 */
import { readSettings } from '@switchboard/shared/config'
import { keyedHash } from '@switchboard/shared/hash'
import type { RecordKey } from '@switchboard/shared/kinds'

export type TombstoneOf = (key: RecordKey) => Promise<string | null>

/** @throws StageError config.invalid */
export function tombstones(env: object): TombstoneOf {
  const { FORGET_SECRET } = readSettings(env, ['FORGET_SECRET'])
  return async ({ kind, id }) =>
    FORGET_SECRET === undefined ? null : keyedHash(FORGET_SECRET, `${kind}/${id}`)
}
