/** What a record is and says: its source's facts, its people, its analysis, what people keep of it. */
import type { RecordDetails } from '@switchboard/shared/api/records'
import type { ComponentChildren } from 'preact'
import { act } from '../api.ts'
import { clock } from '../format/numbers.ts'
import { party } from '../format/party.ts'
import { pathOf } from '../match.ts'
import { useAct } from '../poll.ts'
import { ActionMark } from '../ui/action-mark.tsx'
import { Button } from '../ui/button.tsx'
import { Facts, Section } from '../ui/layout.tsx'
import { Failed } from '../ui/states.tsx'
import { Sentiment, Status, Time } from '../ui/words.tsx'
import { atSecond } from './record-second.ts'
import { withNumbers } from './record-sentence.ts'

export function RecordFacts({
  record,
  path,
  again,
}: {
  record: RecordDetails
  path: string
  again: () => void
}) {
  const { analysis, facts, people } = record
  const keeps = new Set(record.keeps.map(({ property }) => property))
  const facets: [string, ComponentChildren | null][] = [
    ['Time', <Time at={record.at} precise />],
    ...facts.map(({ name, value }): [string, ComponentChildren] => [name, withNumbers(value)]),
    ['With', people.length === 0 ? 'nobody outside' : <People people={people} />],
    ['Summary', analysis?.summary ?? null],
    ['Not analysed', analysis?.reason ?? null],
    [
      'Sentiment',
      analysis?.sentiment ? (
        <>
          <Sentiment is={analysis.sentiment.label} />, {analysis.sentiment.confidence.toFixed(2)}
          <Quote {...analysis.sentiment} />
          {keeps.has('Sentiment') && <KeptWord />}
        </>
      ) : null,
    ],
    [
      'Category',
      analysis?.category ? (
        <>
          {analysis.category.label}
          <Quote {...analysis.category} />
          {keeps.has('Category') && <KeptWord />}
        </>
      ) : null,
    ],
    [
      'To do',
      analysis === null || analysis.actionItems.length === 0 ? null : (
        <ul>
          {analysis.actionItems.map((one) => (
            <li>
              <ToDo record={record} of={one} again={again} />
            </li>
          ))}
        </ul>
      ),
    ],
    ['Keywords', analysis?.keywords.length ? analysis.keywords.join(', ') : null],
    ['Lead score', analysis?.leadScore ?? null],
    [
      'Kept by people',
      record.keeps.length === 0 ? null : <Keeps keeps={record.keeps} path={path} />,
    ],
  ]
  return (
    <Section title="Record" note={`revision ${record.revision}`}>
      <Facts of={facets} />
    </Section>
  )
}

function People({ people }: Pick<RecordDetails, 'people'>) {
  return (
    <ul>
      {people.map((one) => (
        <li>
          {party(one.party)}
          {one.merchants.length === 0 ? (
            <>
              {' · '}
              <a href={`/unmatched?q=${encodeURIComponent(one.party)}`}>no merchant</a>
            </>
          ) : (
            one.merchants.map(({ id, name }) => (
              <>
                {' · '}
                <a href={pathOf('merchants', id)}>
                  <bdi>{name}</bdi>
                </a>
              </>
            ))
          )}
        </li>
      ))}
    </ul>
  )
}

type Action = NonNullable<RecordDetails['analysis']>['actionItems'][number]

function ToDo({
  record: { kind, id },
  of: one,
  again,
}: {
  record: RecordDetails
  of: Action
  again: () => void
}) {
  return (
    <>
      {one.done === null ? one.text : <s>{one.text}</s>}
      <Quote {...one} />
      {one.done !== null && (
        <>
          {' · '}
          <Status is="done">done by {one.done.by}</Status>, <Time at={one.done.at} />
        </>
      )}{' '}
      <ActionMark of={{ kind, id, text: one.text }} done={one.done !== null} onMarked={again} />
    </>
  )
}

/** Words of the record, and of a call the second they were said at. */
function Quote({ quote, second }: { quote: string; second: number | null }) {
  if (quote === '') return null
  return (
    <>
      {' · '}
      <bdi>
        <q>{quote}</q>
      </bdi>{' '}
      {second !== null && (
        <a class="at" href={atSecond(second)}>
          {clock(second)}
        </a>
      )}
    </>
  )
}

function KeptWord() {
  return (
    <>
      {' '}
      <Status is="kept" />
    </>
  )
}

function Keeps({ keeps, path }: { keeps: RecordDetails['keeps']; path: string }) {
  const handBack = useAct(
    (property: string) => act('POST', `${path}/release`, { property }),
    'Handed back: what we have to say is sent.',
  )
  return (
    <>
      <ul>
        {keeps.map(({ property, at }) => (
          <li>
            <Status is="kept">{property}</Status>, since <Time at={at} />{' '}
            <Button
              tiny
              acts
              busy={handBack.busy}
              label={`Hand ${property} back`}
              onClick={() => handBack.run(property)}
            >
              Hand back
            </Button>
          </li>
        ))}
      </ul>
      {handBack.error !== null && <Failed error={handBack.error} />}
    </>
  )
}
