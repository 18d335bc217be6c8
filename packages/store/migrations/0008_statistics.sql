-- What the operator's page draws: what the stages did, what waits in the queues, what the gates
-- granted, and which stages people have paused.

-- How often, how long, by stage and lane. Minutes are made of stage_events by the minute cron, which
-- makes ten minutes, hours and days of them; listings add their pages themselves. Read by the door.
-- Deleted by the minute cron: minutes after 2 days, ten minutes after 9, hours and days after 40;
-- days are added to 'ever' before.
CREATE TABLE stage_statistics (
  span      TEXT NOT NULL CHECK (span IN ('minute', 'ten', 'hour', 'day', 'ever')),
  stage     TEXT NOT NULL,    -- STAGES in shared/src/kinds.ts, or sweep
  lane      TEXT NOT NULL,
  at        INTEGER NOT NULL, -- when the span begins
  counts    TEXT NOT NULL CHECK (json_valid(counts)), -- {"call.done": 3}: by kind and outcome
  waited    TEXT NOT NULL CHECK (json_valid(waited)), -- {"81": 3}: a histogram, by bucket
  worked    TEXT NOT NULL CHECK (json_valid(worked)),
  waited_ms INTEGER NOT NULL, -- sum of what is in the histogram
  worked_ms INTEGER NOT NULL,
  PRIMARY KEY (span, stage, lane, at)
) STRICT, WITHOUT ROWID;

-- What waits, by queue; of a longer span the most. Written and deleted by the minute cron, read by
-- the door.
CREATE TABLE queue_samples (
  span      TEXT NOT NULL CHECK (span IN ('minute', 'ten', 'hour')),
  queue     TEXT NOT NULL,
  at        INTEGER NOT NULL, -- when the span begins
  backlog   INTEGER NOT NULL, -- as the queue tells it
  bytes     INTEGER NOT NULL,
  oldest_at INTEGER,          -- when the oldest queue message was sent
  owed      INTEGER NOT NULL, -- rows of work that wait in it or for it, parked ones too
  PRIMARY KEY (span, queue, at)
) STRICT, WITHOUT ROWID;

-- What each gate granted in a minute, and who waited there. Written and deleted by the minute cron,
-- read by the door.
CREATE TABLE gate_samples (
  gate         TEXT NOT NULL,
  at           INTEGER NOT NULL, -- when the minute begins
  live         INTEGER NOT NULL, -- granted
  bulk         INTEGER NOT NULL,
  waiting_live INTEGER NOT NULL, -- the most that were seen
  waiting_bulk INTEGER NOT NULL,
  PRIMARY KEY (gate, at)
) STRICT, WITHOUT ROWID;

-- Stages that a person has paused. Written and deleted by the door, read by whoever sends or claims.
CREATE TABLE pauses (
  stage   TEXT PRIMARY KEY,
  reason  TEXT,
  actor   TEXT NOT NULL,
  since   INTEGER NOT NULL,
  waiting INTEGER NOT NULL DEFAULT 0 -- rows, as the minute cron last counted them
) STRICT, WITHOUT ROWID;

ALTER TABLE parked ADD COLUMN waiting INTEGER NOT NULL DEFAULT 0; -- as in pauses
ALTER TABLE parked ADD COLUMN failure TEXT; -- the failure's kind, which says what is to be done
