import { describe, test } from 'vitest'
import { StageError } from '@switchboard/shared/failure'
import { analyse } from './analyse.ts'
import { modelFailure } from './errors.ts'
import { answerJsonSchema } from './schema.ts'
import type { AnalysisSubject } from './subject.ts'

const NOW = Date.parse('2026-11-24T09:00:00Z')
const MIDNIGHT = Date.parse('2026-11-25T00:00:00Z')

const subject: AnalysisSubject = {
  kind: 'call',
  direction: 'incoming',
  durationSeconds: 300,
  utterances: [
    { by: 'us', text: 'Merchant desk, this is Dana.' },
    { by: 'them', text: 'Great service. Please send the PCI form by Friday.' },
  ],
}
const answer = {
  sentiment: { label: 'positive', confidence: 0.8, quote: 'Great service' },
  summary: 'The caller wants the PCI form.',
  category: { label: 'support', quote: 'send the PCI form' },
  actionItems: [{ text: 'Send the form', quote: 'Please send the PCI form' }],
  keywords: ['PCI form'],
}
const json = JSON.stringify(answer)
const chat = (content: unknown) => ({ choices: [{ message: { content } }], usage: {} })

/** A model that answers in turn; a function throws. It keeps what it was asked. */
function model(...outputs: unknown[]) {
  const asked: unknown[] = []
  return {
    name: 'test',
    promptVersion: '1',
    asked,
    run: async (input: unknown) => {
      asked.push(input)
      const next = outputs.shift()
      if (next instanceof Error) throw next
      return next
    },
  }
}

describe('an answer is read', () => {
  test.for([
    ['from a chat', chat(json)],
    ['from a response text', { response: json }],
    ['from a response object', { response: answer }],
    ['within fences', chat(`\`\`\`json\n${json}\n\`\`\``)],
    ['after a word of its own', { response: `Here it is: ${json}` }],
    ['with more members than asked for', chat(JSON.stringify({ ...answer, mood: 1 }))],
  ])('%s', async ([, output], { expect }) => {
    const fake = model(output)
    expect(await analyse(subject, fake)).toEqual({
      analysed: true,
      analysis: { ...answer, leadScore: 84, claims: { made: 3, dropped: 0 } },
    })
    expect(fake.asked).toHaveLength(1)
  })
})

describe('the request', () => {
  test('is what Workers AI takes', async ({ expect }) => {
    const fake = model(chat(json))
    await analyse(subject, fake)
    expect(fake.asked).toEqual([
      {
        messages: [
          { role: 'system', content: expect.stringContaining('phone call') },
          { role: 'user', content: expect.stringContaining('"kind":"call"') },
        ],
        response_format: {
          type: 'json_schema',
          json_schema: { name: 'call_analysis', schema: answerJsonSchema('call') },
        },
        chat_template_kwargs: { enable_thinking: false },
        temperature: 0,
        max_completion_tokens: 2000,
      },
    ])
  })

  test('is not made where there is no text', async ({ expect }) => {
    const fake = model()
    const none = { analysed: false, reason: 'no text' }
    expect(await analyse({ ...subject, utterances: [] }, fake)).toEqual(none)
    expect(await analyse({ ...subject, utterances: [{ by: 'us', text: '\n' }] }, fake)).toEqual(
      none,
    )
    expect(fake.asked).toEqual([])
  })

  test.for(['call', 'message', 'mail'] as const)(
    'has a schema of %s that models accept',
    async (kind, { expect }) => {
      const schema = JSON.stringify(answerJsonSchema(kind), null, 2)
      expect(schema).not.toMatch(/\$ref|\$schema|minimum|maximum/)
      expect(schema.match(/"type": "object"/g)?.length).toBe(
        schema.match(/"additionalProperties": false/g)?.length,
      )
      await expect(schema).toMatchFileSnapshot(`golden/schema-${kind}.txt`)
    },
  )
})

describe('a wrong answer', () => {
  const wrongSentiment = JSON.stringify({
    ...answer,
    sentiment: { ...answer.sentiment, confidence: 80 },
  })

  test.for<[string, unknown, string, string]>([
    ['that is not in shape', chat(wrongSentiment), wrongSentiment, 'sentiment.confidence'],
    ['that is no JSON', { response: 'I would say: positive' }, 'I would say: positive', 'JSON'],
    ['that is cut off', chat(json.slice(0, 50)), json.slice(0, 50), 'JSON'],
    ['that is empty', chat(null), '(nothing)', 'no answer'],
    ['of an unknown shape', { text: json }, '(nothing)', 'no answer'],
    ['in an error', new Error("5024: JSON Mode couldn't be met"), '(nothing)', 'JSON'],
  ])('%s is handed back once', async ([, output, said, wrong], { expect }) => {
    const fake = model(output, chat(json))
    expect(await analyse(subject, fake)).toMatchObject({ analysed: true })
    expect(fake.asked).toHaveLength(2)
    expect(fake.asked[1]).toMatchObject({
      messages: [
        { role: 'system' },
        { role: 'user' },
        { role: 'assistant', content: said },
        { role: 'user', content: expect.stringContaining(wrong) },
      ],
    })
  })

  test('twice means not analysed, for a reason that quotes nothing', async ({ expect }) => {
    const fake = model(chat('+1 555 0100 said so'), chat(wrongSentiment))
    expect(await analyse(subject, fake)).toEqual({
      analysed: false,
      reason: 'the model gave no valid answer (sentiment.confidence)',
    })
    expect(fake.asked).toHaveLength(2)
  })

  test('a text that is too long for the model is not sent again', async ({ expect }) => {
    const fake = model(new Error('3006: Request is too large'))
    const reason = 'the text is too long for the model'
    expect(await analyse(subject, fake)).toEqual({ analysed: false, reason })
    expect(fake.asked).toHaveLength(1)
  })
})

describe('an analysis', () => {
  test('keeps only what the text bears out', async ({ expect }) => {
    const bold = {
      ...answer,
      sentiment: { ...answer.sentiment, quote: 'I love you' },
      actionItems: [{ text: 'Refund', quote: 'refund me' }],
      keywords: ['refund'],
    }
    expect(await analyse(subject, model(chat(JSON.stringify(bold))))).toMatchObject({
      analysis: { sentiment: null, actionItems: [], keywords: [], leadScore: 68 },
    })
  })

  test('of a text message has no lead score and no keywords', async ({ expect }) => {
    const { keywords: _, ...asked } = { ...answer, category: { label: 'request', quote: 'Please' } }
    const fake = model(chat(JSON.stringify(asked)))
    expect(await analyse({ ...subject, kind: 'message' }, fake)).toMatchObject({
      analysis: { category: { label: 'request' }, keywords: [], leadScore: null },
    })
  })

  test("takes no call's category for a text message", async ({ expect }) => {
    const fake = model(chat(json), chat(json))
    expect(await analyse({ ...subject, kind: 'message' }, fake)).toMatchObject({ analysed: false })
  })
})

describe('a fault of the outside system', () => {
  const quota = { kind: 'upstream.exhausted', api: 'workers-ai', until: MIDNIGHT }
  const unavailable = { kind: 'upstream.unavailable', api: 'workers-ai' }
  const misconfigured = { kind: 'upstream.misconfigured', scope: 'workers-ai' }
  const throttled = { kind: 'upstream.throttled', api: 'workers-ai' }

  test.for([
    ['3036: You have used up your daily free allocation', {}, quota],
    ['4006: you have used up your daily free allocation', {}, quota],
    ['spent', { code: 3036 }, quota],
    ['spent', { code: '3036' }, quota],
    ['AiError: 3040: Capacity temporarily exceeded', {}, unavailable],
    ['InferenceUpstreamError: AiError: 3007: Request timeout', {}, unavailable],
    ['3008: Request was aborted', {}, unavailable],
    ['5007: No such model or task', {}, misconfigured],
    ['paid only', { code: 5035 }, misconfigured],
    ['429: Too many requests', {}, throttled],
    ['Too many requests', { status: 429 }, throttled],
    ['Network connection lost.', {}, { ...unavailable, status: null }],
    ['The operation timed out', { code: 23 }, { ...unavailable, status: null }],
    ['502 Bad gateway', {}, { ...unavailable, status: 502 }],
    ['1031: something else', {}, unavailable],
  ] as const)('%s %o', async ([message, fields, failure], { expect }) => {
    const error = Object.assign(new Error(message), fields)
    const fake = model(error)
    await expect(analyse(subject, fake, () => NOW)).rejects.toMatchObject({
      failure,
      cause: error,
    })
    expect(fake.asked).toHaveLength(1)
  })

  test('a failure of the gate passes through', async ({ expect }) => {
    const later = new StageError({ kind: 'gate.later', api: 'workers-ai', notBefore: NOW })
    await expect(analyse(subject, model(later))).rejects.toBe(later)
  })

  test('what is thrown need not be an Error', ({ expect }) => {
    expect(modelFailure('odd', NOW)).toMatchObject({ failure: unavailable })
  })
})
