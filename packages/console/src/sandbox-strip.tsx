/**
 * Under `npm start`: moves the sandbox. New calls, text messages and mails arrive; faults stand by
 * slider until they are set back. Elsewhere there is no such thing, and this is never loaded.
 */
import './sandbox-strip.css'
import type { SandboxAnswer, SandboxOrder, SandboxState } from '@switchboard/shared/api/sandbox'
import { useEffect, useState } from 'preact/hooks'
import { act, ask } from './api.ts'
import { counted } from './format/numbers.ts'
import { useAct } from './poll.ts'
import { faultWords } from './sandbox-words.ts'
import { Button } from './ui/button.tsx'
import { Icon } from './ui/icon.tsx'
import type { KindName } from './ui/words.tsx'

const SYSTEMS = [
  ['openphone', 'OpenPhone'],
  ['notion', 'Notion'],
  ['mailbox', 'Mailbox'],
] as const

const NEWS: [KindName, string][] = [
  ['call', 'New call'],
  ['message', 'New text'],
  ['mail', 'New mail'],
]

export function SandboxStrip() {
  const [state, setState] = useState<SandboxState | null>(null)
  const [refuse, setRefuse] = useState(1)
  const order = useAct(async (what: SandboxOrder) => {
    const answer = await act<SandboxAnswer>('POST', '/api/sandbox', what)
    setState(answer)
    return answer
  })
  useEffect(() => {
    ask<SandboxState>('/api/sandbox').then(setState, () => setState(null))
  }, [])
  if (state === null) return null
  const { faults, refusals } = state
  const words = faultWords(state)
  const send = (what: SandboxOrder) => {
    setState(expected(state, what)) // the answer says how it really stands
    void order.run(what)
  }
  return (
    <aside class="strip" aria-label="Sandbox">
      <span class="strip-name">Sandbox</span>
      <span class="btns">
        {NEWS.map(([kind, name]) => (
          <Button
            tiny
            icon={kind}
            blocked={blockedWords(kind, faults)}
            onClick={() => send({ happen: { kind, count: 1 } })}
          >
            {name}
          </Button>
        ))}
      </span>
      <details>
        <summary>
          Faults: <b class={words === null ? undefined : 'c-bad'}>{words ?? 'none'}</b>
        </summary>
        <div class="strip-faults">
          {SYSTEMS.map(([system, name]) => {
            const of = faults[system]
            if (of === null) return null
            return (
              <fieldset>
                <legend>{name}</legend>
                <Slider
                  label={`${name}: share of 429`}
                  words={`429: ${Math.round(of.throttled * 100)} %`}
                  value={of.throttled * 100}
                  most={100}
                  onChange={(value) => send({ faults: { [system]: { throttled: value / 100 } } })}
                />
                <Switch
                  label={`${name} does not answer`}
                  words="does not answer"
                  on={of.down}
                  onChange={(down) => send({ faults: { [system]: { down } } })}
                />
                <Switch
                  label={`${name} refuses our token`}
                  words="refuses our token"
                  on={of.revoked}
                  onChange={(revoked) => send({ faults: { [system]: { revoked } } })}
                />
              </fieldset>
            )
          })}
          <fieldset>
            <legend>Workers AI</legend>
            <Slider
              label="Workers AI: share of 429"
              words={`429: ${Math.round(faults.ai.throttled * 100)} %`}
              value={faults.ai.throttled * 100}
              most={100}
              onChange={(value) => send({ faults: { ai: { throttled: value / 100 } } })}
            />
            <Slider
              label="Workers AI: seconds that each answer takes longer"
              words={`slower by ${faults.ai.slowMs / 1000} s`}
              value={faults.ai.slowMs / 1000}
              most={30}
              onChange={(value) => send({ faults: { ai: { slowMs: value * 1000 } } })}
            />
            <Switch
              label="Workers AI does not answer"
              words="does not answer"
              on={faults.ai.down}
              onChange={(down) => send({ faults: { ai: { down } } })}
            />
          </fieldset>
          {faults.notion !== null && (
            <fieldset>
              <legend>Single records</legend>
              <label class="strip-count">
                <input
                  type="number"
                  min={1}
                  max={100}
                  value={refuse}
                  aria-label="How many new pages Notion refuses"
                  onInput={(event) => setRefuse(Number(event.currentTarget.value))}
                />
                new pages refused
              </label>
              <Button tiny onClick={() => send({ refuse: Math.min(100, Math.max(1, refuse)) })}>
                Refuse {counted(refuse, 'record')}
              </Button>
              {(refusals.left > 0 || refusals.records.length > 0) && (
                <Button tiny onClick={() => send({ refuse: 0 })}>
                  Refuse none
                </Button>
              )}
            </fieldset>
          )}
          <Button tiny icon="tick" onClick={() => send(ALL_WELL)}>
            All well again
          </Button>
        </div>
      </details>
      {order.error !== null && (
        <span class="c-bad" role="alert">
          <Icon name="cross" /> {order.error.message}
        </span>
      )}
    </aside>
  )
}

const WELL = { throttled: 0, down: false, revoked: false }
const ALL_WELL: SandboxOrder = {
  refuse: 0,
  faults: {
    openphone: WELL,
    notion: WELL,
    mailbox: WELL,
    ai: { throttled: 0, down: false, slowMs: 0 },
  },
}

/** How it will stand once the order is taken. */
function expected(state: SandboxState, { faults = {} }: SandboxOrder): SandboxState {
  const now = state.faults
  return {
    ...state,
    faults: {
      openphone: now.openphone && { ...now.openphone, ...faults.openphone },
      notion: now.notion && { ...now.notion, ...faults.notion },
      mailbox: now.mailbox && { ...now.mailbox, ...faults.mailbox },
      ai: { ...now.ai, ...faults.ai },
    },
  }
}

function blockedWords(kind: KindName, faults: SandboxState['faults']): string | null {
  const real = kind === 'mail' ? faults.mailbox === null : faults.openphone === null
  return real ? 'This system is the real one.' : null
}

/** Sends when it is let go, not at every step. */
function Slider({
  label,
  words,
  value,
  most,
  onChange,
}: {
  label: string
  words: string
  value: number
  most: number
  onChange: (value: number) => void
}) {
  return (
    <label>
      <input
        type="range"
        min={0}
        max={most}
        step={most === 100 ? 5 : 1}
        value={Math.round(value)}
        aria-label={label}
        onChange={(event) => onChange(Number(event.currentTarget.value))}
      />
      <span>{words}</span>
    </label>
  )
}

function Switch({
  label,
  words,
  on,
  onChange,
}: {
  label: string
  words: string
  on: boolean
  onChange: (on: boolean) => void
}) {
  return (
    <label>
      <input
        type="checkbox"
        checked={on}
        aria-label={label}
        onChange={(event) => onChange(event.currentTarget.checked)}
      />
      <span>{words}</span>
    </label>
  )
}
