/**
 * Reads the call scripts. A call is a block:
 *
 *   # b12 10:40 in halcyon sales/wes flag=value
 *   < said by the outside party        (<2: by the second outside party)
 *   > said by our user
 *   --                                 a new recording segment begins
 *   = a sentence of OpenPhone's summary
 *   + a next step
 *   ~ the transcript of a voicemail
 *
 * The head: moment, direction, outside parties (joined with commas), our line and user (`-` for
 * the assistant). Flags: `ai` (the assistant answers), `late` (artefacts are not there yet; what
 * they say once they are stands below), `from=sales` (forwarded from that line); for a call without a dialogue an end (`missed`,
 * `no-answer`, `busy`, `abandoned`, `canceled`, `failed`, `completed`, `forwarded=+1...`,
 * `voicemail=17`: still in progress, of 17 s, with its words below), or what became of its recording with the seconds
 * talked (`absent=61`, `unrecorded=95`, `unheard=88`: the transcript failed).
 */
import type { WorldCall } from '../world.ts'
import { blocksOf, type Block } from './script.ts'

export interface Said {
  ours: boolean
  party: number // index of the outside party; 0 for ours
  text: string
}

export interface CallScript {
  key: string // stable: ids are drawn from it
  when: string
  direction: WorldCall['direction']
  parties: string[]
  line: string
  user: string
  flags: Map<string, string>
  segments: Said[][]
  summary: string[]
  nextSteps: string[]
  voicemail: string | null
}

const HEAD = /^(m\d+|[bs]\d+ \d\d:\d\d) (in|out) (\S+) (\w+)\/(\w+|-)((?: \S+)*)$/
const SAID = /^([<>])(\d?) (.+)$/

export function readCalls(script: string): CallScript[] {
  return blocksOf(script).map(readCall)
}

function readCall({ head, lines }: Block): CallScript {
  const [, when = '', direction, party = '', line = '', user = '', flags = ''] =
    HEAD.exec(head) ?? []
  if (when === '') throw new Error(`Not the head of a call: ${head}`)
  const call: CallScript = {
    key: `${when} ${direction} ${party}`,
    when,
    direction: direction === 'in' ? 'incoming' : 'outgoing',
    parties: party.split(','),
    line,
    user,
    flags: readFlags(flags),
    segments: [],
    summary: [],
    nextSteps: [],
    voicemail: null,
  }
  for (const text of lines) addLine(call, text)
  return call
}

function addLine(call: CallScript, text: string): void {
  const [, side, party = '', words = ''] = SAID.exec(text) ?? []
  if (side !== undefined) {
    if (call.segments.length === 0) call.segments.push([])
    const index = side === '<' && party !== '' ? Number(party) - 1 : 0
    call.segments.at(-1)?.push({ ours: side === '>', party: index, text: words })
  } else if (text === '--') call.segments.push([])
  else if (text.startsWith('= ')) call.summary.push(text.slice(2))
  else if (text.startsWith('+ ')) call.nextSteps.push(text.slice(2))
  else if (text.startsWith('~ ')) call.voicemail = text.slice(2)
  else if (text !== '') throw new Error(`Not a line of a call (${call.key}): ${text}`)
}

function readFlags(text: string): Map<string, string> {
  const flags = text.split(' ').filter(Boolean)
  return new Map(flags.map((flag) => [flag.split('=')[0] ?? '', flag.split('=')[1] ?? '']))
}
