-- Who a record was with, and when: what a merchant's page is read from, one merchant at a time.
-- Apart from record_parties, which says whom relinking has reached: this one does not wait for Notion.
-- Written by enrichment and vectorization, read by the producer.
CREATE TABLE timeline (
  party       TEXT NOT NULL,    -- E.164, or a mail address in lower case
  occurred_at INTEGER NOT NULL,
  kind        TEXT NOT NULL,
  id          TEXT NOT NULL,
  wants_reply INTEGER NOT NULL CHECK (wants_reply IN (0, 1)), -- theirs, and nobody spoke with them
  PRIMARY KEY (party, occurred_at, kind, id)
) STRICT, WITHOUT ROWID;

CREATE INDEX timeline_record ON timeline (kind, id);

-- What is filed already. A mail's side is told by the sender, a call that was taken wants no reply.
INSERT INTO timeline (party, occurred_at, kind, id, wants_reply)
SELECT p.party, r.occurred_at, p.kind, p.id,
       CASE WHEN p.kind = 'mail' THEN NOT EXISTS (SELECT 1 FROM directory d
                WHERE d.type = 'address' AND lower(d.label) = lower(part.body ->> '$.from[0].address'))
            WHEN part.body ->> '$.direction' = 'outgoing' THEN 0
            WHEN p.kind = 'call' THEN part.body ->> '$.answeredAt' IS NULL
            ELSE 1 END
  FROM record_parties p
  JOIN records r ON r.kind = p.kind AND r.id = p.id
  LEFT JOIN parts part ON part.kind = p.kind AND part.id = p.id AND part.part = 'rest';

-- What statistics need of an analysis, without reading it.
ALTER TABLE analyses ADD COLUMN sentiment TEXT AS (body ->> '$.sentiment.label') VIRTUAL;
ALTER TABLE analyses ADD COLUMN lead_score INTEGER AS (body ->> '$.leadScore') VIRTUAL;
ALTER TABLE analyses ADD COLUMN actions INTEGER AS (json_array_length(body, '$.actionItems')) VIRTUAL;
CREATE INDEX analyses_facts ON analyses (kind, id, sentiment, lead_score, actions);

-- Pieces of three characters of a merchant's name, numbers and addresses (shared/src/grams.ts): what
-- is spelt nearly alike is found by them. Written and deleted with the merchant.
CREATE TABLE merchant_grams (
  gram        TEXT NOT NULL,
  merchant_id TEXT NOT NULL REFERENCES merchants (id) ON DELETE CASCADE,
  PRIMARY KEY (gram, merchant_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX merchant_grams_merchant ON merchant_grams (merchant_id);

CREATE INDEX merchants_id_by_name ON merchants (name, id);

-- Nearly as the code cuts them; the next listing of Canvas writes them anew.
INSERT OR IGNORE INTO merchant_grams (gram, merchant_id)
SELECT substr(t.text, n.value, 3), t.id
  FROM (SELECT id, ' ' || lower(name) || ' ' AS text FROM merchants
        UNION ALL
        SELECT merchant_id, CASE WHEN key LIKE '+%' THEN substr(key, 2)
          ELSE ' ' || replace(replace(key, '@', '  '), '.', '  ') || ' ' END FROM merchant_keys) t,
       (WITH RECURSIVE numbers (value) AS (SELECT 1 UNION ALL SELECT value + 1 FROM numbers
          WHERE value < 200) SELECT value FROM numbers) n
 WHERE n.value <= length(t.text) - 2;
