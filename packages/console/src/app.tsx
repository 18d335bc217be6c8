/** The page that the address names, inside the frame; the sign-in page where nobody is signed in. */
import { useEffect, useState } from 'preact/hooks'
import type { ComponentType } from 'preact'
import { Frame } from './frame.tsx'
import { usePlace } from './place.ts'
import { startPulse } from './pulse.ts'
import { ROUTES, routeOf } from './routes.ts'
import type { PageProps } from './routes.ts'
import { useWho } from './session.ts'
import { PageHead } from './ui/layout.tsx'
import { NOT_LOADED, later } from './ui/later.tsx'
import { Empty, Failed, Loading } from './ui/states.tsx'

/** Whoever is signed in never loads it. */
const SignIn = later(async () => (await import('./sign-in.tsx')).SignIn, null)

export function App() {
  const who = useWho()
  useEffect(() => (who.is === 'in' ? startPulse() : undefined), [who.is])
  if (who.is === 'unknown') return null
  if (who.is === 'out') return <SignIn why={who.why} />
  return (
    <Frame>
      <CurrentPage />
    </Frame>
  )
}

/** Pages that were loaded, by their pattern: a second visit draws at once. */
const loaded = new Map<string, ComponentType<PageProps>>()

function CurrentPage() {
  const { path } = usePlace()
  const found = routeOf(path)
  const at = found?.route.at
  const [, redraw] = useState(0)
  const [error, setError] = useState<Error | null>(null)

  const load = () => {
    setError(null)
    if (found === null || loaded.has(found.route.at)) return
    found.route.load().then(
      (module) => {
        loaded.set(found.route.at, module.default)
        redraw((n) => n + 1)
      },
      () => setError(NOT_LOADED),
    )
  }
  useEffect(load, [at])

  if (found === null) return <Nowhere path={path} />
  const Page = loaded.get(found.route.at)
  if (Page !== undefined)
    return <Page key={JSON.stringify([at, found.params])} params={found.params} />
  return error === null ? (
    <Loading rows={10} />
  ) : (
    <Failed error={error} again={() => location.reload()} />
  )
}

function Nowhere({ path }: { path: string }) {
  const first = ROUTES.find(({ at }) => !at.includes(':'))
  return (
    <>
      <PageHead title="Nothing here" />
      <Empty>
        <code>{path}</code> is no page of the console.{' '}
        {first !== undefined && <a href={first.at}>Go to the first page</a>}.
      </Empty>
    </>
  )
}
