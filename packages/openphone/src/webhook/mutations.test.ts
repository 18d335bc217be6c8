/**
 * Every example payload broken in every single place: read, other or unreadable with a place, and
 * never an exception; and what is read is stored in the shape that it is read back in.
 */
import { EVENT_PARTS } from '@switchboard/shared/event-parts'
import type { EventPart } from '@switchboard/shared/event-parts'
import { mergeCall, mergeRecordings, mergeTranscripts } from '@switchboard/shared/merge-call'
import { mergeTextMessage } from '@switchboard/shared/merge-text-message'
import * as fc from 'fast-check'
import * as v from 'valibot'
import { expect, test } from 'vitest'
import { EXAMPLES } from '../../fixtures/webhook/examples.ts'
import { toCallEventParts, toContact, toTextMessageEventPart } from './map.ts'
import { readEvent } from './payloads.ts'

type Json = null | boolean | number | string | Json[] | { [key: string]: Json }

const WRONG: Json[] = [
  null,
  7,
  -0.5,
  true,
  '',
  'x',
  '2026-02-30T25:00:00Z',
  [],
  [null],
  {},
  { x: 1 },
]

test.each(Object.entries(EXAMPLES))('%s without any one field', (_name, payload) => {
  for (const path of pathsOf(toJson(payload)))
    check(changed(toJson(payload), path, () => undefined))
})

test.each(Object.entries(EXAMPLES))('%s with any one value of a wrong type', (_name, payload) => {
  for (const path of [[], ...pathsOf(toJson(payload))])
    for (const wrong of WRONG) check(changed(toJson(payload), path, () => wrong))
})

test.each(Object.entries(EXAMPLES))('%s with any one value cut short', (_name, payload) => {
  for (const path of pathsOf(toJson(payload))) check(changed(toJson(payload), path, cut))
})

test.each(Object.entries(EXAMPLES))('%s cut off anywhere is no JSON', (_name, payload) => {
  const text = JSON.stringify(payload)
  for (let length = 0; length < text.length; length += 1)
    expect(() => JSON.parse(text.slice(0, length))).toThrow(SyntaxError)
})

test('any JSON in any place', () => {
  const example = fc.constantFrom(...Object.values(EXAMPLES))
  fc.assert(
    fc.property(example, fc.nat(), fc.jsonValue(), (payload, place, value) => {
      const paths = [[], ...pathsOf(toJson(payload))]
      check(changed(toJson(payload), paths[place % paths.length] ?? [], () => toJson(value)))
    }),
    { numRuns: 2000 },
  )
})

/** The one claim of this file. */
function check(payload: unknown): void {
  const event = readEvent(payload)
  switch (event.kind) {
    case 'unreadable':
      expect(event.field).not.toBe('')
      expect(event.detail).not.toBe('')
      return
    case 'other':
      expect(event.type).not.toBe('')
      return
    case 'contact':
      expect(toContact(event).version).toBeTypeOf('number')
      return
    case 'message': {
      const part = toTextMessageEventPart(event)
      checkPart(part)
      expect(mergeTextMessage({ 'event:message': part.body })).toEqual(part.body)
      return
    }
    case 'call': {
      const { parts, sufficient } = toCallEventParts(event)
      for (const part of parts) checkPart(part)
      const stored = Object.fromEntries(parts.map(({ part, body }) => [part, body]))
      expect(mergeCall(stored) !== null).toBe(sufficient)
      mergeTranscripts(stored)
      mergeRecordings(stored)
    }
  }
}

function checkPart({ id, part, version, body }: EventPart): void {
  expect(id).not.toBe('')
  expect(Number.isSafeInteger(version)).toBe(true)
  expect(v.parse(EVENT_PARTS[part], JSON.parse(JSON.stringify(body)))).toEqual(body)
}

type Path = (string | number)[]

function toJson(value: unknown): Json {
  return JSON.parse(JSON.stringify(value)) as Json
}

/** Every place of a value below its top. */
function pathsOf(json: Json): Path[] {
  if (json === null || typeof json !== 'object') return []
  const members: [string | number, Json][] = Array.isArray(json)
    ? [...json.entries()]
    : Object.entries(json)
  return members.flatMap(([key, member]) => [
    [key],
    ...pathsOf(member).map((path) => [key, ...path]),
  ])
}

/** A copy with one place changed; undefined takes the place away. */
function changed(json: Json, path: Path, change: (value: Json) => Json | undefined): unknown {
  const [key, ...rest] = path
  if (key === undefined) return change(json)
  if (Array.isArray(json))
    return json.flatMap((member, index) => {
      if (index !== key) return [member]
      const value = changed(member, rest, change)
      return value === undefined ? [] : [value]
    })
  if (json === null || typeof json !== 'object') return json
  return Object.fromEntries(
    Object.entries(json).flatMap(([name, member]) => {
      if (name !== key) return [[name, member]]
      const value = changed(member, rest, change)
      return value === undefined ? [] : [[name, value]]
    }),
  )
}

function cut(value: Json): Json {
  if (typeof value === 'string') return value.slice(0, Math.floor(value.length / 2))
  if (Array.isArray(value)) return value.slice(0, Math.floor(value.length / 2))
  if (typeof value === 'number') return Math.trunc(value / 2)
  if (value === null || typeof value === 'boolean') return value
  const members = Object.entries(value)
  return Object.fromEntries(members.slice(0, Math.floor(members.length / 2)))
}
