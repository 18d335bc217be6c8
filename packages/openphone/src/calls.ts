/** Calls of the whole workspace, and what becomes of them minutes later: recordings, transcripts. */
import { StageError } from '@switchboard/shared/failure'
import type { CallPart, RecordingsPart, TranscriptsPart } from '@switchboard/shared/record'
import type * as v from 'valibot'
import { everyPage } from './every-page.ts'
import { toCallPart, toRecordingsPart, toTranscriptsPart } from './map.ts'
import { onward, readOne, readPage } from './page.ts'
import type { Page, Window } from './page.ts'
import { NOT_KNOWN } from './refusal.ts'
import { get } from './request.ts'
import type { OpenPhone } from './request.ts'
import { WireCall, WireRecording, WireTranscript } from './wire.ts'

/**
 * One page of the workspace's calls, newest first, at most 50, summary and voicemail included.
 * The same window must come with every page: its filters go along with the cursor.
 * Spec: Quo 2026-03-30, GET /calls (`createdAt[gte]`, `createdAt[lte]`: both inclusive).
 * @throws StageError upstream.*, gate.later; ExpiredCursorError (refusal.ts)
 */
export async function listCalls(api: OpenPhone, window: Window): Promise<Page<CallPart>> {
  const { body } = await get(api, {
    path: '/calls',
    query: {
      'createdAt[gte]': window.since.toISOString(),
      'createdAt[lte]': window.until.toISOString(),
      include: 'summary,voicemail',
    },
    cursor: window.cursor,
  })
  return onward(readPage(body, WireCall, toCallPart), window.cursor)
}

/**
 * One call, summary and voicemail included; null where OpenPhone does not know it: 404, or an id that
 * it takes for none.
 * Spec: Quo 2026-03-30, GET /calls/{callId}.
 * @throws StageError upstream.*, gate.later, record.invalid
 */
export async function getCall(api: OpenPhone, id: string): Promise<CallPart | null> {
  const { status, body } = await get(api, {
    path: `/calls/${encodeURIComponent(id)}`,
    query: { include: 'summary,voicemail' },
    expected: NOT_KNOWN,
  })
  return NOT_KNOWN.includes(status) ? null : readOne(body, WireCall, toCallPart)
}

/**
 * All recording segments of a call, oldest first. `absent`: none was recorded (an empty list), all
 * were deleted, or the plan has none (402, 403, 404).
 * Spec: Quo 2026-03-30, GET /calls/{callId}/recordings.
 * @throws StageError upstream.*, gate.later, record.invalid
 */
export async function listRecordings(api: OpenPhone, callId: string): Promise<RecordingsPart> {
  const recordings = await artefacts(api, callId, 'recordings', WireRecording)
  return toRecordingsPart(
    // By the specification a link may be relative to the API.
    recordings.map((one) => ({
      ...one,
      url: one.url?.startsWith('/') ? new URL(one.url, api.baseUrl).href : one.url,
    })),
  )
}

/**
 * All transcript segments of a call, oldest first; `completed` only when every one is, `failed` when
 * all are final and not all are there. `absent`: the plan has none (402, 403, 404), every segment says
 * so, or the list is empty. An empty list alone does not tell "never" from "not yet": where the
 * call's recordings are not `absent` the caller may take it as `pending`.
 * Spec: Quo 2026-03-30, GET /calls/{callId}/transcripts.
 * @throws StageError upstream.*, gate.later, record.invalid
 */
export async function listTranscripts(api: OpenPhone, callId: string): Promise<TranscriptsPart> {
  return toTranscriptsPart(await artefacts(api, callId, 'transcripts', WireTranscript))
}

const NOT_IN_PLAN = [402, 403, 404]

/** The segments; none where the plan has none: its 402, 403 or 404 here is never a pause. */
async function artefacts<S extends v.GenericSchema>(
  api: OpenPhone,
  callId: string,
  name: 'recordings' | 'transcripts',
  schema: S,
): Promise<v.InferOutput<S>[]> {
  const path = `/calls/${encodeURIComponent(callId)}/${name}`
  const { rows, unreadable } = await everyPage(async (cursor) => {
    const { status, body } = await get(api, { path, cursor, expected: NOT_IN_PLAN })
    if (NOT_IN_PLAN.includes(status)) return { rows: [], unreadable: [], cursor: null }
    return readPage(body, schema, (segment) => segment)
  })
  const [first] = unreadable
  if (first === undefined) return rows
  // A call with a segment missing in its middle would read as if nothing were missing.
  const field = `${name}.${first.field}`
  throw new StageError({ kind: 'record.invalid', field, detail: first.detail })
}
