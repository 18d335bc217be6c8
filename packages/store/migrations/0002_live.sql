-- Live: deliveries of webhooks and what they told, artefacts that come late, deliveries that failed.

-- The rightly signed deliveries of the last 28 h: one that comes again does nothing. Written by the
-- producer in the batch that stores what the delivery tells, read by it, deleted by it after 28 h,
-- which is longer than OpenPhone tries.
CREATE TABLE deliveries (
  id      TEXT PRIMARY KEY, -- webhook-id, or legacy: and the body's SHA-256
  seen_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX deliveries_seen ON deliveries (seen_at);

-- What webhooks told, a row a day, type and outcome. Written by the producer and, where OpenPhone
-- knows no such record (`gone`), by enrichment; read by the producer; deleted after 90 days.
CREATE TABLE event_counts (
  day     TEXT NOT NULL,    -- YYYY-MM-DD, UTC
  type    TEXT NOT NULL,    -- the new generation's name; of a record that is gone its kind
  outcome TEXT NOT NULL CHECK (outcome IN ('stored', 'unknown', 'unreadable', 'gone')),
  count   INTEGER NOT NULL,
  last_at INTEGER NOT NULL,
  PRIMARY KEY (day, type, outcome)
) STRICT, WITHOUT ROWID;

-- OpenPhone's contacts, as webhooks told of them. Written by the producer. A deleted one stays, so
-- that an older event does not bring it back.
CREATE TABLE contacts (
  id      TEXT PRIMARY KEY,
  name    TEXT,             -- full name, else company
  version INTEGER NOT NULL, -- of the event: older never undoes newer
  deleted INTEGER NOT NULL CHECK (deleted IN (0, 1))
) STRICT, WITHOUT ROWID;
CREATE TABLE contact_keys (
  key        TEXT NOT NULL, -- E.164, or a mail address in lower case
  contact_id TEXT NOT NULL REFERENCES contacts (id) ON DELETE CASCADE,
  PRIMARY KEY (key, contact_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX contact_keys_contact ON contact_keys (contact_id);

-- Records that wait for something OpenPhone is still making. Written by enrichment, raised by the
-- minute cron and by each run, deleted by enrichment when all is there, else after a day.
CREATE TABLE awaited (
  kind   TEXT NOT NULL,
  id     TEXT NOT NULL,
  since  INTEGER NOT NULL,
  checks INTEGER NOT NULL DEFAULT 0,
  due_at INTEGER,           -- 2, 10 and 60 minutes after `since`; NULL: by runs only
  PRIMARY KEY (kind, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX awaited_due ON awaited (due_at) WHERE due_at IS NOT NULL;
CREATE INDEX awaited_since ON awaited (since);

-- Deliveries that OpenPhone gave up, and what became of what they told. Written by the producer's
-- `deliveries` sweep, read by the producer, deleted after 90 days.
CREATE TABLE gaps (
  webhook_id  TEXT NOT NULL,
  delivery_id TEXT NOT NULL, -- of OpenPhone's log
  type        TEXT NOT NULL,
  resource_id TEXT,
  made_at     INTEGER NOT NULL, -- when OpenPhone first tried
  found_at    INTEGER NOT NULL,
  outcome     TEXT NOT NULL CHECK (outcome IN ('recovered', 'asked', 'lost')),
  PRIMARY KEY (webhook_id, delivery_id)
) STRICT, WITHOUT ROWID;

-- Times in which webhooks told nothing though there was something to tell. Written by the producer
-- at the end of a listing, read by it, deleted after 90 days.
CREATE TABLE silences (
  since      INTEGER PRIMARY KEY, -- the last delivery before
  noticed_at INTEGER NOT NULL,
  untold     INTEGER NOT NULL     -- calls and text messages since then, which listings found
) STRICT;

-- OpenPhone answers 404 for it: left out of the proof, its page stays. Written by enrichment.
ALTER TABLE records ADD COLUMN gone_at INTEGER;
CREATE INDEX records_occurred ON records (kind, occurred_at);

-- The listings of a run, with one more: what webhooks failed to deliver.
CREATE TABLE sweeps_of_0002 (
  run_id    TEXT NOT NULL,
  sweep     TEXT NOT NULL CHECK (sweep IN ('canvas', 'directory', 'deliveries', 'call', 'message', 'mail')),
  page      INTEGER NOT NULL DEFAULT 0,
  cursor    TEXT,
  upper     INTEGER,          -- listed down to here: a lost cursor is resumed by time
  due_at    INTEGER,
  done      INTEGER NOT NULL DEFAULT 0 CHECK (done IN (0, 1)),
  tries     INTEGER NOT NULL DEFAULT 0 CHECK (tries >= 0),
  error     TEXT,
  parked_on TEXT,
  PRIMARY KEY (run_id, sweep)
) STRICT, WITHOUT ROWID;
INSERT INTO sweeps_of_0002 (run_id, sweep, page, cursor, upper, due_at, done, tries, error, parked_on)
  SELECT run_id, sweep, page, cursor, upper, due_at, done, tries, error, parked_on FROM sweeps;
DROP TABLE sweeps;
ALTER TABLE sweeps_of_0002 RENAME TO sweeps;
CREATE INDEX sweeps_open ON sweeps (due_at) WHERE done = 0;
