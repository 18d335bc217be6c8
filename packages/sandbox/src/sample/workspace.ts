/**
 * The door to the sample: a merchant-services business with its last 30 days, and what it gains
 * when it moves on. Pure: the same anchor gives the same world, and ids do not depend on the
 * anchor at all.
 *
 * 150 calls, 300 text messages and 50 mails count; six further mails lie in trash, junk and
 * drafts. Everything lies between 29.5 days and ten minutes before the anchor.
 */
import type { World, WorldCall } from '../world.ts'
import { buildCalls, heardCalls } from './calls.ts'
import { fundingCalls } from './calls-funding.ts'
import { salesCalls } from './calls-sales.ts'
import { supportCalls } from './calls-support.ts'
import { unheardCalls } from './calls-unheard.ts'
import { laterCalls, laterMails, laterTexts } from './later-scripts.ts'
import { mailScripts } from './mail-scripts.ts'
import { buildMails } from './mails.ts'
import { merchants } from './merchants.ts'
import { OFFICE_MAIL, phoneNumbers, users } from './people.ts'
import { buildTexts } from './texts.ts'
import { fundingTexts } from './texts-funding.ts'
import { salesTexts } from './texts-sales.ts'
import { strayTexts } from './texts-strays.ts'
import { supportTexts } from './texts-support.ts'

const callScripts = [salesCalls, supportCalls, fundingCalls, unheardCalls]

/** The workspace as it stands at the anchor. A fresh copy each time: the caller may change it. */
export function sampleWorld(anchor: Date): World {
  const textScripts = [salesTexts, supportTexts, fundingTexts, strayTexts]
  return {
    phoneNumbers: structuredClone(phoneNumbers),
    users: structuredClone(users),
    mailAccount: OFFICE_MAIL,
    merchants: structuredClone(merchants),
    calls: callScripts.flatMap((script) => buildCalls(script, anchor)).toSorted(byTime),
    textMessages: textScripts.flatMap((script) => buildTexts(script, anchor)).toSorted(byTime),
    mails: buildMails(mailScripts, anchor).toSorted(byArrival),
  }
}

/**
 * The calls whose summary, transcript or voicemail was still in the making at the anchor, as they
 * stand once all of it is there.
 */
export function sampleLateCalls(anchor: Date): WorldCall[] {
  return callScripts.flatMap((script) => heardCalls(script, anchor)).toSorted(byTime)
}

/**
 * What came in during the six hours before the anchor: 5 calls, 12 text messages, 2 mails. Their
 * ids are new and nothing of the first set changes; to be added to it with a later anchor.
 */
export function sampleAdditions(anchor: Date): Pick<World, 'calls' | 'textMessages' | 'mails'> {
  return {
    calls: buildCalls(laterCalls, anchor).toSorted(byTime),
    textMessages: buildTexts(laterTexts, anchor).toSorted(byTime),
    mails: buildMails(laterMails, anchor).toSorted(byArrival),
  }
}

/** Oldest first; ids decide between equals. */
function byTime(a: Timed, b: Timed): number {
  return a.createdAt === b.createdAt ? order(a.id, b.id) : order(a.createdAt, b.createdAt)
}

function byArrival(a: Arrived, b: Arrived): number {
  return a.receivedAt === b.receivedAt ? order(a.id, b.id) : order(a.receivedAt, b.receivedAt)
}

type Timed = { id: string; createdAt: string }
type Arrived = { id: string; receivedAt: string }

function order(a: string, b: string): number {
  return a < b ? -1 : Number(a > b)
}
