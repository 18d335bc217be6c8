/** The outside budgets that this company has, and what their gates tell. Wiring, no rules. */
import { keyOf } from '@switchboard/openphone/keys'
import { gateState } from '@switchboard/pacing/client'
import type { Gates } from '@switchboard/pacing/client'
import type { GateState } from '@switchboard/pacing/gate'
import type { Rate } from '@switchboard/pacing/line'
import { rateOf } from '@switchboard/pacing/rates'
import { readSettings } from '@switchboard/shared/config'
import type { Api, Scope, WorkedStage } from '@switchboard/shared/kinds'
import type { Env } from '../ports.ts'
import { stagesOf } from './closed-stages.ts'

/** An outside budget. */
export interface Budget {
  name: Scope
  api: Api
  key: string
  rate: Rate | null // null: the setting is 0, no gate
  needs: readonly WorkedStage[] // the stages that do
}

/** All there are: a system that is not set up has none. */
export function budgetsOf(env: Env): Budget[] {
  const settings = readSettings(env, [
    'OPENPHONE_API_KEY',
    'OPENPHONE_BULK_API_KEY',
    'OPENPHONE_BASE_URL',
    'OPENPHONE_RPS',
    'NOTION_TOKEN',
    'NOTION_RPS',
    'JMAP_TOKEN',
    'JMAP_RPS',
    'AI_RPM',
  ])
  const live = keyOf(settings, 'live')?.apiKey
  const bulk = keyOf(settings, 'bulk')?.apiKey
  const openphone = rateOf('openphone', settings)
  const budgets: Omit<Budget, 'needs'>[] = [
    {
      name: 'notion',
      api: 'notion',
      key: settings.NOTION_TOKEN,
      rate: rateOf('notion', settings),
    },
  ]
  if (live !== undefined)
    budgets.push({ name: 'openphone', api: 'openphone', key: live, rate: openphone })
  if (bulk !== undefined && bulk !== live)
    budgets.push({ name: 'openphone:bulk', api: 'openphone', key: bulk, rate: openphone })
  budgets.push({
    name: 'workers-ai',
    api: 'workers-ai',
    key: 'account',
    rate: rateOf('workers-ai', settings),
  })
  if (settings.JMAP_TOKEN !== undefined)
    budgets.push({
      name: 'mailbox',
      api: 'mailbox',
      key: settings.JMAP_TOKEN,
      rate: rateOf('mailbox', settings),
    })
  return budgets.map((budget) => ({ ...budget, needs: stagesOf(budget.name) }))
}

/** What each gate looks like now; null: there is none, or it does not answer. */
export function gateStates(gates: Gates, budgets: Budget[]): Promise<(GateState | null)[]> {
  return Promise.all(
    budgets.map(async ({ api, key, rate }) =>
      rate === null ? null : Promise.resolve(gateState(gates, api, key)).catch(() => null),
    ),
  )
}

/** How many requests a minute a rate is. */
export function perMinute({ perWindow, windowMs }: Rate): number {
  return (perWindow * 60_000) / windowMs
}
