-- How often the cache in KV had what was wanted. Written by the producer with each question to it,
-- read by the console, deleted after 90 days.
CREATE TABLE cache_counts (
  day    TEXT NOT NULL, -- YYYY-MM-DD, UTC
  sort   TEXT NOT NULL CHECK (sort IN ('embedding', 'answer', 'brief')),
  hits   INTEGER NOT NULL DEFAULT 0,
  misses INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (day, sort)
) STRICT, WITHOUT ROWID;
