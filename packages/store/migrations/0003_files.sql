-- Files: recordings, voicemails and media of text messages, kept in R2.

-- What stands in R2, and what could not be had. Written by archive (in the batch that ends its work,
-- so a file may be in R2 before its row); read by archive, enrichment and the producer's door; rows
-- stay.
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
