/** Search: where was that said? A box, the words it understood, hits with their passage. */
import type { RecordHit } from '@switchboard/shared/api/search'
import { useAnswer } from '../answer.ts'
import { clock } from '../format/numbers.ts'
import { pathOf, withQuery } from '../match.ts'
import { go, usePlace } from '../place.ts'
import { Chip, Pick, PickKind, SearchBox } from '../ui/filters.tsx'
import { Icon } from '../ui/icon.tsx'
import { Bar, PageHead, Section } from '../ui/layout.tsx'
import { Empty, Failed, Loading } from '../ui/states.tsx'
import { Further } from '../ui/table.tsx'
import { KIND_WORDS, Sentiment, Status, Time } from '../ui/words.tsx'
import {
  CHIP_NAMES,
  FILTERS,
  marked,
  merchantsOf,
  namedMerchants,
  questionOf,
  recordsOf,
  searchSentence,
  whoOf,
} from './search-words.ts'
import type { Found } from './search-words.ts'
import './search.css'

const CATEGORIES = [
  'sales',
  'support',
  'complaint',
  'appointment',
  'inquiry',
  'follow-up',
  'general',
  'question',
  'request',
  'information',
  'confirmation',
]

export default function Search() {
  const { query } = usePlace()
  const asked = query.get('q') ?? ''
  const answer = useAnswer<Found>('/api/search', questionOf(query), (shown, page) => ({
    ...page,
    hits: [...shown.hits, ...page.hits],
    merchants: shown.merchants,
  }))
  const { data, error, again } = answer
  return (
    <>
      <PageHead title="Search" say={data && searchSentence(data, asked)} />
      <div class="filters ask-row">
        <SearchBox label="What was said, or who said it" main />
      </div>
      <Filters found={data} />
      {data !== undefined && data.reason !== null && (
        <p class="foot" role="status">
          {data.reason}
        </p>
      )}
      {error !== null && <Failed error={error} again={again} />}
      <div class="cols cols-side">
        <Hits answer={answer} />
        <div class="stack">{data !== undefined && <Beside found={data} />}</div>
      </div>
    </>
  )
}

/** The words that became filters, the filters that were chosen, and how it was searched. */
function Filters({ found }: { found: Found | undefined }) {
  const { url, query } = usePlace()
  const merchant = query.get('merchant')
  const words = query.getAll('word')
  const asWord = (word: string) => {
    const params = new URLSearchParams(query)
    params.append('word', word)
    go(`/search?${params.toString()}`)
  }
  return (
    <div class="filters">
      {found?.chips.map(({ word, filter, label }) => (
        <Chip
          key={`${filter} ${word}`}
          name={CHIP_NAMES[filter]}
          label={`Take off ${CHIP_NAMES[filter]} ${label}`}
          onRemove={() => asWord(word)}
        >
          {label}
        </Chip>
      ))}
      {merchant !== null && (
        <Chip
          name="merchant"
          label="Take off the merchant"
          onRemove={() => go(withQuery(url, { merchant: null }))}
        >
          {nameOf(found, merchant)}
        </Chip>
      )}
      <PickKind />
      <Pick
        name="sentiment"
        label="Sentiment"
        options={[
          ['', 'Any sentiment'],
          ['positive', 'positive'],
          ['neutral', 'neutral'],
          ['negative', 'negative'],
          ['unknown', 'unknown'],
        ]}
      />
      <Pick
        name="category"
        label="Category"
        options={[
          ['', 'Any category'],
          ...CATEGORIES.map((each): [string, string] => [each, each]),
        ]}
      />
      <Day name="from" label="From" />
      <Day name="to" label="To" />
      {(FILTERS.some((name) => query.has(name)) || words.length > 0) && (
        <a
          class="btn tiny bare"
          href={withQuery(url, {
            ...Object.fromEntries(FILTERS.map((name) => [name, null])),
            word: null,
          })}
        >
          Clear
        </a>
      )}
      {found !== undefined && <span class="quiet small how">{HOW[found.mode]}</span>}
    </div>
  )
}

const HOW = {
  hybrid: 'by meaning and words',
  text: 'by words alone',
  vector: 'by meaning alone',
}

function nameOf(found: Found | undefined, id: string): string {
  const all = found === undefined ? [] : merchantsOf(recordsOf(found))
  return all.find((one) => one.id === id)?.name ?? 'one merchant'
}

function Day({ name, label }: { name: string; label: string }) {
  const { url, query } = usePlace()
  return (
    <label class="input day">
      <span>{label}</span>
      <input
        type="date"
        value={query.get(name) ?? ''}
        onChange={(event) => go(withQuery(url, { [name]: event.currentTarget.value }))}
      />
    </label>
  )
}

function Hits({ answer }: { answer: ReturnType<typeof useAnswer<Found>> }) {
  const { data, error, loading, more } = answer
  if (data === undefined) return <div>{error === null && <Loading rows={8} />}</div>
  const records = recordsOf(data)
  return (
    <Section
      title="Conversations"
      note={data.words === '' ? 'newest first' : 'best first'}
      class={loading ? 'dim' : ''}
    >
      {records.length === 0 ? (
        <Empty>Nothing fits. Fewer words find more, and so does a filter taken off.</Empty>
      ) : (
        <ol class="hits">
          {records.map((hit) => (
            <Hit key={`${hit.kind} ${hit.id}`} hit={hit} words={data.words} />
          ))}
        </ol>
      )}
      {records.length > 0 && (
        <Further more={more} hasMore={data.nextCursor !== null} shown={records.length} />
      )}
    </Section>
  )
}

function Hit({ hit, words }: { hit: RecordHit; words: string }) {
  const { kind, id, at, url, passage, score, sentiment, category, seconds, merchants } = hit
  const [merchant] = merchants
  return (
    <li data-row={`${kind} ${id}`} tabIndex={-1}>
      <Icon name={kind} class={`c-${kind}`} />
      <span>
        <span class="sr">{KIND_WORDS[kind][0]} with </span>
        <a href={url} data-open>
          <b>{whoOf(hit)}</b>
        </a>{' '}
        <span class="quiet">
          <Time at={at} />
        </span>
      </span>
      <span class="score">
        <Bar
          parts={[{ value: score, tone: 'live' }]}
          whole={1}
          label={`fits ${score.toFixed(2)}`}
        />
        {score.toFixed(2)}
      </span>
      <p class="passage">
        {marked(passage, words).map(({ text, hit: meant }) => (meant ? <mark>{text}</mark> : text))}
      </p>
      <div class="meta">
        {sentiment !== null && <Sentiment is={sentiment} />}
        {category !== null && <span>{category}</span>}
        {merchant === undefined && <Status is="unmatched" />}
        {seconds !== null && (
          <a
            class="at"
            href={withQuery(merchant === undefined ? url : pathOf('merchants', merchant.id), {
              at: `${kind}:${id}`,
              t: String(Math.floor(seconds)),
            })}
          >
            play {clock(seconds)}
          </a>
        )}
      </div>
    </li>
  )
}

/** Beside the hits: merchants of that name, merchants of the hits, and what the box understands. */
function Beside({ found }: { found: Found }) {
  const { url } = usePlace()
  const named = namedMerchants(found)
  const among = merchantsOf(recordsOf(found))
  return (
    <>
      {named.length > 0 && (
        <Section title="Merchants by name" note={String(named.length)}>
          <ul class="list tight">
            {named.map(({ id, name }) => (
              <li key={id}>
                <a href={pathOf('merchants', id)}>{name}</a>
              </li>
            ))}
          </ul>
        </Section>
      )}
      {among.length > 0 && (
        <Section title="With" note="of the shown">
          <ul class="list tight">
            {among.slice(0, 12).map(({ id, name, records }) => (
              <li key={id}>
                <a href={pathOf('merchants', id)}>{name}</a>
                <a class="num" href={withQuery(url, { merchant: id })}>
                  <span class="sr">Only with {name}: </span>
                  {records}
                </a>
              </li>
            ))}
          </ul>
        </Section>
      )}
      <Section title="Words it knows">
        <p class="soft">
          calls, texts, mail · today, last week, since March · unhappy, happy · with{' '}
          <i>a merchant</i> · about <i>anything</i>
        </p>
      </Section>
    </>
  )
}
