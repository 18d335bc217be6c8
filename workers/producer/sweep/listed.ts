/** A source's own object as intake takes it in: its content hashed, its time of change as version. */
import type { Kind } from '@switchboard/shared/kinds'
import { contentHash } from '@switchboard/shared/merge'
import type { RestPart } from '@switchboard/shared/merge'
import type { Listed } from '@switchboard/store/intake'
import type { TombstoneOf } from '../forget/tombstones.ts'

export async function toListed(
  kind: Kind,
  part: RestPart,
  tombstone: TombstoneOf,
): Promise<Listed> {
  const occurredAt = Date.parse(part.createdAt)
  const updatedAt =
    'updatedAt' in part && part.updatedAt !== null ? Date.parse(part.updatedAt) : occurredAt
  return {
    id: part.id,
    version: updatedAt,
    hash: await contentHash(part),
    body: JSON.stringify(part),
    occurredAt,
    tombstone: await tombstone({ kind, id: part.id }),
  }
}

/** A record may be told of twice at once (a mail in two mailboxes): one statement takes it once. */
export function newestOfEach<T extends { id: string }>(rows: readonly T[]): T[] {
  return [...new Map(rows.map((row) => [row.id, row])).values()]
}
