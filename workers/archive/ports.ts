/** What archiving reaches, made from its environment. Wiring, no rules. */
import { modelAnswers } from '@switchboard/analysis/probe'
import { transcribe } from '@switchboard/analysis/transcribe'
import { each } from '@switchboard/consumer/consume'
import type { StageWork } from '@switchboard/consumer/consume'
import type { Claim } from '@switchboard/consumer/ports'
import { Tally, countingFetch } from '@switchboard/consumer/tally'
import { blobsOf } from '@switchboard/mail/blob'
import { filesOfRaw } from '@switchboard/mail/raw'
import { jmapAccess } from '@switchboard/mail/access'
import { probe as probeMailbox } from '@switchboard/mail/jmap'
import type { Jmap } from '@switchboard/mail/request'
import { getCall, listRecordings } from '@switchboard/openphone/calls'
import { probe } from '@switchboard/openphone/directory'
import { keyOf as openphoneKey } from '@switchboard/openphone/keys'
import { getTextMessage } from '@switchboard/openphone/messages'
import type { OpenPhone } from '@switchboard/openphone/request'
import { gatePace } from '@switchboard/pacing/client'
import type { Gates } from '@switchboard/pacing/client'
import { rateOf } from '@switchboard/pacing/rates'
import { readSettings } from '@switchboard/shared/config'
import type { SourceFile } from '@switchboard/shared/files'
import type { Lane, Scope } from '@switchboard/shared/kinds'
import { contentHash } from '@switchboard/shared/merge'
import type { ConversationRecord, WhisperPart } from '@switchboard/shared/record'
import type { QueueMessage } from '@switchboard/shared/queue-message'
import { filesStatement, saveFilesStatements } from '@switchboard/store/files'
import type { KnownFile } from '@switchboard/store/files'
import { ledger } from '@switchboard/store/ledger'
import { parkedStatement } from '@switchboard/store/parked'
import type { Parked } from '@switchboard/store/parked'
import { gatherParts, keyOf, partsStatement, savePartsStatements } from '@switchboard/store/records'
import type { PartRow } from '@switchboard/store/records'
import { LAST_SEND_MS } from '@switchboard/store/work'
import { StageError } from '@switchboard/shared/failure'
import { archive } from './archive.ts'
import type { ArchivePorts, Archived, OwedArchive } from './archive.ts'
import { download } from './download.ts'
import type { Stored } from './mail-files.ts'

export interface Env {
  DB: D1Database
  FILES: R2Bucket
  GATE: Gates
  AI: { run(model: string, input: unknown): Promise<unknown> }
  ENRICH: Queue<QueueMessage>
  ENRICH_BULK: Queue<QueueMessage>
  ARCHIVE_DLQ: Queue
}

const SETTINGS = [
  'OPENPHONE_API_KEY',
  'OPENPHONE_BULK_API_KEY',
  'OPENPHONE_BASE_URL',
  'OPENPHONE_RPS',
  'JMAP_SESSION_URL',
  'JMAP_TOKEN',
  'JMAP_RPS',
  'EMBEDDING_MODEL',
  'AI_RPM',
  'TRANSCRIBE_WITH_AI',
  'TRANSCRIPTION_MODEL',
  'MAX_TRIES',
  'HASH_KEY',
] as const

/** Of one invocation: a Worker has six connections, and a file takes two, its source's and R2's. */
const FILES_AT_ONCE = 2

/** The same with its part, ready to be stored: a hash is made before the batch. */
interface Saved extends Archived {
  part: { part: 'whisper'; hash: string; body: string } | null
}

/** @throws StageError config.invalid that names the setting */
export function open(env: Env): StageWork<OwedArchive, Saved> {
  const settings = readSettings(env, SETTINGS)
  const tally = new Tally()
  let parked: ReadonlyMap<Scope, string> = new Map()
  const pace = (api: 'openphone' | 'mailbox' | 'workers-ai', key: string, lane: Lane) =>
    gatePace(env.GATE, { api, key, lane, rate: rateOf(api, settings) })
  const openphone = (lane: Lane, runId: string | null): OpenPhone | null => {
    const access = openphoneKey(settings, lane)
    return (
      access && {
        ...access,
        fetch: countingFetch(() => tally.add(runId, 'openphone')),
        pace: pace('openphone', access.apiKey, lane),
        now: Date.now,
      }
    )
  }
  const mailbox = (lane: Lane, runId: string | null): Jmap | null => {
    const access = jmapAccess(settings)
    return (
      access && {
        ...access,
        fetch: countingFetch(() => tally.add(runId, 'mailbox')),
        pace: pace('mailbox', access.token, lane),
        now: Date.now,
      }
    )
  }
  const inTurn = oneAtATime()
  const portsFor = ({ lane, runId, claimedAt }: Claim): ArchivePorts => {
    const phone = openphone(lane, runId)
    const jmap = mailbox(lane, runId)
    const blobs = jmap && blobsOf(jmap)
    const gate = pace('workers-ai', 'account', lane)
    return {
      parked,
      lastSendMs: LAST_SEND_MS,
      now: Date.now,
      download: (file) =>
        download(file, {
          files: env.FILES,
          fetch: (input, init) => fetch(input, init), // its host has no budget of ours
          now: Date.now,
        }),
      openphone: phone && {
        needs: phone.scope === undefined ? ['openphone'] : ['openphone', phone.scope],
        ask: (record, what) => askAgain(phone, record, what),
      },
      mail: {
        async raw(key) {
          const file = await env.FILES.get(key)
          return file && new Uint8Array(await file.arrayBuffer())
        },
        takeApart: (bytes) => inTurn(() => filesOfRaw(bytes)),
        put: (key, bytes, contentType) => putBytes(env.FILES, key, bytes, contentType),
        blob:
          blobs &&
          (async ({ key, blobId, type }) => {
            const url = await blobs.address(blobId, type)
            const until = claimedAt + LAST_SEND_MS
            const ports = { files: env.FILES, fetch: blobs.fetch, now: Date.now }
            return download({ key, url, type, until }, ports).catch(ofMailbox)
          }),
      },
      transcribe: settings.TRANSCRIBE_WITH_AI
        ? {
            model: settings.TRANSCRIPTION_MODEL,
            async read(key) {
              const file = await env.FILES.get(key)
              return file && new Uint8Array(await file.arrayBuffer())
            },
            transcribe: (audio) =>
              transcribe(audio, async (input) => {
                await gate.acquire()
                tally.add(runId, 'workers-ai')
                return env.AI.run(settings.TRANSCRIPTION_MODEL, input)
              }),
          }
        : null,
    }
  }

  return {
    stage: 'archive',
    maxTries: settings.MAX_TRIES,
    hashKey: settings.HASH_KEY,
    ledger: ledger(env.DB),
    queues: { enrich: env.ENRICH, 'enrich-bulk': env.ENRICH_BULK },
    letters: env.ARCHIVE_DLQ,
    tally,
    now: Date.now,
    newToken: () => crypto.randomUUID(),
    loads: (keys) => [
      partsStatement(env.DB, keys),
      filesStatement(env.DB, keys),
      parkedStatement(env.DB),
    ],
    gather(claims, [parts, files, parkedRows]) {
      parked = new Map((parkedRows as Parked[]).map(({ scope, reason }) => [scope, reason]))
      const byRecord = gatherParts(parts as PartRow[])
      const known = Map.groupBy(files as KnownFile[], keyOf)
      return claims.map((claim) => ({
        claim,
        parts: byRecord.get(keyOf(claim)) ?? {},
        stored: new Map(
          (known.get(keyOf(claim)) ?? []).flatMap(({ key, sizeBytes }) =>
            sizeBytes === null ? [] : [[key, sizeBytes]],
          ),
        ),
      }))
    },
    run: (owed) =>
      each(
        owed,
        async (one) => {
          const outcome = await archive(one, portsFor(one.claim))
          if (!outcome.ok) return outcome
          return { ...outcome, result: { ...outcome.result, part: await partOf(outcome.result) } }
        },
        FILES_AT_ONCE,
      ),
    saves(results, held) {
      const now = Date.now()
      return [
        ...saveFilesStatements(
          env.DB,
          held,
          results.flatMap(({ claim: { kind, id }, result }) =>
            result.files.map((file) => ({ kind, id, ...file })),
          ),
          now,
        ),
        ...savePartsStatements(
          env.DB,
          held,
          results.flatMap(({ claim: { kind, id }, result: { part } }) =>
            part === null ? [] : [{ kind, id, ...part }],
          ),
          now,
        ),
      ]
    },
    next: (_claim, { heard }) => (heard ? ['enrich'] : []),
    async probe(scope, failure) {
      try {
        if (scope === 'workers-ai')
          return await modelAnswers(
            () => env.AI.run(settings.EMBEDDING_MODEL, { text: ['ok'] }),
            failure,
          )
        const jmap = mailbox('live', null)
        if (scope === 'mailbox' && jmap !== null) await probeMailbox(jmap)
        const phone = openphone(scope === 'openphone:bulk' ? 'bulk' : 'live', null)
        if (scope.startsWith('openphone') && phone !== null) await probe(phone)
        return true
      } catch {
        return false
      }
    },
  }
}

async function putBytes(
  files: R2Bucket,
  key: string,
  bytes: Uint8Array,
  contentType: string,
): Promise<Stored> {
  const hash = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes))
  await files.put(key, bytes, { httpMetadata: { contentType } })
  const sha256 = Array.from(hash, (byte) => byte.toString(16).padStart(2, '0')).join('')
  return { contentType, sizeBytes: bytes.length, sha256 }
}

/** A raw mail and its parts take three times its size, and a Worker has 128 MB for all it does. */
function oneAtATime(): <T>(work: () => Promise<T>) => Promise<T> {
  let last: Promise<unknown> = Promise.resolve()
  return (work) => {
    const next = last.then(work)
    last = next.catch(() => {})
    return next
  }
}

/** A download that broke off is its source's fault. */
function ofMailbox(error: unknown): never {
  if (!(error instanceof StageError) || error.failure.kind !== 'upstream.unavailable') throw error
  throw new StageError({ ...error.failure, api: 'mailbox' }, { cause: error })
}

/** The record with its files of this sort as OpenPhone has them now; null: it does not know it. */
async function askAgain(
  phone: OpenPhone,
  record: ConversationRecord,
  what: SourceFile['what'],
): Promise<ConversationRecord | null> {
  if (record.kind === 'message') {
    const textMessage = await getTextMessage(phone, record.id)
    return textMessage && { kind: 'message', ...textMessage }
  }
  if (record.kind !== 'call') return null
  if (what === 'recording') return { ...record, recordings: await listRecordings(phone, record.id) }
  const call = await getCall(phone, record.id)
  return call && { ...record, voicemail: call.voicemail }
}

async function partOf({ whisper }: { whisper: WhisperPart | null }): Promise<Saved['part']> {
  if (whisper === null) return null
  return { part: 'whisper', hash: await contentHash(whisper), body: JSON.stringify(whisper) }
}
