/**
 * Dead letters: what failed, is it mended? Groups, the letters of the chosen one, one letter. What is
 * looked at lives in the address; what is ticked does not.
 */
import type {
  Letter,
  LetterFilter,
  LetterGroup,
  LetterGroups,
} from '@switchboard/shared/api/letters'
import { useEffect, useState } from 'preact/hooks'
import { count, counted } from '../format/numbers.ts'
import { useKeys } from '../keys.ts'
import { useList } from '../list.ts'
import { withQuery } from '../match.ts'
import { go, usePlace } from '../place.ts'
import { usePoll } from '../poll.ts'
import { Button } from '../ui/button.tsx'
import { Pick, PickKind, SearchBox, Segments } from '../ui/filters.tsx'
import { Icon } from '../ui/icon.tsx'
import { PageHead, Section } from '../ui/layout.tsx'
import { Empty, Polled } from '../ui/states.tsx'
import { KeysetTable, Table } from '../ui/table.tsx'
import type { Column } from '../ui/table.tsx'
import { Kind, Status, StatusIcon, Time } from '../ui/words.tsx'
import { Discarding } from './letters-discard.tsx'
import { LetterPane } from './letters-pane.tsx'
import { Replaying, Replays } from './letters-replay.tsx'
import type { Chosen } from './letters-replay.tsx'
import { Coded } from './letters-coded.tsx'
import { groupHint, letterName, lettersSentence, particular, recordKind } from './letters-words.ts'
import './letters.css'

const STAGES = ['enrich', 'vectorize', 'reconcile', 'archive', 'sweep', 'webhook', 'mail']
const FILTERS = ['state', 'stage', 'failure', 'pattern', 'kind', 'q'] as const

type Asked = { what: 'replay' | 'discard'; chosen: Chosen }

export default function Letters() {
  const { query, url } = usePlace()
  const given = (name: string) => query.get(name) ?? ''
  const state = given('state') || 'open'
  const shelf = state === 'replaying' ? 'open' : state
  const [ticked, setTicked] = useState<ReadonlySet<string>>(new Set())
  const [all, setAll] = useState(false)
  const [asked, setAsked] = useState<Asked | null>(null)

  const groups = usePoll<LetterGroups>(
    withQuery('/api/dead-letters/groups', {
      state: shelf,
      stage: given('stage'),
      kind: given('kind'),
    }),
    'letters',
  )
  const wanted = Object.fromEntries(FILTERS.map((name) => [name, given(name)]))
  const listPath = withQuery('/api/dead-letters', wanted)
  const list = useList<Letter>(listPath, 'letters', ({ id }) => id)
  // Nothing moves under the pointer where there is nothing.
  const isFilling = list.rows?.length === 0 && list.fresh !== null
  useEffect(() => {
    if (isFilling) list.showFresh()
  }, [isFilling])
  const letter = given('letter')
  const chosenGroup = groups.data?.items.find((group) => isChosen(group, query))
  const total = given('q') === '' && state !== 'replaying' ? (chosenGroup ?? null) : null

  const filter = Object.fromEntries(
    Object.entries(wanted).filter(([, value]) => value !== ''),
  ) as unknown as LetterFilter
  const selection = (): Chosen | null => {
    if (all) return { filter, count: total?.count ?? null, words: 'all that match' }
    if (ticked.size > 0)
      return { ids: [...ticked], count: ticked.size, words: 'the chosen letters' }
    if (letter !== '') return { ids: [letter], count: 1, words: 'this letter' }
    return chosenGroup === undefined ? null : ofGroup(chosenGroup, given('kind'))
  }
  const clear = () => {
    setTicked(new Set())
    setAll(false)
  }
  const ask = (what: Asked['what'], chosen = selection()) => {
    if (chosen !== null && shelf === 'open') setAsked({ what, chosen })
  }
  const openLetter = (id: string | null) => go(withQuery(url, { letter: id }))

  useKeys({
    a: { does: 'choose all that match', run: () => setAll(true) },
    r: { does: 'replay what is chosen…', run: () => ask('replay') },
    Escape: {
      does: 'choose nothing, close the letter',
      run: () => (all || ticked.size > 0 ? clear() : openLetter(null)),
    },
  })

  const counts = groups.data?.counts
  const bar = { all, ticked, total: total?.count ?? null }
  return (
    <>
      <PageHead
        title="Dead letters"
        say={groups.data && lettersSentence(groups.data, { now: Date.now() })}
        actions={
          <a class="btn" href={withQuery('/api/dead-letters.csv', wanted)} download>
            Export CSV
          </a>
        }
      />
      <div class="filters">
        <Segments
          name="state"
          label="State"
          options={[
            ['open', <>Open {counts && count(counts.open)}</>],
            ['replaying', <>Replaying {counts && count(counts.replaying)}</>],
            ['settled', <>Settled {counts && count(counts.settled)}</>],
            ['discarded', <>Discarded {counts && count(counts.discarded)}</>],
          ]}
        />
        <SearchBox
          label="Search letters"
          placeholder="Id, number, address, words of the error"
          main
        />
        <Pick
          name="stage"
          label="Stage"
          options={[['', 'Any stage'], ...STAGES.map((one): [string, string] => [one, one])]}
        />
        <PickKind />
      </div>
      <Replays />
      <Section title="Groups" note="by stage and kind of failure">
        <Polled poll={groups} rows={4}>
          {({ items, lastClosedAt }) =>
            items.length === 0 ? (
              <Empty>
                {shelf === 'open'
                  ? lastClosedAt === null
                    ? 'No dead letters. What no retry can save is written here, with the reason.'
                    : 'No dead letters. What was settled or discarded is kept for 90 days.'
                  : `No letter is ${shelf}.`}
              </Empty>
            ) : (
              <Table
                label="Groups of dead letters, the largest first"
                bleed
                columns={groupColumns(
                  shelf === 'open' ? (group) => ask('replay', ofGroup(group, given('kind'))) : null,
                )}
                rows={items}
                keyOf={groupKey}
                selected={chosenGroup === undefined ? null : groupKey(chosenGroup)}
                onOpen={(group) => {
                  clear()
                  go(addressOf(group, url, chosenGroup === group))
                }}
              />
            )
          }
        </Polled>
      </Section>
      <div class={letter === '' ? 'letters-split one' : 'letters-split'}>
        <Section
          title={chosenGroup === undefined ? 'Letters' : <Coded text={chosenGroup.advice.title} />}
          note={chosenGroup === undefined ? 'newest first' : counted(chosenGroup.count, 'letter')}
        >
          {shelf === 'open' && (all || ticked.size > 0) && (
            <Bulk {...bar} onAsk={ask} onClear={clear} />
          )}
          <KeysetTable
            label="Dead letters, newest first"
            list={list}
            bleed
            columns={chosenGroup === undefined ? LETTER_COLUMNS : GROUPED_COLUMNS}
            keyOf={({ id }) => id}
            selected={letter === '' ? null : letter}
            onOpen={({ id }) => openLetter(id === letter ? null : id)}
            {...(total === null || list.fresh !== null ? {} : { total: total.count })}
            {...(shelf === 'open'
              ? {
                  picks: {
                    has: (id: string) => all || ticked.has(id),
                    set: (id: string, on: boolean) => {
                      setAll(false)
                      const next = new Set(all ? list.rows?.map((row) => row.id) : ticked)
                      if (on) next.add(id)
                      else next.delete(id)
                      setTicked(next)
                    },
                    label: (id: string) => `Choose ${nameOf(list.rows, id)}`,
                  },
                }
              : {})}
            empty={<Empty>No letter fits. Take a filter off to see more.</Empty>}
          />
        </Section>
        {letter !== '' && (
          <LetterPane
            id={letter}
            onAsk={(what) => ask(what, { ids: [letter], count: 1, words: 'this letter' })}
            onClose={() => openLetter(null)}
            onChanged={list.reload}
          />
        )}
      </div>
      {asked?.what === 'replay' && (
        <Replaying
          chosen={asked.chosen}
          onClose={() => setAsked(null)}
          onStarted={() => {
            setAsked(null)
            clear()
            list.again()
          }}
        />
      )}
      {asked?.what === 'discard' && (
        <Discarding
          chosen={asked.chosen}
          onClose={() => setAsked(null)}
          onDone={() => {
            setAsked(null)
            clear()
            list.reload()
            groups.again()
          }}
        />
      )}
    </>
  )
}

/** What is done with what is ticked. */
function Bulk({
  all,
  ticked,
  total,
  onAsk,
  onClear,
}: {
  all: boolean
  ticked: ReadonlySet<string>
  total: number | null
  onAsk: (what: Asked['what']) => void
  onClear: () => void
}) {
  const words = all ? (total === null ? 'all that match' : count(total)) : count(ticked.size)
  return (
    <div class="bulk">
      <b>{all && total === null ? 'All that match are chosen' : `${words} chosen`}</b>
      <Button acts tiny tone="go" onClick={() => onAsk('replay')}>
        Replay {words}…
      </Button>
      <Button acts tiny onClick={() => onAsk('discard')}>
        Discard {words}…
      </Button>
      <Button tiny tone="bare" onClick={onClear}>
        Clear
      </Button>
    </div>
  )
}

function groupKey({ stage, failure, pattern }: LetterGroup): string {
  return `${stage} ${failure} ${pattern}`
}

function isChosen(group: LetterGroup, query: URLSearchParams): boolean {
  return (
    query.get('stage') === group.stage &&
    query.get('failure') === group.failure &&
    (query.get('pattern') ?? '') === group.pattern
  )
}

/** The address that shows this group's letters; of the group that is shown, all of them again. */
function addressOf(group: LetterGroup, url: string, isShown: boolean): string {
  return withQuery(url, {
    stage: isShown ? null : group.stage,
    failure: isShown ? null : group.failure,
    pattern: isShown ? null : group.pattern,
    letter: null,
  })
}

/** All letters of a group, of the kind that is looked at: as many as stand beside it. */
function ofGroup(group: LetterGroup, kind: string): Chosen {
  const { stage, failure, pattern } = group
  return {
    filter: { state: 'open', stage, failure, pattern, ...(kind === '' ? {} : { kind }) },
    count: group.count,
    words: `letters of ${stage}`,
  }
}

function groupColumns(onReplay: ((group: LetterGroup) => void) | null): Column<LetterGroup>[] {
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
                label={`Replay ${count(group.count)}… ${group.advice.title}`}
              >
                Replay {count(group.count)}…
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
        <Icon name="doc" /> {letterName(letter)}
      </span>
    ) : (
      <Kind is={kind}>{letterName(letter)}</Kind>
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

const LETTER_COLUMNS: Column<Letter>[] = [
  RECORD,
  failureColumn(({ error }) => error),
  { head: 'Stage', label: 'Stage', class: 'soft', cell: ({ stage }) => stage },
  LAST,
]
/** What the letters of a group share stands above them. */
const GROUPED_COLUMNS: Column<Letter>[] = [RECORD, failureColumn(particular), LAST]

function nameOf(rows: Letter[] | undefined, id: string): string {
  const row = rows?.find((one) => one.id === id)
  return row === undefined ? 'this letter' : `${letterName(row)}, ${row.stage}`
}
