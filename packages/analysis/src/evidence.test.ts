import * as fc from 'fast-check'
import { describe, test } from 'vitest'
import { MAX_KEYWORDS, checkEvidence, supports } from './evidence.ts'
import type { Answer } from './schema.ts'
import type { AnalysisSubject } from './subject.ts'

const said = (...texts: string[]) => texts.map((text) => ({ by: 'them' as const, text }))

describe('supports', () => {
  test.for([
    ['as it stands', 'please send it', 'Yes, please send it by Friday.'],
    ['case', 'PLEASE Send it', 'please send it'],
    ['blanks', ' please\n send\u00A0it ', 'please   send it'],
    ['composed letters', 'cafe\u0301', 'the café'],
    ['decomposed letters', 'café', 'the cafe\u0301'],
    ['capitals with two marks', 'ῒ'.toUpperCase(), 'ῒ'],
    ['marks that are one letter elsewhere', '\u0060a\u00B4', '\u1FEFa\u1FFD'],
    ['full width', 'ＡＢＣ 123', 'abc 123'],
    ['half-width kana', 'ガ', 'ｶﾞ'],
    ['ligatures', 'office', 'the oﬃce'],
    ['sharp s', 'STRASSE', 'die Straße'],
    ['final sigma', 'ΛΟΓΟΣ', 'λόγος λογος'],
    ['apostrophes', "I don't", 'I don’t know'],
    ['back-ticks', "'quoted'", '`quoted´'],
    ['quotes', '"great" service', '“great” service'],
    ['dashes', 'follow-up - today', 'follow‑up — today'],
    ['ellipsis', 'well...', 'well… fine'],
    ['invisible characters', 'soft hyphen', 'soft hy\u00ADphen\u200B'],
    ['emoji', '👍', 'ok 👍🏽'],
    ['Hangul letters', '한', '\u1112\u1161\u11AB'],
  ])('folds %s', ([, quote, text], { expect }) => {
    expect(supports(quote ?? '', said(text ?? ''))).toBe(true)
  })

  test.for([
    ['words that are not there', 'please send that', ['please send it']],
    ['words of two utterances', 'send it today', ['please send it', 'today please']],
    ['another order', 'it send', ['send it']],
    ['a shortened quote', 'please ... it', ['please send it']],
    ['a letter with another mark', 'cafe', ['café']],
    ['nothing', '', ['please']],
    ['blanks', ' \n', ['please send']],
    ['mere punctuation', '.', ['please.']],
    ['invisible characters', '\u200B', ['ple\u200Base']],
  ] as const)('refuses %s', ([, quote, texts], { expect }) => {
    expect(supports(quote, said(...texts))).toBe(false)
  })

  const letters = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 40 })

  test('whatever stands in one utterance, however it is folded', ({ expect }) => {
    const disguises = fc.constantFrom<(text: string) => string>(
      (text) => text,
      (text) => text.toUpperCase(),
      (text) => text.normalize('NFC'),
      (text) => text.normalize('NFD'),
      (text) => text.replaceAll(' ', '\n\t'),
    )
    fc.assert(
      fc.property(letters, letters, letters, disguises, (before, quote, after, disguise) => {
        fc.pre(/[\p{L}\p{N}]/u.test(quote))
        const utterances = said('another', `${before} ${quote} ${after}`)
        expect(supports(disguise(quote), utterances)).toBe(true)
      }),
    )
  })

  test('never across two utterances', ({ expect }) => {
    const words = fc.stringMatching(/^[a-m]{3,9}$/)
    fc.assert(
      fc.property(words, words, (one, other) => {
        expect(supports(`${one}z ${other}`, said(`${one}z`, other))).toBe(false)
      }),
    )
  })
})

describe('checkEvidence', () => {
  const subject: AnalysisSubject = {
    kind: 'call',
    direction: 'incoming',
    utterances: [
      { by: 'us', text: 'Merchant desk, this is Dana.' },
      { by: 'them', text: 'I’m fed up — please  send the PCI form by Friday.' },
    ],
  }
  const answer: Answer = {
    sentiment: { label: 'negative', confidence: 0.9, quote: "i'm fed up" },
    summary: 'The caller wants the form.',
    category: { label: 'complaint', quote: 'fed up - please send' },
    actionItems: [{ text: 'Send the form', quote: 'please send the PCI form' }],
    keywords: ['PCI form', 'Friday'],
  }

  test('keeps what stands in the text, in its own characters', ({ expect }) => {
    expect(checkEvidence(answer, subject)).toEqual({
      sentiment: { label: 'negative', confidence: 0.9, quote: 'I’m fed up' },
      summary: 'The caller wants the form.',
      category: { label: 'complaint', quote: 'fed up — please  send' },
      actionItems: [{ text: 'Send the form', quote: 'please  send the PCI form' }],
      keywords: ['PCI form', 'Friday'],
      claims: { made: 3, dropped: 0 },
    })
  })

  test('drops each claim whose words are not there, and that one only', ({ expect }) => {
    const checked = checkEvidence(
      {
        ...answer,
        sentiment: { label: 'positive', confidence: 1, quote: 'I am delighted' },
        actionItems: [
          { text: 'Refund him', quote: 'refund me' },
          { text: ' ', quote: 'by Friday' },
          ...answer.actionItems,
        ],
      },
      subject,
    )
    expect(checked.sentiment).toBeNull()
    expect(checked.category?.label).toBe('complaint')
    expect(checked.actionItems).toHaveLength(1)
    expect(checked.claims).toEqual({ made: 5, dropped: 3 })
  })

  test('unknown needs no words, and shows none that are not there', ({ expect }) => {
    const checked = checkEvidence(
      {
        ...answer,
        sentiment: { label: 'unknown', confidence: 0.2, quote: '' },
        category: { label: 'unknown', quote: 'not there' },
      },
      subject,
    )
    expect(checked.sentiment).toEqual({ label: 'unknown', confidence: 0.2, quote: '' })
    expect(checked.category).toEqual({ label: 'unknown', quote: '' })
  })

  test('keywords are whole words of the text, each once', ({ expect }) => {
    const keywords = [' pci   FORM ', 'PCI form', 'form', 'for', 'refund', '', 'dana send', '—']
    expect(checkEvidence({ ...answer, keywords }, subject).keywords).toEqual(['pci FORM', 'form'])
  })

  test("keywords may come from a mail's subject", ({ expect }) => {
    const mail: AnalysisSubject = { ...subject, kind: 'mail', subject: 'Chargeback 4711' }
    const { keywords } = checkEvidence({ ...answer, keywords: ['chargeback'] }, mail)
    expect(keywords).toEqual(['chargeback'])
  })

  test('no more than ten keywords; a text message has none', ({ expect }) => {
    const words = Array.from({ length: 15 }, (_, n) => `word${n}`)
    const long = { ...subject, utterances: said(words.join(' ')) }
    expect(checkEvidence({ ...answer, keywords: words }, long).keywords).toHaveLength(MAX_KEYWORDS)
    const { keywords: _, ...message } = { ...answer, keywords: [] }
    const text: Answer = { ...message, category: { label: 'request', quote: 'please' } }
    expect(checkEvidence(text, { ...subject, kind: 'message' }).keywords).toEqual([])
  })

  test('whatever a model says, what is kept is quoted from one utterance', ({ expect }) => {
    const texts = fc.array(fc.lorem({ maxCount: 8 }), { minLength: 1, maxLength: 5 })
    const quotes = fc.oneof(fc.lorem({ maxCount: 2 }), fc.constantFrom('dolor', 'et', 'in', ''))
    fc.assert(
      fc.property(texts, quotes, quotes, (utterances, one, other) => {
        const checked = checkEvidence(
          {
            ...answer,
            sentiment: { ...answer.sentiment, quote: one },
            actionItems: [{ text: 'x', quote: other }],
          },
          { ...subject, utterances: said(...utterances) },
        )
        const kept = [checked.sentiment, ...checked.actionItems]
        for (const claim of kept)
          if (claim !== null)
            expect(utterances.some((text) => text.includes(claim.quote))).toBe(true)
        const stands = (quote: string) =>
          quote !== '' &&
          utterances.some((text) => text.toLowerCase().includes(quote.toLowerCase()))
        expect(checked.sentiment !== null).toBe(stands(one))
        expect(checked.actionItems.length === 1).toBe(stands(other))
      }),
    )
  })
})
