-- Runs that an operator shapes, stops and resumes, counted as they go; and the parties that belong to
-- no merchant.

-- What the run was asked for: {"days": 30, "kinds": ["call"], "fetchAnew": true, "actor": "Dana"}.
ALTER TABLE runs ADD COLUMN asked TEXT NOT NULL DEFAULT '{}' CHECK (json_valid(asked));
-- 0: it looks at less than a run of the cron, which neither continues it nor is continued by it.
ALTER TABLE runs ADD COLUMN whole INTEGER NOT NULL DEFAULT 1 CHECK (whole IN (0, 1));
-- What a run over records that are in D1 already makes again; NULL: it lists its sources.
ALTER TABLE runs ADD COLUMN again TEXT CHECK (again IN ('analyse', 'embed'));
ALTER TABLE runs ADD COLUMN failure TEXT; -- why a listing of it could not be finished, once it has ended
ALTER TABLE runs ADD COLUMN cancelled_at INTEGER;
ALTER TABLE runs ADD COLUMN cancelled_by TEXT;
-- Its owed work is held back or let go, a page at a time: {"do": "hold", "kind": "call", "id": "AC1"},
-- the last one that is done; NULL: nothing of this is under way.
ALTER TABLE runs ADD COLUMN shifting TEXT CHECK (shifting IS NULL OR json_valid(shifting));

CREATE INDEX runs_started ON runs (started_at);
CREATE INDEX runs_shifting ON runs (id) WHERE shifting IS NOT NULL;

-- Why it was skipped or failed: a word of ours, or the failure's kind.
ALTER TABLE run_records ADD COLUMN why TEXT;

-- How many records of a run stand how. Kept by the triggers below and by nothing else, read by the
-- door. Its rows stay when the run's records are folded.
CREATE TABLE run_counts (
  run_id  TEXT NOT NULL,
  kind    TEXT NOT NULL,
  outcome TEXT NOT NULL, -- of run_records, or open
  why     TEXT NOT NULL, -- empty: nothing is said
  count   INTEGER NOT NULL,
  PRIMARY KEY (run_id, kind, outcome, why)
) STRICT, WITHOUT ROWID;

INSERT INTO run_counts (run_id, kind, outcome, why, count)
  SELECT run_id, kind, coalesce(outcome, 'open'), '', count(*) FROM run_records
   GROUP BY run_id, kind, outcome;
INSERT INTO run_counts (run_id, kind, outcome, why, count)
  SELECT r.id, t.value ->> 'kind', coalesce(t.value ->> 'outcome', 'open'), '', t.value ->> 'count'
    FROM runs r, json_each(r.totals) t WHERE r.totals IS NOT NULL
  ON CONFLICT (run_id, kind, outcome, why) DO NOTHING;

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

-- What is forgotten while it is under way is no longer waited for; what is folded stays counted.
CREATE TRIGGER run_record_gone AFTER DELETE ON run_records WHEN OLD.outcome IS NULL
BEGIN
  UPDATE run_counts SET count = count - 1 WHERE run_id = OLD.run_id AND kind = OLD.kind
    AND outcome = 'open' AND why = coalesce(OLD.why, '');
END;

-- How far a run was at a moment, for its rate and its plot. Written by the minute cron, ever more
-- seldom as the run grows older; read by the door; deleted when the run is folded.
CREATE TABLE run_samples (
  run_id TEXT NOT NULL,
  at     INTEGER NOT NULL,
  counts TEXT NOT NULL CHECK (json_valid(counts)), -- {"call": [listed, settled]}
  PRIMARY KEY (run_id, at)
) STRICT, WITHOUT ROWID;

-- Everybody outside whom a filed record is with, by number or address. Counted by the triggers below
-- and by nothing else: right under redelivery, relinking and forgetting. Read by the door, which also
-- notes who is never a merchant. Deleted with the last record, unless such a note stands.
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

-- How many parties stand how, and how many conversations they hold. Kept by triggers alone.
CREATE TABLE party_counts (
  state   TEXT PRIMARY KEY,
  parties INTEGER NOT NULL,
  talks   INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

INSERT INTO parties (party, calls, messages, mails, last_at, last_kind, last_id, merchants)
  SELECT p.party, sum(p.kind = 'call'), sum(p.kind = 'message'), sum(p.kind = 'mail'),
         max(r.occurred_at), p.kind, p.id, -- SQLite: of the row with the maximum
         (SELECT count(*) FROM merchant_keys k WHERE k.key = p.party)
    FROM record_parties p JOIN records r ON r.kind = p.kind AND r.id = p.id
   GROUP BY p.party;
UPDATE parties SET first_at = (
  SELECT min(r.occurred_at) FROM record_parties p JOIN records r ON r.kind = p.kind AND r.id = p.id
   WHERE p.party = parties.party);

INSERT INTO party_counts (state, parties, talks)
  SELECT state, count(*), sum(talks) FROM parties GROUP BY state;

CREATE TRIGGER party_made AFTER INSERT ON parties
BEGIN
  INSERT INTO party_counts (state, parties, talks) VALUES (NEW.state, 1, NEW.talks)
    ON CONFLICT (state) DO UPDATE SET parties = parties + 1, talks = talks + excluded.talks;
END;

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

-- Who leaves takes his count along; the last word is looked up only where it was his.
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

CREATE TRIGGER party_spoke AFTER UPDATE OF occurred_at ON records
WHEN OLD.occurred_at < NEW.occurred_at
BEGIN
  UPDATE parties SET last_at = NEW.occurred_at, last_kind = NEW.kind, last_id = NEW.id
    WHERE last_at < NEW.occurred_at AND party IN (
      SELECT party FROM record_parties WHERE kind = NEW.kind AND id = NEW.id);
END;

CREATE TRIGGER party_matched AFTER INSERT ON merchant_keys
BEGIN
  UPDATE parties SET merchants = merchants + 1 WHERE party = NEW.key;
END;

CREATE TRIGGER party_unmatched AFTER DELETE ON merchant_keys
BEGIN
  UPDATE parties SET merchants = merchants - 1 WHERE party = OLD.key;
END;

CREATE INDEX contacts_name ON contacts (name COLLATE NOCASE) WHERE deleted = 0;
