/** Email Routing's door in workerd: what is kept, what is filed, and that nothing is ever lost. */
import { mailAt, merchant as merchantOf } from '@switchboard/sandbox/http/small-world'
import { describe, expect, test } from 'vitest'
import { newWorld, textOf } from '../../testing/world.ts'
import type { TestWorld } from '../../testing/world.ts'

const BAKERY = 'Corner Bakery <owner@bakery.example>'

interface Written {
  id?: string | null
  from?: string
  to?: string
  subject?: string
  date?: string
  headers?: string[]
  body?: string
}

/** A mail as a sender writes it. */
function mail(over: Written = {}): string {
  const { id = '<one@bakery.example>' } = over
  return [
    `From: ${over.from ?? BAKERY}`,
    `To: ${over.to ?? 'hello@ours.example'}`,
    `Subject: ${over.subject ?? 'Our statement'}`,
    `Date: ${over.date ?? 'Tue, 24 Nov 2026 08:59:00 +0000'}`,
    ...(id === null ? [] : [`Message-ID: ${id}`]),
    ...(over.headers ?? []),
    '',
    over.body ?? 'The fees of last month look high.',
  ].join('\r\n')
}

async function merchant(world: TestWorld): Promise<string> {
  const [page] = await world.pages('canvas')
  return page?.id ?? ''
}

/** A merchant who is known by one address. */
function named(name: string) {
  return merchantOf(name, { phone: '', email: `${name}@${name}.example` })
}

/** As an old program writes it: a byte a letter. */
function latin(text: string): Uint8Array {
  return Uint8Array.from(text, (letter) => letter.charCodeAt(0))
}

async function raws(world: TestWorld): Promise<string[]> {
  return (await world.files.list({ prefix: 'mail/raw/' })).objects.map(({ key }) => key)
}

describe('a mail that is routed to us', () => {
  test('is raw in R2, in Notion, and linked to its merchant', async () => {
    const world = await newWorld()
    await world.backfill()
    await world.routeMail(mail())
    await world.drain()
    const [key = ''] = await raws(world)
    expect(await (await world.files.get(key))?.text()).toBe(mail())
    const [page] = await world.pages('mail')
    expect(textOf(page, 'Subject')).toBe('Our statement')
    expect(textOf(page, 'MIME Message ID')).toBe('one@bakery.example')
    expect(textOf(page, 'Body')).toBe('The fees of last month look high.')
    expect(page?.properties['Canvas']?.['relation']).toEqual([{ id: await merchant(world) }])
    expect(await world.owed()).toEqual([])
    expect(await world.rows('SELECT * FROM mail_deliveries')).toEqual([])
  })

  test('goes on the live lane', async () => {
    const world = await newWorld()
    await world.routeMail(mail())
    expect(world.queues.ready('enrich')).toHaveLength(1)
    expect(world.queues.ready('enrich-bulk')).toHaveLength(0)
  })

  test('twice, or to two addresses of ours, is one record and one page', async () => {
    const world = await newWorld()
    await world.backfill()
    await world.routeMail(mail())
    await world.routeMail(mail(), { to: 'desk@ours.example' })
    await world.routeMail(mail({ headers: ['Received: from elsewhere'] }))
    await world.drain()
    expect(await world.pages('mail')).toHaveLength(1)
    expect(await world.rows('SELECT revision FROM records')).toEqual([{ revision: 1 }])
    expect(await raws(world)).toHaveLength(2)
  })

  test('to several merchants is linked to all of them, whoever it names how', async () => {
    const world = await newWorld({
      merchants: [merchantOf('Bakery'), named('mill'), named('farm'), named('stranger')],
    })
    await world.backfill()
    await world.routeMail(
      mail({ headers: ['Cc: Jo <MILL@mill.example>, x@else.example', 'Bcc: farm@farm.example'] }),
    )
    await world.drain()
    const [page] = await world.pages('mail')
    expect(page?.properties['Canvas']?.['relation']).toHaveLength(3)
  })

  test('without a Message-ID is filed once by its hash', async () => {
    const world = await newWorld()
    await world.backfill()
    await world.routeMail(mail({ id: null }))
    await world.routeMail(mail({ id: null, headers: ['Received: again'] }))
    await world.drain()
    const pages = await world.pages('mail')
    expect(pages).toHaveLength(1)
    expect(textOf(pages[0], 'MIME Message ID')).toMatch(/^hash:[0-9a-f]{64}$/)
  })

  test.each([
    [
      'an automatic answer',
      ['Auto-Submitted: auto-replied'],
      'owner@bakery.example',
      'automatic answer',
    ],
    ['a newsletter', ['List-Id: <news.bakery.example>'], 'owner@bakery.example', 'newsletter'],
    ['a machine’s', [], '', 'automatic answer'],
  ])('%s is filed, marked, and not analysed', async (_what, headers, from, status) => {
    const world = await newWorld()
    await world.backfill()
    await world.routeMail(mail({ headers }), { from })
    await world.drain()
    const [page] = await world.pages('mail')
    expect(page?.properties['Status']?.['select']).toMatchObject({ name: status })
    expect(textOf(page, 'AI Summary')).toBe(`(not analysed: nobody wrote it: ${status})`)
    expect(world.ai.requests.filter(({ model }) => model.includes('glm'))).toEqual([])
  })

  test('of 20 MB is filed, its raw message whole', async () => {
    const world = await newWorld()
    await world.backfill()
    const scan = `${'QUJD'.repeat(19)}\r\n`.repeat(268_000)
    const raw = mail({
      headers: ['Content-Type: multipart/mixed; boundary=b'],
      body: `--b\r\n\r\nSee the scan.\r\n--b\r\nContent-Type: application/pdf; name=scan.pdf\r\nContent-Transfer-Encoding: base64\r\n\r\n${scan}--b--\r\n`,
    })
    await world.routeMail(raw)
    await world.drain()
    expect(textOf((await world.pages('mail'))[0], 'Body')).toBe('See the scan.')
    const [key = ''] = await raws(world)
    expect((await world.files.head(key))?.size).toBe(raw.length)
  })

  test('in no charset, with 8-bit headers, or broken off, is filed like another', async () => {
    const world = await newWorld()
    await world.backfill()
    const odd = [
      mail({
        id: '<1@x.example>',
        from: 'Jörg <joerg@x.example>',
        headers: ['Content-Type: text/plain; charset=no-such-charset'],
        body: 'Schöne Grüße',
      }),
      mail({
        id: '<2@x.example>',
        headers: ['Content-Type: multipart/mixed; boundary=never'],
        body: '--never\r\nContent-Type: multipart/mixed\r\n\r\nIt breaks off',
      }),
      mail({
        id: '<3@x.example>',
        headers: Array.from(
          { length: 300 },
          (_, at) => `Content-Type: multipart/mixed; boundary=b${at}`,
        ),
        body: Array.from({ length: 300 }, (_, at) => `--b${at}`).join('\r\n'),
      }),
      '\0\0\0',
    ]
    for (const one of odd) await world.routeMail(latin(one))
    await world.drain()
    expect(await world.pages('mail')).toHaveLength(odd.length)
    expect(textOf((await world.pages('mail'))[0], 'Body')).toBe('Schöne Grüße')
    expect(await world.letters()).toEqual([])
  })

  test('that says another size than it has is whole', async () => {
    const world = await newWorld()
    for (const size of [10, 10_000])
      await world.routeMail(mail({ id: `<s${size}@x.example>` }), { size })
    const bodies = await Promise.all(
      (await raws(world)).map(async (key) => (await world.files.get(key))?.text()),
    )
    expect(new Set(bodies)).toEqual(
      new Set([mail({ id: '<s10@x.example>' }), mail({ id: '<s10000@x.example>' })]),
    )
  })
})

describe('attachments', () => {
  const ATTACHED = mail({
    headers: ['Content-Type: multipart/mixed; boundary=b'],
    body: [
      '--b',
      '',
      'Both are attached.',
      '--b',
      'Content-Type: text/html; name="../../menu.html"',
      'Content-Disposition: attachment; filename="../../menu.html"',
      '',
      '<script>alert(1)</script>',
      '--b',
      'Content-Type: image/png; name="shop.png"',
      'Content-Transfer-Encoding: base64',
      '',
      'iVBORw0KGgo=',
      '--b--',
    ].join('\r\n'),
  })
  const DOOR = { PUBLIC_URL: 'https://door.test', LINK_SECRET: 'a-secret-of-sixteen-or-more' }

  /** Text and links of the block on top of the only page. */
  async function shown(world: TestWorld) {
    const [page] = await world.pages('mail')
    const [block] = await world.outside<{ paragraph: { rich_text: Piece[] } }[]>(
      'notion',
      'blocks',
      page?.id,
    )
    const pieces = block?.paragraph.rich_text ?? []
    return {
      text: pieces.map(({ plain_text: text }) => text).join(''),
      links: pieces.flatMap(({ href }) => href ?? []),
    }
  }
  interface Piece {
    plain_text: string
    href: string | null
  }

  test('go to R2 under names of ours, are linked on the page, and open as files', async () => {
    const world = await newWorld({}, DOOR)
    await world.backfill()
    await world.routeMail(ATTACHED)
    await world.drain()
    const { text, links } = await shown(world)
    expect(text).toBe('Attachments:\n- ../../menu.html\n- shop.png')
    const [menu, shop] = await Promise.all(
      links.map((link) => world.fetch(link.slice('https://door.test'.length))),
    )
    expect((await menu?.text())?.trim()).toBe('<script>alert(1)</script>')
    expect(menu?.headers.get('Content-Disposition')).toBe('attachment; filename="menu.html"')
    expect(menu?.headers.get('Content-Security-Policy')).toBe("sandbox; default-src 'none'")
    expect(shop?.headers.get('Content-Disposition')).toBe('inline; filename="shop.png"')
    expect(await world.owed()).toEqual([])
  })

  test('the raw message is served to nobody', async () => {
    const world = await newWorld({}, DOOR)
    await world.routeMail(ATTACHED)
    const [key = ''] = await raws(world)
    for (const path of [`/media/${key}`, `/recordings/${key}`]) {
      const response = await world.fetch(path, { headers: { Authorization: 'Bearer admin-token' } })
      expect(response.status).toBe(404)
    }
  })

  test('of a mailbox are downloaded by their blobs, whichever way told of the mail', async () => {
    const attachments = [{ name: 'offer.pdf', type: 'application/pdf', size: 1000 }]
    const world = await newWorld({ mails: [mailAt('2026-11-24T08:00:00Z', { attachments })] }, DOOR)
    await world.backfill()
    const { links } = await shown(world)
    const file = await world.fetch((links[0] ?? '').slice('https://door.test'.length))
    expect((await file.arrayBuffer()).byteLength).toBe(1000)
    expect(file.headers.get('Content-Type')).toBe('application/pdf')
    expect(await world.requests('mailbox', 'GET /jmap/download/{accountId}/{blobId}/{name}')).toBe(
      1,
    )
  })

  test('one that the mailbox has no more ends that way; an outage does not', async () => {
    const attachments = [{ name: 'offer.pdf', type: 'application/pdf', size: 1000 }]
    const world = await newWorld({ mails: [mailAt('2026-11-24T08:00:00Z', { attachments })] }, DOOR)
    await world.fail('mailbox', '/jmap/download', 503)
    await world.backfill()
    expect(await world.owed()).toMatchObject([{ stage: 'archive' }])
    await world.fail('mailbox', '/jmap/download', 404)
    await world.minutes(8)
    expect(await world.owed()).toEqual([])
    expect(await world.rows('SELECT stored_at, error FROM files')).toEqual([
      { stored_at: null, error: 'the mailbox does not have it any more' },
    ])
  })

  test('that the mailbox has no more are kept once the raw message comes', async () => {
    const attachments = [{ name: 'offer.pdf', type: 'application/pdf', size: 1000 }]
    const world = await newWorld({ mails: [mailAt('2026-11-24T08:00:00Z', { attachments })] }, DOOR)
    await world.fail('mailbox', '/jmap/download', 404)
    await world.backfill()
    const parts = [
      ['', 'The fees of last month look high.'],
      [
        'Content-Type: application/pdf',
        'Content-Disposition: attachment; filename="offer.pdf"',
        '',
        '%PDF-1.4',
      ],
    ].map((lines) => `--b\r\n${lines.join('\r\n')}\r\n`)
    await world.routeMail(
      mail({
        id: '<M20261124080000@bakery.example>',
        date: 'Tue, 24 Nov 2026 08:00:00 +0000',
        headers: ['Content-Type: multipart/mixed; boundary=b'],
        body: `${parts.join('')}--b--\r\n`,
      }),
    )
    await world.drain()
    expect(
      await world.rows("SELECT error, size_bytes > 0 AS kept FROM files WHERE key LIKE 'mails/%'"),
    ).toEqual([{ error: null, kept: 1 }])
  })

  test('a text that no row takes is whole in a file', async () => {
    const world = await newWorld({}, DOOR)
    await world.backfill()
    const body = 'Words without end. '.repeat(20_000).trim()
    await world.routeMail(mail({ body }))
    await world.drain()
    const { text, links } = await shown(world)
    expect(text).toBe('Attachments:\n- The whole text')
    const file = await world.fetch((links[0] ?? '').slice('https://door.test'.length))
    expect(await file.text()).toBe(body)
  })
})

describe('identity', () => {
  test('the same mail from a mailbox and routed, in both orders: one record, one page', async () => {
    const at = '2026-11-24T08:59:00Z'
    for (const routedFirst of [true, false]) {
      const world = await newWorld({ mails: [mailAt(at, { messageId: 'one@bakery.example' })] })
      if (routedFirst) await world.routeMail(mail())
      await world.backfill()
      if (!routedFirst) await world.routeMail(mail())
      await world.drain()
      expect(await world.pages('mail')).toHaveLength(1)
      expect(await world.rows('SELECT id FROM records')).toEqual([{ id: 'one@bakery.example' }])
    }
  })

  test.each([
    ['sender', { from: 'Corner Bakery <owner@bakery.evil.example>' }],
    ['date', { date: 'Tue, 24 Nov 2026 09:00:00 +0000' }],
    ['subject', { subject: 'Pay at once' }],
  ])('a known Message-ID with another %s is a record of its own', async (_what, over) => {
    const world = await newWorld()
    await world.backfill()
    await world.routeMail(mail())
    await world.routeMail(mail(over))
    await world.routeMail(mail(over))
    await world.routeMail(mail())
    await world.drain()
    const ids = (await world.pages('mail')).map((page) => textOf(page, 'MIME Message ID'))
    expect(ids.toSorted()).toEqual([expect.stringMatching(/^hash:/), 'one@bakery.example'])
    expect(await world.rows(`SELECT revision FROM records`)).toEqual([
      { revision: 1 },
      { revision: 1 },
    ])
  })
})

describe('what goes wrong', () => {
  test('the raw message is in R2 before anything else', async () => {
    const world = await newWorld()
    world.crash.planAt('after', 'put mail/raw/')
    await expect(world.routeMail(mail())).rejects.toThrow('killed')
    expect(await raws(world)).toHaveLength(1)
    expect(world.d1.trips).toEqual({ batch: 0, single: 0 })
  })

  test('R2 does not take it once: tried again; not at all: the sender keeps it', async () => {
    const world = await newWorld()
    world.r2.fail(1)
    await world.routeMail(mail())
    expect(await raws(world)).toHaveLength(1)
    world.r2.fail(3)
    await expect(world.routeMail(mail({ id: '<two@x.example>' }))).rejects.toThrow('internal error')
    expect(await raws(world)).toHaveLength(1)
  })

  test('D1 is away: accepted, noted in R2, and filed by the next run', async () => {
    const world = await newWorld()
    world.d1.fail(/mail_deliveries/)
    await world.routeMail(mail())
    expect(await world.rows('SELECT * FROM records')).toEqual([])
    await world.backfill()
    expect(await world.pages('mail')).toHaveLength(1)
    expect((await world.files.list({ prefix: 'mail/unfiled/' })).objects).toEqual([])
  })

  test('it dies at any point: the minute cron files it, once', async () => {
    for (let edge = 1; ; edge++) {
      const world = await newWorld()
      world.crash.plan(edge)
      const died = await world.routeMail(mail()).then(
        () => false,
        () => true,
      )
      world.crash.clear()
      if (!died) break
      const noted = await world.rows(
        `SELECT raw_key FROM mail_deliveries UNION ALL SELECT id FROM records`,
      )
      if (noted.length === 0) await world.routeMail(mail()) // the sender hears of it and tries again
      await world.minutes(4)
      expect((await world.pages('mail')).map((page) => textOf(page, 'MIME Message ID'))).toEqual([
        'one@bakery.example',
      ])
      expect(await world.rows('SELECT * FROM mail_deliveries')).toEqual([])
    }
  }, 120_000)

  test('the raw message is gone: a letter, which a replay files once it is there', async () => {
    const world = await newWorld()
    world.crash.plan(4) // R2 has it, D1 has noted it
    await world.routeMail(mail()).catch(() => {})
    const [key = ''] = await raws(world)
    const raw = await (await world.files.get(key))?.text()
    await world.files.delete(key)
    await world.minutes(5)
    expect(await world.letters()).toMatchObject([
      { stage: 'mail', kind: 'mail', id: key, reason: 'the raw message is not in R2' },
    ])
    const replay = () =>
      world.fetch(`/api/deliveries/${encodeURIComponent(key)}/replay`, {
        method: 'POST',
        headers: { Authorization: 'Bearer admin-token' },
      })
    expect(await (await replay()).json()).toEqual({ outcome: 'unreadable' })
    await world.files.put(key, raw ?? '')
    expect(await (await replay()).json()).toEqual({ outcome: 'stored' })
    expect(await world.letters()).toEqual([])
    await world.drain()
    expect(await world.pages('mail')).toHaveLength(1)
    expect((await replay()).status).toBe(404)
  })
})
