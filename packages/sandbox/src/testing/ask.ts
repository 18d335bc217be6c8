/** What a Worker test may ask of the Node process beside it (control.ts). */
import type { World } from '../world.ts'

export type Ask =
  | { ask: 'new'; world: World; limits: boolean; now?: number | undefined }
  | { ask: 'world'; id: number; world: World }
  | {
      ask: 'call'
      id: number
      target: 'openphone' | 'notion' | 'mailbox'
      method: string
      args: unknown[]
    }
  | { ask: 'clock'; id: number; now: number }
  | { ask: 'close'; id: number }
  | { ask: 'requests'; id: number; target: 'openphone' | 'notion' | 'mailbox' }
