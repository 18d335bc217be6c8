/**
 * A call as it is heard and read: the recording with who speaks when, and the transcript beside it. A
 * click on a line plays that second; the line that is heard is marked.
 */
import type { Talk as Answer, TalkLine } from '@switchboard/shared/api/talk'
import type { ComponentChildren } from 'preact'
import { useEffect, useRef, useState } from 'preact/hooks'
import { clock } from '../format/numbers.ts'
import { party } from '../format/party.ts'
import { useKeys } from '../keys.ts'
import { pathOf } from '../match.ts'
import { usePoll } from '../poll.ts'
import { lineAt, lineWith, turnsOf } from '../talk.ts'
import { Icon } from './icon.tsx'
import { Empty, Polled } from './states.tsx'
import './talk.css'

const PACES = [1, 1.5, 2]

/** A place to go to, and whether to play from there. Another `order` goes there again. */
export interface Jump {
  order: number
  seconds?: number
  quote?: string
  play: boolean
}

/** @param onPlace told where the reader jumped to, for the address */
export function Talk({
  id,
  jump,
  onPlace,
}: {
  id: string
  jump?: Jump | null
  onPlace?: (seconds: number) => void
}) {
  const poll = usePoll<Answer>(`${pathOf('api', 'records', 'call', id)}/talk`, null)
  return (
    <Polled poll={poll} rows={5}>
      {(talk) => <Heard talk={talk} jump={jump ?? null} onPlace={onPlace} />}
    </Polled>
  )
}

function Heard({
  talk,
  jump,
  onPlace,
}: {
  talk: Answer
  jump: Jump | null
  onPlace: ((seconds: number) => void) | undefined
}) {
  const { lines, recordings } = talk
  const audio = useRef<HTMLAudioElement>(null)
  const [which, setWhich] = useState(0)
  const [seconds, setSeconds] = useState(0)
  const [playing, setPlaying] = useState(false)
  const [pace, setPace] = useState(1)
  const [broken, setBroken] = useState(false)
  const wanted = useRef<{ seconds: number; play: boolean } | null>(null)
  const recording = recordings[which]
  const now = lineAt(lines, which, seconds)

  /** Goes to a second of a recording, which may still have to be loaded. */
  const seek = (to: number, play: boolean, of = which) => {
    wanted.current = { seconds: to, play }
    setSeconds(to)
    if (of === which) arrive()
    else setWhich(of)
  }
  const arrive = () => {
    const element = audio.current
    if (element === null || wanted.current === null || element.readyState < 1) return
    const { seconds: to, play } = wanted.current
    wanted.current = null
    element.currentTime = to
    // A browser may not play before the reader has touched the page: then it waits at its place.
    if (play) void element.play().catch(() => setPlaying(false))
  }
  const toggle = () => {
    const element = audio.current
    if (element === null) return
    if (element.paused) void element.play().catch(() => setBroken(true))
    else element.pause()
  }
  const toLine = (line: TalkLine) => {
    if (line.seconds === null || line.recording === null) return
    seek(line.seconds, true, line.recording)
    onPlace?.(Math.floor(line.seconds))
  }

  useEffect(() => {
    if (jump === null) return
    const line = jump.quote === undefined ? undefined : lines[lineWith(lines, jump.quote)]
    const to = jump.seconds ?? line?.seconds ?? null
    if (to === null) return
    seek(to, jump.play, line?.recording ?? which)
    if (jump.seconds === undefined) onPlace?.(Math.floor(to))
  }, [jump?.order, jump?.seconds, jump?.quote])

  useKeys(
    recording?.url
      ? { Space: { does: playing ? 'pause' : 'play the recording', run: toggle } }
      : {},
  )

  return (
    <div>
      {recordings.length > 1 && (
        <p class="small">
          {recordings.map(({ what }, index) => (
            <button
              type="button"
              class="btn tiny bare"
              aria-pressed={index === which}
              onClick={() => seek(0, false, index)}
            >
              {what} {index + 1}
            </button>
          ))}
        </p>
      )}
      {recording !== undefined && recording.url !== null && (
        <Player
          lines={lines}
          which={which}
          durationSeconds={recording.durationSeconds ?? 0}
          seconds={seconds}
          playing={playing}
          pace={pace}
          onToggle={toggle}
          onSeek={(to) => seek(to, false)}
          onPace={() => {
            const next = PACES[(PACES.indexOf(pace) + 1) % PACES.length] ?? 1
            setPace(next)
            if (audio.current !== null) audio.current.playbackRate = next
          }}
        >
          {/* oxlint-disable-next-line jsx-a11y/media-has-caption -- its words stand beside it */}
          <audio
            ref={audio}
            src={recording.url}
            preload="metadata"
            onLoadedMetadata={arrive}
            onPlay={() => setPlaying(true)}
            onPause={() => setPlaying(false)}
            onEnded={() => setPlaying(false)}
            onTimeUpdate={(event) => {
              if (wanted.current === null) setSeconds(event.currentTarget.currentTime)
            }}
            onError={() => setBroken(true)}
          />
        </Player>
      )}
      {recording !== undefined && recording.url === null && (
        <p class="foot">The recording is not in our archive yet.</p>
      )}
      {broken && <p class="foot c-bad">The recording could not be played.</p>}
      {lines.length === 0 ? (
        <Empty>There is no transcript of it.</Empty>
      ) : (
        <Lines lines={lines} now={now} onLine={recording?.url ? toLine : null} />
      )}
    </div>
  )
}

function Player({
  lines,
  which,
  durationSeconds,
  seconds,
  playing,
  pace,
  onToggle,
  onSeek,
  onPace,
  children,
}: {
  lines: TalkLine[]
  which: number
  durationSeconds: number
  seconds: number
  playing: boolean
  pace: number
  onToggle: () => void
  onSeek: (seconds: number) => void
  onPace: () => void
  children: ComponentChildren
}) {
  const whole = Math.max(durationSeconds, seconds, 1)
  const turns = turnsOf(lines, which, whole)
  return (
    <div class="player" role="group" aria-label={`Recording, ${clock(durationSeconds)}`}>
      {children}
      <button
        type="button"
        class="press"
        aria-label={playing ? 'Pause' : `Play from ${clock(seconds)}`}
        onClick={onToggle}
      >
        <Icon name={playing ? 'pause' : 'play'} />
      </button>
      <svg
        class="turns"
        viewBox={`0 0 ${whole} 26`}
        preserveAspectRatio="none"
        role="img"
        aria-label={`Who speaks when: we above, they below; ${turns.length} turns`}
      >
        {turns.map(({ ours, from, to }) => (
          <rect
            class={ours === true ? 'us' : 'them'}
            x={from}
            y={ours === true ? 3 : 15}
            width={to - from}
            height={9}
          />
        ))}
        <line x1={seconds} x2={seconds} y1={0} y2={26} />
      </svg>
      <span class="quiet num at-now">
        {clock(seconds)} / {clock(durationSeconds)} ·{' '}
        <button type="button" class="link" aria-label={`Pace: ${pace} times`} onClick={onPace}>
          {pace}×
        </button>
      </span>
      <input
        type="range"
        aria-label="Place in the recording"
        aria-valuetext={`${clock(seconds)} of ${clock(durationSeconds)}`}
        min={0}
        max={Math.ceil(whole)}
        step={1}
        value={Math.floor(seconds)}
        onInput={(event) => onSeek(Number(event.currentTarget.value))}
      />
      <span class="small quiet who">upper: we, lower: they</span>
    </div>
  )
}

/** @param onLine null: nothing to hear, the lines are only read */
function Lines({
  lines,
  now,
  onLine,
}: {
  lines: TalkLine[]
  now: number
  onLine: ((line: TalkLine) => void) | null
}) {
  const box = useRef<HTMLOListElement>(null)
  useEffect(() => {
    const line = box.current?.children[now]
    if (box.current === null || !(line instanceof HTMLElement)) return
    // Within the box only: the page stays where the reader left it.
    const above = line.offsetTop - box.current.offsetTop
    const seen = box.current.scrollTop
    if (above < seen || above + line.offsetHeight > seen + box.current.clientHeight)
      box.current.scrollTop = above - box.current.clientHeight / 3
  }, [now])
  return (
    <ol class="lines" ref={box} tabIndex={0} aria-label="Transcript">
      {lines.map((line, index) => (
        <li class={index === now ? 'now' : undefined} aria-current={index === now}>
          {line.seconds === null ? (
            <span />
          ) : onLine === null ? (
            <span class="quiet num">{clock(line.seconds)}</span>
          ) : (
            <button
              type="button"
              class="link"
              aria-label={`Play from ${clock(line.seconds)}`}
              onClick={() => onLine(line)}
            >
              {clock(line.seconds)}
            </button>
          )}
          <span class={line.ours === true ? 'us' : 'them'}>
            {line.speaker === null ? (line.ours === true ? 'we' : 'they') : party(line.speaker)}
          </span>
          <span>{line.text}</span>
        </li>
      ))}
    </ol>
  )
}
