/**
 * Answers from the records: what search finds is shown to the model, and what it states passes only
 * with the record's own words under it (packages/analysis/src/answer.ts).
 */
import { ANSWER_VERSION, StatementReader, pieceIn } from '@switchboard/analysis/answer'
import type { Source, Statement } from '@switchboard/analysis/answer'
import { modelFailure } from '@switchboard/analysis/errors'
import type { Turn } from '@switchboard/analysis/prompt'
import { StageError } from '@switchboard/shared/failure'
import type { Pace } from '@switchboard/shared/gate'
import { EventSourceParserStream } from 'eventsource-parser/stream'

export interface AnsweringPorts {
  ai: { run(model: string, input: unknown): Promise<unknown> }
  model: string
  pace: Pace
  now: () => number
}

/** What an answer is made from, beside the question: another of these is another answer. */
export function madeBy(ports: AnsweringPorts): object {
  return { model: ports.model, version: ANSWER_VERSION }
}

const MOST_TOKENS = 1200

/**
 * The statements that hold, as the model makes them.
 * @throws StageError upstream.*, gate.later
 */
export async function* statementsOf(
  messages: Turn[],
  sources: readonly Source[],
  ports: AnsweringPorts,
): AsyncGenerator<Statement> {
  const reader = new StatementReader(sources)
  for await (const piece of piecesOf(messages, ports)) yield* reader.push(piece)
  yield* reader.end()
}

async function* piecesOf(messages: Turn[], ports: AnsweringPorts): AsyncGenerator<string> {
  await ports.pace.acquire()
  const answer = await ports.ai
    .run(ports.model, {
      messages,
      stream: true,
      temperature: 0,
      max_completion_tokens: MOST_TOKENS,
      chat_template_kwargs: { enable_thinking: false },
    })
    .catch((error: unknown) => {
      throw failureOf(error, ports)
    })
  if (!(answer instanceof ReadableStream))
    throw failureOf(new Error('the model did not stream'), ports)
  const events = (answer as ReadableStream<Uint8Array<ArrayBuffer>>)
    .pipeThrough(new TextDecoderStream())
    .pipeThrough(new EventSourceParserStream())
  for await (const { data } of events) yield pieceIn(data)
}

function failureOf(error: unknown, { now }: AnsweringPorts): StageError {
  const failure = modelFailure(error, now())
  return failure === 'unusable'
    ? new StageError({
        kind: 'upstream.unavailable',
        api: 'workers-ai',
        status: null,
        detail: 'the model refused the question',
      })
    : failure
}
