/** The icons: strokes of 1.5 on a grid of 16, in the colour of the words beside them. */

const PATHS = {
  mark: 'M3 2.5a1.6 1.6 0 1 0 .1 0M3 10.3a1.6 1.6 0 1 0 .1 0M13 6.4a1.6 1.6 0 1 0 .1 0M4.7 4.1h2.5c2.4 0 1.6 3.9 4.2 3.9M4.7 11.9h2.5c2.4 0 1.6-3.9 4.2-3.9',
  call: 'M3.5 2.5h2l1.2 3-1.5 1.2a7.5 7.5 0 0 0 4.1 4.1l1.2-1.5 3 1.2v2c0 .6-.5 1-1 1A10 10 0 0 1 2.5 3.5c0-.5.4-1 1-1z',
  message: 'M2.5 3.5h11V11h-6l-3 2.5V11h-2z',
  mail: 'M2 3.5h12v9H2zM2.5 4 8 8.5 13.5 4',
  tick: 'm3 8.5 3.2 3.2L13 4.8',
  cross: 'M5.2 1.8h5.6l3.4 3.4v5.6l-3.4 3.4H5.2l-3.4-3.4V5.2zM5.8 5.8l4.4 4.4M10.2 5.8l-4.4 4.4',
  retry: 'M13 8a5 5 0 1 1-1.6-3.7M13 2v3h-3',
  park: 'M4.3 1.8h7.4a2.5 2.5 0 0 1 2.5 2.5v7.4a2.5 2.5 0 0 1-2.5 2.5H4.3a2.5 2.5 0 0 1-2.5-2.5V4.3a2.5 2.5 0 0 1 2.5-2.5zM6.2 5.5v5M9.8 5.5v5',
  play: 'M5 3.5v9l7-4.5z',
  stop: 'M4.5 4h7a.5.5 0 0 1 .5.5v7a.5.5 0 0 1-.5.5h-7a.5.5 0 0 1-.5-.5v-7a.5.5 0 0 1 .5-.5z',
  dash: 'M3.5 8h9',
  person: 'M8 2.5a2.7 2.7 0 1 1-.1 0M3 13.5c.6-2.6 2.5-4 5-4s4.4 1.4 5 4',
  pause: 'M5.5 3.5v9M10.5 3.5v9',
  search: 'M7 2.7a4.3 4.3 0 1 1-.1 0M10.3 10.3l3.2 3.2',
  home: 'M2.5 7.5 8 3l5.5 4.5M4 6.5V13h8V6.5',
  shop: 'M3 8v5.5h10V8M2 6.5l1.3-4h9.4l1.3 4c0 1-.9 1.5-2 1.5s-2-.7-2-1.5c0 .8-.9 1.5-2 1.5s-2-.7-2-1.5c0 .8-.9 1.5-2 1.5s-2-.5-2-1.5z',
  question:
    'M8 2.3a5.7 5.7 0 1 1-.1 0M6.3 6.5c0-2.2 3.4-2.2 3.4-.1 0 1.4-1.7 1.3-1.7 2.7M8 11.2v.1',
  queue: 'M2.5 4h11M2.5 8h11M2.5 12h6',
  clock: 'M8 2.3a5.7 5.7 0 1 1-.1 0M8 4.7V8l2.2 1.6',
  doc: 'M4 2h5.5l3 3v9H4zM9.5 2v3h3M6.2 8.5h4M6.2 11h4',
  shield: 'M8 1.8 13 3.7v4c0 3-2 5.3-5 6.5-3-1.2-5-3.5-5-6.5v-4zM5.7 8l1.7 1.7 3-3.2',
  out: 'M9 3h4v4M13 3 7.5 8.5M11 9.5V13H3V5h3.5',
  more: 'M2.5 4h11M2.5 8h11M2.5 12h11',
  x: 'm4.5 4.5 7 7M11.5 4.5l-7 7',
  up: 'M8 3.5 13 12H3z',
  down: 'M8 12.5 3 4h10z',
  download: 'M8 2.5v7.5M4.8 7 8 10.2 11.2 7M2.5 13.3h11',
  chat: 'M2.5 3h11v8H8l-3 2.5V11H2.5zM5.5 6.2h5M5.5 8.3h3',
} as const

export type IconName = keyof typeof PATHS | 'way'

/** An icon beside its word: it says nothing by itself. */
export function Icon({ name, class: more = '' }: { name: IconName; class?: string }) {
  return (
    <svg class={`icon ${more}`} viewBox="0 0 16 16" aria-hidden="true">
      {name === 'way' ? (
        <circle cx="8" cy="8" r="5.7" stroke-dasharray="2.6 2" />
      ) : (
        <path d={PATHS[name]} />
      )}
    </svg>
  )
}
