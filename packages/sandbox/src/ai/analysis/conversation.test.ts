import { describe, test } from 'vitest'
import { readConversation, sentencesOf, splitSentences } from './conversation.ts'

describe('input', () => {
  test('the JSON of the prompt, speakers as they are', ({ expect }) => {
    const content = JSON.stringify({
      kind: 'call',
      direction: 'incoming',
      utterances: [
        { by: 'us', text: 'Merchant desk.' },
        { by: 'them', text: 'It broke. Again!' },
      ],
    })
    const conversation = readConversation(content)
    expect(conversation).toMatchObject({ kind: 'call', subject: '', isNote: false })
    expect(sentencesOf(conversation, 'them').map(({ text }) => text)).toEqual([
      'It broke.',
      'Again!',
    ])
    expect(sentencesOf(conversation, 'us')).toEqual([{ by: 'us', text: 'Merchant desk.' }])
  })

  test('free text is one utterance of theirs', ({ expect }) => {
    const conversation = readConversation('where is my money')
    expect(conversation.lines).toEqual([{ by: 'them', text: 'where is my money' }])
    expect(conversation.kind).toBe('message')
  })

  test('labels in front of lines are speakers, a line without one goes on', ({ expect }) => {
    const text = 'Agent: Hello.\nCaller: Hi.\nIt is Joe.\nAgent: Which Joe?'
    expect(readConversation(text).lines).toEqual([
      { by: 'us', text: 'Hello.' },
      { by: 'them', text: 'Hi.' },
      { by: 'them', text: 'It is Joe.' },
      { by: 'us', text: 'Which Joe?' },
    ])
  })

  test("a mail's subject is read, from its field or its text, and is no line", ({ expect }) => {
    const text = 'Subject: refund\n\nPlease send it.'
    const read = readConversation(text)
    expect(read).toMatchObject({ kind: 'mail', subject: 'refund' })
    expect(read.lines).toEqual([{ by: 'them', text: 'Please send it.' }])
    const content = JSON.stringify({ kind: 'mail', subject: 'a', utterances: [{ by: 'us', text }] })
    expect(readConversation(content).subject).toBe('a refund')
  })

  test.for<[text: string, isNote: boolean]>([
    ['Caller asks for a quote. Agent will send it.', true],
    ['Karen from Lakeside Dental called back about the proposal.', true],
    ['Caller: I ask for a quote.', false],
  ])('a note is told from talk: %s', ([text, isNote], { expect }) => {
    const content = JSON.stringify({ kind: 'call', utterances: [{ by: 'unknown', text }] })
    expect(readConversation(content).isNote).toBe(isNote)
  })
})

test.for<[text: string, sentences: string[]]>([
  ['Mr. Lee paid $39.95. Did he? Yes', ['Mr. Lee paid $39.95.', 'Did he?', 'Yes']],
  ['wrapped\nline of a mail.\nNext one', ['wrapped\nline of a mail.', 'Next one']],
  ['Wait... what?! (Really.) ok', ['Wait...', 'what?!', '(Really.)', 'ok']],
  ['  \n ', []],
])('sentences of %j', ([text, sentences], { expect }) => {
  expect(splitSentences(text)).toEqual(sentences)
})
