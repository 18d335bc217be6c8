/** The frame around every page: sidebar, tab bar, the parked line; dialogs are loaded when asked for. */
import { useEffect, useRef, useState } from 'preact/hooks'
import type { ComponentChildren, ComponentType } from 'preact'
import { moment } from './format/time.ts'
import { LiveWord, Me, Nav } from './frame-parts.tsx'
import { moveRow, openRow, tickRow, useKeys } from './keys.ts'
import { NAV, badgeOf, leadsTo } from './nav.ts'
import { parkedLine, scopeName } from './parked.ts'
import { back, go, usePlace } from './place.ts'
import { isOld, toggleHold, useBeat } from './pulse.ts'
import { useSession } from './session.ts'
import { dismiss, holdToasts, say, speak, useSpoken, useToasts } from './toasts.ts'
import { Icon } from './ui/icon.tsx'
import { later } from './ui/later.tsx'

const AllPages = later(async () => (await import('./all-pages.tsx')).AllPages, null)
const KeyList = later(async () => (await import('./key-list.tsx')).KeyList, null)

export function Frame({ children }: { children: ComponentChildren }) {
  const { path } = usePlace()
  const [open, setOpen] = useState<'keys' | 'more' | null>(null)
  const main = useRef<HTMLElement>(null)
  const came = useRef(path)

  useFrameKeys(() => setOpen('keys'))
  useStateChangesSpoken()
  useEffect(() => {
    if (came.current === path) return
    came.current = path
    setOpen(null)
    main.current?.focus({ preventScroll: true }) // where a new page begins
  }, [path])

  return (
    <>
      <a class="skip" href="#main">
        Skip to content
      </a>
      <div class="app">
        <header class="top">
          <Icon name="mark" />
          <span>Switchboard</span>
          <LiveWord class="livetext" />
        </header>
        <Sidebar onKeys={() => setOpen('keys')} />
        <div class="column">
          <main class="page" id="main" tabIndex={-1} ref={main}>
            <ParkedLine />
            {children}
          </main>
          <SandboxSlot />
        </div>
        <TabBar onMore={() => setOpen('more')} />
      </div>
      <Toasts />
      {open === 'keys' && <KeyList onClose={() => setOpen(null)} />}
      {open === 'more' && <AllPages onClose={() => setOpen(null)} onKeys={() => setOpen('keys')} />}
    </>
  )
}

function Sidebar({ onKeys }: { onKeys: () => void }) {
  return (
    <header class="side">
      <a class="brand" href="/">
        <Icon name="mark" />
        Switchboard
      </a>
      {NAV.some(({ entries }) => entries.some(({ at }) => at === '/search')) && (
        <a class="find" href="/search">
          <Icon name="search" />
          Find anything <kbd aria-hidden="true">/</kbd>
        </a>
      )}
      <Nav />
      <Me onKeys={onKeys} />
    </header>
  )
}

function TabBar({ onMore }: { onMore: () => void }) {
  const { path } = usePlace()
  const { pulse } = useBeat()
  const tabs = NAV.flatMap(({ entries }) => entries).filter(({ tab }) => tab === true)
  return (
    <nav class="tabs" aria-label="Main pages">
      {tabs.map((entry) => {
        const badge = badgeOf(entry.at, pulse?.badges)
        return (
          <a href={entry.at} aria-current={leadsTo(entry, path) ? 'page' : undefined}>
            <Icon name={entry.icon} />
            {entry.short ?? entry.name}
            {badge?.tone === 'bad' && <span class="badge">{badge.text}</span>}
          </a>
        )
      })}
      <button type="button" onClick={onMore} aria-haspopup="dialog">
        <Icon name="more" />
        More
      </button>
    </nav>
  )
}

/** Under `npm start` a strip moves the embedded outside world; elsewhere its code is never loaded. */
function SandboxSlot() {
  const { sandbox, role } = useSession()
  const [Strip, setStrip] = useState<{ is: ComponentType } | null>(null)
  useEffect(() => {
    if (!sandbox || role !== 'admin') return
    const [load] = Object.values(
      import.meta.glob<{ SandboxStrip: ComponentType }>('./sandbox-strip.tsx'),
    )
    void load?.().then((module) => setStrip({ is: module.SandboxStrip }))
  }, [sandbox, role])
  return Strip === null ? null : <Strip.is />
}

/** One amber line on top of every page but Queues, which says it in full. */
function ParkedLine() {
  const { pulse } = useBeat()
  const { path } = usePlace()
  const line = parkedLine(pulse?.parked ?? [], { now: Date.now() })
  if (line === null || path === '/queues') return null
  return (
    <div class="banner">
      <Icon name="park" />
      <span>
        <strong>{line.what}</strong> {line.rest}
      </span>
      <a href="/queues">What to do</a>
    </div>
  )
}

function Toasts() {
  const toasts = useToasts()
  return (
    <>
      <div class="sr" role="status" aria-live="polite">
        {useSpoken()}
      </div>
      <div
        class="toasts"
        onPointerEnter={() => holdToasts(true)}
        onPointerLeave={() => holdToasts(false)}
        onFocusIn={() => holdToasts(true)}
        onFocusOut={() => holdToasts(false)}
      >
        {toasts.map(({ id, text, bad, undo }) => (
          <div class="toast" key={id}>
            <Icon name={bad ? 'cross' : 'tick'} class={bad ? 'c-bad' : 'c-ok'} />
            <span>{text}</span>
            {undo !== null && (
              <button
                type="button"
                class="btn tiny"
                onClick={() => {
                  undo()
                  dismiss(id)
                  holdToasts(false) // what is gone is left without a word
                }}
              >
                Undo
              </button>
            )}
          </div>
        ))}
      </div>
    </>
  )
}

/** The keys that stand on every page; a page adds its own (`a r [ ] Space` and others). */
function useFrameKeys(onKeys: () => void) {
  const entries = NAV.flatMap((group) => group.entries)
  useKeys({
    '/': { does: 'find', run: find },
    '?': { does: 'these keys', run: onKeys },
    ...Object.fromEntries(
      entries.map(({ at, name, key }) => [`g ${key}`, { does: name, run: () => go(at) }]),
    ),
    j: { does: 'next row', run: () => moveRow(1) },
    k: { does: 'row before', run: () => moveRow(-1) },
    Enter: { does: 'open the row', run: openRow },
    x: { does: 'choose the row', run: tickRow },
    '.': {
      does: 'hold what is live, let it go on',
      run: () =>
        say(
          toggleHold() ? 'Held. Nothing moves until you press the full stop again.' : 'Live again.',
        ),
    },
    Escape: { does: 'back', run: back },
  })
}

function find() {
  const box = document.querySelector<HTMLInputElement>('main [data-find]')
  if (box === null) return go('/search')
  box.focus()
  box.select()
}

/** Speaks changes of state, not numbers: what was parked or paused, what goes on, that it grew old. */
function useStateChangesSpoken() {
  const beat = useBeat()
  const old = isOld(beat)
  const scopes = (beat.pulse?.parked ?? []).map(({ scope }) => scopeName(scope)).join(', ')
  const paused = (beat.pulse?.paused ?? []).map(({ stage, by }) => `${stage}, by ${by}`).join('; ')
  const before = useRef<{ old: boolean; scopes: string; paused: string } | null>(null)
  useEffect(() => {
    const last = before.current
    if (beat.pulse === null) return
    before.current = { old, scopes, paused }
    if (last === null) return
    if (old && !last.old)
      speak(
        `Switchboard does not answer. What is shown is of ${moment(beat.heardAt ?? Date.now(), { now: Date.now() })}.`,
      )
    else if (!old && last.old) speak('Live again.')
    else if (scopes !== last.scopes)
      speak(scopes === '' ? 'Nothing is parked any more.' : `Parked: ${scopes}.`)
    else if (paused !== last.paused)
      speak(paused === '' ? 'No stage is paused any more.' : `Paused: ${paused}.`)
  }, [old, scopes, paused, beat.pulse === null])
}
