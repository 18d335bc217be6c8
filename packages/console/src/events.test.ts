import { expect, test } from 'vitest'
import { eventsIn } from './events.ts'

test('whole events are read, a piece of one waits for the rest', () => {
  const text = 'event: sources\ndata: [1,2]\n\nevent: done\nda'
  expect(eventsIn(text)).toEqual({
    events: [{ event: 'sources', data: [1, 2] }],
    rest: 'event: done\nda',
  })
  expect(eventsIn('event: done\ndata: {"a":\ndata: 1}\n\n')).toEqual({
    events: [{ event: 'done', data: { a: 1 } }],
    rest: '',
  })
})

test('comments and events without data are nothing', () => {
  expect(eventsIn(': still there\n\nevent: x\n\n').events).toEqual([])
})
