/** What became of a record, in one sentence. No I/O. */
import type { JourneyStep, RecordDetails } from '@switchboard/shared/api/records'
import { counted, duration } from '../format/numbers.ts'
import { party } from '../format/party.ts'

/** @param said a moment as the page says it */
export function recordSentence(
  record: Pick<
    RecordDetails,
    'state' | 'doing' | 'filedMs' | 'revision' | 'letters' | 'work' | 'page'
  >,
  journey: readonly Pick<JourneyStep, 'state' | 'where'>[],
  said: (at: string) => string,
): string {
  return `${stateWords(record, said)} ${historyWords(record.revision, journey)}`
}

function stateWords(
  { state, doing, filedMs, letters, work, page }: Parameters<typeof recordSentence>[0],
  said: (at: string) => string,
): string {
  const open = letters.find((letter) => letter.open)
  switch (state) {
    case 'filed':
      return `In Notion${filedMs === null ? '' : `, ${duration(filedMs)} after it was told of`}${doing === null ? '' : '; a change is on the way'}.`
    case 'failing':
      return `In Notion; a later change is stuck: ${open?.reason ?? 'see its dead letter'}.`
    case 'stuck':
      return `Not in Notion: ${open?.reason ?? 'it has a dead letter'}.`
    case 'removed':
      return `Its page was removed by a person${page?.removedAt ? ` ${said(page.removedAt)}` : ''} and stays removed.`
    case 'skipped':
      return 'There is nothing to file of it.'
    case 'missing':
      return 'Its source lists it; it is not here.'
    case 'way': {
      const parked = work.find((one) => one.state === 'parked')
      if (parked !== undefined)
        return `On the way; ${parked.stage} is parked: ${parked.reason ?? ''}`
      const next = work.find((one) => one.willBeDoneAt !== null)
      const when = next?.willBeDoneAt
      return `On the way to Notion${when ? `, done at about ${said(when)}` : ''}.`
    }
  }
}

function historyWords(
  revision: number,
  journey: readonly Pick<JourneyStep, 'state' | 'where'>[],
): string {
  const retries = journey.filter(
    ({ state, where }) => state === 'retrying' && where !== 'wait',
  ).length
  return `${counted(revision, 'revision')}, ${retries === 0 ? 'no retry' : counted(retries, 'retry', 'retries')}.`
}

/** A text in which US numbers stand as people read them. */
export function withNumbers(text: string): string {
  return text.replaceAll(/\+1\d{10}\b/g, party)
}

/** The title, a number in it as people read it. */
export function titleWords({ title, party: one }: Pick<RecordDetails, 'title' | 'party'>): string {
  return one === null ? title : title.replace(one, party(one))
}
