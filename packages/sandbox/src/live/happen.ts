/** Something happens now that has not happened before, whatever lived before a restart. */
import { liveCall, liveMail, liveText } from '../sample/live-scripts.ts'
import type { Live } from './live.ts'
import { textMessageEvents } from './timeline.ts'

/** What happened; `at`: when the pipeline may first hear of it, ms since epoch. */
export interface Happening {
  kind: 'call' | 'message' | 'mail'
  /** OpenPhone's id, a mail's Message-ID. */
  id: string
  at: number
}

/** The next call rings, the next text message or mail is sent. */
export function happen(live: Live, kind: Happening['kind'], now: Date): Happening {
  switch (kind) {
    case 'call': {
      const call = unheard(live, kind, (nth) => liveCall(nth, now))
      live.call(call)
      return { kind, id: call.id, at: Date.parse(call.createdAt) }
    }
    case 'message': {
      const textMessage = unheard(live, kind, (nth) => liveText(nth, now))
      live.text(textMessage)
      return {
        kind,
        id: textMessage.id,
        at: textMessageEvents(textMessage)[0]?.at ?? now.getTime(),
      }
    }
    case 'mail': {
      const mail = unheard(live, kind, (nth) => liveMail(nth, now))
      live.mail(mail)
      return { kind, id: mail.messageId ?? mail.id, at: now.getTime() }
    }
  }
}

function unheard<T extends { id: string }>(
  live: Live,
  kind: Happening['kind'],
  make: (nth: number) => T,
): T {
  let nth = live.count(kind)
  let made = make(nth)
  while (live.has(made.id)) made = make(++nth)
  return made
}
