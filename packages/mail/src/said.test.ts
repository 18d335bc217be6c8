/** What of a mail its sender said this time. */
import { expect, test } from 'vitest'
import { ownWords } from './said.ts'

const OWN = 'Yes, please ship it.\n\nDana'

test.each([
  [
    'an answer above the mail',
    `${OWN}\n\nOn Thu, Nov 19, 2026 at 4:12 PM Priya <priya@h.example> wrote:\n> Shall we?\n>\n> Priya`,
  ],
  [
    'a folded line',
    `${OWN}\n\nOn Thu, Nov 19, 2026 at 4:12 PM Priya Nair\n<priya@h.example>\nwrote:\n\n> Shall we?`,
  ],
  [
    'in German',
    `${OWN}\n\nAm 19.11.2026 um 16:12 schrieb Priya Nair <priya@h.example>:\n> Sollen wir?`,
  ],
  [
    'in French',
    `${OWN}\n\nLe jeu. 19 nov. 2026 à 16:12, Priya Nair <priya@h.example> a écrit :\n> On y va ?`,
  ],
  [
    'in Spanish, not marked',
    `${OWN}\n\nEl jue, 19 nov 2026 a las 16:12, Priya (<priya@h.example>) escribió:\n\n¿Lo enviamos?`,
  ],
  [
    'in Polish, not marked',
    `${OWN}\n\nW dniu 19.11.2026 o 16:12, Priya Nair napisał(a):\n\nWysłać?`,
  ],
  [
    'Zoho',
    `${OWN}\n\n---- On Thu, 19 Nov 2026 16:12:00 -0500 Priya <priya@h.example> wrote ----\n\nShall we?`,
  ],
  [
    'Proton',
    `${OWN}\n\nSent with Proton Mail secure email.\n\nOn 19 Nov 2026, Priya wrote:\n\n> Shall we?`,
  ],
  ['in Japanese', `${OWN}\n\n2026年11月19日(木) 16:12 Priya <priya@h.example>:\n\n> 送りますか。`],
  ['an address alone', `${OWN}\n\n"Priya" <priya@h.example> wrote:\n> Shall we?`],
  [
    'a mail that is not marked',
    `${OWN}\n\nOn 19 Nov 2026, at 16:12, Priya wrote:\n\nShall we?\nPriya`,
  ],
  [
    'Outlook',
    `${OWN}\n\n________________________________\nFrom: Priya Nair <priya@h.example>\nSent: Thursday, November 19, 2026 4:12 PM\nTo: Dana\nSubject: Terminal\n\nShall we?`,
  ],
  [
    'Outlook in German',
    `${OWN}\n\nVon: Priya Nair\nGesendet: Donnerstag\nAn: Dana\nBetreff: Terminal\n\nSollen wir?`,
  ],
  ['an original message', `${OWN}\n\n-----Original Message-----\nFrom: Priya\n\nShall we?`],
  ['a signature', `${OWN}\n--\nDana Reyes\nCorner Shop`],
  ['a telephone', `${OWN}\n\nSent from my iPhone`],
  ['both', `${OWN}\n\n-- \nDana Reyes\n\nOn 19 Nov 2026, at 16:12, Priya wrote:\n> Shall we?`],
])('%s: only her own words', (_what, text) => {
  expect(ownWords(text)).toBe(OWN)
})

test('an answer below what it answers, or between its lines, stays', () => {
  const below =
    'On 19 Nov 2026, at 16:12, Priya wrote:\n> Shall we?\n> And when?\n\nYes, on Monday.'
  expect(ownWords(below)).toBe('Yes, on Monday.')
  expect(ownWords('> Shall we?\nYes.\n> When?\nOn Monday.')).toBe('Yes.\nOn Monday.')
})

test.each([
  ['a mail that answers none', 'From here on we need two terminals.\nTo be clear: two.'],
  [
    'a forwarded mail',
    'See below.\n\n---------- Forwarded message ---------\nFrom: Jo\nDate: now\nTo: us\n\nIt is broken.',
  ],
  ['a sentence that begins like a header', 'On Monday he wrote: call me.\nSo I did.'],
  ['dashes far from the end', `Prices\n--\n${'One more line of the table.\n'.repeat(20)}`],
  ['nothing but a quote', '> Shall we?'],
  ['nothing', ''],
])('%s is all said', (_what, text) => {
  expect(ownWords(text)).toBeUndefined()
})

test('a text made to be slow takes no time to speak of', () => {
  const hostile = [
    'On 1 , '.repeat(40_000),
    'On 1\n'.repeat(50_000),
    `${'-'.repeat(200_000)}x`,
    'From: \nTo: \n'.repeat(30_000),
    `${' '.repeat(200_000)}>`,
  ]
  for (const text of hostile) expect(typeof (ownWords(text) ?? '')).toBe('string')
}, 5000)

test('an address before a colon is a sender’s own where no quote follows', () => {
  expect(ownWords('Write to dana@shop.example:\nshe knows.\n\n> Who knows?')).toBe(
    'Write to dana@shop.example:\nshe knows.',
  )
})

test('what Outlook forwards is what is being said; what it answers is not', () => {
  const below = [
    'See below.',
    '',
    'From: Al <al@shop.example>',
    'Sent: Thursday, November 19, 2026 4:12 PM',
    'To: Dana',
    'Subject: Offer',
    '',
    'We take 5 %.',
  ].join('\n')
  for (const subject of ['FW: Offer', 'WG: Angebot', 'TR : Offre', 'Fwd: Offer'])
    expect(ownWords(below, subject)).toBeUndefined()
  for (const subject of ['RE: Offer', 'RE: FW: Offer', 'Fwdly', 'I think so'])
    expect(ownWords(below, subject)).toBe('See below.')
})
