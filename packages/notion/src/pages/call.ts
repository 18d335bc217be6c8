/**
 * A call's page. Words are the API's, dates its instants. What OpenPhone is still working on says
 * `(pending)` instead of looking empty. A transcript that no property holds goes into the body.
 */
import { filesOf } from '@switchboard/shared/files'
import type { SourceFile } from '@switchboard/shared/files'
import { wasAnswered } from '@switchboard/shared/record'
import type { CallRecord, Utterance } from '@switchboard/shared/record'
import { checkbox, date, number, phone, select, text, title, url } from '../property.ts'
import { clean, fitsProperty, jsonBytes, oneLine } from '../text.ts'
import { analysisProperties, canvas, e164, keywords, linkOf, pageContent } from './content.ts'
import type { Own, PageContent, PageContext, PropertiesOf } from './content.ts'
import { topOf } from './top.ts'

const PENDING = '(pending)'
const IN_BODY = '(The transcript is too long for this property: it stands in the page itself.)'

/** What a transcript may take beside whatever else the page says, as JSON. */
const TRANSCRIPT_BYTES = 300_000

/** The content of a call's page. */
export async function callPage(
  record: CallRecord,
  { analysis, own, merchants, fileLinks }: PageContext,
): Promise<PageContent> {
  const transcript = transcriptOf(record, own)
  const workspace = workspaceNumber(record, own)
  const outside = outsideParty(record, own, workspace)
  const [from, to] = record.direction === 'incoming' ? [outside, workspace] : [workspace, outside]
  const userId = record.actorId ?? record.answeredBy ?? record.initiatedBy
  const files = filesOf(record)
  const recordings = files.filter(({ what }) => what === 'recording')
  const voicemail = files.find(({ what }) => what === 'voicemail')
  const recorded = linksOf(recordings, fileLinks)
  const left = linkOf(voicemail, fileLinks)
  const audio = [...recorded, ...(recorded.length === 0 && left !== null ? [left] : [])]

  const properties: PropertiesOf<'call'> = {
    'Call ID': title(record.id),
    Direction: select(record.direction),
    Status: select(record.status),
    Duration: number(record.durationSeconds),
    Participants: text(participants(record, own)),
    From: phone(e164(from)),
    To: phone(e164(to)),
    'OpenPhone Number': text(e164(workspace) ?? ''),
    'OpenPhone User': text(userId === null ? '' : (own.userName(userId) ?? userId)),
    'Created At': date(record.createdAt),
    'Answered At': date(record.answeredAt),
    'Completed At': date(record.completedAt),
    'Has Recording': checkbox(recordings.length > 0),
    'Has Transcript': checkbox(transcript.complete),
    'Has Voicemail': checkbox(record.voicemail !== null),
    'Recording URL': url(recorded[0] ?? null),
    'Voicemail URL': url(left),
    Transcript: text(transcript.property),
    Summary: text(summaryOf(record)),
    'Next Steps': text(record.summary?.nextSteps.join('\n') ?? ''),
    ...analysisProperties(analysis),
    'Lead Score': number(analysis?.analysed === true ? analysis.analysis.leadScore : null),
    Keywords: keywords(analysis),
    ...canvas(merchants),
  }
  const top = topOf(record, analysis, audio, transcript.body.length > 0)
  return pageContent<'call'>(properties, transcript.body, fileLinks, top)
}

/** Of those that have one. The property holds the first; the block on top has all. */
function linksOf(files: SourceFile[], links: PageContext['fileLinks']): string[] {
  return files.map((file) => linkOf(file, links)).filter((link) => link !== null)
}

function summaryOf({ summary }: CallRecord): string {
  if (summary === null) return ''
  return summary.status === 'in-progress' ? PENDING : summary.summary.join('\n')
}

interface TranscriptText {
  property: string
  body: string[]
  /** All of it is there. */
  complete: boolean
}

/** One line an utterance, then what was left as voicemail. */
function transcriptOf(record: CallRecord, own: Own): TranscriptText {
  if (isTranscriptPending(record)) return { property: PENDING, body: [], complete: false }
  const spoken = record.transcripts?.segments.flatMap((segment) => segment.utterances) ?? []
  const lines = [
    ...spoken.map((utterance) => line(speaker(utterance, own), utterance.text)),
    ...voicemailLine(record, own),
  ].map(clean)
  const whole = lines.join('\n')
  const complete = lines.length > 0 && isTranscriptTerminal(record)
  return fitsProperty(whole) && jsonBytes(whole) <= TRANSCRIPT_BYTES
    ? { property: whole, body: [], complete }
    : { property: IN_BODY, body: lines, complete }
}

function isTranscriptPending({ transcripts, voicemail }: CallRecord): boolean {
  return transcripts?.status === 'pending' || voicemail?.status === 'in-progress'
}

/** Nothing more is to come: every segment is there, or there never was a talk to write down. */
function isTranscriptTerminal(record: CallRecord): boolean {
  const status = record.transcripts?.status
  return status === undefined ? !wasAnswered(record) : status === 'completed' || status === 'absent'
}

function voicemailLine(record: CallRecord, own: Own): string[] {
  const said = record.voicemail?.transcript ?? ''
  if (said === '') return []
  return [line(outsideParty(record, own, workspaceNumber(record, own)) ?? 'Voicemail', said)]
}

function line(who: string, said: string): string {
  return `${who}: ${oneLine(said)}`
}

function speaker({ actorId, phoneNumber }: Utterance, own: Own): string {
  const name = actorId === null ? null : own.userName(actorId)
  return name ?? phoneNumber ?? actorId ?? 'Unknown'
}

/** Everybody once, ours by name. */
function participants(record: CallRecord, own: Own): string {
  const parties = record.participants.map(({ actorId, phoneNumber }) => {
    const name = actorId === null ? null : own.userName(actorId)
    return name === null ? phoneNumber : `${name} (${phoneNumber})`
  })
  return [...new Set(parties)].join(', ')
}

function workspaceNumber(record: CallRecord, own: Own): string | null {
  const known = record.phoneNumberId === null ? null : own.phoneNumber(record.phoneNumberId)
  if (known !== null) return known
  const ours = record.participants.find(
    ({ actorId, phoneNumber }) => actorId !== null || own.isOwnNumber(phoneNumber),
  )
  return ours?.phoneNumber ?? null
}

function outsideParty(record: CallRecord, own: Own, workspace: string | null): string | null {
  const outside = record.participants.find(
    ({ actorId, phoneNumber }) =>
      actorId === null && phoneNumber !== workspace && !own.isOwnNumber(phoneNumber),
  )
  return outside?.phoneNumber ?? null
}
