/**
 * A record's talk in, what it says out. AI is an extra, not a gate: a model that fails on this record
 * yields "not analysed" and a reason; only a fault of the outside system is thrown.
 *
 * The model is asked once, and once more with its own answer and what is wrong with it.
 */
import type { AnalysisResult } from '@switchboard/shared/analysis'
import { StageError } from '@switchboard/shared/failure'
import { isTooLarge, modelFailure } from './errors.ts'
import { checkEvidence } from './evidence.ts'
import { leadScore, outsideShare } from './lead-score.ts'
import { readOutput } from './output.ts'
import type { Read } from './output.ts'
import { buildMessages } from './prompt.ts'
import type { Turn } from './prompt.ts'
import { answerJsonSchema } from './schema.ts'
import type { Answer } from './schema.ts'
import { hasText } from './subject.ts'
import type { AnalysisSubject } from './subject.ts'

/** `env.AI.run` of one model, behind the gate: each run passes it once. */
export interface Model {
  name: string
  promptVersion: string
  run(input: unknown): Promise<unknown>
}

/** Room for the longest answer: a dozen action items with their quotes. */
const MAX_ANSWER_TOKENS = 2000
/** As much of a wrong answer is handed back as shows what is wrong with it. */
const MAX_SAID_CHARACTERS = 8000

/**
 * @param now ms since epoch, for when a spent budget comes back
 * @throws StageError upstream.* (the model or its budget), and what `run` throws of its own
 */
export async function analyse(
  subject: AnalysisSubject,
  model: Model,
  now: () => number = Date.now,
): Promise<AnalysisResult> {
  if (!hasText(subject)) return { analysed: false, reason: 'no text' }
  const turns = buildMessages(subject)
  let read = await ask(subject, model, turns, now)
  if (read !== 'too large' && !('answer' in read))
    read = await ask(subject, model, [...turns, ...repair(read)], now)
  if (read === 'too large') return { analysed: false, reason: 'the text is too long for the model' }
  if (!('answer' in read))
    return { analysed: false, reason: `the model gave no valid answer (${read.place})` }
  return { analysed: true, analysis: conclude(read.answer, subject) }
}

async function ask(
  subject: AnalysisSubject,
  model: Model,
  messages: Turn[],
  now: () => number,
): Promise<Read | 'too large'> {
  try {
    return readOutput(subject.kind, await model.run(request(subject, messages)))
  } catch (error) {
    const failure = modelFailure(error, now())
    if (failure instanceof StageError) throw failure
    if (isTooLarge(error)) return 'too large'
    return { said: '', wrong: 'It was not JSON that fits the schema.', place: 'no JSON' }
  }
}

/** Workers AI, text generation with a JSON schema, thinking off: docs/contracts/workers-ai.md */
function request({ kind }: AnalysisSubject, messages: Turn[]): unknown {
  return {
    messages,
    response_format: {
      type: 'json_schema',
      json_schema: { name: `${kind}_analysis`, schema: answerJsonSchema(kind) },
    },
    chat_template_kwargs: { enable_thinking: false },
    temperature: 0,
    max_completion_tokens: MAX_ANSWER_TOKENS,
  }
}

function repair({ said, wrong }: { said: string; wrong: string }): Turn[] {
  return [
    { role: 'assistant', content: said.slice(0, MAX_SAID_CHARACTERS) || '(nothing)' },
    {
      role: 'user',
      content: `That answer cannot be used:\n${wrong}\nAnswer again with one JSON object that fits the schema, and nothing else.`,
    },
  ]
}

function conclude(answer: Answer, subject: AnalysisSubject) {
  const checked = checkEvidence(answer, subject)
  return {
    ...checked,
    leadScore:
      subject.kind === 'call'
        ? leadScore({
            sentiment: checked.sentiment?.label ?? null,
            confidence: checked.sentiment?.confidence ?? 0,
            outsideShare: outsideShare(subject.utterances),
            durationSeconds: subject.durationSeconds ?? 0,
          })
        : null,
  }
}
