-- Events as received, what is derived from them for people, and the forward queue.
CREATE TABLE events (
  id          uuid PRIMARY KEY,
  -- Order of storing: where a reader that was away goes on.
  position    bigint GENERATED ALWAYS AS IDENTITY,
  box         text NOT NULL,
  camera      text NOT NULL,
  epoch       text NOT NULL,
  sequence    bigint NOT NULL,
  type        text NOT NULL,
  source      text NOT NULL,
  subject     text NOT NULL,
  -- Capture time to the millisecond, which page marks carry; the event keeps it as it was written.
  time        timestamptz(3) NOT NULL,
  received_at timestamptz(3) NOT NULL DEFAULT now(),
  -- The whole CloudEvent as received, unknown keys included.
  event       jsonb NOT NULL
);
CREATE INDEX events_position ON events (position);
CREATE INDEX events_time ON events (time DESC, id DESC);
CREATE INDEX events_type_time ON events (type, time DESC, id DESC);
-- The order of a box's events, and where gaps show. Not unique: a second event under the same sequence is kept and seen.
CREATE INDEX events_order ON events (box, epoch, sequence);
-- The life of one alert subject.
CREATE INDEX events_alert_life ON events (box, epoch, subject, sequence) WHERE type = 'vn.ngatu.crowd.alert.v1';

-- Messages that could not become events, with the reason; they never block the rest.
CREATE TABLE quarantine (
  id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  received_at timestamptz(3) NOT NULL DEFAULT now(),
  topic       text NOT NULL,
  reason      text NOT NULL,
  -- Hash of the whole payload: the same message sent again is counted, not stored again.
  sha256      bytea NOT NULL,
  bytes       integer NOT NULL,
  -- Its beginning, at most 16 kB.
  payload     bytea NOT NULL,
  seen        integer NOT NULL DEFAULT 1,
  UNIQUE (topic, sha256)
);

-- Things that wait for a person: traffic cases and watch-list matches. Nothing is forwarded before a decision.
CREATE TABLE cases (
  id         uuid PRIMARY KEY REFERENCES events (id),
  kind       text NOT NULL CHECK (kind IN ('traffic', 'face')),
  box        text NOT NULL,
  camera     text NOT NULL,
  rule       text NOT NULL,
  time       timestamptz(3) NOT NULL,
  state      text NOT NULL DEFAULT 'new' CHECK (state IN ('new', 'confirmed', 'rejected', 'forwarded')),
  reason     text,
  decided_at timestamptz(3),
  decided_by text,
  version    integer NOT NULL DEFAULT 0
);
CREATE INDEX cases_time ON cases (time DESC, id DESC);
CREATE INDEX cases_state_time ON cases (state, time DESC, id DESC);

-- Crowd alerts: one row per opening, following the updated and closed events of the same box, epoch and subject.
CREATE TABLE alerts (
  -- The event that opened it.
  id              uuid PRIMARY KEY REFERENCES events (id),
  box             text NOT NULL,
  camera          text NOT NULL,
  epoch           text NOT NULL,
  subject         text NOT NULL,
  opened_sequence bigint NOT NULL,
  rule            text NOT NULL,
  zone            text,
  state           text NOT NULL CHECK (state IN ('opened', 'updated', 'closed')),
  opened_at       timestamptz(3) NOT NULL,
  changed_at      timestamptz(3) NOT NULL,
  persons         double precision,
  -- The event that gave it this state.
  event_id        uuid NOT NULL REFERENCES events (id)
);
CREATE UNIQUE INDEX alerts_life ON alerts (box, epoch, subject, opened_sequence);
CREATE INDEX alerts_changed ON alerts (changed_at DESC, id DESC);

-- Boxes as their retained status says.
CREATE TABLE boxes (
  box        text PRIMARY KEY,
  online     boolean NOT NULL,
  changed_at timestamptz(3) NOT NULL,
  status     jsonb NOT NULL
);

-- One row per event and destination; delivered at least once, the receiver deduplicates by webhook-id.
CREATE TABLE forwards (
  id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  destination  text NOT NULL,
  event_id     uuid NOT NULL REFERENCES events (id),
  kind         text NOT NULL,
  body         jsonb NOT NULL,
  state        text NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'delivered', 'dead')),
  attempts     integer NOT NULL DEFAULT 0,
  created_at   timestamptz(3) NOT NULL DEFAULT now(),
  next_at      timestamptz(3) NOT NULL DEFAULT now(),
  delivered_at timestamptz(3),
  last_error   text,
  UNIQUE (destination, event_id)
);
CREATE INDEX forwards_due ON forwards (destination, next_at) WHERE state = 'waiting';
CREATE INDEX forwards_event ON forwards (event_id);
