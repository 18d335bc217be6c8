/** Forgetting a person. */
import type * as v from 'valibot'
import { ownFrom } from '@switchboard/identity/own'
import {
  forgetPerson,
  previewForgetting,
  readForgetting,
  workForgetting,
} from '@switchboard/shared/api/forget'
import { moment } from '@switchboard/shared/api/operation'
import { readSettings } from '@switchboard/shared/config'
import { StageError } from '@switchboard/shared/failure'
import { beginForgetting, findForgetting, previewParty } from '@switchboard/store/forget'
import type { Forgetting } from '@switchboard/store/forget'
import { listDirectory } from '@switchboard/store/directory'
import { forgetPorts } from '../forget/forget-ports.ts'
import { partyOf, workOn } from '../forget/forget.ts'
import type { Env } from '../ports.ts'
import { BadInput, Refused } from '../door/problem.ts'
import { route } from './route.ts'

export const FORGET_ROUTES = [
  route(previewForgetting, async ({ body, env }) =>
    previewParty(env.DB, await outsideParty(body, env)),
  ),
  route(forgetPerson, async ({ body, env }) => {
    const party = await outsideParty(body, env)
    if (readSettings(env, ['FORGET_SECRET']).FORGET_SECRET === undefined)
      throw new StageError({
        kind: 'config.invalid',
        setting: 'FORGET_SECRET',
        detail: 'is missing: without it forgotten records would come back',
      })
    const order = { id: crypto.randomUUID(), party, keepCanvas: body.keepCanvas }
    return { id: await beginForgetting(env.DB, order, Date.now()) }
  }),
  route(readForgetting, async ({ params, env }) => told(await findForgetting(env.DB, params.id))),
  route(workForgetting, async ({ params, body, env }) =>
    told(await workOn(params.id, body.early, forgetPorts(env))),
  ),
]

/** @throws BadInput that names the field; also for what is ours */
async function outsideParty(
  body: v.InferOutput<typeof forgetPerson.body>,
  env: Env,
): Promise<string> {
  const { DEFAULT_COUNTRY } = readSettings(env, ['DEFAULT_COUNTRY'])
  const path = body.phone === undefined ? 'email' : 'phone'
  const party = partyOf(body, DEFAULT_COUNTRY)
  if (party === null)
    throw new BadInput([
      { path, detail: path === 'phone' ? 'is no phone number' : 'is no mail address' },
    ])
  const { OWN_MAIL_ADDRESSES } = readSettings(env, ['OWN_MAIL_ADDRESSES'])
  const own = ownFrom(await listDirectory(env.DB), OWN_MAIL_ADDRESSES)
  if (own.numbers.has(party) || own.addresses.has(party))
    throw new BadInput([{ path, detail: 'is ours, not a person outside' }])
  return party
}

function told(forgetting: Forgetting | null) {
  if (forgetting === null) throw new Refused(404, 'There is no such forgetting.')
  const { id, phase, startedAt, dueAt, finishedAt, counts } = forgetting
  return {
    id,
    phase,
    startedAt: moment(startedAt),
    dueAt: moment(dueAt),
    finishedAt: moment(finishedAt),
    counts,
  }
}
