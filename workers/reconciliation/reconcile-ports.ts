/** What the stage is given for a record, what it reaches, and what comes of it. Types alone. */
import type { Claim } from '@switchboard/consumer/ports'
import type { Base } from '@switchboard/notion/base'
import type { Block } from '@switchboard/notion/body'
import type { PageContent } from '@switchboard/notion/pages/content'
import type { FoundPage, PageAnswer } from '@switchboard/notion/pages'
import type { Properties } from '@switchboard/notion/property'
import type { AnalysisResult } from '@switchboard/shared/analysis'
import type { Scope } from '@switchboard/shared/kinds'
import type { StoredParts } from '@switchboard/shared/merge'
import type { ConversationRecord } from '@switchboard/shared/record'
import type { Settled } from './settling.ts'

export interface StoredPage {
  pageId: string | null
  sentAt: number | null
  fingerprint: string | null
  base: Base | null
  blocks: number | null // null: nobody knows
  top: string | null // marks of the block on top; null: none of ours that may be written
  writtenAt: number | null
  dataSourceId: string | null // null: nothing was ever sent
}

/** A page that another tool made, and what it filled in there. */
export interface PresentPage {
  pageId: string
  theirs: Base
}

export interface OwedPage {
  claim: Claim
  parts: StoredParts
  analysis: AnalysisResult | null
  page: StoredPage | null
  /** What people changed on the page, as they left it. */
  held: Base
}

/** What the finish saves. A created page is saved at once, not here. */
export type Reconciled =
  | { wrote: null }
  | {
      wrote: 'page'
      fingerprint: string
      base: Base
      blocks: number
      top: string | null
      held: Base
    }
  | { wrote: 'nothing'; fingerprint: string } // a person removed the page: that stands

export interface ReconcilePorts {
  parked: ReadonlyMap<Scope, string>
  settleMs: number
  lastSendMs: number // after the claim
  now: () => number
  /** The merchants of a record; null: links are switched off. */
  merchantsOf(record: ConversationRecord): string[] | null
  contentOf(
    record: ConversationRecord,
    analysis: AnalysisResult | null,
    merchants: string[] | null,
  ): Promise<PageContent>
  notion: {
    acquire(): Promise<void>
    create(page: {
      dataSourceId: string
      properties: Properties
      children: Block[]
      sentAt: number
    }): Promise<PageAnswer>
    update(pageId: string, properties: Properties): Promise<PageAnswer>
    read(pageId: string): Promise<Base>
    /** As `read`, with who made and edited it. */
    look(pageId: string): Promise<FoundPage>
    /** What people changed on this record's page, by a pass that is not older than a minute. */
    edits(dataSourceId: string): Promise<Base>
    append(pageId: string, blocks: Block[]): Promise<void>
    countBlocks(pageId: string): Promise<number>
    firstBlock(pageId: string): Promise<{ id: string; text: string | null } | null>
    rewrite(blockId: string, block: Block): Promise<void>
    trash(pageId: string): Promise<void>
    /** The pages of a create that must have landed by now. */
    settled(dataSourceId: string, create: { id: string; sentAt: number }): Promise<Settled>
    /** `ours`: our connection made it and no person touched it. */
    whose(page: FoundPage): Promise<'ours' | 'theirs'>
    dataSource(): Promise<string>
    /** A page that another tool made of this record; null: there is none, or none was ever met. */
    present(dataSourceId: string): Promise<PresentPage | null>
    /** False: a person moved or removed the page. */
    isAtHome(pageId: string, dataSourceId: string): Promise<boolean>
    /** Drops from the mirror those of these merchants whose page is not in Canvas. @returns which */
    dropMissing(merchants: string[]): Promise<string[]>
  }
  store: {
    stamp(dataSourceId: string, now: number): Promise<boolean>
    clearStamp(sentAt: number): Promise<void>
    keep(
      page: {
        pageId: string
        fingerprint: string
        base: Base
        blocks: number
        top: string | null
      },
      now: number,
    ): Promise<boolean>
    adopt(pageId: string | null): Promise<boolean>
    /** False: a page is another record's, or is being made meanwhile. */
    adoptPresent(dataSourceId: string, page: PresentPage): Promise<boolean>
    /** The page lies in a database that is not written to any more. */
    leave(dataSourceId: string): Promise<boolean>
    /** An update is about to be sent; `base` is what stays known whatever becomes of it. */
    announce(base: Base): Promise<boolean>
    doubtUpdate(sentAt: number): Promise<void>
    noteBlocks(blocks: number): Promise<void>
    /** The block on top is about to be written; what it may say from now on. */
    noteTop(top: string): Promise<boolean>
  }
}
