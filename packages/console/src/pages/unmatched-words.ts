/** What the page of unmatched numbers and addresses says. No I/O. */
import type { PartyAnswer, PartyRow, UnmatchedList } from '@switchboard/shared/api/unmatched'
import { count, counted } from '../format/numbers.ts'
import { party as partyWords } from '../format/party.ts'

/** How many are nobody's, and whether a few of them make up most of it. */
export function unmatchedSentence(
  { items, counts }: UnmatchedList,
  state: PartyRow['state'],
  sought: string,
): { first: string; rest: string } {
  const { parties, talks } = counts[state]
  const names = counted(parties, 'number or address', 'numbers and addresses')
  const held = `${parties === 1 ? 'holds' : 'hold'} ${counted(talks, 'conversation')}.`
  if (state === 'never')
    return parties === 0
      ? { first: 'Nobody is set aside.', rest: '' }
      : { first: names, rest: `${parties === 1 ? 'is' : 'are'} never a merchant’s and ${held}` }
  if (state === 'matched')
    return {
      first: names,
      rest: `${parties === 1 ? 'belongs' : 'belong'} to a merchant and ${held}`,
    }
  if (parties === 0) return { first: 'Everybody who talked with us is a merchant’s.', rest: '' }
  return {
    first: names,
    rest: `${parties === 1 ? 'belongs' : 'belong'} to no merchant and ${held}${sought === '' ? headWords(items, talks) : ''}`,
  }
}

/** Where three make up a third or more, they are where to begin. */
function headWords(items: PartyRow[], talks: number): string {
  if (items.length < 6) return ''
  const head = items.slice(0, 3).reduce((sum, row) => sum + row.talks, 0)
  if (head * 2 >= talks) return ' The first three make up half or more.'
  return head * 3 >= talks ? ' The first three make up a third or more.' : ''
}

/** What a link will do, before it is done. */
export function linkWords(row: PartyRow, merchant: string, since: string | null): string {
  const what = row.party.includes('@') ? 'address' : 'number'
  const talks =
    row.talks === 1
      ? 'Its one conversation is linked'
      : `Its ${count(row.talks)} conversations${since === null ? '' : ` since ${since}`} are linked`
  return `The ${what} is written to ${merchant}’s page in Canvas, into a property that is empty. ${talks}: ${counted(row.talks + 2, 'Notion request')}. Later ones link by themselves.`
}

/** How far a history has followed its new merchant. */
export function followWords({ party, merchants, talks, waiting }: PartyAnswer): string {
  const name = merchants[0]?.name ?? 'a merchant'
  const who = `${partyWords(party)} belongs to ${name} now.`
  if (waiting === 0)
    return `${who} ${talks === 1 ? 'Its conversation is' : `All ${count(talks)} conversations are`} linked.`
  return `${who} ${count(waiting)} of its ${counted(talks, 'conversation')} ${waiting === 1 ? 'is' : 'are'} still on the way.`
}
