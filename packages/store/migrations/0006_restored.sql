-- A database that was restored to an earlier time is noticed, and nothing is filed twice by it; people's
-- edits are told of by webhooks; the block on top of a page follows its record.

-- The database's heartbeat: the same count stands ahead in R2, which no restore takes back. Written
-- by the producer's crons, read by them and by reconciliation. The row stays.
CREATE TABLE heartbeat (
  one  INTEGER PRIMARY KEY CHECK (one = 1),
  beat INTEGER NOT NULL,
  etag TEXT NOT NULL,     -- of the object in R2 as this beat left it
  at   INTEGER NOT NULL
) STRICT;

-- Data sources whose pages are being looked up because the database was restored. Written, read and
-- deleted by the producer's crons.
CREATE TABLE adoptions (
  kind   TEXT PRIMARY KEY,
  since  INTEGER,           -- pages edited before are known; NULL: none is
  place  TEXT CHECK (place IS NULL OR json_valid(place)), -- how far the listing is
  due_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Data sources of which Notion's webhooks told that people edited pages there. Written by the
-- producer's door, deleted by the minute cron once it has looked.
CREATE TABLE told_edits (
  kind    TEXT PRIMARY KEY,
  told_at INTEGER NOT NULL, -- the last time
  trashed INTEGER NOT NULL CHECK (trashed IN (0, 1)), -- a page was removed or put back, too
  due_at  INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

ALTER TABLE pages ADD COLUMN top TEXT; -- hashes of what we wrote on top of the page; NULL: nothing of ours
