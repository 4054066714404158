-- Who or what is looked for, on whose word and until when. Pictures and templates are not here: this is the permission to look.
CREATE TABLE watch_entries (
  id           uuid PRIMARY KEY,
  kind         text NOT NULL CHECK (kind IN ('face', 'plate')),
  -- A name or a code; for a plate what is known of its vehicle.
  name         text NOT NULL,
  -- Capitals and digits without separators.
  plate        text,
  reason       text NOT NULL,
  -- Legal basis, and the document that orders it.
  authority    text NOT NULL,
  document     text NOT NULL,
  -- Where it is looked for: sites, or `*`.
  sites        text[] NOT NULL CHECK (cardinality(sites) > 0),
  starts_at    timestamptz(3) NOT NULL,
  expires_at   timestamptz(3) NOT NULL CHECK (expires_at > starts_at),
  state        text NOT NULL DEFAULT 'draft'
    CHECK (state IN ('draft', 'approved', 'active', 'refused', 'revoked', 'expired')),
  requester_id uuid NOT NULL,
  requester    text NOT NULL,
  approver_id  uuid,
  approver     text,
  decided_at   timestamptz(3),
  -- Why it was refused or revoked.
  ended_reason text,
  created_at   timestamptz(3) NOT NULL DEFAULT now(),
  CHECK ((kind = 'plate') = (plate IS NOT NULL)),
  -- Nobody approves their own request, whatever a program does.
  CHECK (approver_id IS NULL OR approver_id <> requester_id),
  CHECK (state NOT IN ('approved', 'active') OR approver_id IS NOT NULL)
);
CREATE INDEX watch_entries_created ON watch_entries (created_at DESC, id DESC);
CREATE INDEX watch_entries_due ON watch_entries (state, starts_at, expires_at);
