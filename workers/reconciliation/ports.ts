/** What reconciliation reaches, made from its environment. Wiring, no rules. */
import { each } from '@switchboard/consumer/consume'
import type { StageWork } from '@switchboard/consumer/consume'
import type { Claim } from '@switchboard/consumer/ports'
import { Tally, countingFetch } from '@switchboard/consumer/tally'
import { AUTOMATIC_WORDS, automaticOf } from '@switchboard/identity/automatic'
import { ownFrom } from '@switchboard/identity/own'
import type { Own } from '@switchboard/identity/own'
import { mailDirection } from '@switchboard/identity/parties'
import { filledIn } from '@switchboard/notion/base'
import type { Base } from '@switchboard/notion/base'
import { readMerchant } from '@switchboard/notion/canvas'
import { connect } from '@switchboard/notion/client'
import type { Notion } from '@switchboard/notion/client'
import { editPass, readBase, readHeld } from '@switchboard/notion/edit-pass'
import {
  appendBlocks,
  countBlocks,
  createPage,
  findPagesOf,
  firstBlock,
  isAtHome,
  isOursUntouched,
  lookAtPage,
  ownUserId,
  readPage,
  rewriteBlock,
  trashPage,
  updatePage,
} from '@switchboard/notion/pages'
import { callPage } from '@switchboard/notion/pages/call'
import { mailPage } from '@switchboard/notion/pages/mail'
import { textMessagePage } from '@switchboard/notion/pages/text-message'
import { findDataSource, probe, probeSource } from '@switchboard/notion/sources'
import { foreignMailPages } from '@switchboard/notion/mail-pages'
import type { MailDatabasePage } from '@switchboard/notion/mail-pages'
import { propertyNames } from '@switchboard/notion/names'
import { gatePace } from '@switchboard/pacing/client'
import type { Gates } from '@switchboard/pacing/client'
import { rateOf } from '@switchboard/pacing/rates'
import { readSettings } from '@switchboard/shared/config'
import { StageError, toFailure } from '@switchboard/shared/failure'
import type { Kind, Lane, Scope, SourceRole } from '@switchboard/shared/kinds'
import type { QueueMessage } from '@switchboard/shared/queue-message'
import type { MailRecord } from '@switchboard/shared/record'
import { analysesStatement, readAnalysis } from '@switchboard/store/analyses'
import type { AnalysisRow } from '@switchboard/store/analyses'
import {
  directoryStatement,
  saveSourceStatement,
  sourcesStatement,
} from '@switchboard/store/directory'
import type { DirectoryRow, NotionSource } from '@switchboard/store/directory'
import {
  beginPassesStatement,
  editPassesStatement,
  heldStatement,
  holdStatements,
  knownPages,
  savePass,
} from '@switchboard/store/held'
import type { EditPass, HeldProperty, SeenEdit } from '@switchboard/store/held'
import {
  BEAT_VALID_MS,
  RESTORED,
  beatOutside,
  heartbeatStatement,
  isBehind,
} from '@switchboard/store/heartbeat'
import type { Heartbeat } from '@switchboard/store/heartbeat'
import { ledger } from '@switchboard/store/ledger'
import { adoptPresentPage, metStatement } from '@switchboard/store/mail-pages'
import type { Met } from '@switchboard/store/mail-pages'
import { dropMerchants } from '@switchboard/store/merchants'
import {
  adoptPage,
  announceUpdate,
  clearStamp,
  doubtfulCreates,
  doubtUpdatesStatement,
  keepCreated,
  leavePage,
  noteBlocks,
  noteTop,
  pagesStatement,
  saveRemovedStatement,
  saveWrittenStatements,
  stampCreate,
} from '@switchboard/store/pages'
import type { StoredPage as PageRow } from '@switchboard/store/pages'
import { parkedStatement } from '@switchboard/store/parked'
import type { Parked } from '@switchboard/store/parked'
import { gatherParts, keyOf, partsStatement } from '@switchboard/store/records'
import type { PartRow } from '@switchboard/store/records'
import { threadsStatement } from '@switchboard/store/threads'
import type { MailThread } from '@switchboard/store/threads'
import { LAST_SEND_MS } from '@switchboard/store/work'
import { fileLinks } from './file-links.ts'
import { findLinks } from './links.ts'
import type { Links } from './links.ts'
import { reconcile } from './reconcile.ts'
import type { OwedPage, ReconcilePorts, Reconciled } from './reconcile-ports.ts'
import { settling } from './settling.ts'

export interface Env {
  DB: D1Database
  FILES: R2Bucket
  GATE: Gates
  RECONCILE: Queue<QueueMessage>
  RECONCILE_BULK: Queue<QueueMessage>
  RECONCILE_DLQ: Queue
}

const SETTINGS = [
  'RECONCILE_CANVAS',
  'OWN_MAIL_ADDRESSES',
  'NOTION_TOKEN',
  'NOTION_BASE_URL',
  'NOTION_RPS',
  'NOTION_TIMEOUT_MS',
  'NOTION_SETTLE_MS',
  'NOTION_PROPERTY_MAP',
  'NOTION_CANVAS_DATABASE_ID',
  'NOTION_CALLS_DATABASE_ID',
  'NOTION_MESSAGES_DATABASE_ID',
  'NOTION_MAIL_DATABASE_ID',
  'PUBLIC_URL',
  'LINK_SECRET',
  'RECORDING_LINKS',
  'DEFAULT_COUNTRY',
  'MAX_TRIES',
  'HASH_KEY',
] as const

/** Of one invocation: a Worker has six connections, and a create must not wait for one. */
const SENDS_AT_ONCE = 5

/** Before bulk updates the pages of a data source are searched for edits at least so often. */
const PASS_VALID_MS = 60_000

/** What a claim's round trip tells besides the rows themselves. */
interface Facts {
  own: Own
  parked: ReadonlyMap<Scope, string>
  sources: Map<SourceRole, NotionSource>
  passes: Map<string, EditPass>
  heartbeat: Heartbeat | null
  threads: ReadonlyMap<string, string> // of mails, by record id
  mayBeForeign: boolean // another tool may file mails, too
}

/** @throws StageError config.invalid that names the setting */
export function open(env: Env): StageWork<OwedPage, Reconciled> {
  const settings = readSettings(env, SETTINGS)
  const tally = new Tally()
  const names = propertyNames(settings.NOTION_PROPERTY_MAP)
  const linksToFiles = fileLinks(settings)
  const databases: Record<SourceRole, string> = {
    canvas: settings.NOTION_CANVAS_DATABASE_ID,
    call: settings.NOTION_CALLS_DATABASE_ID,
    message: settings.NOTION_MESSAGES_DATABASE_ID,
    mail: settings.NOTION_MAIL_DATABASE_ID,
  }
  const connection = (lane: Lane, runId: string | null): Notion =>
    connect({
      baseUrl: settings.NOTION_BASE_URL,
      token: settings.NOTION_TOKEN,
      timeoutMs: settings.NOTION_TIMEOUT_MS,
      names,
      outside: {
        fetch: countingFetch(() => tally.add(runId, 'notion')),
        pace: gatePace(env.GATE, {
          api: 'notion',
          key: settings.NOTION_TOKEN,
          lane,
          rate: rateOf('notion', settings),
        }),
        now: Date.now,
      },
    })

  let facts: Facts = {
    own: ownFrom([], settings.OWN_MAIL_ADDRESSES),
    parked: new Map(),
    sources: new Map(),
    passes: new Map(),
    heartbeat: null,
    threads: new Map(),
    mayBeForeign: true,
  }
  /** Mails of this invocation that have no page, and those of other tools: one query for all. */
  let pageless: string[] = []
  let foreign: Promise<Map<string, MailDatabasePage>> | null = null
  let ownId: Promise<string> | null = null
  /** Our connection's user: who it is must be known before a page is taken for ours or not. */
  const ownUser = (notion: Notion): Promise<string> => {
    ownId ??= ownUserId(notion)
    ownId.catch(() => (ownId = null))
    return ownId
  }
  const lookedUp = new Map<SourceRole, Promise<string>>()
  /** Known since the canvas sweep; looked up once where it is not, or where the setting changed. */
  const dataSource = (notion: Notion, role: Kind): Promise<string> => {
    const known = facts.sources.get(role)
    if (known?.databaseId === databases[role]) return Promise.resolve(known.dataSourceId)
    const found = lookedUp.get(role) ?? lookUp(notion, role)
    lookedUp.set(role, found)
    return found
  }
  const lookUp = async (notion: Notion, role: Kind): Promise<string> => {
    const dataSourceId = await findDataSource(notion, databases[role], role)
    await env.DB.batch([
      saveSourceStatement(env.DB, { role, databaseId: databases[role], dataSourceId }, Date.now()),
      beginPassesStatement(env.DB, { kind: role, dataSourceId }, Date.now()),
    ])
    return dataSourceId
  }

  const settlings = new Map<Kind, ReturnType<typeof settling>>()
  /** What queries found is known to the whole invocation. */
  const settledOf = (notion: Notion, kind: Kind): ReturnType<typeof settling> => {
    const known =
      settlings.get(kind) ??
      settling({
        settleMs: settings.NOTION_SETTLE_MS,
        now: Date.now,
        sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
        doubtful: (before) => doubtfulCreates(env.DB, kind, before),
        async find(source, ids, trashed) {
          const found = await findPagesOf(notion, source, kind, ids, trashed)
          if (!trashed || found.size === 0) return found
          const own = await ownUser(notion)
          return new Map(
            [...found].map(([id, pages]) => [
              id,
              pages.filter(({ createdBy }) => createdBy === own),
            ]),
          )
        },
      })
    settlings.set(kind, known)
    return known
  }

  /** What the last pass of this invocation found, by data source. */
  const passed = new Map<string, { at: number; found: Promise<Map<string, Base>> }>()
  /** A pass by this invocation or, as its claim read it, by another, not older than a minute. */
  const passOver = (
    notion: Notion,
    kind: Kind,
    dataSourceId: string,
  ): Promise<Map<string, Base>> => {
    const ours = passed.get(dataSourceId)
    const fresh = Date.now() - PASS_VALID_MS
    if (ours !== undefined && ours.at >= fresh) return ours.found
    if ((facts.passes.get(dataSourceId)?.passedAt ?? 0) >= fresh) return Promise.resolve(new Map())
    const found = editPass(notion, kind, dataSourceId, {
      watermark: facts.passes.get(dataSourceId)?.watermark ?? null,
      known: (pageIds) => knownPages(env.DB, kind, pageIds),
      hold: (edits) =>
        env.DB.batch(
          holdStatements(
            env.DB,
            edits.map((edit) => ({ kind, ...edit })),
            Date.now(),
          ),
        ),
      passed: (pass) => savePass(env.DB, pass),
    })
    passed.set(dataSourceId, { at: Date.now(), found })
    found.catch(() => passed.delete(dataSourceId))
    return found
  }

  const portsFor = (claim: Claim, links: Links | null): ReconcilePorts => {
    const notion = connection(claim.lane, claim.runId)
    const key = { kind: claim.kind, id: claim.id }
    const notionOwn = {
      userName: (id: string) => facts.own.users.get(id) ?? null,
      phoneNumber: (id: string) => facts.own.phoneNumbers.get(id) ?? null,
      isOwnNumber: (number: string) => facts.own.numbers.has(number),
    }
    return {
      parked: facts.parked,
      settleMs: settings.NOTION_SETTLE_MS,
      lastSendMs: LAST_SEND_MS,
      now: Date.now,
      merchantsOf: (record) => links?.of(record) ?? null,
      async contentOf(record, analysis, merchants) {
        const context = {
          analysis,
          merchants,
          own: notionOwn,
          fileLinks: await linksToFiles(record),
        }
        switch (record.kind) {
          case 'call':
            return callPage(record, context)
          case 'message':
            return textMessagePage(record, context)
          case 'mail':
            return mailPage(record, { ...context, ...mailFacts(record, facts) })
        }
      },
      notion: {
        acquire: () => notion.outside.pace.acquire(),
        create: (page) =>
          createPage(notion, { kind: claim.kind, settleMs: settings.NOTION_SETTLE_MS, ...page }),
        update: (pageId, properties) => updatePage(notion, claim.kind, pageId, properties),
        read: (pageId) => readPage(notion, claim.kind, pageId),
        look: (pageId) => lookAtPage(notion, claim.kind, pageId),
        async edits(dataSourceId) {
          const found = await passOver(notion, claim.kind, dataSourceId)
          return found.get(claim.id) ?? {}
        },
        append: (pageId, blocks) => appendBlocks(notion, claim.kind, pageId, blocks),
        countBlocks: (pageId) => countBlocks(notion, claim.kind, pageId),
        firstBlock: (pageId) => firstBlock(notion, claim.kind, pageId),
        rewrite: (blockId, block) => rewriteBlock(notion, claim.kind, blockId, block),
        trash: (pageId) => trashPage(notion, claim.kind, pageId),
        settled: (source, create) => settledOf(notion, claim.kind)(source, create),
        async whose(page) {
          return isOursUntouched(page, await ownUser(notion)) ? 'ours' : 'theirs'
        },
        dataSource: () => dataSource(notion, claim.kind),
        async present(source) {
          if (claim.kind !== 'mail' || !facts.mayBeForeign) return null
          foreign ??= foreignMailPages(notion, source, pageless, await ownUser(notion))
          const found = await foreign.catch((error: unknown) => {
            foreign = null
            throw error
          })
          const theirs = found.get(claim.id)
          return theirs === undefined
            ? null
            : { pageId: theirs.id, theirs: filledIn(theirs.properties) }
        },
        isAtHome: (pageId, dataSourceId) => isAtHome(notion, claim.kind, pageId, dataSourceId),
        async dropMissing(merchants) {
          const canvas = facts.sources.get('canvas')?.dataSourceId ?? null
          const states = await Promise.all(
            merchants.map(async (id) => ({ id, page: await readMerchant(notion, canvas, id) })),
          )
          const gone = states.filter(({ page }) => page === null).map(({ id }) => id)
          if (gone.length > 0) await dropMerchants(env.DB, gone)
          return gone
        },
      },
      store: {
        stamp: (dataSourceId, now) =>
          stampCreate(env.DB, { ...key, dataSourceId }, claim.token, now),
        clearStamp: (sentAt) => clearStamp(env.DB, key, sentAt),
        keep: (page, now) =>
          keepCreated(env.DB, { ...key, ...page, base: JSON.stringify(page.base) }, now),
        adopt: (pageId) => adoptPage(env.DB, key, pageId, claim.token),
        adoptPresent: (dataSourceId, { pageId, theirs }) =>
          adoptPresentPage(
            env.DB,
            {
              ...key,
              dataSourceId,
              pageId,
              theirs: Object.entries(theirs).map(([property, value]) => ({
                property,
                value: JSON.stringify(value),
              })),
            },
            claim.token,
            Date.now(),
          ),
        leave: (dataSourceId) => leavePage(env.DB, { ...key, dataSourceId }, claim.token),
        announce: (base) =>
          announceUpdate(env.DB, { ...key, base: JSON.stringify(base) }, claim.token),
        async doubtUpdate(sentAt) {
          await doubtUpdatesStatement(env.DB, claim.token, [{ ...key, sentAt }]).run()
        },
        noteBlocks: (blocks) => noteBlocks(env.DB, key, blocks, claim.token),
        noteTop: (top) => noteTop(env.DB, key, top, claim.token),
      },
    }
  }

  return {
    stage: 'reconcile',
    maxTries: settings.MAX_TRIES,
    hashKey: settings.HASH_KEY,
    ledger: ledger(env.DB),
    // For what changes while it is worked.
    queues: { reconcile: env.RECONCILE, 'reconcile-bulk': env.RECONCILE_BULK },
    letters: env.RECONCILE_DLQ,
    tally,
    now: Date.now,
    newToken: () => crypto.randomUUID(),
    loads: (keys) => [
      partsStatement(env.DB, keys),
      analysesStatement(env.DB, keys),
      pagesStatement(env.DB, keys),
      directoryStatement(env.DB),
      parkedStatement(env.DB),
      sourcesStatement(env.DB),
      heldStatement(env.DB, keys),
      editPassesStatement(env.DB),
      heartbeatStatement(env.DB),
      threadsStatement(env.DB, keys),
      metStatement(env.DB),
    ],
    gather(
      claims,
      [parts, analyses, pages, directory, parked, sources, held, passes, beats, threads, met],
    ) {
      facts = {
        own: ownFrom(directory as DirectoryRow[], settings.OWN_MAIL_ADDRESSES),
        parked: new Map((parked as Parked[]).map(({ scope, reason }) => [scope, reason])),
        sources: new Map((sources as NotionSource[]).map((source) => [source.role, source])),
        passes: new Map((passes as EditPass[]).map((pass) => [pass.dataSourceId, pass])),
        heartbeat: (beats as Heartbeat[])[0] ?? null,
        threads: new Map((threads as MailThread[]).map(({ id, thread }) => [id, thread])),
        mayBeForeign: ((met as Met[])[0]?.met ?? 1) === 1,
      }
      const kept = Map.groupBy(held as HeldProperty[], keyOf)
      const byRecord = gatherParts(parts as PartRow[])
      const analysed = new Map(
        (analyses as AnalysisRow[]).map((row) => [keyOf(row), readAnalysis(row).result]),
      )
      const known = new Map((pages as PageRow[]).map((row) => [keyOf(row), row]))
      return claims.map((claim) => {
        const page = known.get(keyOf(claim)) ?? null
        return {
          claim,
          parts: byRecord.get(keyOf(claim)) ?? {},
          analysis: analysed.get(keyOf(claim)) ?? null,
          page: page && { ...page, base: readBase(page.base) },
          held: readHeld(
            Object.fromEntries(
              (kept.get(keyOf(claim)) ?? []).map(({ property, value }) => [property, value]),
            ),
          ),
        }
      })
    },
    async run(owed) {
      await mustBeOfNow(env.FILES, facts.heartbeat)
      pageless = owed.flatMap(({ claim, page }) =>
        claim.kind === 'mail' && (page?.pageId ?? null) === null ? [claim.id] : [],
      )
      foreign = null
      const links = settings.RECONCILE_CANVAS
        ? await findLinks(env.DB, owed, facts.own, settings.DEFAULT_COUNTRY)
        : null
      return each(owed, (one) => reconcile(one, portsFor(one.claim, links)), SENDS_AT_ONCE)
    },
    saves(results, { token }) {
      const edits = results.flatMap(({ claim, result }) =>
        result.wrote === 'page'
          ? Object.entries(result.held).map(([property, value]): SeenEdit => ({
              kind: claim.kind,
              id: claim.id,
              property,
              value: JSON.stringify(value),
              base: JSON.stringify(result.base), // as saved just before, by the holder
            }))
          : [],
      )
      const written = results.flatMap(({ claim, result }) =>
        result.wrote === 'page'
          ? [{ kind: claim.kind, id: claim.id, ...result, base: JSON.stringify(result.base) }]
          : [],
      )
      const removed = results.flatMap(({ claim, result }) =>
        result.wrote === 'nothing'
          ? [{ kind: claim.kind, id: claim.id, fingerprint: result.fingerprint }]
          : [],
      )
      return [
        ...saveWrittenStatements(env.DB, token, written, Date.now()),
        ...(removed.length > 0 ? [saveRemovedStatement(env.DB, token, removed, Date.now())] : []),
        ...holdStatements(env.DB, edits, Date.now()),
      ]
    },
    next: () => [],
    async probe(scope, failure) {
      // What may be read may yet not be written: only a write tells, and the first rows of a reopening are.
      if (failure.kind === 'upstream.unauthorized') return false
      const notion = connection('bulk', null)
      try {
        if (scope === 'notion') await probe(notion, databases.call, 'call')
        else if (scope.startsWith('notion:')) {
          const role = scope.slice('notion:'.length) as SourceRole
          await probeSource(
            notion,
            databases[role],
            role,
            settings.RECONCILE_CANVAS ? facts.sources.get('canvas')?.dataSourceId : null,
          )
        }
        return true
      } catch (error) {
        // Notion that finds fault with one database answers: only that one is to be parked.
        return scope === 'notion' && toFailure(error).kind === 'upstream.misconfigured'
      }
    },
  }
}

/**
 * The crons notice within a minute that the database was restored to an earlier time. Where its
 * heart has not beaten for longer, it may be so and they have not seen it yet.
 * @throws StageError scope.parked, not.yet where it cannot be told
 */
async function mustBeOfNow(files: R2Bucket, heartbeat: Heartbeat | null): Promise<void> {
  if (heartbeat !== null && Date.now() - heartbeat.at < BEAT_VALID_MS) return
  const outside = await beatOutside(files).catch((error: unknown) => {
    throw new StageError(
      { kind: 'not.yet', notBefore: Date.now() + BEAT_VALID_MS },
      { cause: error },
    )
  })
  if (isBehind(heartbeat, outside))
    throw new StageError({ kind: 'scope.parked', scope: 'notion', detail: RESTORED })
}

/** What a mail's page says beside the mail. */
function mailFacts(record: MailRecord, { own, threads }: Facts) {
  const automatic = automaticOf(record, own)
  return {
    direction: mailDirection(record, own),
    automatic: automatic === null ? null : AUTOMATIC_WORDS[automatic],
    thread: threads.get(record.id) ?? null,
  }
}
