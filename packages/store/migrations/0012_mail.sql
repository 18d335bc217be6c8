-- Mail, whole: raw deliveries on their way in, what a Message-ID stands for, threads, and how far a
-- mailbox and the Mail database were read.

-- Raw mails that stand in R2 and are not filed yet. Written by the producer before it reads one,
-- read by it and by the minute cron, deleted with the batch that files it or gives it up.
CREATE TABLE mail_deliveries (
  raw_key       TEXT PRIMARY KEY, -- of the raw message in R2
  envelope_from TEXT NOT NULL,    -- empty: the null sender
  envelope_to   TEXT NOT NULL CHECK (json_valid(envelope_to)),
  received_at   INTEGER NOT NULL,
  due_at        INTEGER NOT NULL, -- when the minute cron may take it up
  tries         INTEGER NOT NULL DEFAULT 0
) STRICT, WITHOUT ROWID;
CREATE INDEX mail_deliveries_due ON mail_deliveries (due_at);

-- Which mail a Message-ID stands for: the first one that had it. Written and read by the producer,
-- deleted when the mail is forgotten.
CREATE TABLE mail_ids (
  id      TEXT PRIMARY KEY,
  sender  TEXT NOT NULL,    -- From addresses in lower case; empty: none, or not told
  sent_at INTEGER,          -- of the Date header; NULL: none, or not told
  subject TEXT NOT NULL,
  exact   INTEGER NOT NULL CHECK (exact IN (0, 1)) -- 0: told by a page that another tool made
) STRICT, WITHOUT ROWID;

-- Threads: every id that a mail names, its own and those that it answers, leads to one thread.
-- Written by the producer with each mail, read by reconciliation and the API, deleted when the mail
-- is forgotten.
CREATE TABLE mail_refs (
  ref    TEXT PRIMARY KEY, -- a mail's record id, a Message-ID that is named, a source's own thread
  thread TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX mail_refs_thread ON mail_refs (thread);

-- How far each source of mail was read beside the runs. Written and read by the producer's minute
-- cron. A mailbox of other credentials, or another Mail database, is another source.
CREATE TABLE mail_sources (
  source  TEXT PRIMARY KEY,
  place   TEXT NOT NULL CHECK (json_valid(place)),
  due_at  INTEGER NOT NULL,
  error   TEXT -- why the last look failed; NULL: it did not
) STRICT, WITHOUT ROWID;
