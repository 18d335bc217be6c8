/** `npm run console`: builds the console's page if a source is newer. Wrangler asks before it deploys. */
import { buildConsole } from '@switchboard/console/build'

await buildConsole()
