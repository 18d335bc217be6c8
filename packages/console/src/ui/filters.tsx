/** Controls that are bound to the address: a colleague who opens the link sees the same. */
import { useEffect, useRef, useState } from 'preact/hooks'
import type { ComponentChildren } from 'preact'
import { useKeys } from '../keys.ts'
import { withQuery } from '../match.ts'
import { go, usePlace, useQuery } from '../place.ts'
import { Icon } from './icon.tsx'

const TYPING_MS = 250

/**
 * One of a few: links side by side.
 * @param options value and words; the first is the default unless said
 * @param ranged from the least to the most: `[` and `]` go through them
 */
export function Segments({
  name,
  label,
  options,
  fallback = options[0]?.[0] ?? '',
  ranged = false,
}: {
  name: string
  label: string
  options: [value: string, words: ComponentChildren][]
  fallback?: string
  ranged?: boolean
}) {
  const place = usePlace()
  const given = place.query.get(name) ?? fallback
  // What an address names and nobody offers is the default: so the pages read it, too.
  const now = options.some(([value]) => value === given) ? given : fallback
  const hrefOf = (value: string) =>
    withQuery(place.url, { [name]: value === fallback ? null : value })
  const move = (step: 1 | -1) => {
    const next = options[options.findIndex(([value]) => value === now) + step]
    if (next !== undefined) go(hrefOf(next[0]))
  }
  useKeys(
    ranged
      ? {
          '[': { does: 'a shorter range', run: () => move(-1) },
          ']': { does: 'a longer range', run: () => move(1) },
        }
      : {},
  )
  return (
    <span class="seg" role="group" aria-label={label}>
      {options.map(([value, words]) => (
        <a href={hrefOf(value)} aria-current={value === now ? 'true' : undefined}>
          {words}
        </a>
      ))}
    </span>
  )
}

/**
 * One of several. A link may name what is not among them, or several at once: it stands in it all
 * the same.
 * @param options value and words; '' is "any"
 */
export function Pick({
  name,
  label,
  options,
}: {
  name: string
  label: string
  options: [value: string, words: string][]
}) {
  const [value, set] = useQuery(name)
  const known = options.some(([each]) => each === value)
  const all = known ? options : [...options, asked(value, options)]
  return (
    <select
      class="pick"
      aria-label={label}
      value={value}
      onChange={(event) => set(event.currentTarget.value)}
    >
      {all.map(([each, words]) => (
        <option value={each}>{words}</option>
      ))}
    </select>
  )
}

/** `message,mail` as `Messages or Mail`. */
function asked(value: string, options: [value: string, words: string][]): [string, string] {
  const words = value.split(',').map((one) => options.find(([each]) => each === one)?.[1] ?? one)
  return [value, words.join(' or ')]
}

/** A search box; the address follows while typing. @param main `/` goes here */
export function SearchBox({
  name = 'q',
  label,
  placeholder,
  main = false,
}: {
  name?: string
  label: string
  placeholder?: string
  main?: boolean
}) {
  const [value, set] = useQuery(name)
  const [typed, setTyped] = useState(value)
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined)
  const sent = useRef(value)
  useEffect(() => {
    if (value === sent.current) return // our own, come back
    sent.current = value
    setTyped(value)
  }, [value])
  useEffect(() => () => clearTimeout(timer.current), [])
  const send = (text: string, how: 'push' | 'replace') => {
    clearTimeout(timer.current)
    sent.current = text
    set(text, how)
  }
  return (
    <form
      class="input"
      role="search"
      onSubmit={(event) => {
        event.preventDefault()
        send(typed, 'push')
      }}
    >
      <Icon name="search" />
      <input
        type="search"
        aria-label={label}
        placeholder={placeholder ?? label}
        data-find={main ? '' : undefined}
        value={typed}
        autocomplete="off"
        onInput={(event) => {
          const text = event.currentTarget.value
          setTyped(text)
          clearTimeout(timer.current)
          timer.current = setTimeout(() => send(text, 'replace'), TYPING_MS)
        }}
      />
    </form>
  )
}

/** A filter that stands, and a way to take it off. */
export function Chip({
  name,
  children,
  label,
  onRemove,
}: {
  name: string
  children: ComponentChildren
  label: string // what taking it off is called
  onRemove: () => void
}) {
  return (
    <span class="chip">
      <span>{name}</span> <b>{children}</b>
      <button type="button" aria-label={label} onClick={onRemove}>
        <Icon name="x" />
      </button>
    </span>
  )
}

/** Records of which kind. */
export function PickKind() {
  return (
    <Pick
      name="kind"
      label="Kind"
      options={[
        ['', 'Any kind'],
        ['call', 'Calls'],
        ['message', 'Messages'],
        ['mail', 'Mail'],
      ]}
    />
  )
}
