/** Starts the console: theme, links, keys, who is signed in, and the page. */
import { render } from 'preact'
import { App } from './app.tsx'
import { listenForKeys } from './keys.ts'
import { followLinks } from './place.ts'
import { routeOf } from './routes.ts'
import { findOutWho } from './session.ts'
import './style/index.css'
import { startTheme } from './theme.ts'

startTheme()
followLinks((path) => routeOf(path) !== null)
listenForKeys()
const root = document.getElementById('app')
if (root !== null) render(<App />, root)
void findOutWho()
