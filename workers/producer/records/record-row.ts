/** A record as one row of a list. Pure. */
import { moment } from '@switchboard/shared/api/operation'
import type { RecordRow } from '@switchboard/shared/api/records'
import type { Difference, RecordLine } from '@switchboard/store/record-list'

/** A line of a list as the API tells it. */
export function rowOf(line: RecordLine): RecordRow {
  return {
    kind: line.kind,
    id: line.id,
    at: moment(line.at),
    state: line.state,
    doing: doing(line),
    dueAt: line.owed !== 0 && line.tries > 0 ? moment(line.dueAt) : null,
    party: line.party ?? line.sender,
    parties: line.parties,
    merchant:
      line.merchantId === null ? null : { id: line.merchantId, name: line.merchant ?? 'unnamed' },
    link: line.link,
    direction: line.direction,
    text: textOf(line),
    sentiment: line.sentiment,
    category: line.category,
    leadScore: line.leadScore,
    held: line.held,
    pageUrl: pageUrl(line.pageId),
  }
}

/** An id that its source lists and D1 does not have. */
export function missingRow({ kind, id, at, reason }: Difference): RecordRow {
  return {
    kind,
    id,
    at: moment(at),
    state: 'missing',
    doing: null,
    dueAt: null,
    party: null,
    parties: 0,
    merchant: null,
    link: null,
    direction: null,
    text: reason === null ? 'Listed at the source, not in D1.' : `It cannot be read: ${reason}`,
    sentiment: null,
    category: null,
    leadScore: null,
    held: 0,
    pageUrl: null,
  }
}

/** Notion leads to a page by its bare id. */
export function pageUrl(pageId: string | null): string | null {
  return pageId === null ? null : `https://www.notion.so/${pageId.replaceAll('-', '')}`
}

function doing({ owed, parkedOn, tries, state }: RecordLine): RecordRow['doing'] {
  if (owed === 0) return null
  if (parkedOn !== null) return 'parked'
  if (tries > 0) return 'retrying'
  return state === 'filed' || state === 'failing' ? 'updating' : null
}

function textOf({ kind, summary, subject, text, status, direction, durationSeconds }: RecordLine) {
  const said = [summary, subject, text].find((one) => one !== null && one.trim() !== '')
  if (said !== undefined && said !== null) return said.trim().replaceAll(/\s+/g, ' ').slice(0, 300)
  if (kind !== 'call') return '(no text)'
  const which = direction === 'outgoing' ? 'Outgoing call' : 'Incoming call'
  const long = durationSeconds === null || durationSeconds === 0 ? '' : `, ${durationSeconds} s`
  return `${which}${status === null ? '' : `, ${status}`}${long}.`
}
