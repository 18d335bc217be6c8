/**
 * Which files a record has at its source, and the key under which each is kept in R2: pure functions
 * of the record, so that a page can carry a file's link before the file itself is there. No I/O.
 *
 *   calls/<callId>/<recordingId>              a segment of a call's recording
 *   calls/<callId>/<voicemailId>, .../voicemail   what was left as voicemail (its id is not always told)
 *   messages/<messageId>/<n>                  the n-th medium of a text message, from 0
 *   mails/<folder>/<n>-<name>                 the n-th attachment of a mail, from 0; its folder is a
 *                                             hash of its id
 *   mails/<folder>/text.txt                   a mail's whole text, where a row of D1 does not take it
 */
import type { CallRecord, ConversationRecord, MailRecord, Voicemail } from './record.ts'

/** A file as its source tells of it. */
export interface SourceFile {
  key: string
  what: 'recording' | 'voicemail' | 'medium' | 'attachment' | 'text'
  sourceId: string // the recording's or voicemail's id; a medium's place; a mail's file's name
  url: string | null // signed: it expires
  type: string | null // media type, as the source says it
}

/** The files of a record that are finished: what is still being made has none yet. */
export function filesOf(record: ConversationRecord): SourceFile[] {
  switch (record.kind) {
    case 'call':
      return [...recordingsOf(record), ...voicemailOf(record)]
    case 'message':
      return record.media.flatMap(({ url, type }, nth) => {
        const key = mediumKey(record.id, nth)
        return key === null ? [] : [{ key, what: 'medium', sourceId: String(nth), url, type }]
      })
    case 'mail':
      return filesOfMail(record)
  }
}

/** Null: an id that can be no part of a path. */
export function recordingKey(callId: string, recordingId: string): string | null {
  return keyFrom('calls', callId, recordingId)
}

/** Null: an id that can be no part of a path. */
export function voicemailKey(callId: string, voicemail: Pick<Voicemail, 'id'>): string | null {
  return keyFrom('calls', callId, idOfVoicemail(voicemail))
}

/** Null: an id that can be no part of a path. */
export function mediumKey(messageId: string, nth: number): string | null {
  return keyFrom('messages', messageId, String(nth))
}

/** How a voicemail is named among a call's files. */
function idOfVoicemail({ id }: Pick<Voicemail, 'id'>): string {
  return id ?? 'voicemail'
}

/** The door's path to a file. */
export function pathOfFile(key: string): string {
  return key.startsWith('calls/') ? `/recordings/${key}` : `/media/${key}`
}

/** The key of the file that a path names; null: it names none. */
export function keyOfPath(path: string): string | null {
  const [, key] =
    /^\/(?:recordings\/(?=calls\/)|media\/(?=(?:messages|mails)\/))(\w+\/[^/\s]+\/[^/\s]+)$/.exec(
      path,
    ) ?? []
  return key ?? null
}

/** A mail's files have no link of their own: they are in the raw message, or a mailbox's blobs. */
function filesOfMail({ folder, attachments, whole }: MailRecord): SourceFile[] {
  if (folder === undefined) return []
  const told = attachments.flatMap(({ file, type }) =>
    file === undefined ? [] : [{ what: 'attachment' as const, sourceId: file, type }],
  )
  const text = whole && { what: 'text' as const, sourceId: WHOLE_TEXT, type: 'text/plain' }
  return [...told, ...(text === undefined ? [] : [text])].flatMap((file) => {
    const key = keyFrom('mails', folder, file.sourceId)
    return key === null ? [] : [{ ...file, key, url: null }]
  })
}

/** The file of a mail's whole text. */
const WHOLE_TEXT = 'text.txt'

function recordingsOf({ id: callId, recordings }: CallRecord): SourceFile[] {
  return (recordings?.recordings ?? []).flatMap(({ id, status, url, type }) => {
    const key = recordingKey(callId, id)
    if (status !== 'completed' || key === null) return []
    return [{ key, what: 'recording', sourceId: id, url, type }]
  })
}

function voicemailOf({ id: callId, voicemail }: CallRecord): SourceFile[] {
  if (voicemail?.status !== 'completed') return []
  const key = voicemailKey(callId, voicemail)
  if (key === null) return []
  const { url } = voicemail
  return [{ key, what: 'voicemail', sourceId: idOfVoicemail(voicemail), url, type: null }]
}

/** Ids are letters and digits; whatever else came would still be one segment of a path. */
function keyFrom(
  folder: 'calls' | 'messages' | 'mails',
  recordId: string,
  fileId: string,
): string | null {
  const segments = [recordId, fileId].map((id) => encodeURIComponent(id))
  return segments.some((segment) => ['', '.', '..'].includes(segment))
    ? null
    : [folder, ...segments].join('/')
}
