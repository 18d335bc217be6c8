import { afterAll, describe, test } from 'vitest'
import { embed } from './embed.ts'
import { EncoderClient } from './encoder-client.ts'

const encoder = new EncoderClient()

afterAll(async () => {
  await encoder.stop()
})

describe.for<['light' | 'full', EncoderClient | null]>([
  ['light', null],
  ['full', encoder],
])('%s', ([, client]) => {
  test('1,024 numbers of length one, the same for the same text', async ({ expect }) => {
    const [first, again] = await embed(['The reader is offline', 'The reader is offline'], client)
    expect(first).toHaveLength(1024)
    expect(Math.hypot(...(first ?? []))).toBeCloseTo(1, 5)
    expect(again).toEqual(first)
  })

  test('words in common make texts near', async ({ expect }) => {
    const [asked, near, far] = await embed(
      ['chargeback on a gift card', 'the gift card chargebacks', 'see you on tuesday at noon'],
      client,
    )
    expect(dot(asked, near)).toBeGreaterThan(0.4)
    expect(dot(asked, near)).toBeGreaterThan(dot(asked, far) + 0.3)
  })
})

test('full: meaning in common does, too', async ({ expect }) => {
  const [asked, near, far] = await embed(
    ['the machine stopped working', 'our terminal is broken', 'we would like a lower price'],
    encoder,
  )
  expect(dot(asked, near)).toBeGreaterThan(dot(asked, far) + 0.05)
})

test('hundreds of texts wait behind an urgent one', async ({ expect }) => {
  const order: string[] = []
  const texts = Array.from({ length: 60 }, (_, n) => `A patient text, number ${n}. `.repeat(6))
  const patient = embed(texts, encoder).then(() => order.push('patient'))
  const urgent = encoder.encode('Urgent, please!', true).then(() => order.push('urgent'))
  await Promise.all([patient, urgent])
  expect(order).toEqual(['urgent', 'patient'])
})

test('what was encoded once is kept', async ({ expect }) => {
  const first = encoder.encode('Keep me.', false)
  expect(encoder.encode('Keep me.', true)).toBe(first)
  expect(await first).toHaveLength(512)
  expect(await encoder.encode('  ', true)).toEqual(new Float32Array(512))
})

function dot(a: Float32Array = new Float32Array(), b: Float32Array = new Float32Array()): number {
  return a.reduce((sum, value, lane) => sum + value * (b[lane] ?? 0), 0)
}
