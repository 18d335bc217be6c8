/**
 * The mailbox's states: every mail's arrival, move and end in the order they were seen, so that
 * `Email/changes` can tell what is new. A state is a place in the journal; the world's mails in
 * their order are its beginning, so a state outlives a restart as long as the world only grows.
 * No I/O.
 */
import type { WorldMail } from '../../world.ts'
import { MethodError } from './errors.ts'

interface Entry {
  id: string
  change: 'created' | 'updated' | 'destroyed'
}

export interface Changes {
  newState: string
  hasMoreChanges: boolean
  created: string[]
  updated: string[]
  destroyed: string[]
}

export class MailJournal {
  private readonly entries: Entry[] = []
  private readonly mailboxes = new Map<string, string>()

  get state(): string {
    return `s${this.entries.length}`
  }

  /** Compares the mails with those last seen. */
  observe(mails: readonly WorldMail[]): void {
    for (const { id, mailbox } of mails) {
      const known = this.mailboxes.get(id)
      if (known === mailbox) continue
      this.entries.push({ id, change: known === undefined ? 'created' : 'updated' })
      this.mailboxes.set(id, mailbox)
    }
    if (this.mailboxes.size === mails.length) return
    const present = new Set(mails.map(({ id }) => id))
    for (const id of this.mailboxes.keys()) {
      if (present.has(id)) continue
      this.entries.push({ id, change: 'destroyed' })
      this.mailboxes.delete(id)
    }
  }

  /**
   * What came after a state, at most `max` ids at a time.
   * @throws MethodError cannotCalculateChanges for a state never given out
   */
  since(state: string, max = Infinity): Changes {
    const match = /^s(\d+)$/.exec(state)
    const from = match ? Number(match[1]) : Number.NaN
    if (!(from <= this.entries.length)) throw new MethodError('cannotCalculateChanges')
    const net = new Map<string, Entry['change'] | 'gone'>()
    let end = from
    for (; end < this.entries.length; end++) {
      const entry = this.entries[end]
      if (!entry) break
      if (!net.has(entry.id) && net.size >= max) break
      net.set(entry.id, merge(net.get(entry.id), entry.change))
    }
    const of = (change: Entry['change']) =>
      [...net].filter(([, kind]) => kind === change).map(([id]) => id)
    return {
      newState: `s${end}`,
      hasMoreChanges: end < this.entries.length,
      created: of('created'),
      updated: of('updated'),
      destroyed: of('destroyed'),
    }
  }
}

/** Created and changed is created; created and destroyed is nothing. */
function merge(
  before: Entry['change'] | 'gone' | undefined,
  now: Entry['change'],
): Entry['change'] | 'gone' {
  if (before !== 'created') return now
  return now === 'destroyed' ? 'gone' : 'created'
}
