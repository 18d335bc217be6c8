-- What a merchant's figures need of an analysis, in the timeline itself: one walk along its rows
-- answers. Written by the triggers below and by nothing else, whoever writes `timeline` or `analyses`,
-- the last release included; read by the producer. An analysis goes with its record only (0014).
ALTER TABLE timeline ADD COLUMN sentiment TEXT;
ALTER TABLE timeline ADD COLUMN lead_score INTEGER;
ALTER TABLE timeline ADD COLUMN open_actions INTEGER; -- action items; NULL: not analysed

UPDATE timeline SET (sentiment, lead_score, open_actions) = (
  SELECT a.sentiment, a.lead_score, a.actions FROM analyses a INDEXED BY analyses_facts
   WHERE a.kind = timeline.kind AND a.id = timeline.id);

CREATE TRIGGER timeline_noted AFTER INSERT ON timeline
WHEN EXISTS (SELECT 1 FROM analyses WHERE kind = NEW.kind AND id = NEW.id)
BEGIN
  UPDATE timeline SET (sentiment, lead_score, open_actions) = (
    SELECT a.sentiment, a.lead_score, a.actions FROM analyses a INDEXED BY analyses_facts
     WHERE a.kind = NEW.kind AND a.id = NEW.id)
   WHERE party = NEW.party AND occurred_at = NEW.occurred_at AND kind = NEW.kind AND id = NEW.id;
END;

CREATE TRIGGER analysis_noted AFTER INSERT ON analyses
BEGIN
  UPDATE timeline SET sentiment = NEW.sentiment, lead_score = NEW.lead_score,
      open_actions = NEW.actions
    WHERE kind = NEW.kind AND id = NEW.id;
END;

CREATE TRIGGER analysis_changed AFTER UPDATE OF body ON analyses
WHEN OLD.sentiment IS NOT NEW.sentiment OR OLD.lead_score IS NOT NEW.lead_score
  OR OLD.actions IS NOT NEW.actions
BEGIN
  UPDATE timeline SET sentiment = NEW.sentiment, lead_score = NEW.lead_score,
      open_actions = NEW.actions
    WHERE kind = NEW.kind AND id = NEW.id;
END;
