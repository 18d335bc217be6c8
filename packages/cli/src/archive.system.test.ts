/**
 * Recordings in the whole system: 60 MB pass through the archive Worker as a stream, seen in its
 * heap, and the link on the call's page plays from the door, in ranges.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { CALLS_DATABASE_ID } from '@switchboard/sandbox/http/notion/workspace'
import { madeByte } from '@switchboard/sandbox/http/openphone/made-files'
import { callAt, smallWorld } from '@switchboard/sandbox/http/small-world'
import * as v from 'valibot'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { SIX_HOURLY } from './host.ts'
import { startSandboxHost } from './sandbox-host.ts'
import type { Host } from './host.ts'

const MEGABYTE = 1024 * 1024
const SIZE_BYTES = 60 * MEGABYTE
/** One part of an upload, and what the collector has not taken yet: never the file. */
const MOST_GROWTH_BYTES = 20 * MEGABYTE

const folder = mkdtempSync(join(tmpdir(), 'switchboard-'))
const at = new Date(Date.now() - 3_600_000).toISOString()
const calls = ['CR1', 'CR2'].map((id, nth) =>
  callAt(at, {
    id: `AC${nth + 1}`,
    recordings: [{ id, status: 'completed', startTime: at, duration: 60, type: 'audio/mpeg' }],
  }),
)
let host: Host

beforeAll(async () => {
  host = await startSandboxHost({
    folder,
    world: () => smallWorld({ calls }),
    inspectorPort: 0,
  })
}, 60_000)

afterAll(async () => {
  await host.stop()
  rmSync(folder, { recursive: true, force: true })
})

test('60 MB pass as a stream, with their length and without it', { timeout: 120_000 }, async () => {
  const type = 'audio/mpeg'
  host.outside.openphone.makeFile('CR1', { type, sizeBytes: SIZE_BYTES, withLength: true })
  host.outside.openphone.makeFile('CR2', { type, sizeBytes: SIZE_BYTES, withLength: false })
  const heap = await watchHeap(await debuggerOf('switchboard-archive'))
  await host.cron(SIX_HOURLY)
  const archived = await until(async () => {
    const { results } = await host.db
      .prepare(`SELECT key, size_bytes, sha256 FROM files ORDER BY key`)
      .all<{ key: string; size_bytes: number; sha256: string }>()
    return results.length === 2 ? results : null
  })
  expect(archived.map(({ key, size_bytes: size }) => [key, size])).toEqual([
    ['calls/AC1/CR1', SIZE_BYTES],
    ['calls/AC2/CR2', SIZE_BYTES],
  ])
  expect(archived[0]?.sha256).toBe(archived[1]?.sha256)
  const { samples, growthBytes } = await heap.end()
  expect(samples).toBeGreaterThan(10)
  expect(growthBytes).toBeLessThan(MOST_GROWTH_BYTES)
})

test('the link on a call’s page plays from the door', async () => {
  const pages = await until(async () => {
    const filed = host.outside.notion.pages(CALLS_DATABASE_ID)
    return filed.length === calls.length ? filed : null
  })
  const links = pages.map((page) => v.parse(Linked, page).properties['Recording URL'].url)
  expect(links.toSorted()).toEqual([
    expect.stringContaining(`${host.url}/recordings/calls/AC1/CR1?k=`),
    expect.stringContaining(`${host.url}/recordings/calls/AC2/CR2?k=`),
  ])
  const from = SIZE_BYTES - 1000
  for (const link of links) {
    const response = await fetch(link, { headers: { Range: `bytes=${from}-` } })
    expect(response.status).toBe(206)
    expect(response.headers.get('content-range')).toBe(
      `bytes ${from}-${SIZE_BYTES - 1}/${SIZE_BYTES}`,
    )
    expect(response.headers.get('content-length')).toBe('1000')
    expect(response.headers.get('content-type')).toBe('audio/mpeg')
    const bytes = new Uint8Array(await response.arrayBuffer())
    expect(bytes).toEqual(Uint8Array.from({ length: 1000 }, (_, nth) => madeByte(from + nth)))
    expect((await fetch(link.replace('&s=', '&s=x'))).status).toBe(403)
  }
})

const Linked = v.object({
  properties: v.object({ 'Recording URL': v.object({ url: v.string() }) }),
})

async function until<T>(look: () => Promise<T | null>): Promise<T> {
  for (;;) {
    const found = await look()
    if (found !== null) return found
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}

/** Where a Worker's isolate is looked into. */
async function debuggerOf(worker: string): Promise<string> {
  const { host: address } = await host.miniflare.getInspectorURL()
  const Targets = v.array(v.object({ webSocketDebuggerUrl: v.string() }))
  const targets = v.parse(Targets, await (await fetch(`http://${address}/json`)).json())
  const found = targets.find(({ webSocketDebuggerUrl: url }) => url.endsWith(`:user:${worker}`))
  if (found === undefined) throw new Error(`there is no isolate of ${worker}`)
  return found.webSocketDebuggerUrl
}

const HeapUsage = v.object({
  result: v.object({ usedSize: v.number(), backingStorageSize: v.number() }),
})

/** Asks for an isolate's heap again and again. */
async function watchHeap(url: string) {
  const socket = new WebSocket(url)
  await new Promise((resolve, reject) => {
    socket.addEventListener('open', resolve)
    socket.addEventListener('error', () => reject(new Error('no debugger')))
  })
  const sizes: number[] = []
  let ended = false
  const told = new Promise<void>((resolve) => {
    const ask = () =>
      socket.send(JSON.stringify({ id: sizes.length, method: 'Runtime.getHeapUsage' }))
    socket.addEventListener('message', ({ data }) => {
      const answer = v.safeParse(HeapUsage, JSON.parse(String(data)))
      if (!answer.success) return
      sizes.push(answer.output.result.usedSize + answer.output.result.backingStorageSize)
      if (ended) resolve()
      else setTimeout(ask, 2)
    })
    ask()
  })
  return {
    async end(): Promise<{ samples: number; growthBytes: number }> {
      ended = true
      await told
      socket.close()
      return { samples: sizes.length, growthBytes: Math.max(...sizes) - (sizes[0] ?? 0) }
    },
  }
}
