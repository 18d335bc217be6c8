/**
 * A number or address becomes a merchant's: it is written to the merchant's page in Canvas, the mirror
 * follows at once, and with it every record that is with the party (docs/protocols.md#canvas).
 */
import { addressesIn } from '@switchboard/identity/mail'
import { phonesIn } from '@switchboard/identity/phone'
import type { MerchantPage } from '@switchboard/notion/canvas'
import { addContact } from '@switchboard/notion/canvas-link'
import { StageError, describe } from '@switchboard/shared/failure'
import { listMirrors } from '@switchboard/store/canvas-mirror'
import { isMerchant } from '@switchboard/store/merchants'
import { findParty } from '@switchboard/store/parties'
import { saveMerchants } from './canvas.ts'
import type { Ports } from '../ports.ts'
import { BadInput, Refused } from '../door/problem.ts'

/** @throws Refused with what to do */
export async function linkParty(ports: Ports, party: string, merchantId: string) {
  const known = await findParty(ports.db, party)
  if (known === null) throw new Refused(404, 'Nobody of this number or address has talked with us.')
  const [held] = known.merchants
  if (held !== undefined && held.id !== merchantId)
    throw new Refused(409, `${party} belongs to ${held.name} already.`)
  const [canvas] = await listMirrors(ports.db)
  if (canvas === undefined)
    throw new Refused(409, 'Canvas was not read yet: start a run, then link again.')
  if (!(await isMerchant(ports.db, merchantId)))
    throw new BadInput([{ path: 'merchantId', detail: 'is no merchant of Canvas' }])

  const linked = await answered(() =>
    addContact(
      ports.notion(null, 'live'),
      canvas.dataSourceId,
      merchantId,
      { type: party.includes('@') ? 'email' : 'phone_number', value: party },
      (page) => keysOf(page, ports.settings.DEFAULT_COUNTRY).includes(party),
    ),
  )
  if (!linked.done)
    throw new Refused(409, linked.why === 'gone' ? GONE : full(linked.name, party.includes('@')))
  await saveMerchants(ports, [linked.merchant])
  const { id, name } = linked.merchant
  return { party, merchant: { id, name }, property: linked.property, talks: known.talks }
}

const GONE = 'The merchant’s page is in Notion’s trash or gone from Canvas. Choose another.'

function full(name: string, isMail: boolean): string {
  const type = isMail ? 'mail' : 'phone'
  return (
    `${name}’s page in Canvas has no empty ${type} property, and nothing that stands there is ` +
    `overwritten. Add a property of the type ${isMail ? 'Email' : 'Phone'} to Canvas, then link again.`
  )
}

function keysOf({ phoneFields, mailFields }: MerchantPage, country: string): string[] {
  return [
    ...phoneFields.flatMap((field) => phonesIn(field, country)),
    ...mailFields.flatMap((field) => addressesIn(field)),
  ]
}

/** What Notion answers; a failure of its own is said as it is. @throws Refused 503 */
async function answered<T>(ask: () => Promise<T>): Promise<T> {
  try {
    return await ask()
  } catch (error) {
    if (!(error instanceof StageError)) throw error
    const { failure } = error
    if (failure.kind === 'gate.later')
      throw new Refused(503, 'Notion’s budget is in use. Try again in a minute.')
    if (failure.kind === 'record.refused') throw new Refused(409, describe(failure))
    throw new Refused(503, `${describe(failure)}. Nothing is lost by trying again.`)
  }
}
