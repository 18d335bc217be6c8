/** Ask: a question to the records, answered statement by statement, each with the words it rests on. */
import type { AnswerSource } from '@switchboard/shared/api/ask'
import { useEffect, useState } from 'preact/hooks'
import { askInSteps } from '../api.ts'
import { withQuery } from '../match.ts'
import { go, usePlace } from '../place.ts'
import { apiError } from '../poll.ts'
import { speak } from '../toasts.ts'
import { Icon } from '../ui/icon.tsx'
import { PageHead, Section } from '../ui/layout.tsx'
import { Loading } from '../ui/states.tsx'
import { Kind, Time } from '../ui/words.tsx'
import { NOTHING_YET, askSentence, grown, usedSources } from './ask-words.ts'
import type { Growing } from './ask-words.ts'
import './ask.css'

export default function Ask() {
  const { query, url } = usePlace()
  const question = query.get('q') ?? ''
  const merchant = query.get('merchant')
  const [typed, setTyped] = useState(question)
  const [round, setRound] = useState(0)
  const answer = useGrowing(question, merchant, round)
  return (
    <>
      <PageHead title="Ask" say={askSentence(answer)} />
      <form
        class="question"
        onSubmit={(event) => {
          event.preventDefault()
          const asked = typed.trim()
          if (asked === question) setRound(round + 1)
          else go(withQuery(url, { q: asked }))
        }}
      >
        <label class="input">
          <Icon name="chat" />
          <span class="sr">Question</span>
          <input
            type="search"
            placeholder={
              merchant === null
                ? 'Who complained about fees last week?'
                : 'What did we promise this merchant?'
            }
            data-find
            maxlength={1000}
            value={typed}
            onInput={(event) => setTyped(event.currentTarget.value)}
          />
        </label>
        <button class="btn go" type="submit">
          Ask
        </button>
      </form>
      {answer !== null && <Grown answer={answer} />}
    </>
  )
}

/** Asks, and holds what has come of the answer. Null: nothing is asked. */
function useGrowing(question: string, merchant: string | null, round: number): Growing | null {
  const [answer, setAnswer] = useState<Growing | null>(null)
  useEffect(() => {
    if (question === '') {
      setAnswer(null)
      return
    }
    const stop = new AbortController()
    let whole = NOTHING_YET
    setAnswer(whole)
    const body = { question, ...(merchant === null ? {} : { merchant }) }
    askInSteps(
      '/api/ask',
      body,
      (step) => {
        whole = grown(whole, step)
        if (!stop.signal.aborted) setAnswer(whole)
      },
      stop.signal,
    ).then(
      () => speak(askSentence(whole)),
      (error: unknown) => {
        if (!stop.signal.aborted) setAnswer({ ...whole, failed: apiError(error).message })
      },
    )
    return () => stop.abort()
  }, [question, merchant, round])
  return answer
}

function Grown({ answer }: { answer: Growing }) {
  const sources = new Map(answer.sources.map((source) => [source.n, source]))
  const waits = answer.end === null && answer.failed === null
  const used = usedSources(answer)
  return (
    <div class="cols cols-side">
      <Section title="Answer" note={answer.end === null ? undefined : `by ${answer.end.model}`}>
        <ol class="answer">
          {answer.statements.map(({ text, source, quote }) => (
            <li key={`${source} ${quote}`}>
              <span>{text}</span>
              <span>
                <q>{quote}</q> <Source source={sources.get(source)} />
              </span>
            </li>
          ))}
        </ol>
        {waits && <Loading rows={3} />}
      </Section>
      {used.length > 0 && (
        <Section title="Records" note="it rests on">
          <ul class="list tight">
            {used.map(({ n, kind, who, url, at }) => (
              <li key={n}>
                <Kind is={kind}>
                  <a href={url}>{who}</a>
                </Kind>
                <span class="quiet">
                  <Time at={at} />
                </span>
              </li>
            ))}
          </ul>
        </Section>
      )}
    </div>
  )
}

function Source({ source }: { source: AnswerSource | undefined }) {
  if (source === undefined) return null
  return (
    <a class="at" href={source.url}>
      {source.who}, <Time at={source.at} />
    </a>
  )
}
