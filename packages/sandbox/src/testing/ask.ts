/** What a Worker test may ask of the Node process beside it (control.ts). */
import type { World } from '../world.ts'

export type Ask =
  | { ask: 'new'; world: World; limits: boolean }
  | { ask: 'world'; id: number; world: World }
  | {
      ask: 'call'
      id: number
      target: 'openphone' | 'notion' | 'mailbox'
      method: string
      args: unknown[]
    }
  | { ask: 'close'; id: number }
  | { ask: 'requests'; id: number; target: 'openphone' | 'notion' | 'mailbox' }
