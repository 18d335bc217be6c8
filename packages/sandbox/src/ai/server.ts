/**
 * The AI stand-in's HTTP: `POST /run {model, input}` answers `{result}` or `{error}`; what is to be
 * streamed comes as server-sent events; an embedding
 * comes as raw float32 where the asker accepts that, since JSON of 100 vectors costs more than making
 * them. `GET /__sandbox/requests` counts, `POST /__sandbox/fault` orders a refusal ahead of time,
 * `DELETE` of it clears what was ordered, `POST /__sandbox/standing` says which faults stand.
 */

import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { setImmediate, setTimeout } from 'node:timers/promises'
import * as v from 'valibot'
import { RequestLog } from '../http/requests.ts'
import { AiRefusal, Fault, Faults, Standing } from './faults.ts'
import type { Brain, Embedding } from './run.ts'

export const FLOATS = 'application/octet-stream'
/** Vectors in the answer, and numbers in each: `3,1024`. */
export const SHAPE_HEADER = 'x-shape'

const EVENTS = 'text/event-stream'
const BODY_BYTES = 20_000_000
const Run = v.object({ model: v.string(), input: v.unknown() })

/** @param brain may still be loading: requests wait for it */
export function createAiServer(brain: Promise<Brain>): Server {
  const faults = new Faults()
  const log = new RequestLog('workers-ai')
  const server = createServer((request, response) => {
    answer(request, response).catch((error: unknown) => {
      sendError(response, error)
    })
  })
  // Never hang up on an idle client: a request crossing our FIN would look like a failed send.
  server.keepAliveTimeout = 0
  return server

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const route = `${request.method ?? 'GET'} ${request.url ?? '/'}`
    if (route === 'GET /__sandbox/requests') return sendJson(response, 200, log.counts())
    if (route === 'DELETE /__sandbox/fault') {
      faults.clear()
      return sendJson(response, 200, {})
    }
    if (route === 'POST /__sandbox/fault') {
      faults.plan(v.parse(Fault, await readJson(request)))
      return sendJson(response, 200, {})
    }
    if (route === 'POST /__sandbox/standing') {
      faults.standing = v.parse(Standing, await readJson(request))
      return sendJson(response, 200, {})
    }
    if (route !== 'POST /run') return sendJson(response, 404, { error: { message: 'not found' } })
    const { model, input } = v.parse(Run, await readJson(request))
    log.arrived('RUN', model, Date.now(), false)
    try {
      await setTimeout(faults.standing.slowMs)
      const result = await (await brain).run(model, input, faults)
      if ('vectors' in result) sendEmbedding(request, response, result)
      else if ('streamed' in result) await sendEvents(response, String(result.streamed))
      else sendJson(response, 200, { result })
      log.answered('RUN', model, 200)
    } catch (error) {
      log.answered('RUN', model, error instanceof AiRefusal ? error.status : 500)
      throw error
    }
  }
}

async function readJson(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of request) {
    if (!(chunk instanceof Buffer)) continue
    size += chunk.length
    if (size > BODY_BYTES) throw new AiRefusal(3006)
    chunks.push(chunk)
  }
  return JSON.parse(Buffer.concat(chunks).toString())
}

function sendEmbedding(
  request: IncomingMessage,
  response: ServerResponse,
  embedding: Embedding,
): void {
  if (request.headers.accept !== FLOATS) {
    sendJson(response, 200, { result: embeddingResult(embedding) })
    return
  }
  const { vectors } = embedding
  const body = Buffer.concat(
    vectors.map((vector) => Buffer.from(vector.buffer, vector.byteOffset, vector.byteLength)),
  )
  response.writeHead(200, {
    'content-type': FLOATS,
    'content-length': String(body.length),
    [SHAPE_HEADER]: `${vectors.length},${vectors[0]?.length ?? 0}`,
  })
  response.end(body)
}

/** About a word at a time, as a model generates them. */
async function sendEvents(response: ServerResponse, text: string): Promise<void> {
  response.writeHead(200, { 'content-type': EVENTS })
  for (const piece of text.match(/\s*\S+|\s+/gu) ?? []) {
    const delta = { choices: [{ index: 0, delta: { content: piece } }] }
    response.write(`data: ${JSON.stringify(delta)}\n\n`)
    await setImmediate()
  }
  response.end('data: [DONE]\n\n')
}

/** As the binding gives it. */
function embeddingResult({ vectors }: Embedding): object {
  return {
    shape: [vectors.length, vectors[0]?.length ?? 0],
    data: vectors.map((vector) => Array.from(vector, (value) => Math.round(value * 1e7) / 1e7)),
    pooling: 'cls',
  }
}

function sendError(response: ServerResponse, error: unknown): void {
  if (error instanceof AiRefusal) {
    const { name, message, code, status } = error
    sendJson(response, status, { error: { name, message, code } })
    return
  }
  const isInput = error instanceof v.ValiError || error instanceof SyntaxError
  const { name, message } = error instanceof Error ? error : new Error(String(error))
  sendJson(response, isInput ? 400 : 500, { error: { name, message } })
}

function sendJson(response: ServerResponse, status: number, body: object): void {
  const text = JSON.stringify(body)
  response.writeHead(status, {
    'content-type': 'application/json; charset=utf-8',
    'content-length': String(Buffer.byteLength(text)),
  })
  response.end(text)
}
