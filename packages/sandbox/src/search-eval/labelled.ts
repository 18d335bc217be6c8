/**
 * The labelled queries and the worlds they are asked in. Where they come from and under which
 * licence: README.md beside this file.
 */
import { readFileSync } from 'node:fs'
import * as v from 'valibot'
import { callAt, mailAt, merchant, smallWorld, textAt } from '../http/small-world.ts'
import { sampleWorld } from '../sample/workspace.ts'
import type { World, WorldCall } from '../world.ts'

const Kind = v.picklist(['call', 'message', 'mail'])
const Query = v.object({
  q: v.string(),
  level: v.picklist(['lexical', 'paraphrase', 'filter']),
  relevant: v.pipe(v.array(v.string()), v.minLength(1)),
})
const Entry = v.object({
  id: v.string(),
  kind: Kind,
  merchant: v.nullable(v.string()),
  at: v.string(),
  text: v.string(),
})
type Entry = v.InferOutput<typeof Entry>
const First = v.object({ now: v.string(), records: v.array(Entry), queries: v.array(Query) })
const Own = v.object({ now: v.string(), queries: v.array(Query) })

export interface LabelledQuery {
  q: string
  level: 'lexical' | 'paraphrase' | 'filter'
  relevant: string[] // `kind/id`
}

export interface LabelledSet {
  name: 'first' | 'own'
  now: string // when the queries are asked, ISO
  queries: LabelledQuery[]
  world: World
}

/** 154 records of a merchant-services business, a third of them from elsewhere. */
export function firstSet(): LabelledSet {
  const { now, records, queries } = read('first.json', First)
  const keys = new Map(records.map((record) => [record.id, keyOf(record)]))
  return {
    name: 'first',
    now,
    queries: queries.map(({ relevant, ...query }) => ({
      ...query,
      relevant: relevant.map((id) => keys.get(id) ?? id),
    })),
    world: worldOf(records),
  }
}

/** The sample workspace. */
export function ownSet(): LabelledSet {
  const { now, queries } = read('own.json', Own)
  return { name: 'own', now, queries, world: sampleWorld(new Date(now)) }
}

function read<S extends v.GenericSchema>(name: string, schema: S): v.InferOutput<S> {
  return v.parse(schema, JSON.parse(readFileSync(new URL(name, import.meta.url), 'utf8')))
}

function keyOf({ kind, id }: Entry): string {
  return kind === 'mail' ? `mail/${id}@eval.example` : `${kind}/AC${id}`
}

const NUMBERS = '+1312555' // four digits follow
const STRANGERS = '+1917555'

/** Each merchant has a number and an address; what is nobody's comes from a stranger each. */
function worldOf(records: readonly Entry[]): World {
  const names = [...new Set(records.map((record) => record.merchant))].filter(
    (name) => name !== null,
  )
  const reached = (entry: Entry, nth: number) => {
    const known = entry.merchant === null ? -1 : names.indexOf(entry.merchant)
    const digits = String(known === -1 ? nth : known + 100).padStart(4, '0')
    return {
      number: `${known === -1 ? STRANGERS : NUMBERS}${digits}`,
      email: known === -1 ? `stranger${nth}@elsewhere.example` : `merchant${known}@shop.example`,
    }
  }
  const of = (kind: Entry['kind']) =>
    records
      .map((entry, nth) => ({ entry, ...reached(entry, nth) }))
      .filter(({ entry }) => entry.kind === kind)
  return smallWorld({
    merchants: names.map((name, nth) =>
      merchant(name, {
        phone: `${NUMBERS}${String(nth + 100).padStart(4, '0')}`,
        email: `merchant${nth}@shop.example`,
      }),
    ),
    calls: of('call').map(({ entry, number }) => callOf(entry, number)),
    textMessages: of('message').map(({ entry, number }) =>
      textAt(entry.at, { id: `AC${entry.id}`, from: number, text: entry.text }),
    ),
    mails: of('mail').map(({ entry, email }) => {
      const [, subject = '', text = ''] = /^(?:Subject: (.*)\n+)?([\s\S]*)$/.exec(entry.text) ?? []
      return mailAt(entry.at, {
        id: entry.id,
        messageId: `${entry.id}@eval.example`,
        from: [{ name: null, email }],
        subject,
        text,
      })
    }),
  })
}

/** What was written down of a call, as its transcript; a note has one voice. */
function callOf(entry: Entry, number: string): WorldCall {
  const lines = entry.text.split('\n').filter((line) => line.trim() !== '')
  const own = '+14155550100'
  const participants = [
    { phoneNumber: number, actorId: null },
    { phoneNumber: own, actorId: 'US1' },
  ]
  return callAt(entry.at, {
    id: `AC${entry.id}`,
    participants,
    summary: {
      status: 'absent',
      type: null,
      summary: null,
      nextSteps: null,
      jobs: null,
      title: null,
    },
    recordings: [
      {
        id: `CR${entry.id}`,
        status: 'completed',
        startTime: entry.at,
        duration: 60,
        type: 'audio/mpeg',
      },
    ],
    transcripts: [
      {
        recordingId: `CR${entry.id}`,
        status: 'completed',
        startTime: entry.at,
        createdAt: entry.at,
        duration: 60,
        dialogue: lines.map((line, nth) => {
          const [, speaker = 'Caller', content = line] = /^(Agent|Caller): (.*)$/.exec(line) ?? []
          const ours = speaker === 'Agent'
          return {
            content,
            start: nth * 5,
            end: nth * 5 + 4,
            identifier: ours ? own : number,
            actorId: ours ? 'US1' : null,
          }
        }),
      },
    ],
  })
}
