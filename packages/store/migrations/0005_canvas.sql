-- Canvas: who a record is with, so that a merchant's change finds it; how fresh the mirror is; what
-- Notion's webhooks told.

-- The numbers and addresses of a record's outside parties. Written by reconciliation in the round
-- trip that reads the merchants who hold them, read by whoever changes the mirror. Rows stay.
CREATE TABLE record_parties (
  party TEXT NOT NULL,  -- E.164, or a mail address in lower case
  kind  TEXT NOT NULL,
  id    TEXT NOT NULL,
  PRIMARY KEY (party, kind, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX record_parties_record ON record_parties (kind, id);

-- A number that its merchant's page does not show any more still counts, until it is known that not
-- very many went at once.
ALTER TABLE merchant_keys ADD COLUMN missing_since INTEGER;
CREATE INDEX merchant_keys_missing ON merchant_keys (missing_since) WHERE missing_since IS NOT NULL;
CREATE INDEX merchants_seen ON merchants (seen_at);

-- How fresh the mirror of a data source is. Written by the canvas sweep (`allowed` by the API), read
-- by it, by the webhook and by the API. Deleted by the canvas sweep when another database is Canvas.
CREATE TABLE canvas_mirror (
  data_source_id TEXT PRIMARY KEY,
  listed_at      INTEGER,  -- the start of the last listing of all merchants
  edited_until   INTEGER,  -- the start of the last listing: what was edited before is here
  watched        TEXT CHECK (watched IS NULL OR json_valid(watched)), -- ids of phone, mail and title properties
  vanished       TEXT CHECK (vanished IS NULL OR json_valid(vanished)), -- what was too much to drop
  allowed        INTEGER NOT NULL DEFAULT 0 CHECK (allowed IN (0, 1)), -- it may be dropped after all
  relinked_after TEXT CHECK (relinked_after IS NULL OR json_valid(relinked_after)) -- records from before this table; NULL: all are told of
) STRICT, WITHOUT ROWID;

-- Merchants of which a webhook told. Written by the producer's door, deleted by the producer once
-- their page is read.
CREATE TABLE canvas_changes (
  merchant_id TEXT PRIMARY KEY,
  told        INTEGER NOT NULL, -- how often: a change during the reading is read once more
  due_at      INTEGER NOT NULL,
  tries       INTEGER NOT NULL DEFAULT 0
) STRICT, WITHOUT ROWID;
CREATE INDEX canvas_changes_due ON canvas_changes (due_at);

-- The last token that asked to verify a webhook of Notion's: shown to the operator, trusted by
-- nobody. Written by the producer's door, read by the API, deleted when the token is set, or shown
-- for a day.
CREATE TABLE notion_handshake (
  one   INTEGER PRIMARY KEY CHECK (one = 1),
  token TEXT NOT NULL,
  at    INTEGER NOT NULL
) STRICT;
