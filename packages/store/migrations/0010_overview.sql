-- What the operator's page shows of records: how each stands, how many stand so by day, what the
-- sources listed, where the two differ, and what each revision said.

-- How a record stands, made of facts in the batch that changes them, and once more by the minute
-- cron, which goes round. Read by the door; deleted with its record.
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

CREATE INDEX standings_occurred ON standings (kind, occurred_at);
CREATE INDEX standings_state ON standings (state, kind, occurred_at);
CREATE INDEX standings_link ON standings (link, kind, occurred_at) WHERE link IS NOT NULL;
CREATE INDEX standings_needs ON standings (occurred_at) WHERE needs = 1;

-- The facets of all records of a kind and day, added up. Kept by the triggers below and by nothing
-- else: it is right whoever changes or deletes a standing, however often. Read by the door.
CREATE TABLE day_counts (
  kind   TEXT NOT NULL,
  day    TEXT NOT NULL,
  counts TEXT NOT NULL CHECK (json_valid(counts)),
  PRIMARY KEY (kind, day)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER standing_made AFTER INSERT ON standings
BEGIN
  INSERT INTO day_counts (kind, day, counts) VALUES (NEW.kind, NEW.day, NEW.facets)
    ON CONFLICT (kind, day) DO UPDATE SET counts = (
      SELECT json_group_object(key, n) FROM (SELECT key, sum(value) AS n FROM (
        SELECT key, value FROM json_each(day_counts.counts)
        UNION ALL SELECT key, value FROM json_each(NEW.facets)) GROUP BY key));
END;

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

-- Records whose letter was opened or closed: how they stand is looked at again. Written by the
-- trigger below, read and deleted by the minute cron.
CREATE TABLE restanding (
  kind TEXT NOT NULL,
  id   TEXT NOT NULL,
  PRIMARY KEY (kind, id)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER letter_stands AFTER UPDATE OF closed_at ON dead_letters
WHEN (OLD.closed_at IS NULL) <> (NEW.closed_at IS NULL) AND NEW.kind IN ('call', 'message', 'mail')
BEGIN
  -- OR IGNORE would be overruled by the upsert that files a letter anew.
  INSERT INTO restanding (kind, id) VALUES (NEW.kind, NEW.id) ON CONFLICT DO NOTHING;
END;

-- One row: how far the minute cron has gone round all records. Written and read by it.
CREATE TABLE standing_round (
  one  INTEGER PRIMARY KEY CHECK (one = 1),
  kind TEXT NOT NULL, -- the last record that was looked at
  id   TEXT NOT NULL
) STRICT;

-- What each revision of a record said, without its words. Written in the batch that raises the
-- revision, read by the door; deleted with its record.
CREATE TABLE revisions (
  kind     TEXT NOT NULL,
  id       TEXT NOT NULL,
  revision INTEGER NOT NULL,
  at       INTEGER NOT NULL,
  cause    TEXT,
  told     TEXT NOT NULL CHECK (json_valid(told)), -- [{"part": "transcripts", "characters": 9120, "lines": 46}]
  PRIMARY KEY (kind, id, revision)
) STRICT, WITHOUT ROWID;

-- How many ids a run's listing told, by day. Written by the producer in the batch that turns the
-- page, deleted by it with the next complete listing of the kind.
CREATE TABLE listed_days (
  kind   TEXT NOT NULL,
  run_id TEXT NOT NULL,
  day    TEXT NOT NULL,
  listed INTEGER NOT NULL,
  PRIMARY KEY (kind, run_id, day)
) STRICT, WITHOUT ROWID;

-- What the last complete listing that covers a whole day told of it, and how D1 differed. Written by
-- the producer when a listing is complete and when it has been compared, read by the door.
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

-- The ids behind those two numbers. Written, replaced and deleted by the producer, read by the door.
CREATE TABLE differences (
  kind   TEXT NOT NULL,
  id     TEXT NOT NULL,
  what   TEXT NOT NULL CHECK (what IN ('missing', 'extra')),
  day    TEXT NOT NULL,
  run_id TEXT NOT NULL,
  PRIMARY KEY (kind, id)
) STRICT, WITHOUT ROWID;

CREATE INDEX differences_day ON differences (what, kind, day);

-- A complete listing that is being compared with D1. Written, read and deleted by the producer.
CREATE TABLE comparisons (
  kind   TEXT PRIMARY KEY,
  run_id TEXT NOT NULL,
  side   TEXT NOT NULL CHECK (side IN ('records', 'listed')),
  place  TEXT             -- the last row that was looked at, JSON
) STRICT, WITHOUT ROWID;

-- What was done to one record through the API.
CREATE INDEX audit_target ON audit (target, id) WHERE target >= '/api/records/' AND target < '/api/records0';

-- Owed work that failed before and is tried again.
CREATE INDEX work_retrying ON work (kind, id) WHERE error IS NOT NULL AND due_at IS NOT NULL;

CREATE INDEX gaps_made ON gaps (made_at);
