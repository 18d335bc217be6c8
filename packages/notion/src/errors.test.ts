import { APIErrorCode, APIResponseError, UnknownHTTPResponseError } from '@notionhq/client'
import { describe, test } from 'vitest'
import { StageError } from '@switchboard/shared/failure'
import type { Failure } from '@switchboard/shared/failure'
import { MERCHANT_ID } from '../test/notion-pages.ts'
import { MissingPage, readFailure, TrashedPage, writeFailure } from './errors.ts'

const sending = { role: 'call', sentAt: 1_000_000, settleMs: 150_000 } as const

function answered(
  status: number,
  code: APIErrorCode,
  message: string,
  headers = {},
  additional_data?: Record<string, string>,
): Error {
  return new APIResponseError({
    status,
    code,
    message,
    headers: new Headers(headers),
    rawBodyText: '',
    additional_data,
    request_id: undefined,
  })
}
const invalid = (message: string) => answered(400, APIErrorCode.ValidationError, message)
const edge = (status: number, rawBodyText = '<html>') =>
  new UnknownHTTPResponseError({ status, message: undefined, headers: new Headers(), rawBodyText })

function written(error: unknown): Failure | null {
  const failure = writeFailure(error, sending)
  return failure instanceof StageError ? failure.failure : null
}
function asked(error: unknown): Failure | null {
  const failure = readFailure(error, 'call')
  return failure instanceof StageError ? failure.failure : null
}

describe('a clear refusal', () => {
  test.for([
    [answered(401, APIErrorCode.Unauthorized, 'API token is invalid.'), 'upstream.unauthorized'],
    [
      answered(403, APIErrorCode.RestrictedResource, 'Insufficient permissions.'),
      'upstream.unauthorized',
    ],
    [answered(429, APIErrorCode.RateLimited, 'Rate limited.'), 'upstream.throttled'],
    [answered(529, APIErrorCode.ServiceOverload, 'Overloaded.'), 'upstream.throttled'],
    [
      answered(404, APIErrorCode.ObjectNotFound, 'Could not find database with ID: x.'),
      'upstream.misconfigured',
    ],
    [
      answered(404, APIErrorCode.ObjectNotFound, 'Could not find data source with ID: x.'),
      'upstream.misconfigured',
    ],
    [invalid('database property title does not match filter rich_text'), 'upstream.misconfigured'],
    [invalid("Can't edit page on block with an archived ancestor."), 'upstream.misconfigured'],
    [edge(403), 'upstream.unavailable'],
    [edge(413), 'record.refused'],
    [invalid('body failed validation.'), 'record.refused'],
  ] as const)('%s means the same for reads and writes: %s', ([error, kind], { expect }) => {
    expect(written(error)?.kind).toBe(kind)
    expect(asked(error)?.kind).toBe(kind)
  })

  test('says how long to wait, one second where Notion does not', ({ expect }) => {
    expect(
      written(answered(429, APIErrorCode.RateLimited, '', { 'retry-after': '37' })),
    ).toMatchObject({
      retryAfterMs: 37_000,
    })
    expect(written(answered(429, APIErrorCode.RateLimited, ''))).toMatchObject({
      retryAfterMs: 1000,
    })
  })

  test('waits as long as the body or the header says, whichever is longer', ({ expect }) => {
    for (const [header, told, waitMs] of [
      ['2', '90', 90_000],
      ['90', '2', 90_000],
      ['x', '7', 7000],
    ] as const) {
      const headers = { 'retry-after': header }
      const error = answered(529, APIErrorCode.ServiceOverload, '', headers, { retry_after: told })
      expect(written(error)).toMatchObject({ kind: 'upstream.throttled', retryAfterMs: waitMs })
    }
  })

  test('of a plan that allows no more parks what creates, and says what to do', ({ expect }) => {
    const blocks = answered(
      403,
      APIErrorCode.RestrictedResource,
      'This workspace has used up its blocks.',
      {},
      { block_limit: 'block_creation' },
    )
    expect(written(blocks)).toMatchObject({
      kind: 'upstream.exhausted',
      until: 1_900_000,
      detail: expect.stringMatching(/upgrade its plan/),
    })
    expect(written(edge(409, '{"code":"row_limit_exceeded"}'))).toMatchObject({
      kind: 'upstream.exhausted',
      scope: 'notion:call',
      detail: expect.stringMatching(/NOTION_CALLS_DATABASE_ID.*move old rows/),
    })
    for (const words of [
      'Database schema has exceeded the maximum size.',
      'You have exceeded the maximum database property schema size.',
    ])
      expect(written(invalid(words))).toMatchObject({
        kind: 'upstream.exhausted',
        scope: 'notion:call',
        detail: expect.stringMatching(/NOTION_CALLS_DATABASE_ID.*remove options/),
      })
  })

  test('names every property at fault, its database and the cure', ({ expect }) => {
    const error = invalid(
      'Lead Score is not a property that exists. Status is expected to be rich_text.',
    )
    expect(written(error)).toEqual({
      kind: 'upstream.misconfigured',
      scope: 'notion:call',
      detail:
        'Calls (NOTION_CALLS_DATABASE_ID): there is no property "Lead Score": add it as Number, or ' +
        'give the renamed one its name back; property "Status" must have the type Select: change it ' +
        'in the database',
    })
    expect(asked(invalid('Could not find property with name or id: Call ID'))).toMatchObject({
      detail: expect.stringContaining('"Call ID": add it as Title'),
    })
  })

  test('never repeats what the record says', ({ expect }) => {
    const message =
      'body failed validation: body.properties.From.phone_number should be a string, instead was ' +
      '`"+14155550100 is archived"`.'
    expect(written(invalid(message))).toEqual({
      kind: 'record.refused',
      api: 'notion',
      status: 400,
      detail: 'body failed validation: body.properties.From.phone_number should be a string',
    })
    expect(written(invalid('Invalid email ann@shop.test or +1 415 555 0100'))).toMatchObject({
      detail: 'Invalid email … or …',
    })
  })

  test('of a page names it', ({ expect }) => {
    const missing = `Could not find page with ID: ${MERCHANT_ID.replaceAll('-', '')}. Make sure ...`
    const failure = writeFailure(answered(404, APIErrorCode.ObjectNotFound, missing), sending)
    expect(failure).toBeInstanceOf(MissingPage)
    expect(failure).toMatchObject({ pageIds: [MERCHANT_ID] })
    const archived = invalid(
      "Can't edit block that is archived. You must unarchive the block first.",
    )
    expect(writeFailure(archived, sending)).toBeInstanceOf(TrashedPage)
  })
})

describe('anything else', () => {
  test.for([
    [answered(500, APIErrorCode.InternalServerError, 'oops'), 500],
    [answered(503, APIErrorCode.ServiceUnavailable, 'oops'), 503],
    [answered(504, APIErrorCode.GatewayTimeout, 'oops'), 504],
    [answered(409, APIErrorCode.ConflictError, 'collision'), 409],
    [edge(502), 502],
    [edge(408), 408],
    [new TypeError('fetch failed'), null],
    [new DOMException('timed out', 'TimeoutError'), null],
    [new SyntaxError('no JSON'), null],
    ['a string', null],
  ] as const)(
    'is unavailable for a read, doubtful for a write: %s',
    ([error, status], { expect }) => {
      expect(asked(error)).toMatchObject({ kind: 'upstream.unavailable', status })
      expect(written(error)).toMatchObject({ kind: 'upstream.doubtful', notBefore: 1_150_000 })
    },
  )
})
