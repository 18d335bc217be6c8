-- Action items that somebody has done, by their own words: an analysis that is made anew and words one
-- the same way leaves it done. Written and deleted by the producer when a person says so, read by it
-- and by the triggers below; goes with its record when a person is forgotten.
CREATE TABLE done_actions (
  kind    TEXT NOT NULL,
  id      TEXT NOT NULL,
  words   TEXT NOT NULL,    -- the text of the action item
  done_at INTEGER NOT NULL,
  done_by TEXT NOT NULL,
  PRIMARY KEY (kind, id, words)
) STRICT, WITHOUT ROWID;

-- What the timeline says of an analysis (0016), now without the action items that are done. Only a
-- record of which any is done has its analysis read.
CREATE VIEW timeline_facts AS
SELECT a.kind, a.id, a.sentiment, a.lead_score,
       CASE WHEN EXISTS (SELECT 1 FROM done_actions d WHERE d.kind = a.kind AND d.id = a.id)
         THEN (SELECT count(*) FROM json_each(a.body, '$.actionItems') j
                WHERE NOT EXISTS (SELECT 1 FROM done_actions d WHERE d.kind = a.kind
                  AND d.id = a.id AND d.words = j.value ->> 'text'))
         ELSE a.actions END AS open_actions
  FROM analyses a;

DROP TRIGGER timeline_noted;
DROP TRIGGER analysis_noted;
DROP TRIGGER analysis_changed;

CREATE TRIGGER timeline_noted AFTER INSERT ON timeline
WHEN EXISTS (SELECT 1 FROM analyses WHERE kind = NEW.kind AND id = NEW.id)
BEGIN
  UPDATE timeline SET (sentiment, lead_score, open_actions) = (
    SELECT f.sentiment, f.lead_score, f.open_actions FROM timeline_facts f
     WHERE f.kind = NEW.kind AND f.id = NEW.id)
   WHERE party = NEW.party AND occurred_at = NEW.occurred_at AND kind = NEW.kind AND id = NEW.id;
END;

CREATE TRIGGER analysis_noted AFTER INSERT ON analyses
BEGIN
  UPDATE timeline SET (sentiment, lead_score, open_actions) = (
    SELECT f.sentiment, f.lead_score, f.open_actions FROM timeline_facts f
     WHERE f.kind = NEW.kind AND f.id = NEW.id)
   WHERE kind = NEW.kind AND id = NEW.id;
END;

CREATE TRIGGER analysis_changed AFTER UPDATE OF body ON analyses
WHEN OLD.body IS NOT NEW.body
BEGIN
  UPDATE timeline SET (sentiment, lead_score, open_actions) = (
    SELECT f.sentiment, f.lead_score, f.open_actions FROM timeline_facts f
     WHERE f.kind = NEW.kind AND f.id = NEW.id)
   WHERE kind = NEW.kind AND id = NEW.id;
END;

CREATE TRIGGER action_done AFTER INSERT ON done_actions
BEGIN
  UPDATE timeline SET open_actions = (
    SELECT f.open_actions FROM timeline_facts f WHERE f.kind = NEW.kind AND f.id = NEW.id)
   WHERE kind = NEW.kind AND id = NEW.id;
END;

CREATE TRIGGER action_reopened AFTER DELETE ON done_actions
BEGIN
  UPDATE timeline SET open_actions = (
    SELECT f.open_actions FROM timeline_facts f WHERE f.kind = OLD.kind AND f.id = OLD.id)
   WHERE kind = OLD.kind AND id = OLD.id;
END;
