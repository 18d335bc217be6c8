-- The spine: records and their parts, owed work, what each stage last did, runs, dead letters,
-- the mirrors of Canvas and of our own numbers. Times are ms since epoch. docs/tables.md
-- says the same; a test holds both together.

-- Written by the producer (intake), read by every stage, deleted by nobody but forgetting.
CREATE TABLE records (
  kind        TEXT NOT NULL CHECK (kind IN ('call', 'message', 'mail')),
  id          TEXT NOT NULL,
  revision    INTEGER NOT NULL CHECK (revision > 0), -- raised by every change of content
  occurred_at INTEGER NOT NULL,
  stored_at   INTEGER NOT NULL,
  changed_at  INTEGER NOT NULL,
  PRIMARY KEY (kind, id)
) STRICT, WITHOUT ROWID;

-- What a source said of a record, each part apart; the record is their pure merge.
-- `rest` is written by the producer, `transcripts` and `recordings` by enrichment; read by all stages.
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

-- What each stage owes a record. Raised by intake, by the stage before, by replay; claimed and
-- settled by the harness; sent by whoever raised it and by the minute cron. Rows stay.
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

-- Written by enrichment and, where analysis is given up, by dead-letter; read by the later stages.
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

-- Written and read by vectorization; a hit's vector id names the hash. Rows stay.
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

-- Written by reconciliation (a letter clears a fingerprint), read by it and by runs. Rows stay.
CREATE TABLE pages (
  kind           TEXT NOT NULL,
  id             TEXT NOT NULL,
  data_source_id TEXT NOT NULL,
  page_id        TEXT,
  sent_at        INTEGER,  -- a create or an update whose outcome is not known yet
  fingerprint    TEXT,     -- of properties and body as last written
  base           TEXT CHECK (base IS NULL OR json_valid(base)), -- properties as Notion returned them
  blocks         INTEGER NOT NULL DEFAULT 0, -- of the body, how many are appended
  written_at     INTEGER,
  PRIMARY KEY (kind, id)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX pages_page ON pages (page_id) WHERE page_id IS NOT NULL;

-- A run is one backfill. Written by the producer, read by the console and by npm start.
CREATE TABLE runs (
  id          TEXT PRIMARY KEY, -- cron:<scheduledTime>, or manual:<uuid>
  since       INTEGER NOT NULL,
  until       INTEGER NOT NULL, -- fixed at the start, so that pages do not shift
  started_at  INTEGER NOT NULL,
  finished_at INTEGER CHECK (finished_at >= started_at),
  totals      TEXT CHECK (totals IS NULL OR json_valid(totals)) -- when its records are folded
) STRICT, WITHOUT ROWID;

-- One listing of a run, a row each; the page number is a compare-and-set.
CREATE TABLE sweeps (
  run_id    TEXT NOT NULL,
  sweep     TEXT NOT NULL CHECK (sweep IN ('canvas', 'directory', 'call', 'message', 'mail')),
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

-- Every record that a run listed, and what became of it. Folded into runs.totals after a week.
CREATE TABLE run_records (
  run_id  TEXT NOT NULL,
  kind    TEXT NOT NULL,
  id      TEXT NOT NULL,
  outcome TEXT CHECK (outcome IN ('synced', 'failed', 'skipped')), -- NULL: under way
  PRIMARY KEY (run_id, kind, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX run_records_open ON run_records (kind, id) WHERE outcome IS NULL;
CREATE INDEX run_records_outcome ON run_records (run_id, kind, outcome);

-- Outside requests of a run by API: one addition a batch.
CREATE TABLE run_requests (
  run_id TEXT NOT NULL,
  api    TEXT NOT NULL,
  count  INTEGER NOT NULL,
  PRIMARY KEY (run_id, api)
) STRICT, WITHOUT ROWID;

-- Written by dead-letter and (rows of a listing that cannot be read) the producer; closed by the
-- stage that succeeds later; read by the console. Closed ones are deleted after 90 days.
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

-- What stands still, and why. Written by the harness, deleted by the probe that succeeds.
CREATE TABLE parked (
  scope    TEXT PRIMARY KEY,
  reason   TEXT NOT NULL,
  since    INTEGER NOT NULL,
  until    INTEGER,           -- no probe before
  probes   INTEGER NOT NULL DEFAULT 0,
  probed_at INTEGER
) STRICT, WITHOUT ROWID;

-- Canvas in D1. Written by the producer's canvas sweep, read by reconciliation.
CREATE TABLE merchants (
  id        TEXT PRIMARY KEY, -- Notion page id
  name      TEXT NOT NULL,
  url       TEXT,
  edited_at INTEGER NOT NULL,
  seen_at   INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE merchant_keys (
  key         TEXT NOT NULL,  -- E.164, or a mail address in lower case
  merchant_id TEXT NOT NULL REFERENCES merchants (id) ON DELETE CASCADE,
  PRIMARY KEY (key, merchant_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX merchant_keys_merchant ON merchant_keys (merchant_id);

-- What is ours: workspace numbers, users, mail addresses. Added to by each directory sweep.
CREATE TABLE directory (
  type  TEXT NOT NULL CHECK (type IN ('number', 'user', 'address')),
  id    TEXT NOT NULL,
  label TEXT NOT NULL,         -- E.164, full name, address
  PRIMARY KEY (type, id)
) STRICT, WITHOUT ROWID;

-- The data source of each Notion database. Written by the canvas sweep and, where it is not known
-- yet, by reconciliation; read by both.
CREATE TABLE notion_sources (
  role           TEXT PRIMARY KEY CHECK (role IN ('canvas', 'call', 'message', 'mail')),
  database_id    TEXT NOT NULL,
  data_source_id TEXT NOT NULL,
  checked_at     INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- One row for every settled queue message: what the console draws. Deleted after 30 days.
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
