-- Events as received, what is derived from them for people, and the forward queue.
CREATE TABLE events (
  id          uuid PRIMARY KEY,
  box         text NOT NULL,
  epoch       text NOT NULL,
  sequence    bigint NOT NULL,
  type        text NOT NULL,
  source      text NOT NULL,
  subject     text NOT NULL,
  time        timestamptz NOT NULL,
  received_at timestamptz NOT NULL DEFAULT now(),
  -- The whole CloudEvent as received, unknown keys included.
  event       jsonb NOT NULL
);
CREATE INDEX events_time ON events (time DESC, id DESC);
CREATE INDEX events_type_time ON events (type, time DESC, id DESC);
CREATE UNIQUE INDEX events_order ON events (box, epoch, sequence, id);

-- Messages that could not become events, with the reason; they never block the rest.
CREATE TABLE quarantine (
  id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  received_at timestamptz NOT NULL DEFAULT now(),
  topic       text NOT NULL,
  reason      text NOT NULL,
  payload     bytea NOT NULL
);

-- Things that wait for a person: traffic cases and watch-list matches. Nothing is forwarded before a decision.
CREATE TABLE cases (
  id         uuid PRIMARY KEY REFERENCES events (id),
  kind       text NOT NULL CHECK (kind IN ('traffic', 'face')),
  box        text NOT NULL,
  camera     text NOT NULL,
  rule       text NOT NULL,
  time       timestamptz NOT NULL,
  state      text NOT NULL DEFAULT 'new' CHECK (state IN ('new', 'confirmed', 'rejected', 'forwarded')),
  reason     text,
  decided_at timestamptz,
  decided_by text,
  version    integer NOT NULL DEFAULT 0
);
CREATE INDEX cases_state_time ON cases (state, time DESC, id DESC);

-- Crowd alerts: one row per subject (zone, rule and opening), following its opened, updated and closed events.
CREATE TABLE alerts (
  subject    text NOT NULL,
  box        text NOT NULL,
  camera     text NOT NULL,
  rule       text NOT NULL,
  zone       text,
  state      text NOT NULL CHECK (state IN ('opened', 'updated', 'closed')),
  opened_at  timestamptz NOT NULL,
  changed_at timestamptz NOT NULL,
  persons    double precision,
  event_id   uuid NOT NULL REFERENCES events (id),
  PRIMARY KEY (box, subject)
);
CREATE INDEX alerts_changed ON alerts (changed_at DESC);

-- Boxes as their retained status says.
CREATE TABLE boxes (
  box        text PRIMARY KEY,
  online     boolean NOT NULL,
  changed_at timestamptz NOT NULL,
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
  next_at      timestamptz NOT NULL DEFAULT now(),
  delivered_at timestamptz,
  last_error   text,
  UNIQUE (destination, event_id)
);
CREATE INDEX forwards_due ON forwards (next_at) WHERE state = 'waiting';
