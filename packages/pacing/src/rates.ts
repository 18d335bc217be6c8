/** How often we may ask each outside system: the settings, as the gate understands them. */
import type { Settings } from '@switchboard/shared/config'
import type { Api } from '@switchboard/shared/kinds'
import type { Rate } from './line.ts'

/** Vectorize is not here: it has no budget that we could pass. */
const GATES = {
  openphone: { setting: 'OPENPHONE_RPS', perMs: 1000, windowMs: 1000 },
  notion: { setting: 'NOTION_RPS', perMs: 1000, windowMs: 10_000 }, // the limit is an average
  mailbox: { setting: 'JMAP_RPS', perMs: 1000, windowMs: 1000 },
  'workers-ai': { setting: 'AI_RPM', perMs: 60_000, windowMs: 60_000 },
} as const satisfies Partial<
  Record<Api, { setting: keyof Settings; perMs: number; windowMs: number }>
>

export type GatedApi = keyof typeof GATES
/** The setting that bounds an outside system. */
export type RateSetting<A extends GatedApi> = (typeof GATES)[A]['setting']

/** The rate of an outside system's gate; null where its setting is 0: no gate. */
export function rateOf<A extends GatedApi>(
  api: A,
  settings: Record<RateSetting<A>, number>,
): Rate | null {
  const { perMs, windowMs } = GATES[api]
  const setting: RateSetting<A> = GATES[api].setting
  const allowed = settings[setting]
  return allowed === 0 ? null : whole((allowed * windowMs) / perMs, windowMs)
}

/** A window holds whole requests: 2.5 a second are 25 in ten, 0.05 a second are one in twenty. */
function whole(perWindow: number, windowMs: number): Rate {
  if (Number.isInteger(perWindow)) return { perWindow, windowMs }
  if (perWindow < 0.1) return { perWindow: 1, windowMs: windowMs / perWindow }
  return { perWindow: Math.floor(perWindow * 10), windowMs: windowMs * 10 }
}
