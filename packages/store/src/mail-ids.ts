/** Which mail a Message-ID stands for: the first one that had it keeps it. */
import type { D1Database, D1PreparedStatement } from './d1.ts'

export interface MailId {
  id: string
  sender: string
  sentAt: number | null
  subject: string
  exact: boolean // read from the mail itself
}

/**
 * Claims these Message-IDs, each only where nobody has it yet.
 * @returns who has them now, by id
 */
export async function claimMailIds(
  db: D1Database,
  mails: readonly MailId[],
): Promise<Map<string, MailId>> {
  if (mails.length === 0) return new Map()
  const [, held] = await db.batch<Omit<MailId, 'exact'> & { exact: number }>([
    db
      .prepare(
        `INSERT INTO mail_ids (id, sender, sent_at, subject, exact)
         SELECT value ->> 'id', value ->> 'sender', value ->> 'sentAt', value ->> 'subject',
                value ->> 'exact' FROM json_each(?1) WHERE true
         ON CONFLICT (id) DO NOTHING`,
      )
      .bind(JSON.stringify(mails)),
    db
      .prepare(
        `SELECT id, sender, sent_at AS sentAt, subject, exact FROM mail_ids
          WHERE id IN (SELECT value FROM json_each(?1))`,
      )
      .bind(JSON.stringify(mails.map(({ id }) => id))),
  ])
  return new Map((held?.results ?? []).map((row) => [row.id, { ...row, exact: row.exact === 1 }]))
}

/** What a page told roughly, the mail itself now tells exactly. */
export function sharpenStatement(db: D1Database, mails: readonly MailId[]): D1PreparedStatement {
  return db
    .prepare(
      `UPDATE mail_ids SET sender = j.sender, sent_at = j.sent_at, subject = j.subject, exact = 1
         FROM (SELECT value ->> 'id' AS id, value ->> 'sender' AS sender,
                      value ->> 'sentAt' AS sent_at, value ->> 'subject' AS subject
                 FROM json_each(?1)) j
        WHERE mail_ids.id = j.id AND mail_ids.exact = 0`,
    )
    .bind(JSON.stringify(mails))
}
