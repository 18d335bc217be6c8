/** Dead letters: found, understood, replayed, discarded. */
import {
  discardLetters,
  exportLetters,
  groupLetters,
  letterId,
  listLetters,
  previewReplay,
  readLetter,
  readLetterId,
  replayLetters,
  restoreLetters,
} from '@switchboard/shared/api/letters'
import type { Letter, LetterDetails } from '@switchboard/shared/api/letters'
import { writeCursor } from '@switchboard/shared/api/cursor'
import { moment } from '@switchboard/shared/api/operation'
import { KINDS, LANES, STAGES } from '@switchboard/shared/kinds'
import type { Lane } from '@switchboard/shared/kinds'
import { adviceFor } from '@switchboard/shared/letter-words'
import { queueName } from '@switchboard/shared/queue-message'
import * as discards from '@switchboard/store/discards'
import * as store from '@switchboard/store/letter-list'
import type { LetterCursor, LetterParty } from '@switchboard/store/letter-list'
import * as v from 'valibot'
import type { Actor } from '../door/access.ts'
import { firstSelected, readFilter, readIds } from '../letters/letter-filter.ts'
import { lettersCsv } from '../letters/letters-csv.ts'
import { open } from '../ports.ts'
import type { Env } from '../ports.ts'
import { Refused } from '../door/problem.ts'
import { MOST_EXAMINED, previewReplay as preview } from '../letters/replay-preview.ts'
import { beginReplay } from '../letters/replays.ts'
import { cursorIn } from './page.ts'
import { route } from './route.ts'
import { recordUrl } from '../records/record-url.ts'

const Cursor = v.tuple([v.number(), v.string(), v.string(), v.string()])
const AT_ONCE = 500

export const LETTER_ROUTES = [
  route(listLetters, async ({ query: { cursor, limit, ...filter }, env }) => {
    const { letters, next } = await store.listLetters(
      env.DB,
      await readFilter(env, filter),
      cursorIn(cursor, Cursor),
      limit,
    )
    const parties = byRecord(
      (await store.partiesStatement(env.DB, letters).all<LetterParty>()).results,
    )
    return {
      items: letters.map((letter) => said(letter, parties.get(recordOf(letter)))),
      nextCursor: next === null ? null : writeCursor(next),
    }
  }),

  route(exportLetters, async ({ query, env }) => lettersCsv(env.DB, await readFilter(env, query))),

  route(groupLetters, async ({ query, env }) => {
    const { groups, counts } = await store.groupLetters(env.DB, query)
    const deployed = deployedAt(env)
    const { lastClosedAt, ...numbers } = counts
    return {
      items: groups.map(({ firstAt, lastAt, reason, ...group }) => ({
        ...group,
        firstAt: moment(firstAt),
        lastAt: moment(lastAt),
        advice: adviceFor({
          stage: group.stage,
          kind: group.kinds[0] ?? '',
          failure: group.failure,
          reason: group.count === 1 || group.pattern === '' ? reason : group.pattern,
        }),
        deployedAt: deployed !== null && deployed > lastAt ? moment(deployed) : null,
      })),
      nextCursor: null,
      counts: numbers,
      lastClosedAt: moment(lastClosedAt),
    }
  }),

  route(previewReplay, async ({ body, env }) => {
    const select = await selectionOf(env, body)
    const pace = body.pace ?? ('keys' in select ? 'all' : 'careful')
    return preview(env, await firstSelected(env, select, MOST_EXAMINED), body.options, pace)
  }),

  route(replayLetters, async ({ body, env, actor }) => {
    const select = await selectionOf(env, body)
    if ('filter' in select && select.filter.state !== 'open')
      throw new Refused(409, 'Only open letters can be replayed.')
    const id = crypto.randomUUID()
    await beginReplay(open(env), {
      id,
      actor: nameOf(actor),
      pace: body.pace ?? ('keys' in select ? 'all' : 'careful'),
      options: body.options,
      select,
    })
    return { id }
  }),

  route(discardLetters, async ({ body, env, actor }) => {
    const discard = { id: crypto.randomUUID(), by: nameOf(actor), reason: body.reason }
    let [seen, discarded] = [0, 0]
    for await (const keys of pagesOf(env, await selectionOf(env, body))) {
      seen += keys.length
      discarded += await discards.discardLetters(env.DB, discard, keys, Date.now())
    }
    return { id: discard.id, discarded, left: seen - discarded }
  }),

  route(restoreLetters, async ({ body: { ids, discardId = '' }, env }) => {
    const total = { opened: 0, settled: 0 }
    const restore = async (keys: readonly store.LetterKey[]) => {
      const { opened, settled } = await discards.restoreLetters(env.DB, keys)
      total.opened += opened
      total.settled += settled
    }
    if (ids !== undefined) await restore(readIds(ids))
    else
      for (;;) {
        const keys = await discards.discardedBy(env.DB, discardId, AT_ONCE)
        if (keys.length === 0) break
        await restore(keys)
      }
    return total
  }),

  route(readLetter, async ({ params: { id }, env }) => {
    const key = readLetterId(id)
    const found = key && (await store.findLetter(env.DB, key))
    if (found === null) throw new Refused(404, 'There is no such letter.')
    return details(found)
  }),
]

interface Selection {
  ids?: string[] | undefined
  filter?: Parameters<typeof readFilter>[1] | undefined
}

async function selectionOf(
  env: Env,
  { ids, filter }: Selection,
): Promise<{ keys: store.LetterKey[] } | { filter: store.LetterFilter }> {
  if (ids !== undefined) return { keys: readIds(ids) }
  return { filter: await readFilter(env, filter ?? { state: 'open' }) }
}

/** The letters of a selection, so many at a time. */
async function* pagesOf(
  env: Env,
  select: { keys: store.LetterKey[] } | { filter: store.LetterFilter },
): AsyncGenerator<readonly store.LetterKey[]> {
  if ('keys' in select) {
    for (let at = 0; at < select.keys.length; at += AT_ONCE)
      yield select.keys.slice(at, at + AT_ONCE)
    return
  }
  let after: LetterCursor | null = null
  do {
    const page = await store.listLetters(env.DB, select.filter, after, AT_ONCE)
    yield page.letters
    after = page.next
  } while (after !== null)
}

function nameOf(actor: Actor | null): string {
  return actor?.name ?? 'admin token'
}

const Version = v.object({ timestamp: v.pipe(v.string(), v.isoTimestamp()) })

/** When the release that runs was made, ms since epoch; null: nobody says, as on one's own machine. */
function deployedAt(env: Env): number | null {
  const version = v.safeParse(Version, env.CF_VERSION_METADATA)
  return version.success ? Date.parse(version.output.timestamp) : null
}

function recordOf({ kind, id }: { kind: string; id: string }): string {
  return `${kind}/${id}`
}

/** Of several parties of a record the first, which is a merchant where there is one. */
function byRecord(rows: readonly LetterParty[]): Map<string, LetterParty> {
  return new Map(rows.toReversed().map((row) => [recordOf(row), row]))
}

function said(letter: store.Letter, party: LetterParty | undefined): Letter {
  const { stage, kind, id } = letter
  return {
    id: letterId(letter),
    queue: queueOf(stage, letter.lane),
    stage,
    kind,
    recordId: id,
    failure: letter.failure,
    pattern: letter.pattern,
    error: letter.reason,
    attempts: letter.attempts,
    firstAt: moment(letter.firstAt),
    lastAt: moment(letter.lastAt),
    state: letter.state === 'open' && letter.replayId !== null ? 'replaying' : letter.state,
    closedAt: moment(letter.closedAt),
    replayId: letter.replayId,
    runId: letter.runId,
    discarded:
      letter.discardedBy === null
        ? null
        : { by: letter.discardedBy, reason: letter.discardReason ?? '' },
    merchant: party?.merchant ?? null,
    party: party?.party ?? null,
  }
}

function queueOf(stage: string, lane: string | null): string {
  const known = STAGES.find((one) => one === stage)
  const inLane: Lane | undefined = LANES.find((one) => one === lane)
  return known === undefined || inLane === undefined ? stage : queueName(known, inLane)
}

function details({
  letter,
  record,
  page,
  events,
  replays,
  parties,
}: store.LetterDetails): LetterDetails {
  const { kind, id } = letter
  const isRecord = KINDS.some((one) => one === kind)
  return {
    ...said(letter, parties[0]),
    advice: adviceFor(letter),
    queueMessage: letter.queueMessage,
    record:
      record === null || !isRecord
        ? null
        : {
            kind,
            id,
            revision: record.revision,
            occurredAt: moment(record.occurredAt),
            goneAt: moment(record.goneAt),
            page: page && {
              url: page.pageId && `https://www.notion.so/${page.pageId.replaceAll('-', '')}`,
              removedAt: moment(page.removedAt),
            },
            journey: recordUrl({ kind, id }),
          },
    events: events.map((event) => ({ ...event, at: moment(event.at) })),
    replays: replays.map(({ startedAt, settledAt, state, ...replay }) => ({
      ...replay,
      outcome: state as LetterDetails['replays'][number]['outcome'],
      startedAt: moment(startedAt),
      settledAt: moment(settledAt),
    })),
  }
}
