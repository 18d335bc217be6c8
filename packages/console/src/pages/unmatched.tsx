/** Unmatched: who is nobody's? Most talks first; a link opens in the row. */
import './unmatched.css'
import type { MerchantRow } from '@switchboard/shared/api/merchants'
import type { PartyAnswer, PartyRow, UnmatchedList } from '@switchboard/shared/api/unmatched'
import { useState } from 'preact/hooks'
import { act, lastAnswer } from '../api.ts'
import { count, counted } from '../format/numbers.ts'
import { party as partyWords } from '../format/party.ts'
import { day } from '../format/time.ts'
import { useList } from '../list.ts'
import type { List } from '../list.ts'
import { pathOf, withQuery } from '../match.ts'
import { useQuery } from '../place.ts'
import { useAct, usePoll } from '../poll.ts'
import { say } from '../toasts.ts'
import { Button } from '../ui/button.tsx'
import { SearchBox, Segments } from '../ui/filters.tsx'
import { Icon } from '../ui/icon.tsx'
import { PageHead } from '../ui/layout.tsx'
import { Empty, Failed } from '../ui/states.tsx'
import { KeysetTable } from '../ui/table.tsx'
import type { Column } from '../ui/table.tsx'
import { Kind, Time } from '../ui/words.tsx'
import { followWords, linkWords, unmatchedSentence } from './unmatched-words.ts'

const apiOf = (party: string, ...more: string[]) => `/api${pathOf('unmatched', party, ...more)}`

export default function Unmatched() {
  const [state] = useQuery('state', 'open')
  const [sought] = useQuery('q')
  const path = withQuery('/api/unmatched', { state: state === 'open' ? null : state, q: sought })
  const list = useList<PartyRow>(path, 'unmatched', ({ party }) => party)
  const [linking, setLinking] = useState<string | null>(null)
  const [followed, setFollowed] = useState<string | null>(null)
  // The list's own answer has the totals too.
  const answer = list.rows === undefined ? undefined : lastAnswer<UnmatchedList>(path)
  const said = answer && unmatchedSentence(answer, state as PartyRow['state'], sought)
  const counts = answer?.counts
  const tab = (name: keyof UnmatchedList['counts'], words: string) =>
    `${words}${counts === undefined ? '' : ` ${count(counts[name].parties)}`}`

  return (
    <>
      <PageHead
        title="Unmatched"
        say={
          said && (
            <>
              <strong>{said.first}</strong> {said.rest}
            </>
          )
        }
        actions={
          <Segments
            name="state"
            label="How they stand"
            options={[
              ['open', tab('open', 'Open')],
              ['never', tab('never', 'Never')],
              ['matched', tab('matched', 'Matched')],
            ]}
          />
        }
      />
      <div class="filters">
        <SearchBox
          main
          label="Number, address, or name from contacts"
          placeholder="Number, address, or name from contacts"
        />
      </div>
      {followed !== null && <Followed party={followed} />}
      <KeysetTable
        label="Numbers and addresses, most talks first"
        class="unmatched"
        list={list}
        {...(counts !== undefined && sought === ''
          ? { total: counts[state as PartyRow['state']]?.parties ?? 0 }
          : {})}
        columns={columns(list, setLinking)}
        keyOf={({ party }) => party}
        selected={linking}
        under={(row) =>
          row.party === linking && (
            <LinkBox
              row={row}
              onClose={() => setLinking(null)}
              onLinked={() => {
                setLinking(null)
                setFollowed(row.party)
                list.reload()
              }}
            />
          )
        }
        empty={<Nobody state={state} sought={sought} />}
      />
      {state === 'open' && list.rows !== undefined && list.rows.length > 0 && (
        <p class="foot">Short codes and withheld numbers are nobody’s and are not listed.</p>
      )}
    </>
  )
}

function Nobody({ state, sought }: { state: string; sought: string }) {
  if (sought !== '') return <Empty>Nobody’s number, address or name begins with “{sought}”.</Empty>
  if (state === 'never')
    return <Empty>Nobody is set aside. “Never” takes a number off the open list, and back.</Empty>
  return <Empty>Nobody is left. Who talks with us next and is no merchant’s comes here.</Empty>
}

function columns(list: List<PartyRow>, openLink: (party: string) => void): Column<PartyRow>[] {
  return [
    {
      head: 'Who',
      names: true,
      class: 'nowrap',
      cell: ({ party }) => partyWords(party),
    },
    {
      head: 'Contacts say',
      label: 'Contacts say',
      class: 'nowrap',
      cell: ({ name }) => (name === null ? <span class="quiet">no name</span> : <bdi>{name}</bdi>),
    },
    { head: 'Talks', label: 'Talks', right: true, cell: ({ talks }) => <b>{count(talks)}</b> },
    {
      head: <span class="sr">Kinds</span>,
      card: 'hide',
      class: 'nowrap soft',
      cell: ({ calls, messages, mails }) => (
        <span class="talks">
          {calls > 0 && <Kind is="call">{count(calls)}</Kind>}
          {messages > 0 && <Kind is="message">{count(messages)}</Kind>}
          {mails > 0 && <Kind is="mail">{count(mails)}</Kind>}
        </span>
      ),
    },
    {
      head: 'Last',
      label: 'Last',
      class: 'nowrap soft',
      cell: ({ lastAt }) => <Time at={lastAt} />,
    },
    {
      head: 'Last words',
      card: 'wide',
      clip: true,
      class: 'soft',
      cell: ({ last }) =>
        last !== null && (
          <a href={pathOf('records', last.kind, last.id)}>
            <bdi>{last.words ?? 'no words are known'}</bdi>
          </a>
        ),
    },
    {
      head: <span class="sr">Actions</span>,
      class: 'act',
      cell: (row) => <Acts row={row} list={list} openLink={openLink} />,
    },
  ]
}

function Acts({
  row: { party, state, neverBy },
  list,
  openLink,
}: {
  row: PartyRow
  list: List<PartyRow>
  openLink: (party: string) => void
}) {
  const name = partyWords(party)
  const undo = async () => {
    await act('POST', apiOf(party, 'undo'), {})
    list.reload()
  }
  const back = useAct(undo, `${name} is open again.`)
  const never = useAct(async () => {
    await act('POST', apiOf(party, 'never'), {})
    say(`${name} is never a merchant’s.`, () => void back.run())
    list.reload()
  })
  const failed = never.error ?? back.error
  if (state === 'matched') return null
  return (
    <span class="btns">
      {failed !== null && <span class="c-bad">{failed.message}</span>}
      {state === 'never' ? (
        <Button
          tiny
          acts
          busy={back.busy}
          label={`${name} is open again`}
          onClick={() => back.run()}
        >
          Undo{neverBy === null ? '' : `, ${neverBy}`}
        </Button>
      ) : (
        <>
          <Button tiny acts label={`Link ${name}...`} onClick={() => openLink(party)}>
            Link...
          </Button>
          <Button
            tiny
            acts
            tone="bare"
            busy={never.busy}
            label={`${name} is never a merchant`}
            onClick={() => never.run()}
          >
            Never
          </Button>
        </>
      )}
    </span>
  )
}

interface Merchants {
  items: MerchantRow[]
}

function LinkBox({
  row,
  onClose,
  onLinked,
}: {
  row: PartyRow
  onClose: () => void
  onLinked: () => void
}) {
  const [typed, setTyped] = useState(row.name ?? '')
  const [chosen, setChosen] = useState(0)
  const poll = usePoll<Merchants>(
    withQuery('/api/merchants', { query: typed.trim(), limit: '6' }),
    null,
  )
  const found = poll.data?.items ?? []
  const merchant = found[Math.min(chosen, found.length - 1)]
  const name = partyWords(row.party)
  const link = useAct((merchantId: string) => act('POST', apiOf(row.party, 'link'), { merchantId }))
  const send = async () => {
    if (merchant === undefined) return
    if ((await link.run(merchant.id)) !== undefined) onLinked()
  }
  const move = (by: number) => setChosen((now) => Math.max(0, Math.min(found.length - 1, now + by)))
  const id = 'link-merchants'
  return (
    <div class="linkbox">
      <div>
        <label for="link-find">Link {name} to</label>
        <div class="input">
          <Icon name="search" />
          <input
            id="link-find"
            role="combobox"
            aria-expanded={found.length > 0}
            aria-controls={id}
            aria-autocomplete="list"
            aria-activedescendant={merchant === undefined ? undefined : `${id}-${merchant.id}`}
            autocomplete="off"
            placeholder="Name, number or address of a merchant"
            value={typed}
            ref={focusOnce}
            onInput={(event) => {
              setTyped(event.currentTarget.value)
              setChosen(0)
            }}
            onKeyDown={(event) => {
              if (event.key === 'ArrowDown') move(1)
              else if (event.key === 'ArrowUp') move(-1)
              else if (event.key === 'Escape') onClose()
              else return
              event.preventDefault()
            }}
          />
        </div>
        {poll.error !== null && <Failed error={poll.error} again={poll.again} />}
        {found.length > 0 ? (
          <ul id={id} role="listbox" aria-label="Merchants">
            {found.map((one, index) => (
              <li
                key={one.id}
                id={`${id}-${one.id}`}
                role="option"
                aria-selected={one.id === merchant?.id}
                onClick={() => setChosen(index)}
              >
                <bdi>{one.name}</bdi>
                <span>{counted(one.keys.length, 'number or address', 'numbers, addresses')}</span>
              </li>
            ))}
          </ul>
        ) : (
          <div id={id} role="listbox" aria-label="Merchants">
            {poll.data !== undefined && (
              <p class="soft" role="option" aria-selected="false">
                No merchant is called so.
              </p>
            )}
          </div>
        )}
      </div>
      <div>
        <p class="quiet">What will happen</p>
        <p>
          {merchant === undefined
            ? 'Choose a merchant. None is ever made here: add the page in Canvas first.'
            : linkWords(
                row,
                merchant.name,
                row.firstAt === null ? null : day(row.firstAt, { now: Date.now() }),
              )}
        </p>
        {link.error !== null && <Failed error={link.error} />}
        <div class="btns">
          <Button
            tone="go"
            acts
            busy={link.busy}
            blocked={merchant === undefined ? 'Choose a merchant.' : null}
            onClick={send}
          >
            Link {counted(row.talks, 'conversation')}
          </Button>
          <Button onClick={onClose}>Cancel</Button>
        </div>
      </div>
    </div>
  )
}

/** The box has just opened: one types at once. */
function focusOnce(input: HTMLInputElement | null): void {
  if (input === null || input.dataset['met'] !== undefined) return
  input.dataset['met'] = ''
  input.focus()
}

/** A number that was just linked, until its whole history has followed. */
function Followed({ party }: { party: string }) {
  const { data } = usePoll<PartyAnswer>(apiOf(party), 'overview')
  if (data === undefined || data.party !== party) return null
  return (
    <p class="none" role="status">
      <Icon name={data.waiting === 0 ? 'tick' : 'way'} class={data.waiting === 0 ? 'c-ok' : ''} />{' '}
      {followWords(data)}
    </p>
  )
}
