-- Packages of cases: a package may be told of before its case is here; keys of boxes and servers, receipts, decisions signed.
ALTER TABLE case_evidence DROP CONSTRAINT case_evidence_case_id_fkey;
CREATE TABLE evidence_keys (
  key        text PRIMARY KEY CHECK (key ~ '^[0-9a-f]{64}$'),
  public_key text NOT NULL,
  owner      text NOT NULL CHECK (owner IN ('box', 'server')),
  name       text NOT NULL,
  valid_from timestamptz(3) NOT NULL,
  -- Another key followed: what it signed before holds.
  valid_until timestamptz(3),
  revoked_at timestamptz(3),
  reason     text
);
-- What a server signed on a case's package, in order: the receipt has number 0, decisions follow. Never changed.
CREATE TABLE evidence_endorsements (
  case_id   uuid NOT NULL,
  number    integer NOT NULL CHECK (number >= 0),
  name      text NOT NULL,
  document  bytea NOT NULL,
  signature bytea NOT NULL CHECK (length(signature) = 64),
  -- The step of the case that it signs; null: the receipt.
  step_id   bigint UNIQUE REFERENCES case_steps (id),
  made_at   timestamptz(3) NOT NULL DEFAULT now(),
  PRIMARY KEY (case_id, number)
);
-- Packages that were looked at and do not hold; why.
CREATE TABLE evidence_faults (
  case_id uuid PRIMARY KEY,
  fault   text NOT NULL,
  made_at timestamptz(3) NOT NULL DEFAULT now()
);
