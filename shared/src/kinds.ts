/** The closed sets every part of Switchboard agrees on: kinds, stages, lanes, outside systems. */

/** What a record is: a phone call, a text message or a mail. */
export const KINDS = ['call', 'message', 'mail'] as const
export type Kind = (typeof KINDS)[number]

/** A stage does one piece of work for a record and is owed through `work` rows. */
export const STAGES = ['enrich', 'vectorize', 'reconcile', 'archive'] as const
export type Stage = (typeof STAGES)[number]

/** What can be paused: the stages, and before them the listings of runs. */
export const WORKED_STAGES = ['sweep', ...STAGES] as const
export type WorkedStage = (typeof WORKED_STAGES)[number]

/** Live traffic goes before bulk at every gate and in every slow stage. */
export const LANES = ['live', 'bulk'] as const
export type Lane = (typeof LANES)[number]

/** Outside systems: each has its own budget, its own gate and is parked on its own. */
const APIS = ['openphone', 'notion', 'mailbox', 'workers-ai', 'vectorize'] as const
export type Api = (typeof APIS)[number]

/** A record's identity everywhere: Quo ids verbatim, a mail's normalised Message-ID or `hash:`. */
export interface RecordKey {
  kind: Kind
  id: string
}

/** What a run lists: two look-ups, the webhooks that failed, then the three kinds of records. */
export const SWEEP_KINDS = ['canvas', 'directory', 'deliveries', ...KINDS] as const
export type SweepKind = (typeof SWEEP_KINDS)[number]

/**
 * What is paused together: an outside system, one Notion data source (a renamed property in Calls
 * stops no mail), or the second OpenPhone key (a backfill's stops no live traffic).
 */
export type Scope = Api | `notion:${SourceRole}` | 'openphone:bulk'

/** What rows wait for whose stage a person has paused. */
export type Pause = `stage:${WorkedStage}`

/** The four Notion databases: the merchants, and one for each kind of record. */
const SOURCE_ROLES = ['canvas', ...KINDS] as const
export type SourceRole = (typeof SOURCE_ROLES)[number]
