/**
 * After the database was restored to an earlier time: every page that was edited since then is
 * listed, and those that the map does not know are taken in, so that no record is filed twice. Then
 * what files pages is reopened. A few thousand pages a minute; a listing that is cut short goes on.
 */
import { listEdited } from '@switchboard/notion/listing'
import type { ListedPage } from '@switchboard/notion/listing'
import { ownUserId } from '@switchboard/notion/pages'
import { findDataSource } from '@switchboard/notion/sources'
import { describe, toFailure } from '@switchboard/shared/failure'
import { KINDS } from '@switchboard/shared/kinds'
import type { Kind } from '@switchboard/shared/kinds'
import { log } from '@switchboard/shared/log'
import {
  adoptStatements,
  doubtTrashedStatements,
  endAdoption,
  putOffAdoption,
  saveAdoptionStatement,
  takeAdoption,
} from '@switchboard/store/adoptions'
import type { Adoption } from '@switchboard/store/adoptions'
import { reopen } from '@switchboard/store/parked'
import * as v from 'valibot'
import type { Ports } from '../ports.ts'

/** Of a kind and cron: half a minute of Notion's budget. */
const LISTED_AT_ONCE = 80
const LEASE_MS = 5 * 60_000
const AGAIN_MS = 60_000

/** First what is not in the trash, then what is. */
const Place = v.object({ trashed: v.boolean(), cursor: v.nullable(v.string()) })
type Place = v.InferOutput<typeof Place>

/** Looks up what is due. Never throws: what fails is tried again a minute later. */
export async function adoptPages(ports: Ports): Promise<void> {
  for (const kind of KINDS) {
    const adoption = await takeAdoption(ports.db, kind, ports.now(), LEASE_MS)
    if (adoption === null) continue
    try {
      await adopt(ports, kind, adoption)
    } catch (error) {
      log.warn('adoption.failed', {
        scope: `notion:${kind}`,
        failure: toFailure(error).kind,
        error: describe(toFailure(error)),
      })
      await putOffAdoption(ports.db, kind, ports.now() + AGAIN_MS)
    }
  }
}

async function adopt(ports: Ports, kind: Kind, { since, place }: Adoption): Promise<void> {
  const notion = ports.notion(null)
  const own = await ownUserId(notion)
  const dataSourceId = await findDataSource(notion, ports.databases[kind], kind)
  let at: Place | null = readPlace(place)
  for (let nth = 0; at !== null && nth < LISTED_AT_ONCE; nth++) {
    const listed = await listEdited(notion, dataSourceId, kind, since, at.cursor, at.trashed)
    const pages = listed.pages.map((page) => shown(page, own))
    const statements = at.trashed
      ? doubtTrashedStatements(ports.db, kind, dataSourceId, pages)
      : adoptStatements(ports.db, kind, dataSourceId, pages)
    at = following(at, listed.cursor)
    const left = saveAdoptionStatement(ports.db, kind, JSON.stringify(at), ports.now() + LEASE_MS)
    await ports.db.batch([...statements, left])
  }
  if (at !== null) {
    await saveAdoptionStatement(ports.db, kind, JSON.stringify(at), ports.now()).run()
    return
  }
  await endAdoption(ports.db, kind)
  await reopen(ports.db, `notion:${kind}`)
  log.info('scope.reopened', { scope: `notion:${kind}` })
}

/** Null: all is listed. */
function following({ trashed }: Place, cursor: string | null): Place | null {
  if (cursor !== null) return { trashed, cursor }
  return trashed ? null : { trashed: true, cursor: null }
}

function readPlace(json: string | null): Place {
  const parsed = v.safeParse(Place, JSON.parse(json ?? 'null'))
  return parsed.success ? parsed.output : { trashed: false, cursor: null }
}

function shown({ id, recordId, createdBy, lastEditedBy }: ListedPage, own: string) {
  return {
    id: recordId,
    pageId: id,
    ours: createdBy === own,
    lastOurs: lastEditedBy === own,
  }
}
