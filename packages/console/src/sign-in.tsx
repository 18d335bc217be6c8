/** Signing in: a token, and a name for the audit. */
import { useEffect, useRef, useState } from 'preact/hooks'
import { signIn } from './session.ts'
import { Icon } from './ui/icon.tsx'

export function SignIn({ why }: { why: string | null }) {
  const [token, setToken] = useState('')
  const [name, setName] = useState('')
  const [busy, setBusy] = useState(false)
  const first = useRef<HTMLInputElement>(null)
  useEffect(() => {
    document.title = 'Sign in · Switchboard'
    first.current?.focus() // it may stand where a page was until its session ended
  }, [])
  return (
    <main class="gate" id="main">
      <p class="brand">
        <Icon name="mark" />
        Switchboard
      </p>
      <h1>Sign in</h1>
      <form
        onSubmit={(event) => {
          event.preventDefault()
          setBusy(true)
          void signIn(token.trim(), name.trim()).finally(() => setBusy(false))
        }}
      >
        <label class="field">
          <span>Token: ADMIN_TOKEN may act, READ_ONLY_TOKEN may look</span>
          <span class="input">
            <input
              ref={first}
              type="password"
              required
              autocomplete="current-password"
              value={token}
              aria-invalid={why !== null}
              aria-describedby={why === null ? undefined : 'why'}
              onInput={(event) => setToken(event.currentTarget.value)}
            />
          </span>
        </label>
        <label class="field">
          <span>Your name, for the audit</span>
          <span class="input">
            <input
              autocomplete="name"
              maxlength={80}
              value={name}
              onInput={(event) => setName(event.currentTarget.value)}
            />
          </span>
        </label>
        {why !== null && (
          <p id="why" class="c-bad" role="alert">
            {why}
          </p>
        )}
        <button class="btn go" type="submit" aria-disabled={busy}>
          Sign in
        </button>
      </form>
    </main>
  )
}
