/** Holds both toml files against the configuration schema, and the queues against their rules. */
import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { SECRETS, SETTINGS } from '@switchboard/shared/config'
import type { SettingName } from '@switchboard/shared/config'
import { LANES, STAGES } from '@switchboard/shared/kinds'
import { queueName } from '@switchboard/shared/queue-message'
import * as v from 'valibot'
import { describe, test } from 'vitest'
import { deployment, isSecret } from './deployment.ts'
import { ROOT } from './workers.ts'

const workers = deployment()
const consumers = workers.flatMap(({ config }) => config.queues.consumers ?? [])
const queues = [
  ...new Set([
    ...workers.flatMap(({ config }) =>
      (config.queues.producers ?? []).flatMap(({ queue }) => queue ?? []),
    ),
    ...consumers.map(({ queue }) => queue),
    ...consumers.flatMap(({ dead_letter_queue: letters }) => letters ?? []),
  ]),
]
const isLetterQueue = (queue: string) => queue.endsWith('-dlq')
const consumerOf = (queue: string) => consumers.find((consumer) => consumer.queue === queue)

describe.each(workers)('$config.name', ({ config, reads }) => {
  const vars = Object.entries(config.vars)

  test('every var is a setting with a value that can be read', ({ expect }) => {
    for (const [name, value] of vars) {
      expect(Object.keys(SETTINGS)).toContain(name)
      // What the operator must fill in stands there empty.
      if (value === '' && needsValue(name as SettingName)) continue
      const parsed = v.safeParse(SETTINGS[name as SettingName], value)
      expect(parsed.issues?.[0].message, name).toBeUndefined()
    }
  })

  test('no secret stands in the file', ({ expect }) => {
    expect(vars.map(([name]) => name).filter(isSecret)).toEqual([])
  })

  test('every setting it reads has a default, stands among its vars, or is a secret', ({
    expect,
  }) => {
    const missing = reads.filter(
      (name) => !(name in config.vars) && !isSecret(name) && hasNoDefault(name),
    )
    expect(missing).toEqual([])
  })

  test('its logs are kept', ({ expect }) => {
    expect(config.observability?.enabled).toBe(true)
  })
})

test('a setting of several Workers has the same value in each', ({ expect }) => {
  for (const name of Object.keys(SETTINGS)) {
    const values = workers.flatMap(({ config }) => (name in config.vars ? [config.vars[name]] : []))
    expect(new Set(values).size, `${name}: ${JSON.stringify(values)}`).toBeLessThanOrEqual(1)
    if (values.length === 0) continue
    const untold = workers.filter(
      ({ config, reads }) => reads.some((read) => read === name) && !(name in config.vars),
    )
    // Such a Worker goes by its default while others are told otherwise.
    expect(
      untold.map(({ room }) => room),
      name,
    ).toEqual([])
  }
})

test('every secret is read by some Worker', ({ expect }) => {
  const read = workers.flatMap(({ reads }) => reads)
  expect(SECRETS.filter((name) => !read.includes(name))).toEqual([])
})

test('all Workers use the same two databases and one compatibility date', ({ expect }) => {
  const databases = workers.flatMap(({ config }) => config.d1_databases)
  const ids = Map.groupBy(databases, ({ binding }) => binding)
  expect([...ids.keys()].toSorted()).toEqual(['DB', 'TEXT_INDEX'])
  const [main, texts] = [...ids.values()].map((of) => new Set(of.map(({ database_id: id }) => id)))
  expect([main?.size, texts?.size]).toEqual([1, 1])
  expect(main).not.toEqual(texts)
  expect(new Set(workers.map(({ config }) => config.compatibility_date)).size).toBe(1)
})

test('every queue that is sent to or read has exactly one consumer', ({ expect }) => {
  const counted = queues.map((queue) => [
    queue,
    consumers.filter((consumer) => consumer.queue === queue).length,
  ])
  expect(counted.filter(([, count]) => count !== 1)).toEqual([])
})

test('the queues that code sends to are the queues of the files', ({ expect }) => {
  const named = STAGES.flatMap((stage) => LANES.map((lane) => queueName(stage, lane)))
  expect(queues.filter((queue) => !isLetterQueue(queue)).toSorted()).toEqual(
    [...new Set(named), 'sweep'].toSorted(),
  )
})

describe.each(queues.filter((queue) => !isLetterQueue(queue)))('queue %s', (queue) => {
  const consumer = consumerOf(queue)

  test('says all of batch size, wait, retries, delay and concurrency', ({ expect }) => {
    expect(consumer).toMatchObject({
      max_batch_size: expect.any(Number),
      max_batch_timeout: expect.any(Number),
      max_retries: expect.any(Number),
      retry_delay: expect.any(Number),
      max_concurrency: expect.any(Number),
    })
  })

  test("has its stage's dead-letter queue, whose consumer tries 100 times", ({ expect }) => {
    // The dead-letter Worker reads the stage off the queue's name.
    expect(consumer?.dead_letter_queue).toBe(`${queue.replace(/-bulk$/, '')}-dlq`)
    const letters = consumerOf(consumer?.dead_letter_queue ?? '')
    expect(letters).toMatchObject({ max_retries: 100 })
    expect(letters).not.toHaveProperty('dead_letter_queue', expect.any(String))
  })
})

const LIVE = STAGES.map((stage) => queueName(stage, 'live')).filter(
  (queue, at) => queue !== queueName(STAGES[at]!, 'bulk'),
)

test.for([...LIVE, 'sweep'])('%s does not wait for a batch to fill', (queue, { expect }) => {
  expect(consumerOf(queue)?.max_batch_timeout).toBe(0)
})

/** How many requests each gate grants in a second, by the settings' defaults. */
const perSecond = {
  openphone: v.parse(SETTINGS.OPENPHONE_RPS, undefined),
  notion: v.parse(SETTINGS.NOTION_RPS, undefined),
  mailbox: v.parse(SETTINGS.JMAP_RPS, undefined),
  'workers-ai': v.parse(SETTINGS.AI_RPM, undefined) / 60,
}
const GATED: Record<string, (keyof typeof perSecond)[]> = {
  sweep: ['openphone', 'notion', 'mailbox'],
  enrich: ['openphone', 'workers-ai'],
  'enrich-bulk': ['openphone', 'workers-ai'],
  vectorize: ['workers-ai'],
  reconcile: ['notion'],
  'reconcile-bulk': ['notion'],
  archive: ['openphone', 'workers-ai'],
}
const LINE_SECONDS = 30

test.for(Object.entries(GATED))(
  'what %s works at once passes its gates (%s) within half a minute',
  ([queue, gates], { expect }) => {
    const consumer = consumerOf(queue)
    const atOnce = (consumer?.max_batch_size ?? NaN) * (consumer?.max_concurrency ?? NaN)
    for (const gate of gates)
      expect(atOnce, gate).toBeLessThanOrEqual(perSecond[gate] * LINE_SECONDS)
  },
)

test('every queue of a stage is gated, and says so here', ({ expect }) => {
  expect(Object.keys(GATED).toSorted()).toEqual(
    queues.filter((queue) => !isLetterQueue(queue)).toSorted(),
  )
})

test('no batch size, wait, retry, delay or concurrency stands in code', ({ expect }) => {
  const sources = globSync(['shared/src/**/*.ts', 'packages/*/src/**/*.ts', 'workers/*/*.ts'], {
    cwd: ROOT,
  }).filter((file) => !/\.test\.ts$|workers\/testing\//.test(file))
  expect(sources.length).toBeGreaterThan(50)
  const words =
    /max_?batch_?(size|timeout)|max_?retries\b|retry_?delay|max_?concurrency|dead_?letter_?queue|(delay_?seconds|deliveryDelay): *\d/i
  const found = sources.filter((file) => words.test(withoutComments(file)))
  expect(found).toEqual([])
})

function withoutComments(file: string): string {
  return readFileSync(join(ROOT, file), 'utf8').replaceAll(/\/\*[\s\S]*?\*\/|\/\/.*/g, '')
}

function needsValue(name: SettingName): boolean {
  return !v.safeParse(SETTINGS[name], undefined).success
}

/** Required, or of use only where somebody sets it. */
function hasNoDefault(name: SettingName): boolean {
  const parsed = v.safeParse(SETTINGS[name], undefined)
  return !parsed.success || parsed.output === undefined
}
