/** The Chromium that this machine has, for the console's tests and screenshots. */
import { existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { chromium } from 'playwright-core'
import type { Browser } from 'playwright-core'

const NAMES = ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome']

/** Starts Debian's Chromium, or another one on the PATH. @throws where there is none */
export async function startBrowser(): Promise<Browser> {
  const path = (process.env['PATH'] ?? '').split(delimiter)
  const executablePath = NAMES.flatMap((name) => path.map((folder) => join(folder, name))).find(
    (file) => existsSync(file),
  )
  if (executablePath === undefined)
    throw new Error('No Chromium on the PATH: `apt-get install chromium` brings it.')
  return chromium.launch({
    executablePath,
    args: [
      // Root, in a container, has no sandbox and little shared memory.
      '--no-sandbox',
      '--disable-dev-shm-usage',
      '--force-color-profile=srgb',
      // One process a window is enough: no other is started ahead of time, nor for an empty page.
      '--renderer-process-limit=1',
      '--disable-site-isolation-trials',
    ],
  })
}
