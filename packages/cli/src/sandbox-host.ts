/** A host with the sandbox on every side, for tests and measurements. */
import { startHost } from './host.ts'
import type { Host, HostOptions } from './host.ts'

/** Any free port, no gates, light models, nothing logged, unless said otherwise. */
export function startSandboxHost(
  options: Pick<HostOptions, 'folder' | 'world'> & Partial<HostOptions>,
): Promise<Host> {
  return startHost({
    port: 0,
    values: {},
    real: { openphone: false, notion: false, mailbox: false },
    hashKey: 'a key of sixteen characters or more',
    adminToken: 'admin',
    forgetSecret: 'a-third-secret-of-sixteen-or-more',
    linkSecret: 'another-key-of-sixteen-or-more',
    unlimited: true,
    ai: 'light',
    log: () => {},
    ...options,
  })
}
