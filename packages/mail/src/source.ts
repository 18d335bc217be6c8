/**
 * The port every source of mail fills in: a JMAP mailbox today. A page keeps the rows that could be
 * read apart from those that could not: one odd mail never costs its page.
 */
import type { MailPart } from '@switchboard/shared/record'

/** What to list: both bounds count in; `cursor` is null for the first page. */
export interface Window {
  since: Date
  until: Date
  cursor: string | null
}

/** A row that could not be read. `field` names the place, as in `list[3].from[0].email`. */
export interface Unreadable {
  id: string | null // the record id where its Message-ID can be read, else the source's own id
  field: string
  detail: string // never holds a value of the row
  raw: string // the row as JSON
}

/** `cursor` is null on the last page; else it is handed back verbatim. */
export interface Page<T> {
  rows: T[]
  unreadable: Unreadable[]
  cursor: string | null
}

/** What has changed since a state, by at most 100 mails. */
export interface Changes {
  rows: MailPart[]
  unreadable: Unreadable[]
  state: string // to go on from
  more: boolean
}

export interface MailSource {
  /**
   * One page of the mails received in a window, oldest first, at most 50, bodies included; mails
   * that lie only in trash, junk, drafts or the like are left out.
   * @throws StageError upstream.*, gate.later
   */
  list(window: Window): Promise<Page<MailPart>>
  /**
   * Where the source is now: what comes later is told by `changes` since then.
   * @throws StageError upstream.*, gate.later
   */
  state(): Promise<string>
  /**
   * Mails that came or were moved since a state, bodies included; those that lie only in trash, junk,
   * drafts or the like are left out. Null: the source does not know any more, it must be listed by time.
   * @throws StageError upstream.*, gate.later
   */
  changes(since: string): Promise<Changes | null>
  /**
   * The addresses that the source itself knows to be ours, in lower case.
   * @throws StageError upstream.*, gate.later
   */
  ownAddresses(): Promise<string[]>
  /**
   * Resolves when the source answers us: our credentials are taken and it is up.
   * @throws StageError upstream.*, gate.later
   */
  probe(): Promise<void>
}
