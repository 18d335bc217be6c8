/**
 * `env.AI.run` as the stand-in carries it out: which models there are, what they take and what they
 * give. A question to given sources is answered from them, anything else is analysed; a streamed
 * answer is `{streamed}` here, cut into events by the server. Embeddings come from `@cf/baai/bge-m3` alone; every text model gives the same answer, in the
 * shape of its family; a speech model hears nothing.
 */

import * as v from 'valibot'
import { analyse, type Analyser } from './analysis/analyse.ts'
import { answerFrom } from './analysis/answering.ts'
import { loadModels } from './analysis/models.ts'
import { embed } from './embedding/embed.ts'
import { EncoderClient } from './embedding/encoder-client.ts'
import { AiRefusal, type Faults } from './faults.ts'
import type { Mode } from './mode.ts'
import { SPEECH_MODEL, hear } from './speech.ts'

export const EMBEDDING_MODEL = '@cf/baai/bge-m3'
const TEXTS_AT_MOST = 100
/** bge-m3 reads 60,000 tokens a request; a token has about four characters. */
const EMBEDDED_CHARACTERS = 240_000
/** glm-4.7-flash reads 131,072 tokens. */
const PROMPT_CHARACTERS = 520_000

/** Who makes text models there. */
const TEXT_MODEL =
  /^@cf\/(?:zai-org|meta|google|openai|qwen|mistralai|mistral|deepseek-ai|moonshotai|ibm-granite|nvidia|microsoft|aisingapore)\/[\w.-]+$/u
/** Taken out of service on 2026-05-30, and models of other trades. */
const NOT_A_TEXT_MODEL =
  /llama-3-8b|llama-3\.1-(?:8|70)b|mistral-7b|gemma-3-12b|hermes-2-pro|llama-guard|embedding|whisper|resnet|plamo/u
/** Models of this family answer `{response}`, the others `{choices}`. */
const LLAMA = /\/llama-/u

const EmbeddingInput = v.object({
  text: v.union([v.string(), v.pipe(v.array(v.string()), v.minLength(1))]),
})
const JsonSchema = v.record(v.string(), v.unknown())
const TextInput = v.object({
  messages: v.pipe(
    v.array(v.object({ role: v.string(), content: v.string() })),
    v.check((messages) => messages.some(({ role }) => role === 'user')),
  ),
  stream: v.optional(v.boolean()),
  response_format: v.optional(
    v.object({
      type: v.picklist(['json_schema', 'json_object', 'text']),
      // Newer models wrap the schema and give it a name, older ones take it bare.
      json_schema: v.optional(JsonSchema),
    }),
  ),
})

export interface Embedding {
  vectors: Float32Array[]
}

export interface Brain {
  /** @throws AiRefusal */
  run(model: string, input: unknown, faults: Faults): Promise<Embedding | object>
  stop(): Promise<void>
}

/** Loads what the mode needs; the encoder's thread goes on loading after that. */
export function createBrain(mode: Mode): Brain {
  const encoder = mode === 'full' ? new EncoderClient() : null
  const analyser: Analyser = {
    models: loadModels(mode),
    light: loadModels('light'),
    encode: encoder === null ? null : (text) => encoder.encode(text, true),
  }
  return {
    async run(model, input, faults) {
      const isText = isTextModel(model)
      const isSpeech = SPEECH_MODEL.test(model)
      if (model !== EMBEDDING_MODEL && !isText && !isSpeech) {
        throw new AiRefusal(5007, `No such model ${model} or task`)
      }
      const ordered = faults.next(model, isText)
      if (isSpeech) return hear(input)
      return isText
        ? generate(model, input, ordered, analyser)
        : { vectors: await embed(readTexts(input), encoder) }
    },
    async stop() {
      await encoder?.stop()
    },
  }
}

function isTextModel(model: string): boolean {
  return TEXT_MODEL.test(model) && !NOT_A_TEXT_MODEL.test(model)
}

function readTexts(input: unknown): string[] {
  const read = v.safeParse(EmbeddingInput, input)
  if (!read.success) throw new AiRefusal(5006, `Error: ${read.issues[0].message}`)
  const texts = [read.output.text].flat()
  if (texts.length > TEXTS_AT_MOST) {
    throw new AiRefusal(3006, `Request is too large: at most ${TEXTS_AT_MOST} texts`)
  }
  if (texts.some((text) => text === '')) {
    throw new AiRefusal(5006, "Error: Length of '/text' must be >= 1")
  }
  if (texts.reduce((sum, text) => sum + text.length, 0) > EMBEDDED_CHARACTERS) {
    throw new AiRefusal(3006)
  }
  return texts
}

async function generate(
  model: string,
  input: unknown,
  ordered: string | null,
  analyser: Analyser,
): Promise<object> {
  const read = v.safeParse(TextInput, input)
  if (!read.success) throw new AiRefusal(5006, `Error: ${read.issues[0].message}`)
  const { messages, response_format: format } = read.output
  const promptCharacters = messages.reduce((sum, { content }) => sum + content.length, 0)
  if (promptCharacters > PROMPT_CHARACTERS) throw new AiRefusal(3006)
  const asked = messages.find(({ role }) => role === 'user')?.content ?? ''
  const wrapped = v.safeParse(v.object({ schema: JsonSchema }), format?.json_schema)
  const schema = wrapped.success ? wrapped.output.schema : format?.json_schema
  const isJson = format !== undefined && format.type !== 'text'
  const lines = isJson ? null : await answerFrom(asked, analyser.encode)
  const answer = lines === null ? await analyse(asked, schema, analyser) : {}
  const content = ordered ?? lines ?? (isJson ? JSON.stringify(answer) : said(answer['summary']))
  if (read.output.stream === true) return { streamed: content }
  const usage = usageOf(promptCharacters, content.length)
  if (LLAMA.test(model)) {
    return { response: isJson && ordered === null ? answer : content, usage }
  }
  return {
    model,
    choices: [{ index: 0, message: { role: 'assistant', content }, finish_reason: 'stop' }],
    usage,
  }
}

function said(summary: unknown): string {
  return typeof summary === 'string' ? summary : ''
}

/** Four characters a token, as a rule of thumb has it. */
function usageOf(promptCharacters: number, characters: number): object {
  const prompt = Math.ceil(promptCharacters / 4)
  const completion = Math.ceil(characters / 4)
  return {
    prompt_tokens: prompt,
    completion_tokens: completion,
    total_tokens: prompt + completion,
  }
}
