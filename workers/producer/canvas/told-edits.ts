/**
 * Edits of people of which Notion's webhooks told: within a minute the data source is searched for
 * them, however many there were; and once more when a query must show what it may have left out.
 */
import { editPass, passSince } from '@switchboard/notion/edit-pass'
import { listEdited } from '@switchboard/notion/listing'
import { toFailure } from '@switchboard/shared/failure'
import type { Kind } from '@switchboard/shared/kinds'
import { log } from '@switchboard/shared/log'
import { listSources } from '@switchboard/store/directory'
import { holdStatements, knownPages, readPass, savePass } from '@switchboard/store/held'
import { listParked } from '@switchboard/store/parked'
import { endEdits, notePutBack, noteRemoved, takeEdits } from '@switchboard/store/told-edits'
import type { ToldEdit } from '@switchboard/store/told-edits'
import { sendRaised } from './canvas.ts'
import type { Ports } from '../ports.ts'

const LEASE_MS = 5 * 60_000
/** So late a query shows an edit. */
const LAG_MS = 60_000

/** Searches what is due. Never throws: what fails is tried again when its lease is over. */
export async function searchToldEdits(ports: Ports): Promise<void> {
  try {
    const told = await takeEdits(ports.db, ports.now(), LEASE_MS)
    if (told.length === 0) return
    const parked = new Set<string>((await listParked(ports.db)).map(({ scope }) => scope))
    if (parked.has('notion')) return
    for (const edit of told) if (!parked.has(`notion:${edit.kind}`)) await search(ports, edit)
  } catch (error) {
    log.warn('told-edits.failed', { scope: 'notion', failure: toFailure(error).kind })
  }
}

async function search(ports: Ports, { kind, trashed }: ToldEdit): Promise<void> {
  const startedAt = ports.now()
  const source = (await listSources(ports.db)).find(
    ({ role, databaseId }) => role === kind && databaseId === ports.databases[kind],
  )
  if (source !== undefined) await pass(ports, kind, source.dataSourceId, trashed === 1)
  await endEdits(ports.db, kind, startedAt - LAG_MS, startedAt + LAG_MS)
}

async function pass(
  ports: Ports,
  kind: Kind,
  dataSourceId: string,
  trashed: boolean,
): Promise<void> {
  const { db, now } = ports
  const notion = ports.notion(null)
  const watermark = (await readPass(db, dataSourceId))?.watermark ?? null
  const standing: string[] = []
  await editPass(notion, kind, dataSourceId, {
    watermark,
    known(pageIds) {
      standing.push(...pageIds)
      return knownPages(db, kind, pageIds)
    },
    hold: (edits) =>
      db.batch(
        holdStatements(
          db,
          edits.map((edit) => ({ kind, ...edit })),
          now(),
        ),
      ),
    passed: (whole) => savePass(db, whole),
  })
  if (!trashed) return
  await sendRaised(ports, await notePutBack(db, kind, standing, now()))
  const since = passSince(watermark)
  let cursor: string | null = null
  do {
    const removed: Awaited<ReturnType<typeof listEdited>> = await listEdited(
      notion,
      dataSourceId,
      kind,
      since,
      cursor,
      true,
    )
    await noteRemoved(
      db,
      kind,
      removed.pages.map(({ id }) => id),
      now(),
    )
    cursor = removed.cursor
  } while (cursor !== null)
}
