-- How a case goes through people's hands: held while it is reviewed, by two where its rule demands, corrected by additions.
ALTER TABLE cases DROP CONSTRAINT cases_state_check;
ALTER TABLE cases ADD CONSTRAINT cases_state_check
  CHECK (state IN ('new', 'in-review', 'confirmed', 'rejected', 'forwarded', 'closed'));
-- Who reviews it now, and until when nobody else may; both null: nobody does.
ALTER TABLE cases ADD COLUMN reviewer_id uuid;
ALTER TABLE cases ADD COLUMN reviewer text;
ALTER TABLE cases ADD COLUMN review_until timestamptz(3);
-- People who have confirmed it; fewer than its rule demands leave it in review.
ALTER TABLE cases ADD COLUMN confirmations integer NOT NULL DEFAULT 0;
-- The latest of the corrections below.
ALTER TABLE cases ADD COLUMN corrected_plate text;
ALTER TABLE cases ADD COLUMN corrected_class text;
CREATE INDEX cases_held ON cases (review_until) WHERE review_until IS NOT NULL;

-- Plates to be searched for: capitals and digits only, Đ as D.
ALTER TABLE cases ADD COLUMN plate text;
UPDATE cases SET plate = regexp_replace(replace(upper(events.event->'data'->'plate'->>'text'), 'Đ', 'D'), '[^A-Z0-9]', '', 'g')
FROM events WHERE events.id = cases.id;
ALTER TABLE cases ADD COLUMN plate_corrected text GENERATED ALWAYS AS (replace(corrected_plate, 'Đ', 'D')) STORED;
CREATE INDEX cases_plate ON cases (plate, time DESC, id DESC);
CREATE INDEX cases_plate_corrected ON cases (plate_corrected, time DESC, id DESC) WHERE corrected_plate IS NOT NULL;
DO $$
BEGIN
  CREATE EXTENSION IF NOT EXISTS pg_trgm;
  CREATE INDEX cases_plate_part ON cases USING gin (plate gin_trgm_ops);
  CREATE INDEX cases_plate_corrected_part ON cases USING gin (plate_corrected gin_trgm_ops);
EXCEPTION WHEN insufficient_privilege OR undefined_file OR feature_not_supported THEN
  RAISE NOTICE 'no pg_trgm: a search for part of a plate reads every case';
END $$;

-- Each step that a case has taken.
CREATE TABLE case_steps (
  id       bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  case_id  uuid NOT NULL REFERENCES cases (id),
  at       timestamptz(3) NOT NULL DEFAULT now(),
  -- Null: the server itself.
  actor_id uuid,
  actor    text NOT NULL,
  step     text NOT NULL,
  state    text NOT NULL,
  reason   text
);
CREATE INDEX case_steps_case ON case_steps (case_id, id);

-- What a person saw otherwise than the box: beside what the box said, never in its place.
CREATE TABLE case_corrections (
  id        bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  case_id   uuid NOT NULL REFERENCES cases (id),
  at        timestamptz(3) NOT NULL DEFAULT now(),
  author_id uuid NOT NULL,
  author    text NOT NULL,
  field     text NOT NULL CHECK (field IN ('plate', 'class')),
  value     text NOT NULL,
  reason    text
);
CREATE INDEX case_corrections_case ON case_corrections (case_id, id);

-- What people did about an alert, beside what the crowd did.
ALTER TABLE alerts ADD COLUMN handling text NOT NULL DEFAULT 'open'
  CHECK (handling IN ('open', 'acknowledged', 'resolved'));
ALTER TABLE alerts ADD COLUMN handled_at timestamptz(3);
ALTER TABLE alerts ADD COLUMN handled_by text;
ALTER TABLE alerts ADD COLUMN note text;
CREATE INDEX alerts_handling ON alerts (handling, changed_at DESC, id DESC);

-- Steps and corrections are added and read, like the audit trail.
DO $$
BEGIN
  IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'ngatu_server') THEN
    REVOKE UPDATE, DELETE, TRUNCATE ON case_steps, case_corrections FROM ngatu_server;
  END IF;
END $$;
