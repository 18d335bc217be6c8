/** Outside parties of each kind of record, and which way a mail went. */
import { expect, test } from 'vitest'
import { at, callRecord, mailRecord, own, textMessageRecord } from '../test/records.ts'
import { mailDirection, outsideParties } from './parties.ts'

test('ours is known in the form it is compared in', () => {
  expect(own).toEqual({
    numbers: new Set(['+14155550100', '+14155550101']),
    addresses: new Set(['desk@harborpay.example', 'priya@harborpay.example']),
    users: new Map([['US1', 'Priya Nair']]),
    phoneNumbers: new Map([
      ['PN1', '+14155550100'],
      ['PN2', '+14155550101'],
    ]),
  })
})

test('a call is with every participant who is none of us, in order and once', () => {
  const participants = [
    { phoneNumber: '+442079460958', actorId: null },
    { phoneNumber: '+14155550101', actorId: 'US1' },
    { phoneNumber: '+14155559999', actorId: 'US2' }, // a colleague's own telephone
    { phoneNumber: '+14155550100', actorId: null }, // our number all the same
    { phoneNumber: '+14155550142', actorId: null },
    { phoneNumber: '+442079460958', actorId: null },
  ]
  expect(outsideParties(callRecord({ participants }), own, 'US')).toEqual([
    '+442079460958',
    '+14155550142',
  ])
})

test.each(['anonymous', 'Blocked', 'restricted', '22000', '911', '32123456', ''])(
  'a call from %j is with nobody',
  (phoneNumber) => {
    const participants = [{ phoneNumber, actorId: null }]
    expect(outsideParties(callRecord({ participants }), own, 'DK')).toEqual([])
  },
)

test('a text message is with its sender and all receivers who are none of us', () => {
  const incoming = textMessageRecord({ to: ['+14155550100', '+14155550143', '+14155550142'] })
  expect(outsideParties(incoming, own, 'US')).toEqual(['+14155550142', '+14155550143'])
  const outgoing = textMessageRecord({ from: '+14155550101', to: ['+14155550143', '22000'] })
  expect(outsideParties(outgoing, own, 'US')).toEqual(['+14155550143'])
})

test('a mail is with From, To, Cc and Bcc and who handed it over, lists and no-reply addresses included', () => {
  const mail = mailRecord({
    to: [at('Desk@HarborPay.example'), at('books@shop.example'), at('undisclosed')],
    cc: [at('dana@shop.example'), at('no-reply@list.example'), at('priya@harborpay.example')],
    bcc: [at('third@shop.example')],
    envelope: { from: 'forwarder@shop.example', to: ['desk@harborpay.example'] },
  })
  expect(outsideParties(mail, own, 'US')).toEqual([
    'dana@shop.example',
    'books@shop.example',
    'no-reply@list.example',
    'third@shop.example',
    'forwarder@shop.example',
  ])
})

test('a mail by a form on our web site is with whoever answers go to', () => {
  const mail = mailRecord({
    from: [at('wordpress@harborpay.example')],
    to: [at('desk@harborpay.example')],
    replyTo: [at('Owner@Bakery.example'), at('desk@harborpay.example')],
    envelope: { from: null, to: ['desk@harborpay.example'] },
  })
  expect(outsideParties(mail, own, 'US')).toEqual(['owner@bakery.example'])
})

test('nobody of the domain that a mail was routed to is an outside party', () => {
  const mail = mailRecord({
    to: [at('sales@harborpay.example'), at('books@shop.example')],
    cc: [at('Archive@In.HarborPay.example'), at('jo@myharborpay.example')],
    envelope: { from: 'wordpress@harborpay.example', to: ['inbox@harborpay.example', 'odd'] },
  })
  expect(outsideParties(mail, own, 'US')).toEqual([
    'dana@shop.example',
    'books@shop.example',
    'archive@in.harborpay.example',
    'jo@myharborpay.example',
  ])
})

test('a mail is outgoing where one of ours sent it', () => {
  expect(mailDirection(mailRecord(), own)).toBe('incoming')
  expect(mailDirection(mailRecord({ from: [at('PRIYA@harborpay.example')] }), own)).toBe('outgoing')
  expect(mailDirection(mailRecord({ from: [] }), own)).toBe('incoming')
})
