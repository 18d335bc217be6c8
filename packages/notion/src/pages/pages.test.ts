import { describe, test } from 'vitest'
import type { CallRecord } from '@switchboard/shared/record'
import { call, context, mail, textMessage, voicemailCall } from '../../test/records.ts'
import { plain } from '../base.ts'
import { bodyBlocks } from '../body.ts'
import { PROPERTIES } from '../properties.ts'
import { callPage } from './call.ts'
import type { PageContent } from './content.ts'
import { mailPage } from './mail.ts'
import { textMessagePage } from './text-message.ts'

const mailContext = { ...context, automatic: null, thread: null }

const shown = (content: PageContent) => plain(content.properties)
const golden = (content: PageContent) => `${JSON.stringify(content, null, 2)}\n`
const bytes = (value: unknown) => new TextEncoder().encode(JSON.stringify(value)).length

const fingerprintOf = async (record: CallRecord) => (await callPage(record, context)).fingerprint
const workspaceNumber = async (record: typeof textMessage) =>
  shown(await textMessagePage(record, context))['OpenPhone Number']

/** A call of so many utterances of so much text. */
function talk(count: number, text: string): CallRecord {
  const utterances = Array.from({ length: count }, (_, at) => ({
    text: `${at} ${text}`,
    startSeconds: at,
    phoneNumber: '+14155550100',
    actorId: null,
  }))
  const segments = [{ recordingId: 'CR1', startTime: null, utterances }]
  return { ...call, transcripts: { status: 'completed', segments } }
}

describe('the pages, word by word', () => {
  test('of a call', async ({ expect }) => {
    await expect(golden(await callPage(call, context))).toMatchFileSnapshot('golden/call.golden')
  })
  test('of a voicemail', async ({ expect }) => {
    const page = await callPage(voicemailCall, { ...context, analysis: null })
    await expect(golden(page)).toMatchFileSnapshot('golden/voicemail.golden')
  })
  test('of a text message', async ({ expect }) => {
    const page = await textMessagePage(textMessage, context)
    await expect(golden(page)).toMatchFileSnapshot('golden/text-message.golden')
  })
  test('of a mail', async ({ expect }) => {
    const page = await mailPage(mail, { ...mailContext, direction: 'incoming' })
    await expect(golden(page)).toMatchFileSnapshot('golden/mail.golden')
  })

  test('fill every property of their database but Synced At', async ({ expect }) => {
    const pages = {
      call: await callPage(call, context),
      message: await textMessagePage(textMessage, context),
      mail: await mailPage(mail, { ...mailContext, direction: 'outgoing' }),
    }
    for (const kind of ['call', 'message', 'mail'] as const) {
      const expected = Object.keys(PROPERTIES[kind]).filter((name) => name !== 'Synced At')
      expect(Object.keys(pages[kind].properties).toSorted()).toEqual(expected.toSorted())
    }
  })
})

describe('a call', () => {
  test('goes out from the workspace number to the first outside party', async ({ expect }) => {
    const outgoing = shown(await callPage({ ...call, direction: 'outgoing' }, context))
    expect(outgoing).toMatchObject({ From: '+14155550199', To: '+14155550100' })
  })

  test('has no outside party among our own numbers', async ({ expect }) => {
    const participants = [
      { phoneNumber: '+14155550198', actorId: null },
      { phoneNumber: '+14155550199', actorId: 'USdana' },
    ]
    expect(shown(await callPage({ ...call, participants }, context))).toMatchObject({
      From: null,
      To: '+14155550199',
    })
  })

  test('whose user and number are unknown says what is known', async ({ expect }) => {
    const page = await callPage({ ...call, actorId: 'USgone', phoneNumberId: 'PNgone' }, context)
    expect(shown(page)).toMatchObject({
      'OpenPhone User': 'USgone',
      'OpenPhone Number': '+14155550199',
    })
  })

  test('says that its transcript and summary are still to come', async ({ expect }) => {
    const page = await callPage(
      {
        ...call,
        summary: { status: 'in-progress', summary: [], nextSteps: [] },
        transcripts: { status: 'pending', segments: call.transcripts?.segments.slice(0, 1) ?? [] },
      },
      context,
    )
    expect(shown(page)).toMatchObject({
      Transcript: '(pending)',
      Summary: '(pending)',
      'Has Transcript': false,
    })
  })

  test.for([
    [{ status: 'failed', segments: call.transcripts?.segments ?? [] }, false],
    [{ status: 'absent', segments: [] }, false],
    [null, false],
  ] as const)(
    'has a transcript only if all of it is there',
    async ([transcripts, has], { expect }) => {
      const segments = [...(transcripts?.segments ?? [])]
      const record = {
        ...call,
        transcripts: transcripts === null ? null : { ...transcripts, segments },
      }
      expect(shown(await callPage(record, context))['Has Transcript']).toBe(has)
    },
  )

  test('that could not be analysed says why, and nothing else', async ({ expect }) => {
    const page = await callPage(call, {
      ...context,
      analysis: { analysed: false, reason: 'no text' },
    })
    expect(shown(page)).toMatchObject({
      'AI Summary': '(not analysed: no text)',
      Sentiment: null,
      'Sentiment Confidence': null,
      'Action Items': '',
      Category: null,
      'Lead Score': null,
      Keywords: [],
    })
  })

  test('does not touch Canvas while links are switched off', async ({ expect }) => {
    expect((await callPage(call, { ...context, merchants: null })).properties).not.toHaveProperty(
      'Canvas',
    )
    expect(shown(await callPage(call, { ...context, merchants: [] }))['Canvas']).toEqual([])
  })
})

describe('a long transcript', () => {
  test('stays in its property as long as that holds it', async ({ expect }) => {
    const page = await callPage(talk(90, 'a'.repeat(1900)), context)
    expect(page.body).toEqual([])
    expect(String(shown(page)['Transcript']).split('\n')).toHaveLength(90)
  })

  test.for([
    ['characters', talk(120, 'a'.repeat(1900))],
    ['bytes', talk(90, '漢'.repeat(1900))],
  ] as const)(
    'goes into the body line by line when it has too many %s',
    async ([, record], { expect }) => {
      const { properties, body } = await callPage(record, context)
      const { Transcript: transcript, 'Has Transcript': has } = plain(properties)
      expect(String(transcript)).toMatch(/stands in the page itself/)
      expect(has).toBe(true)
      expect(body).toHaveLength(record.transcripts?.segments[0]?.utterances.length ?? 0)
      const [first = []] = bodyBlocks(body)
      expect(bytes({ properties, children: first })).toBeLessThan(500_000)
    },
  )

  test('leaves room for itself where everything else is long too', async ({ expect }) => {
    const record = talk(120, '漢'.repeat(1900))
    const long = '漢'.repeat(200_000)
    const summary = { status: 'completed', summary: [long], nextSteps: [long] } as const
    const { properties, body } = await callPage(
      { ...record, summary: { ...summary, summary: [long], nextSteps: [long] } },
      context,
    )
    const [first = []] = bodyBlocks(body)
    expect(bytes({ properties, children: first })).toBeLessThan(500_000)
    expect(plain(properties)).toMatchObject({ 'AI Summary': 'Wants a second terminal.' })
  })
})

test('a mail is cut to what one request holds', async ({ expect }) => {
  const text = '漢'.repeat(300_000)
  const to = Array.from({ length: 9000 }, () => ({ name: null, address: 'someone@shop.test' }))
  const { properties } = await mailPage(
    { ...mail, text, to },
    { ...mailContext, direction: 'incoming' },
  )
  expect(bytes(properties)).toBeLessThan(500_000)
  expect(String(plain(properties)['Body']).slice(-2)).toBe(' …')
})

test('a mail that nobody wrote says so, and what thread it belongs to', async ({ expect }) => {
  const { properties, top } = await mailPage(mail, {
    ...mailContext,
    direction: 'incoming',
    automatic: 'newsletter',
    thread: 'thread:0123456789abcdef',
  })
  expect(plain(properties)).toMatchObject({
    Status: 'newsletter',
    'Conversation ID': 'thread:0123456789abcdef',
  })
  expect(top).toEqual([]) // its attachment is not one that is kept
})

test('a mail’s page begins with its files and what was found about its sender', async ({
  expect,
}) => {
  const kept = {
    ...mail,
    folder: 'f00',
    attachments: [
      { name: 'menü.pdf', type: 'application/pdf', sizeBytes: 1000, file: '0-menu.pdf' },
      { name: null, type: null, sizeBytes: null, file: '1-file' },
    ],
    whole: {},
    authentication: { spf: 'pass', dkim: null, dmarc: 'fail' },
  }
  const fileLinks = new Map([
    ['mails/f00/0-menu.pdf', 'https://door.test/media/mails/f00/0-menu.pdf'],
  ])
  const { top } = await mailPage(kept, { ...mailContext, direction: 'incoming', fileLinks })
  expect(top).toHaveLength(1)
  const pieces = top[0]?.paragraph.rich_text ?? []
  expect(pieces.map(({ text }) => text.content).join('')).toBe(
    'Attachments:\n- menü.pdf\n- 1-file\n- The whole text\nSender: SPF pass, DMARC fail',
  )
  expect(pieces.flatMap(({ text }) => text.link ?? [])).toEqual([
    { url: 'https://door.test/media/mails/f00/0-menu.pdf' },
  ])
})

test('names of files go out as Notion takes them', async ({ expect }) => {
  const name = 'plan\u0000 of \ud83d\ude00 and \ud83d.pdf'
  const kept = {
    ...mail,
    folder: 'f00',
    attachments: [{ name, type: null, sizeBytes: 1, file: '0-plan' }],
  }
  const { top } = await mailPage(kept, { ...mailContext, direction: 'incoming' })
  const texts = (top[0]?.paragraph.rich_text ?? []).map(({ text }) => text.content)
  expect(texts).toEqual(['Attachments:', '\n- ', 'plan of \ud83d\ude00 and \ufffd.pdf'])
})

test('a text message of an unknown number takes ours from its parties', async ({ expect }) => {
  const unknown = { ...textMessage, phoneNumberId: null }
  expect(await workspaceNumber(unknown)).toBe('+14155550199')
  expect(await workspaceNumber({ ...unknown, direction: 'outgoing', from: '+14155550198' })).toBe(
    '+14155550198',
  )
})

describe('the fingerprint', () => {
  const resigned = { ...(call.recordings ?? { status: 'absent', recordings: [] }) }
  resigned.recordings = resigned.recordings.map((each) => ({
    ...each,
    url: each.url?.replace('sig=1', 'sig=2') ?? null,
  }))

  test('does not mind a new signature or time of change', async ({ expect }) => {
    expect(await fingerprintOf({ ...call, recordings: resigned })).toBe(await fingerprintOf(call))
    const later = {
      ...textMessage,
      updatedAt: '2026-11-25T00:00:00.000Z',
      media: textMessage.media.map((each) => ({
        ...each,
        url: each.url.replace('sig=1', 'sig=2'),
      })),
    }
    expect((await textMessagePage(later, context)).fingerprint).toBe(
      (await textMessagePage(textMessage, context)).fingerprint,
    )
  })

  test('minds everything that the page shows', async ({ expect }) => {
    const all = await Promise.all([
      fingerprintOf(call),
      fingerprintOf({ ...call, status: 'missed' }),
      fingerprintOf({ ...call, recordings: null }),
      callPage(call, { ...context, merchants: [] }).then((page) => page.fingerprint),
      callPage(call, { ...context, merchants: null }).then((page) => page.fingerprint),
      callPage(call, { ...context, analysis: null }).then((page) => page.fingerprint),
      fingerprintOf(talk(120, 'a'.repeat(1900))),
      fingerprintOf(talk(121, 'a'.repeat(1900))),
    ])
    expect(new Set(all).size).toBe(all.length)
  })
})

const link = (key: string, signature = 's=1') => `https://door.test/recordings/${key}?${signature}`

describe('links to files of ours', () => {
  const recording = 'calls/AC1/CR1'
  const linked = (record: CallRecord, signature?: string) =>
    callPage(record, { ...context, fileLinks: new Map([[recording, link(recording, signature)]]) })

  test('stand in place of the links of the source', async ({ expect }) => {
    const recorded: CallRecord = { ...call, id: 'AC1', recordings: oneRecording('CR1', null) }
    expect(shown(await callPage(recorded, context))['Recording URL']).toBeNull()
    expect(shown(await linked(recorded))['Recording URL']).toBe(link(recording))

    const key = `calls/${voicemailCall.id}/VM1`
    const fileLinks = new Map([[key, link(key)]])
    const left = shown(await callPage(voicemailCall, { ...context, fileLinks }))
    expect(left['Voicemail URL']).toBe(link(key))
  })

  test('of which a call recorded in several has one each on top', async ({ expect }) => {
    const recordings = {
      status: 'completed' as const,
      recordings: [recordingOf('CR1', null), recordingOf('CR2', 'https://f.test/2')],
    }
    const analysed = { analysed: false as const, reason: 'no words' }
    const fileLinks = new Map([[recording, link(recording)]])
    const { top } = await callPage(
      { ...call, id: 'AC1', recordings },
      { ...context, analysis: analysed, fileLinks },
    )
    const pieces = top[0]?.paragraph.rich_text ?? []
    expect(pieces.flatMap(({ text }) => text.link?.url ?? [])).toEqual([
      link(recording),
      'https://f.test/2',
    ])
  })

  test('of which a text message has one a line, as many as it has media', async ({ expect }) => {
    const media = ['a.png', 'b.png'].map((name) => ({
      url: `https://f.test/${name}?x`,
      type: null,
    }))
    const second = `messages/${textMessage.id}/1`
    const fileLinks = new Map([[second, link(second)]])
    const page = await textMessagePage({ ...textMessage, media }, { ...context, fileLinks })
    expect(shown(page)['Media URLs']).toBe(`https://f.test/a.png?x\n${link(second)}`)
  })

  test('count with their signature: a new secret writes the page anew', async ({ expect }) => {
    const recorded: CallRecord = {
      ...call,
      id: 'AC1',
      recordings: oneRecording('CR1', 'https://f.test/1?s=1'),
    }
    const resigned = { ...recorded, recordings: oneRecording('CR1', 'https://f.test/1?s=2') }
    const pages = await Promise.all([
      linked(recorded),
      linked(recorded),
      linked(resigned),
      linked(recorded, 's=2'),
      callPage(recorded, context),
    ])
    const [first, again, sourceResigned, ours, without] = pages.map((page) => page.fingerprint)
    expect(again).toBe(first)
    expect(sourceResigned).toBe(first)
    expect(new Set([first, ours, without]).size).toBe(3)
  })
})

function oneRecording(id: string, url: string | null): CallRecord['recordings'] {
  return { status: 'completed', recordings: [recordingOf(id, url)] }
}

function recordingOf(id: string, url: string | null) {
  return { id, status: 'completed', durationSeconds: 60, url, type: 'audio/mpeg' }
}
