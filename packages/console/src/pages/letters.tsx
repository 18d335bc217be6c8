/**
 * Dead letters: what failed, is it mended? Groups, the letters of the chosen one, one letter. What is
 * looked at lives in the address; what is ticked does not.
 */
import type { Letter, LetterGroup, LetterGroups } from '@switchboard/shared/api/letters'
import { useEffect, useState } from 'preact/hooks'
import { count, counted } from '../format/numbers.ts'
import { useKeys } from '../keys.ts'
import { useList } from '../list.ts'
import { withQuery } from '../match.ts'
import { back, go, usePlace } from '../place.ts'
import { usePoll } from '../poll.ts'
import { Button } from '../ui/button.tsx'
import { Pick, PickKind, SearchBox, Segments } from '../ui/filters.tsx'
import { later } from '../ui/later.tsx'
import { PageHead, Section } from '../ui/layout.tsx'
import { Empty, Polled } from '../ui/states.tsx'
import { Still } from '../ui/still.tsx'
import { KeysetTable, Table } from '../ui/table.tsx'
import { filterOf, ofGroup, useTicks } from './letters-choice.ts'
import type { Chosen, Ticks } from './letters-choice.ts'
import { Coded } from './letters-coded.tsx'
import { GROUPED_COLUMNS, LETTER_COLUMNS, groupColumns } from './letters-columns.tsx'
import { Replays } from './letters-replays.tsx'
import { letterName, lettersSentence } from './letters-words.ts'
import './letters.css'

const STAGES = ['enrich', 'vectorize', 'reconcile', 'archive', 'sweep', 'webhook', 'mail']

/** Loaded when they are asked for. */
const LetterPane = later(async () => (await import('./letters-pane.tsx')).LetterPane)
const Replaying = later(async () => (await import('./letters-replay.tsx')).Replaying, null)
const Discarding = later(async () => (await import('./letters-discard.tsx')).Discarding, null)

type Asked = { what: 'replay' | 'discard'; chosen: Chosen }

export default function Letters() {
  const { query, url } = usePlace()
  const filter = filterOf(query)
  const { state, stage, kind } = filter
  const shelf = state === 'replaying' ? 'open' : state
  const [asked, setAsked] = useState<Asked | null>(null)

  const groups = usePoll<LetterGroups>(
    withQuery('/api/dead-letters/groups', { state: shelf, stage, kind }),
    'letters',
  )
  const listPath = withQuery('/api/dead-letters', filter)
  const list = useList<Letter>(listPath, 'letters', ({ id }) => id)
  const ticks = useTicks(listPath)
  // Nothing moves under the pointer where there is nothing.
  const isFilling = list.rows?.length === 0 && list.fresh !== null
  useEffect(() => {
    if (isFilling) list.showFresh()
  }, [isFilling])
  const letter = query.get('letter') ?? ''
  const chosenGroup = groups.data?.items.find((group) => isChosen(group, query))
  const total = filter.q === undefined && state !== 'replaying' ? (chosenGroup ?? null) : null

  const selection = (): Chosen | null => {
    if (ticks.all) return { filter, count: total?.count ?? null, words: 'all that match' }
    if (ticks.ids.size > 0)
      return { ids: [...ticks.ids], count: ticks.ids.size, words: 'the chosen letters' }
    if (letter !== '') return { ids: [letter], count: 1, words: 'this letter' }
    return chosenGroup === undefined ? null : ofGroup(chosenGroup, kind)
  }
  const ask = (what: Asked['what'], chosen = selection()) => {
    if (chosen !== null && shelf === 'open') setAsked({ what, chosen })
  }
  const openLetter = (id: string | null) =>
    // Back leads out of a letter, never into one that was closed.
    go(withQuery(url, { letter: id }), id === null ? 'replace' : 'push')

  useKeys({
    a: { does: 'choose all that match', run: ticks.setAll },
    r: { does: 'replay what is chosen...', run: () => ask('replay') },
    Escape: {
      does: 'choose nothing, close the letter, back',
      run: () => {
        if (ticks.all || ticks.ids.size > 0) ticks.clear()
        else if (letter !== '') openLetter(null)
        else back()
      },
    },
  })

  const counts = groups.data?.counts
  const said = groups.data && lettersSentence(groups.data, { now: Date.now() })
  return (
    <>
      <PageHead
        title="Dead letters"
        say={
          said && (
            <>
              <strong>{said.first}</strong> {said.rest}
            </>
          )
        }
        actions={
          <a class="btn" href={withQuery('/api/dead-letters.csv', filter)} download>
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
              <Still rows={items} keyOf={groupKey}>
                {(shown) => (
                  <Table
                    label="Groups of dead letters, the largest first"
                    bleed
                    columns={groupColumns(
                      shelf === 'open' ? (group) => ask('replay', ofGroup(group, kind)) : null,
                    )}
                    rows={shown}
                    keyOf={groupKey}
                    selected={chosenGroup === undefined ? null : groupKey(chosenGroup)}
                    onOpen={(group) => go(addressOf(group, url, chosenGroup === group))}
                  />
                )}
              </Still>
            )
          }
        </Polled>
      </Section>
      <div class={letter === '' ? 'letters-split one' : 'letters-split'}>
        <Section
          title={chosenGroup === undefined ? 'Letters' : <Coded text={chosenGroup.advice.title} />}
          note={chosenGroup === undefined ? 'newest first' : counted(chosenGroup.count, 'letter')}
        >
          {shelf === 'open' && (ticks.all || ticks.ids.size > 0) && (
            <Bulk ticks={ticks} total={total?.count ?? null} onAsk={ask} />
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
                    has: (id: string) => ticks.all || ticks.ids.has(id),
                    set: (id: string, on: boolean) => {
                      const next = new Set(ticks.all ? list.rows?.map((row) => row.id) : ticks.ids)
                      if (on) next.add(id)
                      else next.delete(id)
                      ticks.set(next)
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
            ticks.clear()
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
            ticks.clear()
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
  ticks: { all, ids, clear },
  total,
  onAsk,
}: {
  ticks: Ticks
  total: number | null
  onAsk: (what: Asked['what']) => void
}) {
  const words = all ? (total === null ? 'all that match' : count(total)) : count(ids.size)
  return (
    <div class="bulk">
      <b>{all && total === null ? 'All that match are chosen' : `${words} chosen`}</b>
      <Button acts tiny tone="go" onClick={() => onAsk('replay')}>
        Replay {words}...
      </Button>
      <Button acts tiny onClick={() => onAsk('discard')}>
        Discard {words}...
      </Button>
      <Button tiny tone="bare" onClick={clear}>
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

function nameOf(rows: Letter[] | undefined, id: string): string {
  const row = rows?.find((one) => one.id === id)
  return row === undefined ? 'this letter' : `${letterName(row)}, ${row.stage}`
}
