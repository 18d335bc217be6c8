/** The columns of the groups of letters, and of letters. */
import type { Letter, LetterGroup } from '@switchboard/shared/api/letters'
import { count } from '../format/numbers.ts'
import { Button } from '../ui/button.tsx'
import { Icon } from '../ui/icon.tsx'
import type { Column } from '../ui/table.tsx'
import { Kind, Status, StatusIcon, Time } from '../ui/words.tsx'
import { Coded } from './letters-coded.tsx'
import { groupHint, letterName, particular, recordKind } from './letters-words.ts'

export function groupColumns(
  onReplay: ((group: LetterGroup) => void) | null,
): Column<LetterGroup>[] {
  return [
    {
      head: 'Failure',
      names: true,
      cell: (group) => (
        <>
          <span data-open>
            <Coded text={group.advice.title} />
          </span>
          <br />
          <span class="soft">
            {group.deployedAt !== null && <Status is="done">perhaps mended</Status>}{' '}
            {groupHint(group, { now: Date.now() })}
          </span>
        </>
      ),
    },
    { head: 'Stage', label: 'Stage', class: 'soft', cell: ({ stage }) => stage },
    {
      head: 'Letters',
      label: 'Letters',
      right: true,
      cell: (group) => <b>{count(group.count)}</b>,
    },
    {
      head: 'First',
      right: true,
      card: 'hide',
      class: 'soft',
      cell: ({ firstAt }) => <Time at={firstAt} />,
    },
    {
      head: 'Last',
      label: 'Last',
      right: true,
      class: 'soft',
      cell: ({ lastAt }) => <Time at={lastAt} />,
    },
    ...(onReplay === null
      ? []
      : [
          {
            head: <span class="sr">Act</span>,
            class: 'act',
            card: 'wide' as const,
            cell: (group: LetterGroup) => (
              <Button
                acts
                tiny
                onClick={() => onReplay(group)}
                label={`Replay ${count(group.count)}... ${group.advice.title}`}
              >
                Replay {count(group.count)}...
              </Button>
            ),
          },
        ]),
  ]
}

const RECORD: Column<Letter> = {
  head: 'Record',
  names: true,
  cell: (letter) => {
    const kind = recordKind(letter.kind)
    return kind === null ? (
      <span class="kind">
        <Icon name="doc" /> <bdi>{letterName(letter)}</bdi>
      </span>
    ) : (
      <Kind is={kind}>
        <bdi>{letterName(letter)}</bdi>
      </Kind>
    )
  },
}
const LAST: Column<Letter> = {
  head: 'Last',
  label: 'Last',
  right: true,
  class: 'quiet',
  cell: ({ lastAt }) => <Time at={lastAt} />,
}

function failureColumn(words: (letter: Letter) => string): Column<Letter> {
  return {
    head: 'Failure',
    card: 'wide',
    clip: true,
    class: 'soft',
    cell: (letter) => (
      <>
        {letter.state === 'replaying' && <StatusIcon is="way" />} {words(letter)}
      </>
    ),
  }
}

export const LETTER_COLUMNS: Column<Letter>[] = [
  RECORD,
  failureColumn(({ error }) => error),
  { head: 'Stage', label: 'Stage', class: 'soft', cell: ({ stage }) => stage },
  LAST,
]
/** What the letters of a group share stands above them. */
export const GROUPED_COLUMNS: Column<Letter>[] = [RECORD, failureColumn(particular), LAST]
