/** Parts of the frame that stand in the sidebar, and on a phone in a dialog. */
import { NAV, badgeOf, leadsTo } from './nav.ts'
import { usePlace } from './place.ts'
import { isOld, toggleHold, useBeat } from './pulse.ts'
import { signOut, useSession } from './session.ts'
import { THEMES, useTheme } from './theme.ts'
import { Icon } from './ui/icon.tsx'
import { Time } from './ui/words.tsx'

export function Nav({ class: more = 'nav' }: { class?: string }) {
  const { path } = usePlace()
  const { pulse } = useBeat()
  return (
    <nav class={more} aria-label="Pages">
      {NAV.map(({ name, entries }) => (
        <>
          <h2>{name}</h2>
          <ul>
            {entries.map((entry) => {
              const badge = badgeOf(entry.at, pulse?.badges)
              return (
                <li>
                  <a href={entry.at} aria-current={leadsTo(entry, path) ? 'page' : undefined}>
                    <Icon name={entry.icon} />
                    {entry.name}
                    {badge !== null && <span class={`badge ${badge.tone}`}>{badge.text}</span>}
                  </a>
                </li>
              )
            })}
          </ul>
        </>
      ))}
    </nav>
  )
}

/** Whether what is shown is what is: live, held, or as of when it was last heard. */
export function LiveWord({ class: more }: { class?: string }) {
  const beat = useBeat()
  if (isOld(beat))
    return (
      <p class={more}>
        <span class="beat old" />
        as of {beat.heardAt === null ? 'never' : <Time at={beat.heardAt} />}
      </p>
    )
  if (beat.held)
    return (
      <p class={more}>
        <span class="beat held" />
        Held
        <button type="button" class="link" onClick={toggleHold}>
          Go on
        </button>
      </p>
    )
  return (
    <p class={more}>
      <span class="beat" />
      Live
      {beat.heardAt !== null && <Time at={beat.heardAt} precise />}
    </p>
  )
}

/** Who is signed in, whether the page is live, and what goes for all pages. */
export function Me({ onKeys }: { onKeys: () => void }) {
  return (
    <div class="me">
      <LiveWord />
      <Person />
      <p>
        <button type="button" class="link" onClick={onKeys}>
          Keys
        </button>
        <span aria-hidden="true">·</span>
        <ThemeButton />
      </p>
    </div>
  )
}

function Person() {
  const { name, role } = useSession()
  return (
    <p>
      {name ?? (role === 'admin' ? 'Admin' : 'Reader')}, {role === 'admin' ? 'may act' : 'may look'}
      <span aria-hidden="true">·</span>
      <button type="button" class="link" onClick={() => void signOut()}>
        Sign out
      </button>
    </p>
  )
}

function ThemeButton() {
  const [theme, setTheme] = useTheme()
  const next = THEMES[(THEMES.indexOf(theme) + 1) % THEMES.length] ?? 'system'
  const words = { system: 'Theme: system', light: 'Theme: light', dark: 'Theme: dark' }
  return (
    <button type="button" class="link" onClick={() => setTheme(next)}>
      {words[theme]}
    </button>
  )
}
