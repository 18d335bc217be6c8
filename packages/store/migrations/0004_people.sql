-- People win: what they changed in Notion is kept, and pages that they removed stay removed.

-- Properties of ours that a person changed: never sent again. Written and read by reconciliation;
-- a row is deleted when the property is released.
CREATE TABLE held (
  kind     TEXT NOT NULL,
  id       TEXT NOT NULL,
  property TEXT NOT NULL,
  value    TEXT NOT NULL CHECK (json_valid(value)), -- as the person left it; null: emptied
  at       INTEGER NOT NULL,                        -- when we saw it
  PRIMARY KEY (kind, id, property)
) STRICT, WITHOUT ROWID;

-- How often people corrected which property. Written by reconciliation, read by the API. Rows stay.
CREATE TABLE corrections (
  kind     TEXT NOT NULL,
  property TEXT NOT NULL,
  count    INTEGER NOT NULL,
  last_at  INTEGER NOT NULL,
  PRIMARY KEY (kind, property)
) STRICT, WITHOUT ROWID;

-- How far each data source was searched for edits. Written and read by reconciliation. Rows stay.
CREATE TABLE edit_passes (
  data_source_id TEXT PRIMARY KEY,
  watermark      INTEGER NOT NULL, -- edits before it are known
  passed_at      INTEGER NOT NULL  -- when the last whole pass began
) STRICT, WITHOUT ROWID;

ALTER TABLE pages ADD COLUMN removed_at INTEGER; -- when Notion said that a person had removed it
CREATE INDEX pages_doubtful ON pages (kind, sent_at) WHERE page_id IS NULL AND sent_at IS NOT NULL;
