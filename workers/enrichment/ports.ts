/** What enrichment reaches, made from its environment. Wiring, no rules. */
import { analyse } from '@switchboard/analysis/analyse'
import { modelAnswers } from '@switchboard/analysis/probe'
import { each } from '@switchboard/consumer/consume'
import type { StageWork } from '@switchboard/consumer/consume'
import { Tally, countingFetch } from '@switchboard/consumer/tally'
import { stageQueues } from '@switchboard/consumer/stage-queues'
import type { StageQueues } from '@switchboard/consumer/stage-queues'
import { ownFrom } from '@switchboard/identity/own'
import { timelineFacts } from '@switchboard/identity/timeline-entry'
import { getCall, listRecordings, listTranscripts } from '@switchboard/openphone/calls'
import { probe } from '@switchboard/openphone/directory'
import { getTextMessage } from '@switchboard/openphone/messages'
import { keyOf as openphoneKey } from '@switchboard/openphone/keys'
import type { OpenPhone } from '@switchboard/openphone/request'
import { gatePace } from '@switchboard/pacing/client'
import type { Gates } from '@switchboard/pacing/client'
import { rateOf } from '@switchboard/pacing/rates'
import { readSettings } from '@switchboard/shared/config'
import type { Api, Lane } from '@switchboard/shared/kinds'
import {
  analysesStatement,
  readAnalysis,
  saveAnalysesStatements,
} from '@switchboard/store/analyses'
import type { AnalysisRow } from '@switchboard/store/analyses'
import { awaitedStatements } from '@switchboard/store/awaited'
import { countGoneStatement } from '@switchboard/store/deliveries'
import { directoryStatement } from '@switchboard/store/directory'
import type { DirectoryRow } from '@switchboard/store/directory'
import { filesStatement } from '@switchboard/store/files'
import type { KnownFile } from '@switchboard/store/files'
import { ledger } from '@switchboard/store/ledger'
import { parkedStatement } from '@switchboard/store/parked'
import type { Parked } from '@switchboard/store/parked'
import {
  gatherParts,
  goneStatement,
  keyOf,
  partsStatement,
  savePartsStatements,
} from '@switchboard/store/records'
import type { PartRow } from '@switchboard/store/records'
import { timelineStatements } from '@switchboard/store/timeline'
import { enrich } from './enrich.ts'
import type { EnrichPorts, Enriched, OwedEnrich } from './enrich.ts'
import { owesFiles } from './files-owed.ts'
import type { KeptFiles } from './files-owed.ts'

export interface Env extends StageQueues {
  DB: D1Database
  GATE: Gates
  AI: { run(model: string, input: unknown): Promise<unknown> }
  ENRICH_DLQ: Queue
}

const SETTINGS = [
  'INCLUDE_AI',
  'TRANSCRIBE_WITH_AI',
  'OPENPHONE_API_KEY',
  'OPENPHONE_BULK_API_KEY',
  'OPENPHONE_BASE_URL',
  'OPENPHONE_RPS',
  'OWN_MAIL_ADDRESSES',
  'AI_MODEL',
  'EMBEDDING_MODEL',
  'PROMPT_VERSION',
  'AI_RPM',
  'DEFAULT_COUNTRY',
  'MAX_TRIES',
  'HASH_KEY',
] as const

/** @throws StageError config.invalid that names the setting */
export function open(env: Env): StageWork<OwedEnrich, Enriched> {
  const settings = readSettings(env, SETTINGS)
  const tally = new Tally()
  const pace = (api: 'openphone' | 'workers-ai', key: string, lane: Lane) =>
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
  const runModel = (lane: Lane, runId: string | null) => {
    const gate = pace('workers-ai', 'account', lane)
    return async (input: unknown): Promise<unknown> => {
      await gate.acquire()
      tally.add(runId, 'workers-ai' satisfies Api)
      return env.AI.run(settings.AI_MODEL, input)
    }
  }

  let facts: Pick<EnrichPorts, 'own' | 'parked'> | null = null
  let kept = new Map<string, KeptFiles>()
  const own = () => facts?.own ?? ownFrom([], settings.OWN_MAIL_ADDRESSES)
  const portsFor = ({ lane, runId }: OwedEnrich['claim']): EnrichPorts => {
    const phone = openphone(lane, runId)
    const model = {
      name: settings.AI_MODEL,
      promptVersion: settings.PROMPT_VERSION,
      run: runModel(lane, runId),
    }
    return {
      own: own(),
      parked: facts?.parked ?? new Map(),
      country: settings.DEFAULT_COUNTRY,
      openphone: phone && {
        needs: phone.scope === undefined ? ['openphone'] : ['openphone', phone.scope],
        getCall: (id) => getCall(phone, id),
        getTextMessage: (id) => getTextMessage(phone, id),
        listTranscripts: (callId) => listTranscripts(phone, callId),
        listRecordings: (callId) => listRecordings(phone, callId),
      },
      ai: settings.INCLUDE_AI
        ? {
            model: settings.AI_MODEL,
            promptVersion: settings.PROMPT_VERSION,
            analyse: (subject) => analyse(subject, model),
          }
        : null,
      now: Date.now,
    }
  }

  return {
    stage: 'enrich',
    maxTries: settings.MAX_TRIES,
    hashKey: settings.HASH_KEY,
    ledger: ledger(env.DB),
    queues: stageQueues(env), // its own for what changes while it is worked
    letters: env.ENRICH_DLQ,
    tally,
    now: Date.now,
    newToken: () => crypto.randomUUID(),
    loads: (keys) => [
      partsStatement(env.DB, keys),
      analysesStatement(env.DB, keys),
      directoryStatement(env.DB),
      parkedStatement(env.DB),
      filesStatement(env.DB, keys),
    ],
    gather(claims, [parts, analyses, directory, parked, files]) {
      facts = {
        own: ownFrom(directory as DirectoryRow[], settings.OWN_MAIL_ADDRESSES),
        parked: new Map((parked as Parked[]).map(({ scope, reason }) => [scope, reason])),
      }
      const byRecord = gatherParts(parts as PartRow[])
      const known = Map.groupBy(files as KnownFile[], keyOf)
      kept = new Map(
        claims.map((claim) => {
          const ended = known.get(keyOf(claim)) ?? []
          const stored = ended.filter(({ sizeBytes }) => sizeBytes !== null)
          return [
            keyOf(claim),
            {
              parts: byRecord.get(keyOf(claim)) ?? {},
              keys: new Set(ended.map(({ key }) => key)),
              stored: new Set(stored.map(({ key }) => key)),
            },
          ]
        }),
      )
      const stored = new Map(
        (analyses as AnalysisRow[]).map((row) => [keyOf(row), readAnalysis(row)]),
      )
      return claims.map((claim) => ({
        claim,
        parts: byRecord.get(keyOf(claim)) ?? {},
        analysis: stored.get(keyOf(claim)) ?? null,
      }))
    },
    run: (owed) => each(owed, (one) => enrich(one, portsFor(one.claim))),
    saves(results, held) {
      const now = Date.now()
      return [
        ...savePartsStatements(
          env.DB,
          held,
          results.flatMap(({ claim, result }) =>
            result.parts.map((part) => ({ kind: claim.kind, id: claim.id, ...part })),
          ),
          now,
        ),
        ...saveAnalysesStatements(
          env.DB,
          held,
          results.flatMap(({ claim, result }) =>
            result.analysis === null
              ? []
              : [
                  {
                    kind: claim.kind,
                    id: claim.id,
                    ...result.analysis,
                    model: settings.AI_MODEL,
                    promptVersion: settings.PROMPT_VERSION,
                  },
                ],
          ),
          now,
        ),
        ...timelineStatements(
          env.DB,
          held,
          results.flatMap(({ claim: { kind, id }, result: { record } }) =>
            record === null
              ? []
              : [{ kind, id, ...timelineFacts(record, own(), settings.DEFAULT_COUNTRY) }],
          ),
        ),
        ...waitingStatements(env.DB, held, results, now),
      ]
    },
    next(claim, { record }) {
      if (record === null) return []
      const files = kept.get(keyOf(claim))
      const archives =
        files !== undefined && owesFiles(record, files, settings.TRANSCRIBE_WITH_AI, Date.now())
      return ['vectorize', 'reconcile', ...(archives ? (['archive'] as const) : [])]
    },
    async probe(scope, failure) {
      try {
        if (scope === 'workers-ai')
          return await modelAnswers(
            () => env.AI.run(settings.EMBEDDING_MODEL, { text: ['ok'] }),
            failure,
          )
        const phone = openphone(scope === 'openphone:bulk' ? 'bulk' : 'live', null)
        if (scope.startsWith('openphone') && phone !== null) await probe(phone)
        return true
      } catch {
        return false
      }
    },
  }
}

/** Who waits for OpenPhone, who does not any more, and whom it does not know. */
function waitingStatements(
  db: D1Database,
  held: { stage: string; token: string },
  results: { claim: OwedEnrich['claim']; result: Enriched }[],
  now: number,
): D1PreparedStatement[] {
  const told = results.filter(({ claim }) => claim.kind !== 'mail')
  const gone = told.filter(({ result }) => result.gone)
  // A recheck finds what was counted before.
  const lost = told.filter(
    ({ claim, result }) => result.record === null && claim.cause !== 'recheck',
  )
  return [
    ...awaitedStatements(
      db,
      held,
      told.flatMap(({ claim, result }) =>
        result.awaits === null ? [] : [{ ...claim, since: result.awaits }],
      ),
      told.filter(({ result }) => result.awaits === null).map(({ claim }) => claim),
    ),
    ...(gone.length > 0
      ? [
          goneStatement(
            db,
            held,
            gone.map(({ claim }) => claim),
            now,
          ),
        ]
      : []),
    ...[...Map.groupBy(lost, ({ claim }) => claim.kind)].map(([kind, rows]) =>
      countGoneStatement(db, kind, rows.length, now),
    ),
  ]
}
