CREATE TABLE analyses (
  kind           TEXT NOT NULL,
  id             TEXT NOT NULL,
  fingerprint    TEXT NOT NULL, -- of what the model saw, the model and the prompt version
  model          TEXT NOT NULL,
  prompt_version TEXT NOT NULL,
  body           TEXT CHECK (body IS NULL OR json_valid(body)),
  reason         TEXT,          -- why there is no analysis
  analysed_at    INTEGER NOT NULL,
  PRIMARY KEY (kind, id),
  CHECK ((body IS NULL) <> (reason IS NULL))
) STRICT, WITHOUT ROWID;

CREATE TABLE audit (
  id     INTEGER PRIMARY KEY,
  at     INTEGER NOT NULL,
  actor  TEXT NOT NULL,
  role   TEXT NOT NULL CHECK (role IN ('admin', 'reader')),
  action TEXT NOT NULL, -- the operation
  target TEXT NOT NULL, -- the path
  detail TEXT CHECK (detail IS NULL OR json_valid(detail)),
  status INTEGER        -- NULL: not answered yet, or never
) STRICT;

CREATE INDEX audit_at ON audit (at);

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

CREATE TABLE canvas_changes (
  merchant_id TEXT PRIMARY KEY,
  told        INTEGER NOT NULL, -- how often: a change during the reading is read once more
  due_at      INTEGER NOT NULL,
  tries       INTEGER NOT NULL DEFAULT 0
) STRICT, WITHOUT ROWID;

CREATE INDEX canvas_changes_due ON canvas_changes (due_at);

CREATE TABLE canvas_mirror (
  data_source_id TEXT PRIMARY KEY,
  listed_at      INTEGER,  -- the start of the last listing of all merchants
  edited_until   INTEGER,  -- the start of the last listing: what was edited before is here
  watched        TEXT CHECK (watched IS NULL OR json_valid(watched)), -- ids of phone, mail and title properties
  vanished       TEXT CHECK (vanished IS NULL OR json_valid(vanished)), -- what was too much to drop
  allowed        INTEGER NOT NULL DEFAULT 0 CHECK (allowed IN (0, 1)), -- it may be dropped after all
  relinked_after TEXT CHECK (relinked_after IS NULL OR json_valid(relinked_after)) -- records from before this table; NULL: all are told of
) STRICT, WITHOUT ROWID;

CREATE TABLE contact_keys (
  key        TEXT NOT NULL, -- E.164, or a mail address in lower case
  contact_id TEXT NOT NULL REFERENCES contacts (id) ON DELETE CASCADE,
  PRIMARY KEY (key, contact_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX contact_keys_contact ON contact_keys (contact_id);

CREATE TABLE contacts (
  id      TEXT PRIMARY KEY,
  name    TEXT,             -- full name, else company
  version INTEGER NOT NULL, -- of the event: older never undoes newer
  deleted INTEGER NOT NULL CHECK (deleted IN (0, 1))
) STRICT, WITHOUT ROWID;

CREATE TABLE corrections (
  kind     TEXT NOT NULL,
  property TEXT NOT NULL,
  count    INTEGER NOT NULL,
  last_at  INTEGER NOT NULL,
  PRIMARY KEY (kind, property)
) STRICT, WITHOUT ROWID;

CREATE TABLE dead_letters (
  stage         TEXT NOT NULL,
  kind          TEXT NOT NULL,
  id            TEXT NOT NULL,    -- record id; the queue message's where the body did not decode
  failure       TEXT NOT NULL,    -- the failure's kind
  reason        TEXT NOT NULL,
  attempts      INTEGER NOT NULL,
  queue_message TEXT,             -- as it came
  run_id        TEXT,
  first_at      INTEGER NOT NULL,
  last_at       INTEGER NOT NULL,
  closed_at     INTEGER CHECK (closed_at >= first_at),
  PRIMARY KEY (stage, kind, id)
) STRICT, WITHOUT ROWID;

CREATE INDEX dead_letters_open ON dead_letters (stage, last_at) WHERE closed_at IS NULL;

CREATE INDEX dead_letters_record ON dead_letters (kind, id) WHERE closed_at IS NULL;

CREATE TABLE deliveries (
  id      TEXT PRIMARY KEY, -- webhook-id, or legacy: and the body's SHA-256
  seen_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX deliveries_seen ON deliveries (seen_at);

CREATE TABLE directory (
  type  TEXT NOT NULL CHECK (type IN ('number', 'user', 'address')),
  id    TEXT NOT NULL,
  label TEXT NOT NULL,         -- E.164, full name, address
  PRIMARY KEY (type, id)
) STRICT, WITHOUT ROWID;

CREATE TABLE edit_passes (
  data_source_id TEXT PRIMARY KEY,
  watermark      INTEGER NOT NULL, -- edits before it are known
  passed_at      INTEGER NOT NULL  -- when the last whole pass began
) STRICT, WITHOUT ROWID;

CREATE TABLE event_counts (
  day     TEXT NOT NULL,    -- YYYY-MM-DD, UTC
  type    TEXT NOT NULL,    -- the new generation's name; of a record that is gone its kind
  outcome TEXT NOT NULL CHECK (outcome IN ('stored', 'unknown', 'unreadable', 'gone')),
  count   INTEGER NOT NULL,
  last_at INTEGER NOT NULL,
  PRIMARY KEY (day, type, outcome)
) STRICT, WITHOUT ROWID;

CREATE TABLE files (
  key          TEXT PRIMARY KEY, -- of the R2 object; the door's path ends in it
  kind         TEXT NOT NULL,    -- of the record
  id           TEXT NOT NULL,
  source_id    TEXT NOT NULL,    -- the recording's or voicemail's id; a medium's place
  content_type TEXT,             -- as the source sent it, without parameters
  size_bytes   INTEGER CHECK (size_bytes >= 0),
  sha256       TEXT,             -- hex
  stored_at    INTEGER,
  error        TEXT,             -- why there is none, for good
  tried_at     INTEGER NOT NULL,
  CHECK ((stored_at IS NULL) = (error IS NOT NULL)),
  CHECK (stored_at IS NULL OR (content_type IS NOT NULL AND size_bytes IS NOT NULL AND sha256 IS NOT NULL))
) STRICT, WITHOUT ROWID;

CREATE INDEX files_record ON files (kind, id);

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

CREATE TABLE held (
  kind     TEXT NOT NULL,
  id       TEXT NOT NULL,
  property TEXT NOT NULL,
  value    TEXT NOT NULL CHECK (json_valid(value)), -- as the person left it; null: emptied
  at       INTEGER NOT NULL,                        -- when we saw it
  PRIMARY KEY (kind, id, property)
) STRICT, WITHOUT ROWID;

CREATE TABLE login_failures (
  address TEXT NOT NULL, -- keyed hash of who asked
  at      INTEGER NOT NULL
) STRICT;

CREATE INDEX login_failures_at ON login_failures (address, at);

CREATE TABLE merchant_keys (
  key         TEXT NOT NULL,  -- E.164, or a mail address in lower case
  merchant_id TEXT NOT NULL REFERENCES merchants (id) ON DELETE CASCADE, missing_since INTEGER,
  PRIMARY KEY (key, merchant_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX merchant_keys_merchant ON merchant_keys (merchant_id);

CREATE INDEX merchant_keys_missing ON merchant_keys (missing_since) WHERE missing_since IS NOT NULL;

CREATE TABLE merchants (
  id        TEXT PRIMARY KEY, -- Notion page id
  name      TEXT NOT NULL,
  url       TEXT,
  edited_at INTEGER NOT NULL,
  seen_at   INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX merchants_seen ON merchants (seen_at);

CREATE TABLE notion_handshake (
  one   INTEGER PRIMARY KEY CHECK (one = 1),
  token TEXT NOT NULL,
  at    INTEGER NOT NULL
) STRICT;

CREATE TABLE notion_sources (
  role           TEXT PRIMARY KEY CHECK (role IN ('canvas', 'call', 'message', 'mail')),
  database_id    TEXT NOT NULL,
  data_source_id TEXT NOT NULL,
  checked_at     INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE pages (
  kind           TEXT NOT NULL,
  id             TEXT NOT NULL,
  data_source_id TEXT NOT NULL,
  page_id        TEXT,
  sent_at        INTEGER,  -- a create or an update whose outcome is not known yet
  fingerprint    TEXT,     -- of properties and body as last written
  base           TEXT CHECK (base IS NULL OR json_valid(base)), -- properties as Notion returned them
  blocks         INTEGER NOT NULL DEFAULT 0, -- of the body, how many are appended
  written_at     INTEGER, removed_at INTEGER,
  PRIMARY KEY (kind, id)
) STRICT, WITHOUT ROWID;

CREATE INDEX pages_doubtful ON pages (kind, sent_at) WHERE page_id IS NULL AND sent_at IS NOT NULL;

CREATE UNIQUE INDEX pages_page ON pages (page_id) WHERE page_id IS NOT NULL;

CREATE TABLE parked (
  scope    TEXT PRIMARY KEY,
  reason   TEXT NOT NULL,
  since    INTEGER NOT NULL,
  until    INTEGER,           -- no probe before
  probes   INTEGER NOT NULL DEFAULT 0,
  probed_at INTEGER
) STRICT, WITHOUT ROWID;

CREATE TABLE parts (
  kind      TEXT NOT NULL,
  id        TEXT NOT NULL,
  part      TEXT NOT NULL,    -- PART_NAMES in shared/src/record.ts
  version   INTEGER NOT NULL, -- the source's own time of change: older never overwrites newer
  hash      TEXT NOT NULL,    -- of the content, signed URLs and updatedAt aside
  body      TEXT NOT NULL CHECK (json_valid(body)),
  stored_at INTEGER NOT NULL,
  PRIMARY KEY (kind, id, part)
) STRICT;

CREATE TABLE record_parties (
  party TEXT NOT NULL,  -- E.164, or a mail address in lower case
  kind  TEXT NOT NULL,
  id    TEXT NOT NULL,
  PRIMARY KEY (party, kind, id)
) STRICT, WITHOUT ROWID;

CREATE INDEX record_parties_record ON record_parties (kind, id);

CREATE TABLE records (
  kind        TEXT NOT NULL CHECK (kind IN ('call', 'message', 'mail')),
  id          TEXT NOT NULL,
  revision    INTEGER NOT NULL CHECK (revision > 0), -- raised by every change of content
  occurred_at INTEGER NOT NULL,
  stored_at   INTEGER NOT NULL,
  changed_at  INTEGER NOT NULL, gone_at INTEGER,
  PRIMARY KEY (kind, id)
) STRICT, WITHOUT ROWID;

CREATE INDEX records_occurred ON records (kind, occurred_at);

CREATE TABLE run_records (
  run_id  TEXT NOT NULL,
  kind    TEXT NOT NULL,
  id      TEXT NOT NULL,
  outcome TEXT CHECK (outcome IN ('synced', 'failed', 'skipped')), -- NULL: under way
  PRIMARY KEY (run_id, kind, id)
) STRICT, WITHOUT ROWID;

CREATE INDEX run_records_open ON run_records (kind, id) WHERE outcome IS NULL;

CREATE INDEX run_records_outcome ON run_records (run_id, kind, outcome);

CREATE TABLE run_requests (
  run_id TEXT NOT NULL,
  api    TEXT NOT NULL,
  count  INTEGER NOT NULL,
  PRIMARY KEY (run_id, api)
) STRICT, WITHOUT ROWID;

CREATE TABLE runs (
  id          TEXT PRIMARY KEY, -- cron:<scheduledTime>, or manual:<uuid>
  since       INTEGER NOT NULL,
  until       INTEGER NOT NULL, -- fixed at the start, so that pages do not shift
  started_at  INTEGER NOT NULL,
  finished_at INTEGER CHECK (finished_at >= started_at),
  totals      TEXT CHECK (totals IS NULL OR json_valid(totals)) -- when its records are folded
) STRICT, WITHOUT ROWID;

CREATE TABLE silences (
  since      INTEGER PRIMARY KEY, -- the last delivery before
  noticed_at INTEGER NOT NULL,
  untold     INTEGER NOT NULL     -- calls and text messages since then, which listings found
) STRICT;

CREATE TABLE stage_events (
  at        INTEGER NOT NULL,
  stage     TEXT NOT NULL,
  kind      TEXT NOT NULL,
  id        TEXT NOT NULL,
  run_id    TEXT,
  lane      TEXT NOT NULL,
  attempt   INTEGER NOT NULL,
  outcome   TEXT NOT NULL,
  waited_ms INTEGER NOT NULL,
  worked_ms INTEGER NOT NULL,
  error     TEXT
) STRICT;

CREATE INDEX stage_events_at ON stage_events (at);

CREATE INDEX stage_events_record ON stage_events (kind, id, at);

CREATE TABLE "sweeps" (
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

CREATE INDEX sweeps_open ON sweeps (due_at) WHERE done = 0;

CREATE TABLE vectors (
  kind        TEXT NOT NULL,
  id          TEXT NOT NULL,
  record_hash TEXT NOT NULL UNIQUE, -- keyed hash of kind and id: the stem of its vector ids
  fingerprint TEXT,                 -- NULL while an upsert is under way
  model       TEXT NOT NULL,
  chunks      INTEGER NOT NULL,     -- the most that may stand in the index
  written_at  INTEGER NOT NULL,
  PRIMARY KEY (kind, id)
) STRICT, WITHOUT ROWID;

CREATE TABLE work (
  kind      TEXT NOT NULL,
  id        TEXT NOT NULL,
  stage     TEXT NOT NULL,    -- STAGES in shared/src/kinds.ts
  lane      TEXT NOT NULL CHECK (lane IN ('live', 'bulk')),
  cause     TEXT NOT NULL,
  run_id    TEXT,
  wanted    INTEGER NOT NULL,
  done      INTEGER NOT NULL DEFAULT 0 CHECK (done <= wanted),
  failed    INTEGER NOT NULL DEFAULT 0 CHECK (failed <= wanted),
  due_at    INTEGER,          -- past: to be sent; future: sent, worked or put off; NULL: nothing owed
  token     TEXT,             -- the lease of whoever works it
  tries     INTEGER NOT NULL DEFAULT 0 CHECK (tries >= 0),
  error     TEXT,             -- the last failure, JSON
  parked_on TEXT,             -- the scope it waits for
  PRIMARY KEY (kind, id, stage)
) STRICT, WITHOUT ROWID;

CREATE INDEX work_due ON work (stage, lane, due_at) WHERE due_at IS NOT NULL AND parked_on IS NULL;

CREATE INDEX work_parked ON work (parked_on) WHERE parked_on IS NOT NULL;
