-- What acts through the API. Written by the door before and after it acts, read by the console,
-- deleted after 400 days by the six-hourly cron.
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

-- Refused sign-ins. Written and read by the door, deleted an hour later by the next refusal.
CREATE TABLE login_failures (
  address TEXT NOT NULL, -- keyed hash of who asked
  at      INTEGER NOT NULL
) STRICT;

CREATE INDEX login_failures_at ON login_failures (address, at);
