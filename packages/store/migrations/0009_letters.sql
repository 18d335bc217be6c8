-- Dead letters in an operator's hands: counted in groups, replayed, discarded.

-- The reason without what differs from record to record: what groups are made by.
ALTER TABLE dead_letters ADD COLUMN pattern TEXT NOT NULL DEFAULT '';
ALTER TABLE dead_letters ADD COLUMN replay_id TEXT;  -- the replay that took it since it was last filed
ALTER TABLE dead_letters ADD COLUMN discard_id TEXT; -- one act may discard many
ALTER TABLE dead_letters ADD COLUMN discarded_by TEXT;
ALTER TABLE dead_letters ADD COLUMN discard_reason TEXT;
ALTER TABLE dead_letters ADD COLUMN state TEXT GENERATED ALWAYS AS (
  CASE WHEN closed_at IS NULL THEN 'open' WHEN discard_id IS NULL THEN 'settled' ELSE 'discarded' END
) VIRTUAL;

-- The primary key stands at the end of each index: a page begins exactly after the last row.
DROP INDEX dead_letters_open;
DROP INDEX dead_letters_record;
CREATE INDEX dead_letters_record ON dead_letters (kind, id);
CREATE INDEX dead_letters_state ON dead_letters (state, last_at);
CREATE INDEX dead_letters_stage ON dead_letters (state, stage, last_at);
CREATE INDEX dead_letters_group ON dead_letters (state, stage, failure, pattern, last_at);
CREATE INDEX dead_letters_first ON dead_letters (state, stage, failure, pattern, first_at);
CREATE INDEX dead_letters_replaying ON dead_letters (last_at)
  WHERE replay_id IS NOT NULL AND closed_at IS NULL;
CREATE INDEX dead_letters_discard ON dead_letters (discard_id) WHERE discard_id IS NOT NULL;
CREATE INDEX dead_letters_closed ON dead_letters (closed_at) WHERE closed_at IS NOT NULL;

-- How many letters there are, by all that groups them. Kept by the triggers below and by nothing
-- else, so that no statement which files, closes or deletes a letter can forget to count. Read by
-- the door.
CREATE TABLE letter_counts (
  state   TEXT NOT NULL,
  stage   TEXT NOT NULL,
  failure TEXT NOT NULL,
  pattern TEXT NOT NULL,
  kind    TEXT NOT NULL,
  count   INTEGER NOT NULL,
  PRIMARY KEY (state, stage, failure, pattern, kind)
) STRICT, WITHOUT ROWID;

INSERT INTO letter_counts (state, stage, failure, pattern, kind, count)
  SELECT state, stage, failure, pattern, kind, count(*) FROM dead_letters
   GROUP BY state, stage, failure, pattern, kind;

-- A replay: letters that are worked once more, at a pace. Written by the door and the minute cron,
-- counted by the triggers below, deleted 90 days after its end by the six-hourly cron.
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

CREATE INDEX replays_started ON replays (started_at);
CREATE INDEX replays_running ON replays (started_at) WHERE state = 'running';
CREATE INDEX replays_sent ON replays (started_at) WHERE sent > 0;

-- What became of a letter in a replay. Written by the producer; the triggers below say that it
-- succeeded or died. Deleted with the letter and with the replay.
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

CREATE INDEX replay_letters_state ON replay_letters (replay_id, state, last_at);
CREATE INDEX replay_letters_letter ON replay_letters (kind, id, stage);

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

CREATE TRIGGER letter_deleted AFTER DELETE ON dead_letters
BEGIN
  UPDATE letter_counts SET count = count - 1 WHERE state = OLD.state AND stage = OLD.stage
    AND failure = OLD.failure AND pattern = OLD.pattern AND kind = OLD.kind;
  DELETE FROM letter_counts WHERE count <= 0 AND state = OLD.state AND stage = OLD.stage
    AND failure = OLD.failure AND pattern = OLD.pattern AND kind = OLD.kind;
  DELETE FROM replay_letters
    WHERE stage = OLD.stage AND kind = OLD.kind AND id = OLD.id;
END;

-- A letter of a replay that is closed has succeeded; one that was filed again has died.
CREATE TRIGGER letter_succeeded AFTER UPDATE OF closed_at ON dead_letters
WHEN OLD.closed_at IS NULL AND NEW.closed_at IS NOT NULL AND NEW.replay_id IS NOT NULL
BEGIN
  UPDATE replay_letters SET state = 'succeeded', settled_at = NEW.closed_at
    WHERE replay_id = NEW.replay_id AND stage = NEW.stage AND kind = NEW.kind AND id = NEW.id
      AND state = 'sent';
END;

CREATE TRIGGER letter_died AFTER UPDATE OF replay_id ON dead_letters
WHEN OLD.closed_at IS NULL AND OLD.replay_id IS NOT NULL AND NEW.replay_id IS NULL
BEGIN
  UPDATE replay_letters SET state = 'died', settled_at = NEW.last_at
    WHERE replay_id = OLD.replay_id AND stage = NEW.stage AND kind = NEW.kind AND id = NEW.id
      AND state = 'sent';
END;

CREATE TRIGGER replay_selected AFTER INSERT ON replay_letters
BEGIN
  UPDATE replays SET waiting = waiting + 1 WHERE id = NEW.replay_id;
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

-- A letter that is gone, with its record, was not replayed.
CREATE TRIGGER replay_forgotten AFTER DELETE ON replay_letters
WHEN OLD.state IN ('waiting', 'sent')
BEGIN
  UPDATE replays SET held = held + 1,
      waiting = waiting - (OLD.state = 'waiting'), sent = sent - (OLD.state = 'sent')
    WHERE id = OLD.replay_id;
END;
