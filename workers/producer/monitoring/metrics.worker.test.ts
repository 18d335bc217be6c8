/** Figures for Prometheus: what is told, and that the dashboard and the alerts ask for nothing else. */
import { describe, expect, test } from 'vitest'
import alerts from '../../../docs/alerts.yml?raw'
import dashboard from '../../../docs/grafana-dashboard.json?raw'
import { spokenCall, textMessages } from '../../testing/scenes.ts'
import { NOW, newWorld } from '../../testing/world.ts'
import type { TestWorld } from '../../testing/world.ts'

const asReader = { Authorization: 'Bearer read-only-token' }

async function metrics(world: TestWorld): Promise<string> {
  const response = await world.fetch('/metrics', { headers: asReader })
  expect(response.status).toBe(200)
  expect(response.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8')
  return response.text()
}

/** The value of a series as it stands there; undefined: it does not. */
function valueOf(text: string, series: string): number | undefined {
  const line = text.split('\n').find((one) => one.startsWith(`${series} `))
  return line === undefined ? undefined : Number(line.slice(series.length))
}

test('need a token', async () => {
  const world = await newWorld()
  expect((await world.fetch('/metrics')).status).toBe(401)
})

test('tell what the stages did, what waits and how records stand', async () => {
  const world = await newWorld({ calls: [spokenCall()], textMessages: textMessages(3) })
  await world.fail('notion', 'POST /v1/pages', 400, 1)
  world.gate.state = {
    rate: null,
    waiting: { live: 0, bulk: 7 },
    minutes: [{ at: NOW, live: 2, bulk: 9 }],
  }
  await world.backfill()
  await world.cron('minute')
  await world.minutes(1)
  const text = await metrics(world)
  const settled = (kind: string, outcome: string) =>
    valueOf(
      text,
      `switchboard_stage_records_total{stage="reconcile",lane="bulk",kind="${kind}",outcome="${outcome}"}`,
    ) ?? 0
  expect(settled('call', 'done') + settled('message', 'done')).toBe(3)
  expect(settled('call', 'deadLetter') + settled('message', 'deadLetter')).toBe(1)
  const waiting = 'switchboard_stage_waiting_seconds'
  expect(valueOf(text, `${waiting}_count{stage="reconcile",lane="bulk"}`)).toBe(4)
  expect(valueOf(text, `${waiting}_bucket{stage="reconcile",lane="bulk",le="+Inf"}`)).toBe(4)
  expect(valueOf(text, `${waiting}_bucket{stage="reconcile",lane="bulk",le="0.016"}`)).toBe(4)
  expect(valueOf(text, 'switchboard_stage_running{stage="reconcile"}')).toBe(1)
  expect(valueOf(text, 'switchboard_queue_backlog{queue="archive"}')).toBe(0)
  expect(valueOf(text, 'switchboard_gate_limit_per_minute{gate="notion"}')).toBeGreaterThan(0)
  expect(valueOf(text, 'switchboard_gate_granted_per_minute{gate="notion",lane="live"}')).toBe(2)
  expect(valueOf(text, 'switchboard_gate_waiting{gate="notion",lane="bulk"}')).toBe(7)
  expect(
    valueOf(text, 'switchboard_letters_open{stage="reconcile",failure="record.refused"}'),
  ).toBe(1)
  expect(valueOf(text, 'switchboard_runs_running')).toBe(0)
  expect(valueOf(text, 'switchboard_run_last_finished_timestamp_seconds')).toBeGreaterThan(0)
  const stand = (kind: string, state: string) =>
    valueOf(text, `switchboard_records{kind="${kind}",state="${state}"}`) ?? 0
  expect(stand('call', 'filed') + stand('message', 'filed')).toBe(3)
  expect(valueOf(text, 'switchboard_sampled_timestamp_seconds')).toBe((NOW + 60_000) / 1000)
})

test('say what stands, and why nobody need be called for what a person paused', async () => {
  const world = await newWorld({ textMessages: textMessages(2) })
  await world.cron('backfill')
  await world.drain(['reconcile-bulk'])
  Object.assign(world.env, { NOTION_TOKEN: 'revoked' })
  await world.drain()
  await world.fetch('/api/stages/archive/pause', {
    method: 'POST',
    headers: { Authorization: 'Bearer admin-token' },
  })
  await world.cron('minute')
  const text = await metrics(world)
  expect(valueOf(text, 'switchboard_stage_running{stage="reconcile"}')).toBe(0)
  expect(valueOf(text, 'switchboard_stage_paused{stage="reconcile"}')).toBe(0)
  expect(valueOf(text, 'switchboard_stage_running{stage="archive"}')).toBe(0)
  expect(valueOf(text, 'switchboard_stage_paused{stage="archive"}')).toBe(1)
  expect(valueOf(text, 'switchboard_parked_waiting{scope="notion"}')).toBe(2)
  expect(valueOf(text, 'switchboard_parked_since_timestamp_seconds{scope="notion"}')).toBe(
    NOW / 1000,
  )
  expect(valueOf(text, 'switchboard_queue_owed{queue="reconcile-bulk"}')).toBe(2)
})

test('never fall, however old they are', async () => {
  const world = await newWorld({ textMessages: textMessages(2) })
  await world.backfill()
  await world.cron('minute')
  const series =
    'switchboard_stage_records_total{stage="enrich",lane="bulk",kind="message",outcome="done"}'
  expect(valueOf(await metrics(world), series)).toBe(2)
  world.advance(100 * 86_400_000)
  await world.cron('minute')
  expect(valueOf(await metrics(world), series)).toBe(2)
})

test('are lines as Prometheus reads them, each metric described once', async () => {
  const world = await newWorld({ textMessages: textMessages(1) })
  await world.backfill()
  await world.cron('minute')
  const text = await metrics(world)
  expect(text.endsWith('\n')).toBe(true)
  const line =
    /^(?:# (?:HELP|TYPE) [a-z_]+ .+|[a-z_]+(?:\{[a-z]+="[^"]*"(?:,[a-z]+="[^"]*")*\})? -?[\d.e+-]+)$/
  const lines = text.trimEnd().split('\n')
  expect(lines.filter((one) => !line.test(one))).toEqual([])
  const described = lines.flatMap((one) => /^# TYPE (\S+)/.exec(one)?.[1] ?? [])
  expect(new Set(described).size).toBe(described.length)
})

describe.each([
  ['docs/alerts.yml', alerts],
  ['docs/grafana-dashboard.json', dashboard],
])('%s', (_file, content) => {
  test('asks for metrics that there are', async () => {
    const text = await metrics(await newWorld())
    const types = new Map(
      Array.from(text.matchAll(/^# TYPE (\S+) (\S+)$/gm), ([, name, type]) => [name, type]),
    )
    const known = [...types].flatMap(([name, type]) =>
      type === 'histogram' ? [`${name}_bucket`, `${name}_sum`, `${name}_count`] : [name],
    )
    const asked = new Set(content.match(/switchboard_[a-z_]+/g))
    expect(asked.size).toBeGreaterThan(5)
    expect([...asked].filter((name) => !known.includes(name))).toEqual([])
  })
})

test('the dashboard shows every metric', async () => {
  const text = await metrics(await newWorld())
  const names = Array.from(text.matchAll(/^# TYPE (\S+)/gm), ([, name]) => name ?? '')
  const untold = names.filter((name) => !`${dashboard}${alerts}`.includes(name))
  expect(untold).toEqual([])
})
