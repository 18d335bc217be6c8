-- Records that were forgotten: whatever brings one again is not taken in. Written by the producer
-- when a person is forgotten, read by every intake, deleted by nobody.
CREATE TABLE forgotten (
  kind TEXT NOT NULL,
  hash TEXT NOT NULL, -- keyed hash of kind and id, key FORGET_SECRET
  at   INTEGER NOT NULL,
  PRIMARY KEY (kind, hash)
) STRICT, WITHOUT ROWID;

-- The forgetting of one person. Written and read by the producer; what names the person goes with
-- its end, the counts stay.
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

-- What stands outside D1 of records that are gone from it. Written when they go, deleted with the
-- end of the forgetting.
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
