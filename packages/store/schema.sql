CREATE TABLE adoptions (
  kind   TEXT PRIMARY KEY,
  since  INTEGER,           -- pages edited before are known; NULL: none is
  place  TEXT CHECK (place IS NULL OR json_valid(place)), -- how far the listing is
  due_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TRIGGER analysis_changed AFTER UPDATE OF body ON analyses
WHEN OLD.body IS NOT NEW.body
BEGIN
  UPDATE timeline SET (sentiment, lead_score, open_actions) = (
    SELECT f.sentiment, f.lead_score, f.open_actions FROM timeline_facts f
     WHERE f.kind = NEW.kind AND f.id = NEW.id)
   WHERE kind = NEW.kind AND id = NEW.id;
END;

CREATE TRIGGER analysis_noted AFTER INSERT ON analyses
BEGIN
  UPDATE timeline SET (sentiment, lead_score, open_actions) = (
    SELECT f.sentiment, f.lead_score, f.open_actions FROM timeline_facts f
     WHERE f.kind = NEW.kind AND f.id = NEW.id)
   WHERE kind = NEW.kind AND id = NEW.id;
END;

CREATE TABLE analyses (
  kind           TEXT NOT NULL,
  id             TEXT NOT NULL,
  fingerprint    TEXT NOT NULL, -- of what the model saw, the model and the prompt version
  model          TEXT NOT NULL,
  prompt_version TEXT NOT NULL,
  body           TEXT CHECK (body IS NULL OR json_valid(body)),
  reason         TEXT,          -- why there is no analysis
  analysed_at    INTEGER NOT NULL, sentiment TEXT AS (body ->> '$.sentiment.label') VIRTUAL, lead_score INTEGER AS (body ->> '$.leadScore') VIRTUAL, actions INTEGER AS (json_array_length(body, '$.actionItems')) VIRTUAL,
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

CREATE INDEX audit_target ON audit (target, id) WHERE target >= '/api/records/' AND target < '/api/records0';

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

CREATE TABLE cache_counts (
  day    TEXT NOT NULL, -- YYYY-MM-DD, UTC
  sort   TEXT NOT NULL CHECK (sort IN ('embedding', 'answer', 'brief')),
  hits   INTEGER NOT NULL DEFAULT 0,
  misses INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (day, sort)
) STRICT, WITHOUT ROWID;

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

CREATE TABLE comparisons (
  kind   TEXT PRIMARY KEY,
  run_id TEXT NOT NULL,
  side   TEXT NOT NULL CHECK (side IN ('records', 'listed')),
  place  TEXT             -- the last row that was looked at, JSON
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

CREATE INDEX contacts_name ON contacts (name COLLATE NOCASE) WHERE deleted = 0;

CREATE TABLE corrections (
  kind     TEXT NOT NULL,
  property TEXT NOT NULL,
  count    INTEGER NOT NULL,
  last_at  INTEGER NOT NULL,
  PRIMARY KEY (kind, property)
) STRICT, WITHOUT ROWID;

CREATE TABLE day_counts (
  kind   TEXT NOT NULL,
  day    TEXT NOT NULL,
  counts TEXT NOT NULL CHECK (json_valid(counts)),
  PRIMARY KEY (kind, day)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER letter_deleted AFTER DELETE ON dead_letters
BEGIN
  UPDATE letter_counts SET count = count - 1 WHERE state = OLD.state AND stage = OLD.stage
    AND failure = OLD.failure AND pattern = OLD.pattern AND kind = OLD.kind;
  DELETE FROM letter_counts WHERE count <= 0 AND state = OLD.state AND stage = OLD.stage
    AND failure = OLD.failure AND pattern = OLD.pattern AND kind = OLD.kind;
  DELETE FROM replay_letters
    WHERE stage = OLD.stage AND kind = OLD.kind AND id = OLD.id;
END;

CREATE TRIGGER letter_died AFTER UPDATE OF replay_id ON dead_letters
WHEN OLD.closed_at IS NULL AND OLD.replay_id IS NOT NULL AND NEW.replay_id IS NULL
BEGIN
  UPDATE replay_letters SET state = 'died', settled_at = NEW.last_at
    WHERE replay_id = OLD.replay_id AND stage = NEW.stage AND kind = NEW.kind AND id = NEW.id
      AND state = 'sent';
END;

CREATE TRIGGER letter_filed AFTER INSERT ON dead_letters
BEGIN
  INSERT INTO letter_counts (state, stage, failure, pattern, kind, count)
    VALUES (NEW.state, NEW.stage, NEW.failure, NEW.pattern, NEW.kind, 1)
    ON CONFLICT (state, stage, failure, pattern, kind) DO UPDATE SET count = count + 1;
END;

CREATE TRIGGER letter_moved AFTER UPDATE OF closed_at, discard_id, failure, pattern ON dead_letters
WHEN OLD.state <> NEW.state OR OLD.failure <> NEW.failure OR OLD.pattern <> NEW.pattern
BEGIN
  UPDATE letter_counts SET count = count - 1 WHERE state = OLD.state AND stage = OLD.stage
    AND failure = OLD.failure AND pattern = OLD.pattern AND kind = OLD.kind;
  DELETE FROM letter_counts WHERE count <= 0 AND state = OLD.state AND stage = OLD.stage
    AND failure = OLD.failure AND pattern = OLD.pattern AND kind = OLD.kind;
  INSERT INTO letter_counts (state, stage, failure, pattern, kind, count)
    VALUES (NEW.state, NEW.stage, NEW.failure, NEW.pattern, NEW.kind, 1)
    ON CONFLICT (state, stage, failure, pattern, kind) DO UPDATE SET count = count + 1;
END;

CREATE TRIGGER letter_stands AFTER UPDATE OF closed_at ON dead_letters
WHEN (OLD.closed_at IS NULL) <> (NEW.closed_at IS NULL) AND NEW.kind IN ('call', 'message', 'mail')
BEGIN
  -- OR IGNORE would be overruled by the upsert that files a letter anew.
  INSERT INTO restanding (kind, id) VALUES (NEW.kind, NEW.id) ON CONFLICT DO NOTHING;
END;

CREATE TRIGGER letter_succeeded AFTER UPDATE OF closed_at ON dead_letters
WHEN OLD.closed_at IS NULL AND NEW.closed_at IS NOT NULL AND NEW.replay_id IS NOT NULL
BEGIN
  UPDATE replay_letters SET state = 'succeeded', settled_at = NEW.closed_at
    WHERE replay_id = NEW.replay_id AND stage = NEW.stage AND kind = NEW.kind AND id = NEW.id
      AND state = 'sent';
END;

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
  closed_at     INTEGER CHECK (closed_at >= first_at), pattern TEXT NOT NULL DEFAULT '', replay_id TEXT, discard_id TEXT, discarded_by TEXT, discard_reason TEXT, state TEXT GENERATED ALWAYS AS (
  CASE WHEN closed_at IS NULL THEN 'open' WHEN discard_id IS NULL THEN 'settled' ELSE 'discarded' END
) VIRTUAL,
  PRIMARY KEY (stage, kind, id)
) STRICT, WITHOUT ROWID;

CREATE INDEX dead_letters_closed ON dead_letters (closed_at) WHERE closed_at IS NOT NULL;

CREATE INDEX dead_letters_discard ON dead_letters (discard_id) WHERE discard_id IS NOT NULL;

CREATE INDEX dead_letters_first ON dead_letters (state, stage, failure, pattern, first_at);

CREATE INDEX dead_letters_group ON dead_letters (state, stage, failure, pattern, last_at);

CREATE INDEX dead_letters_record ON dead_letters (kind, id);

CREATE INDEX dead_letters_replaying ON dead_letters (last_at)
  WHERE replay_id IS NOT NULL AND closed_at IS NULL;

CREATE INDEX dead_letters_stage ON dead_letters (state, stage, last_at);

CREATE INDEX dead_letters_state ON dead_letters (state, last_at);

CREATE TABLE deliveries (
  id      TEXT PRIMARY KEY, -- webhook-id, or legacy: and the body's SHA-256
  seen_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX deliveries_seen ON deliveries (seen_at);

CREATE TABLE differences (
  kind   TEXT NOT NULL,
  id     TEXT NOT NULL,
  what   TEXT NOT NULL CHECK (what IN ('missing', 'extra')),
  day    TEXT NOT NULL,
  run_id TEXT NOT NULL,
  PRIMARY KEY (kind, id)
) STRICT, WITHOUT ROWID;

CREATE INDEX differences_day ON differences (what, kind, day);

CREATE TABLE directory (
  type  TEXT NOT NULL CHECK (type IN ('number', 'user', 'address')),
  id    TEXT NOT NULL,
  label TEXT NOT NULL,         -- E.164, full name, address
  PRIMARY KEY (type, id)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER action_done AFTER INSERT ON done_actions
BEGIN
  UPDATE timeline SET open_actions = (
    SELECT f.open_actions FROM timeline_facts f WHERE f.kind = NEW.kind AND f.id = NEW.id)
   WHERE kind = NEW.kind AND id = NEW.id;
END;

CREATE TRIGGER action_reopened AFTER DELETE ON done_actions
BEGIN
  UPDATE timeline SET open_actions = (
    SELECT f.open_actions FROM timeline_facts f WHERE f.kind = OLD.kind AND f.id = OLD.id)
   WHERE kind = OLD.kind AND id = OLD.id;
END;

CREATE TABLE done_actions (
  kind    TEXT NOT NULL,
  id      TEXT NOT NULL,
  words   TEXT NOT NULL,    -- the text of the action item
  done_at INTEGER NOT NULL,
  done_by TEXT NOT NULL,
  PRIMARY KEY (kind, id, words)
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

CREATE TABLE forget_traces (
  forgetting_id TEXT NOT NULL,
  what          TEXT NOT NULL CHECK (what IN ('record', 'page', 'file', 'vectors', 'merchant')),
  kind          TEXT NOT NULL, -- of the record; of a merchant empty
  ref           TEXT NOT NULL, -- record id, page id, R2 key, stem of the vector ids
  chunks        INTEGER NOT NULL DEFAULT 0,
  done_at       INTEGER,
  PRIMARY KEY (forgetting_id, what, kind, ref)
) STRICT, WITHOUT ROWID;

CREATE INDEX forget_traces_open ON forget_traces (forgetting_id, what) WHERE done_at IS NULL;

CREATE TABLE forgettings (
  id          TEXT PRIMARY KEY,
  party       TEXT,             -- E.164, or a mail address in lower case; NULL: finished
  phase       TEXT NOT NULL CHECK (phase IN ('records', 'outside', 'again', 'finished')),
  scanned     INTEGER NOT NULL DEFAULT 0, -- rows of parts that were looked at
  keep_canvas INTEGER NOT NULL CHECK (keep_canvas IN (0, 1)),
  started_at  INTEGER NOT NULL,
  due_at      INTEGER,          -- when the next step may begin; NULL: finished
  token       TEXT,             -- the lease of whoever works it, until due_at
  counts      TEXT NOT NULL CHECK (json_valid(counts)),
  finished_at INTEGER,
  CHECK ((phase = 'finished') = (party IS NULL))
) STRICT, WITHOUT ROWID;

CREATE INDEX forgettings_due ON forgettings (due_at) WHERE due_at IS NOT NULL;

CREATE TABLE forgotten (
  kind TEXT NOT NULL,
  hash TEXT NOT NULL, -- keyed hash of kind and id, key FORGET_SECRET
  at   INTEGER NOT NULL,
  PRIMARY KEY (kind, hash)
) STRICT, WITHOUT ROWID;

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

CREATE INDEX gaps_made ON gaps (made_at);

CREATE TABLE gate_samples (
  gate         TEXT NOT NULL,
  at           INTEGER NOT NULL, -- when the minute begins
  live         INTEGER NOT NULL, -- granted
  bulk         INTEGER NOT NULL,
  waiting_live INTEGER NOT NULL, -- the most that were seen
  waiting_bulk INTEGER NOT NULL,
  PRIMARY KEY (gate, at)
) STRICT, WITHOUT ROWID;

CREATE TABLE heartbeat (
  one  INTEGER PRIMARY KEY CHECK (one = 1),
  beat INTEGER NOT NULL,
  etag TEXT NOT NULL,     -- of the object in R2 as this beat left it
  at   INTEGER NOT NULL
) STRICT;

CREATE TABLE held (
  kind     TEXT NOT NULL,
  id       TEXT NOT NULL,
  property TEXT NOT NULL,
  value    TEXT NOT NULL CHECK (json_valid(value)), -- as the person left it; null: emptied
  at       INTEGER NOT NULL,                        -- when we saw it
  PRIMARY KEY (kind, id, property)
) STRICT, WITHOUT ROWID;

CREATE TABLE letter_counts (
  state   TEXT NOT NULL,
  stage   TEXT NOT NULL,
  failure TEXT NOT NULL,
  pattern TEXT NOT NULL,
  kind    TEXT NOT NULL,
  count   INTEGER NOT NULL,
  PRIMARY KEY (state, stage, failure, pattern, kind)
) STRICT, WITHOUT ROWID;

CREATE TABLE listed_days (
  kind   TEXT NOT NULL,
  run_id TEXT NOT NULL,
  day    TEXT NOT NULL,
  listed INTEGER NOT NULL,
  PRIMARY KEY (kind, run_id, day)
) STRICT, WITHOUT ROWID;

CREATE TABLE login_failures (
  address TEXT NOT NULL, -- keyed hash of who asked
  at      INTEGER NOT NULL
) STRICT;

CREATE INDEX login_failures_at ON login_failures (address, at);

CREATE TABLE mail_deliveries (
  raw_key       TEXT PRIMARY KEY, -- of the raw message in R2
  envelope_from TEXT NOT NULL,    -- empty: the null sender
  envelope_to   TEXT NOT NULL CHECK (json_valid(envelope_to)),
  received_at   INTEGER NOT NULL,
  due_at        INTEGER NOT NULL, -- when the minute cron may take it up
  tries         INTEGER NOT NULL DEFAULT 0
) STRICT, WITHOUT ROWID;

CREATE INDEX mail_deliveries_due ON mail_deliveries (due_at);

CREATE TABLE mail_ids (
  id      TEXT PRIMARY KEY,
  sender  TEXT NOT NULL,    -- From addresses in lower case; empty: none, or not told
  sent_at INTEGER,          -- of the Date header; NULL: none, or not told
  subject TEXT NOT NULL,
  exact   INTEGER NOT NULL CHECK (exact IN (0, 1)) -- 0: told by a page that another tool made
) STRICT, WITHOUT ROWID;

CREATE TABLE mail_refs (
  ref    TEXT PRIMARY KEY, -- a mail's record id, a Message-ID that is named, a source's own thread
  thread TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX mail_refs_thread ON mail_refs (thread);

CREATE TABLE mail_sources (
  source  TEXT PRIMARY KEY,
  place   TEXT NOT NULL CHECK (json_valid(place)),
  due_at  INTEGER NOT NULL,
  error   TEXT -- why the last look failed; NULL: it did not
) STRICT, WITHOUT ROWID;

CREATE TABLE merchant_grams (
  gram        TEXT NOT NULL,
  merchant_id TEXT NOT NULL REFERENCES merchants (id) ON DELETE CASCADE,
  PRIMARY KEY (gram, merchant_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX merchant_grams_merchant ON merchant_grams (merchant_id);

CREATE TRIGGER party_matched AFTER INSERT ON merchant_keys
BEGIN
  UPDATE parties SET merchants = merchants + 1 WHERE party = NEW.key;
END;

CREATE TRIGGER party_unmatched AFTER DELETE ON merchant_keys
BEGIN
  UPDATE parties SET merchants = merchants - 1 WHERE party = OLD.key;
END;

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

CREATE INDEX merchants_id_by_name ON merchants (name, id);

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
  written_at     INTEGER, removed_at INTEGER, top TEXT,
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
, waiting INTEGER NOT NULL DEFAULT 0, failure TEXT) STRICT, WITHOUT ROWID;

CREATE TRIGGER party_changed AFTER UPDATE ON parties
WHEN OLD.state <> NEW.state OR OLD.talks <> NEW.talks
BEGIN
  UPDATE party_counts SET parties = parties - 1, talks = talks - OLD.talks WHERE state = OLD.state;
  INSERT INTO party_counts (state, parties, talks) VALUES (NEW.state, 1, NEW.talks)
    ON CONFLICT (state) DO UPDATE SET parties = parties + 1, talks = talks + excluded.talks;
END;

CREATE TRIGGER party_gone AFTER DELETE ON parties
BEGIN
  UPDATE party_counts SET parties = parties - 1, talks = talks - OLD.talks WHERE state = OLD.state;
END;

CREATE TRIGGER party_made AFTER INSERT ON parties
BEGIN
  INSERT INTO party_counts (state, parties, talks) VALUES (NEW.state, 1, NEW.talks)
    ON CONFLICT (state) DO UPDATE SET parties = parties + 1, talks = talks + excluded.talks;
END;

CREATE TABLE parties (
  party     TEXT PRIMARY KEY,           -- E.164, or a mail address in lower case
  calls     INTEGER NOT NULL DEFAULT 0,
  messages  INTEGER NOT NULL DEFAULT 0,
  mails     INTEGER NOT NULL DEFAULT 0,
  first_at  INTEGER,                    -- of the records that were ever counted
  last_at   INTEGER NOT NULL DEFAULT 0, -- 0: no record is left
  last_kind TEXT,                       -- the record that last_at is of
  last_id   TEXT,
  merchants INTEGER NOT NULL DEFAULT 0, -- that hold it
  never_at  INTEGER,                    -- an operator said that it is never a merchant's
  never_by  TEXT,
  talks     INTEGER GENERATED ALWAYS AS (calls + messages + mails) VIRTUAL,
  state     TEXT GENERATED ALWAYS AS (
    CASE WHEN merchants > 0 THEN 'matched' WHEN never_at IS NOT NULL THEN 'never' ELSE 'open' END
  ) VIRTUAL
) STRICT, WITHOUT ROWID;

CREATE INDEX parties_ranked ON parties (state, talks, last_at, party);

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

CREATE TABLE party_counts (
  state   TEXT PRIMARY KEY,
  parties INTEGER NOT NULL,
  talks   INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE pauses (
  stage   TEXT PRIMARY KEY,
  reason  TEXT,
  actor   TEXT NOT NULL,
  since   INTEGER NOT NULL,
  waiting INTEGER NOT NULL DEFAULT 0 -- rows, as the minute cron last counted them
) STRICT, WITHOUT ROWID;

CREATE TABLE queue_samples (
  span      TEXT NOT NULL CHECK (span IN ('minute', 'ten', 'hour')),
  queue     TEXT NOT NULL,
  at        INTEGER NOT NULL, -- when the span begins
  backlog   INTEGER NOT NULL, -- as the queue tells it
  bytes     INTEGER NOT NULL,
  oldest_at INTEGER,          -- when the oldest queue message was sent
  owed      INTEGER NOT NULL, -- rows of work that wait in it or for it, parked ones too
  PRIMARY KEY (span, queue, at)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER party_left AFTER DELETE ON record_parties
BEGIN
  UPDATE parties SET
      calls = calls - (OLD.kind = 'call'),
      messages = messages - (OLD.kind = 'message'),
      mails = mails - (OLD.kind = 'mail')
    WHERE party = OLD.party;
  DELETE FROM parties WHERE party = OLD.party AND talks <= 0 AND never_at IS NULL;
  UPDATE parties SET last_at = 0, last_kind = NULL, last_id = NULL
    WHERE party = OLD.party AND last_kind = OLD.kind AND last_id = OLD.id;
  UPDATE parties SET last_at = r.occurred_at, last_kind = r.kind, last_id = r.id
    FROM (SELECT r.occurred_at, r.kind, r.id FROM record_parties p
        JOIN records r ON r.kind = p.kind AND r.id = p.id
       WHERE p.party = OLD.party ORDER BY r.occurred_at DESC LIMIT 1) r
    WHERE party = OLD.party AND last_at = 0;
END;

CREATE TRIGGER party_met AFTER INSERT ON record_parties
BEGIN
  INSERT OR IGNORE INTO parties (party, merchants)
    VALUES (NEW.party, (SELECT count(*) FROM merchant_keys WHERE key = NEW.party));
  UPDATE parties SET
      calls = calls + (NEW.kind = 'call'),
      messages = messages + (NEW.kind = 'message'),
      mails = mails + (NEW.kind = 'mail')
    WHERE party = NEW.party;
  UPDATE parties SET first_at = r.occurred_at FROM records r
    WHERE party = NEW.party AND r.kind = NEW.kind AND r.id = NEW.id
      AND (first_at IS NULL OR first_at > r.occurred_at);
  UPDATE parties SET last_at = r.occurred_at, last_kind = r.kind, last_id = r.id FROM records r
    WHERE party = NEW.party AND r.kind = NEW.kind AND r.id = NEW.id
      AND last_at <= r.occurred_at;
END;

CREATE TABLE record_parties (
  party TEXT NOT NULL,  -- E.164, or a mail address in lower case
  kind  TEXT NOT NULL,
  id    TEXT NOT NULL,
  PRIMARY KEY (party, kind, id)
) STRICT, WITHOUT ROWID;

CREATE INDEX record_parties_record ON record_parties (kind, id);

CREATE TRIGGER party_spoke AFTER UPDATE OF occurred_at ON records
WHEN OLD.occurred_at < NEW.occurred_at
BEGIN
  UPDATE parties SET last_at = NEW.occurred_at, last_kind = NEW.kind, last_id = NEW.id
    WHERE last_at < NEW.occurred_at AND party IN (
      SELECT party FROM record_parties WHERE kind = NEW.kind AND id = NEW.id);
END;

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

CREATE TRIGGER replay_forgotten AFTER DELETE ON replay_letters
WHEN OLD.state IN ('waiting', 'sent')
BEGIN
  UPDATE replays SET held = held + 1,
      waiting = waiting - (OLD.state = 'waiting'), sent = sent - (OLD.state = 'sent')
    WHERE id = OLD.replay_id;
END;

CREATE TRIGGER replay_moved AFTER UPDATE OF state ON replay_letters WHEN OLD.state <> NEW.state
BEGIN
  UPDATE replays SET
      waiting = waiting + (NEW.state = 'waiting') - (OLD.state = 'waiting'),
      sent = sent + (NEW.state = 'sent') - (OLD.state = 'sent'),
      succeeded = succeeded + (NEW.state = 'succeeded') - (OLD.state = 'succeeded'),
      died = died + (NEW.state = 'died') - (OLD.state = 'died'),
      held = held + (NEW.state = 'held') - (OLD.state = 'held')
    WHERE id = NEW.replay_id;
END;

CREATE TRIGGER replay_selected AFTER INSERT ON replay_letters
BEGIN
  UPDATE replays SET waiting = waiting + 1 WHERE id = NEW.replay_id;
END;

CREATE TABLE replay_letters (
  replay_id  TEXT NOT NULL,
  stage      TEXT NOT NULL,
  kind       TEXT NOT NULL,
  id         TEXT NOT NULL,
  state      TEXT NOT NULL CHECK (state IN ('waiting', 'sent', 'succeeded', 'died', 'held')),
  note       TEXT,             -- why it was held back
  last_at    INTEGER NOT NULL, -- of the letter when it was selected: the newest goes first
  sent_at    INTEGER,
  settled_at INTEGER,
  PRIMARY KEY (replay_id, stage, kind, id)
) STRICT, WITHOUT ROWID;

CREATE INDEX replay_letters_letter ON replay_letters (kind, id, stage);

CREATE INDEX replay_letters_state ON replay_letters (replay_id, state, last_at);

CREATE TABLE replays (
  id          TEXT PRIMARY KEY,
  state       TEXT NOT NULL CHECK (state IN ('running', 'completed', 'stopped', 'aborted')),
  actor       TEXT NOT NULL,
  filter      TEXT CHECK (filter IS NULL OR json_valid(filter)), -- NULL: every letter is selected
  selected_to TEXT CHECK (selected_to IS NULL OR json_valid(selected_to)), -- the last one selected
  pace        TEXT NOT NULL CHECK (json_valid(pace)),
  options     TEXT NOT NULL CHECK (json_valid(options)),
  reason      TEXT,                       -- why it stopped
  started_at  INTEGER NOT NULL,           -- letters filed after it are not selected
  finished_at INTEGER,
  waiting     INTEGER NOT NULL DEFAULT 0, -- selected, not sent
  sent        INTEGER NOT NULL DEFAULT 0, -- on the way
  succeeded   INTEGER NOT NULL DEFAULT 0,
  died        INTEGER NOT NULL DEFAULT 0,
  held        INTEGER NOT NULL DEFAULT 0  -- not sent, and why stands with the letter
) STRICT, WITHOUT ROWID;

CREATE INDEX replays_running ON replays (started_at) WHERE state = 'running';

CREATE INDEX replays_sent ON replays (started_at) WHERE sent > 0;

CREATE INDEX replays_started ON replays (started_at);

CREATE TABLE restanding (
  kind TEXT NOT NULL,
  id   TEXT NOT NULL,
  PRIMARY KEY (kind, id)
) STRICT, WITHOUT ROWID;

CREATE TABLE revisions (
  kind     TEXT NOT NULL,
  id       TEXT NOT NULL,
  revision INTEGER NOT NULL,
  at       INTEGER NOT NULL,
  cause    TEXT,
  told     TEXT NOT NULL CHECK (json_valid(told)), -- [{"part": "transcripts", "characters": 9120, "lines": 46}]
  PRIMARY KEY (kind, id, revision)
) STRICT, WITHOUT ROWID;

CREATE TABLE run_counts (
  run_id  TEXT NOT NULL,
  kind    TEXT NOT NULL,
  outcome TEXT NOT NULL, -- of run_records, or open
  why     TEXT NOT NULL, -- empty: nothing is said
  count   INTEGER NOT NULL,
  PRIMARY KEY (run_id, kind, outcome, why)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER run_record_gone AFTER DELETE ON run_records WHEN OLD.outcome IS NULL
BEGIN
  UPDATE run_counts SET count = count - 1 WHERE run_id = OLD.run_id AND kind = OLD.kind
    AND outcome = 'open' AND why = coalesce(OLD.why, '');
END;

CREATE TRIGGER run_record_listed AFTER INSERT ON run_records
BEGIN
  INSERT INTO run_counts (run_id, kind, outcome, why, count)
    VALUES (NEW.run_id, NEW.kind, coalesce(NEW.outcome, 'open'), coalesce(NEW.why, ''), 1)
    ON CONFLICT (run_id, kind, outcome, why) DO UPDATE SET count = count + 1;
END;

CREATE TRIGGER run_record_settled AFTER UPDATE OF outcome, why ON run_records
WHEN OLD.outcome IS NOT NEW.outcome OR OLD.why IS NOT NEW.why
BEGIN
  UPDATE run_counts SET count = count - 1 WHERE run_id = OLD.run_id AND kind = OLD.kind
    AND outcome = coalesce(OLD.outcome, 'open') AND why = coalesce(OLD.why, '');
  INSERT INTO run_counts (run_id, kind, outcome, why, count)
    VALUES (NEW.run_id, NEW.kind, coalesce(NEW.outcome, 'open'), coalesce(NEW.why, ''), 1)
    ON CONFLICT (run_id, kind, outcome, why) DO UPDATE SET count = count + 1;
END;

CREATE TABLE run_records (
  run_id  TEXT NOT NULL,
  kind    TEXT NOT NULL,
  id      TEXT NOT NULL,
  outcome TEXT CHECK (outcome IN ('synced', 'failed', 'skipped')), why TEXT, -- NULL: under way
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

CREATE TABLE run_samples (
  run_id TEXT NOT NULL,
  at     INTEGER NOT NULL,
  counts TEXT NOT NULL CHECK (json_valid(counts)), -- {"call": [listed, settled]}
  PRIMARY KEY (run_id, at)
) STRICT, WITHOUT ROWID;

CREATE TABLE runs (
  id          TEXT PRIMARY KEY, -- cron:<scheduledTime>, or manual:<uuid>
  since       INTEGER NOT NULL,
  until       INTEGER NOT NULL, -- fixed at the start, so that pages do not shift
  started_at  INTEGER NOT NULL,
  finished_at INTEGER CHECK (finished_at >= started_at),
  totals      TEXT CHECK (totals IS NULL OR json_valid(totals)) -- when its records are folded
, asked TEXT NOT NULL DEFAULT '{}' CHECK (json_valid(asked)), whole INTEGER NOT NULL DEFAULT 1 CHECK (whole IN (0, 1)), again TEXT CHECK (again IN ('analyse', 'embed')), failure TEXT, cancelled_at INTEGER, cancelled_by TEXT, shifting TEXT CHECK (shifting IS NULL OR json_valid(shifting))) STRICT, WITHOUT ROWID;

CREATE INDEX runs_shifting ON runs (id) WHERE shifting IS NOT NULL;

CREATE INDEX runs_started ON runs (started_at);

CREATE TABLE silences (
  since      INTEGER PRIMARY KEY, -- the last delivery before
  noticed_at INTEGER NOT NULL,
  untold     INTEGER NOT NULL     -- calls and text messages since then, which listings found
) STRICT;

CREATE TABLE source_days (
  kind      TEXT NOT NULL,
  day       TEXT NOT NULL,
  listed    INTEGER NOT NULL,
  missing   INTEGER NOT NULL DEFAULT 0, -- listed, not in D1
  extra     INTEGER NOT NULL DEFAULT 0, -- in D1, not listed any more
  run_id    TEXT NOT NULL,
  listed_at INTEGER NOT NULL,           -- up to when
  PRIMARY KEY (kind, day)
) STRICT, WITHOUT ROWID;

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

CREATE TABLE stage_statistics (
  span      TEXT NOT NULL CHECK (span IN ('minute', 'ten', 'hour', 'day', 'ever')),
  stage     TEXT NOT NULL,    -- STAGES in shared/src/kinds.ts, or sweep
  lane      TEXT NOT NULL,
  at        INTEGER NOT NULL, -- when the span begins
  counts    TEXT NOT NULL CHECK (json_valid(counts)), -- {"call.done": 3}: by kind and outcome
  waited    TEXT NOT NULL CHECK (json_valid(waited)), -- {"81": 3}: a histogram, by bucket
  worked    TEXT NOT NULL CHECK (json_valid(worked)),
  waited_ms INTEGER NOT NULL, -- sum of what is in the histogram
  worked_ms INTEGER NOT NULL,
  PRIMARY KEY (span, stage, lane, at)
) STRICT, WITHOUT ROWID;

CREATE TABLE standing_round (
  one  INTEGER PRIMARY KEY CHECK (one = 1),
  kind TEXT NOT NULL, -- the last record that was looked at
  id   TEXT NOT NULL
) STRICT;

CREATE TRIGGER standing_changed AFTER UPDATE OF facets, day ON standings
WHEN OLD.facets <> NEW.facets OR OLD.day <> NEW.day
BEGIN
  UPDATE day_counts SET counts = (
      SELECT json_group_object(key, n) FROM (SELECT key, sum(value) AS n FROM (
        SELECT key, value FROM json_each(day_counts.counts)
        UNION ALL SELECT key, -value FROM json_each(OLD.facets)) GROUP BY key))
    WHERE kind = OLD.kind AND day = OLD.day;
  INSERT INTO day_counts (kind, day, counts) VALUES (NEW.kind, NEW.day, NEW.facets)
    ON CONFLICT (kind, day) DO UPDATE SET counts = (
      SELECT json_group_object(key, n) FROM (SELECT key, sum(value) AS n FROM (
        SELECT key, value FROM json_each(day_counts.counts)
        UNION ALL SELECT key, value FROM json_each(NEW.facets)) GROUP BY key));
END;

CREATE TRIGGER standing_gone AFTER DELETE ON standings
BEGIN
  UPDATE day_counts SET counts = (
      SELECT json_group_object(key, n) FROM (SELECT key, sum(value) AS n FROM (
        SELECT key, value FROM json_each(day_counts.counts)
        UNION ALL SELECT key, -value FROM json_each(OLD.facets)) GROUP BY key))
    WHERE kind = OLD.kind AND day = OLD.day;
END;

CREATE TRIGGER standing_made AFTER INSERT ON standings
BEGIN
  INSERT INTO day_counts (kind, day, counts) VALUES (NEW.kind, NEW.day, NEW.facets)
    ON CONFLICT (kind, day) DO UPDATE SET counts = (
      SELECT json_group_object(key, n) FROM (SELECT key, sum(value) AS n FROM (
        SELECT key, value FROM json_each(day_counts.counts)
        UNION ALL SELECT key, value FROM json_each(NEW.facets)) GROUP BY key));
END;

CREATE TABLE standings (
  kind        TEXT NOT NULL,
  id          TEXT NOT NULL,
  day         TEXT NOT NULL,    -- YYYY-MM-DD, UTC
  occurred_at INTEGER NOT NULL,
  state       TEXT NOT NULL CHECK (state IN ('filed', 'failing', 'way', 'stuck', 'removed', 'skipped')),
  link        TEXT CHECK (link IN ('linked', 'several', 'unmatched', 'anonymous')), -- NULL: not filed
  needs       INTEGER NOT NULL CHECK (needs IN (0, 1)), -- it has action items, or complains
  outgoing    INTEGER CHECK (outgoing IN (0, 1)),
  filed_ms    INTEGER,          -- from the webhook to its first page
  facets      TEXT NOT NULL CHECK (json_valid(facets)), -- {"is:filed": 1, "lead": 78}: what counts of it
  PRIMARY KEY (kind, id)
) STRICT, WITHOUT ROWID;

CREATE INDEX standings_link ON standings (link, kind, occurred_at) WHERE link IS NOT NULL;

CREATE INDEX standings_needs ON standings (occurred_at) WHERE needs = 1;

CREATE INDEX standings_occurred ON standings (kind, occurred_at);

CREATE INDEX standings_state ON standings (state, kind, occurred_at);

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

CREATE TRIGGER timeline_noted AFTER INSERT ON timeline
WHEN EXISTS (SELECT 1 FROM analyses WHERE kind = NEW.kind AND id = NEW.id)
BEGIN
  UPDATE timeline SET (sentiment, lead_score, open_actions) = (
    SELECT f.sentiment, f.lead_score, f.open_actions FROM timeline_facts f
     WHERE f.kind = NEW.kind AND f.id = NEW.id)
   WHERE party = NEW.party AND occurred_at = NEW.occurred_at AND kind = NEW.kind AND id = NEW.id;
END;

CREATE TABLE timeline (
  party       TEXT NOT NULL,    -- E.164, or a mail address in lower case
  occurred_at INTEGER NOT NULL,
  kind        TEXT NOT NULL,
  id          TEXT NOT NULL,
  wants_reply INTEGER NOT NULL CHECK (wants_reply IN (0, 1)), sentiment TEXT, lead_score INTEGER, open_actions INTEGER, -- theirs, and nobody spoke with them
  PRIMARY KEY (party, occurred_at, kind, id)
) STRICT, WITHOUT ROWID;

CREATE INDEX timeline_record ON timeline (kind, id);

CREATE VIEW timeline_facts AS
SELECT a.kind, a.id, a.sentiment, a.lead_score,
       CASE WHEN EXISTS (SELECT 1 FROM done_actions d WHERE d.kind = a.kind AND d.id = a.id)
         THEN (SELECT count(*) FROM json_each(a.body, '$.actionItems') j
                WHERE NOT EXISTS (SELECT 1 FROM done_actions d WHERE d.kind = a.kind
                  AND d.id = a.id AND d.words = j.value ->> 'text'))
         ELSE a.actions END AS open_actions
  FROM analyses a;

CREATE TABLE told_edits (
  kind    TEXT PRIMARY KEY,
  told_at INTEGER NOT NULL, -- the last time
  trashed INTEGER NOT NULL CHECK (trashed IN (0, 1)), -- a page was removed or put back, too
  due_at  INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

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

CREATE INDEX work_retrying ON work (kind, id) WHERE error IS NOT NULL AND due_at IS NOT NULL;
