/** What the producer reaches, made from its environment. Wiring, no rules. */
import type { Ai } from '@switchboard/analysis/embed'
import { Tally, countingFetch } from '@switchboard/consumer/tally'
import { stageQueues } from '@switchboard/consumer/stage-queues'
import type { StageQueues } from '@switchboard/consumer/stage-queues'
import { jmapAccess } from '@switchboard/mail/access'
import { jmapSource } from '@switchboard/mail/jmap'
import type { MailSource } from '@switchboard/mail/source'
import { connect } from '@switchboard/notion/client'
import type { Notion } from '@switchboard/notion/client'
import { propertyNames } from '@switchboard/notion/names'
import { keyOf } from '@switchboard/openphone/keys'
import type { OpenPhone } from '@switchboard/openphone/request'
import { gatePace } from '@switchboard/pacing/client'
import type { Gates } from '@switchboard/pacing/client'
import { rateOf } from '@switchboard/pacing/rates'
import { readSettings } from '@switchboard/shared/config'
import type { Outside } from '@switchboard/shared/gate'
import type { Lane, SourceRole } from '@switchboard/shared/kinds'
import type {
  CanvasMessage,
  ReplayMessage,
  RunMessage,
  SweepMessage,
  UnreadableMessage,
} from '@switchboard/shared/queue-message'
import { ledger } from '@switchboard/store/ledger'
import type { VectorIndex } from './search/search-ports.ts'
import { tombstones } from './forget/tombstones.ts'

export interface Env extends StageQueues {
  DB: D1Database
  TEXT_INDEX: D1Database
  AI: Ai
  VECTORIZE: VectorIndex & { deleteByIds(ids: string[]): Promise<unknown> }
  FILES: R2Bucket
  CACHE: KVNamespace
  /** The console's built files. */
  ASSETS: Fetcher
  GATE: Gates
  SWEEP: Queue<SweepMessage | CanvasMessage | RunMessage | ReplayMessage>
  SWEEP_DLQ: Queue<UnreadableMessage>
  /** Only asked how much waits in them. */
  ENRICH_DLQ: Queue
  VECTORIZE_DLQ: Queue
  RECONCILE_DLQ: Queue
  ARCHIVE_DLQ: Queue
  /** Which release runs; on one's own machine there is none. */
  CF_VERSION_METADATA?: unknown
}

const SETTINGS = [
  'DAYS_BACK',
  'AI_MODEL',
  'PROMPT_VERSION',
  'EMBEDDING_MODEL',
  'RECONCILE_CANVAS',
  'DEFAULT_COUNTRY',
  'MAX_TRIES',
  'OPENPHONE_API_KEY',
  'OPENPHONE_BULK_API_KEY',
  'OPENPHONE_WEBHOOK_SECRETS',
  'OPENPHONE_BASE_URL',
  'OPENPHONE_RPS',
  'NOTION_TOKEN',
  'NOTION_BASE_URL',
  'NOTION_RPS',
  'NOTION_WEBHOOK_TOKEN',
  'NOTION_TIMEOUT_MS',
  'NOTION_SETTLE_MS',
  'NOTION_MANAGE_SCHEMA',
  'NOTION_PROPERTY_MAP',
  'NOTION_CANVAS_DATABASE_ID',
  'NOTION_CALLS_DATABASE_ID',
  'NOTION_MESSAGES_DATABASE_ID',
  'NOTION_MAIL_DATABASE_ID',
  'JMAP_SESSION_URL',
  'JMAP_TOKEN',
  'JMAP_RPS',
  'OWN_MAIL_ADDRESSES',
] as const

export type Ports = ReturnType<typeof open>

/**
 * The producer's world. Bulk lane: it only lists.
 * @throws StageError config.invalid that names the setting
 */
export function open(env: Env) {
  const settings = readSettings(env, SETTINGS)
  const tally = new Tally()
  const names = propertyNames(settings.NOTION_PROPERTY_MAP)
  const outside = (
    api: 'openphone' | 'notion' | 'mailbox',
    key: string,
    runId: string | null,
    lane: Lane = 'bulk',
  ): Outside => ({
    fetch: countingFetch(() => tally.add(runId, api)),
    pace: gatePace(env.GATE, { api, key, lane, rate: rateOf(api, settings) }),
    now: Date.now,
  })
  const { NOTION_TOKEN } = settings
  return {
    settings,
    tally,
    db: env.DB,
    files: env.FILES,
    ledger: ledger(env.DB),
    tombstone: tombstones(env),
    sweepQueue: env.SWEEP,
    sweepLetters: env.SWEEP_DLQ,
    queues: stageQueues(env),
    now: Date.now,
    databases: {
      canvas: settings.NOTION_CANVAS_DATABASE_ID,
      call: settings.NOTION_CALLS_DATABASE_ID,
      message: settings.NOTION_MESSAGES_DATABASE_ID,
      mail: settings.NOTION_MAIL_DATABASE_ID,
    } satisfies Record<SourceRole, string>,

    /**
     * Null: this company has no OpenPhone. Requests count to the run.
     * @param lane whose key; listings are bulk
     */
    openphone(runId: string | null, lane: Lane = 'bulk'): OpenPhone | null {
      const access = keyOf(settings, lane)
      return access && { ...outside('openphone', access.apiKey, runId), ...access }
    },

    /** @param lane listings are bulk; what a webhook told is live */
    notion(runId: string | null, lane: Lane = 'bulk'): Notion {
      return connect({
        baseUrl: settings.NOTION_BASE_URL,
        token: NOTION_TOKEN,
        timeoutMs: settings.NOTION_TIMEOUT_MS,
        names,
        outside: outside('notion', NOTION_TOKEN, runId, lane),
      })
    },

    /** Null: no mailbox. @param lane listings are bulk; what has just come is live */
    mail(runId: string | null, lane: Lane = 'bulk'): MailSource | null {
      const access = jmapAccess(settings)
      return access && jmapSource({ ...outside('mailbox', access.token, runId, lane), ...access })
    },
  }
}
