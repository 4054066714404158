-- The site of every row, so that people see those of their own sites only.
ALTER TABLE events ADD COLUMN site text GENERATED ALWAYS AS (split_part(source, '/', 2)) STORED;
CREATE INDEX events_site_time ON events (site, time DESC, id DESC);

ALTER TABLE cases ADD COLUMN site text;
UPDATE cases SET site = events.site FROM events WHERE events.id = cases.id;
ALTER TABLE cases ALTER COLUMN site SET NOT NULL;
CREATE INDEX cases_site_time ON cases (site, time DESC, id DESC);

ALTER TABLE alerts ADD COLUMN site text;
UPDATE alerts SET site = events.site FROM events WHERE events.id = alerts.id;
ALTER TABLE alerts ALTER COLUMN site SET NOT NULL;
CREATE INDEX alerts_site_changed ON alerts (site, changed_at DESC, id DESC);

-- A box that has not told its site belongs to none: only who may see all sites sees it.
ALTER TABLE boxes ADD COLUMN site text GENERATED ALWAYS AS (status->>'site') STORED;
ALTER TABLE forwards ADD COLUMN site text GENERATED ALWAYS AS (split_part(body->>'source', '/', 2)) STORED;
