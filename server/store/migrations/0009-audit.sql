-- The audit trail: every row carries the hash of the one before it; rows are added and read, never changed or removed.
CREATE TABLE audit (
  position bigint PRIMARY KEY,
  at       timestamptz(3) NOT NULL,
  -- Null: nobody who is signed in, or the server itself.
  actor_id uuid,
  actor    text NOT NULL,
  action   text NOT NULL,
  object   text NOT NULL,
  address  text NOT NULL,
  reason   text,
  detail   jsonb NOT NULL,
  previous bytea NOT NULL,
  -- SHA-256 of the row in canonical JSON (RFC 8785), `previous` included.
  hash     bytea NOT NULL,
  -- HMAC of the hash under the server's key: who holds the database alone can't make the chain anew.
  seal     bytea NOT NULL
);
CREATE INDEX audit_at ON audit (at DESC, position DESC);
CREATE INDEX audit_actor ON audit (actor_id, position DESC);
CREATE INDEX audit_object ON audit (object, position DESC);

-- The last row, sealed by itself: rows dropped at the end are missed too.
CREATE TABLE audit_head (
  one      boolean PRIMARY KEY DEFAULT true CHECK (one),
  position bigint NOT NULL,
  hash     bytea NOT NULL,
  seal     bytea NOT NULL
);

-- Holds for every role, the tables' owner too.
CREATE FUNCTION audit_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'the audit trail is append-only: % refused', TG_OP USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER audit_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit
  FOR EACH STATEMENT EXECUTE FUNCTION audit_is_append_only();

-- The role that servers work under: it owns nothing, so it can neither drop the trigger above nor grant itself more.
DO $$
BEGIN
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'ngatu_server') THEN
    CREATE ROLE ngatu_server NOLOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE;
  END IF;
  IF NOT pg_has_role(current_user, 'ngatu_server', 'MEMBER') THEN
    EXECUTE format('GRANT ngatu_server TO %I', current_user);
  END IF;
EXCEPTION WHEN insufficient_privilege OR unique_violation OR duplicate_object THEN
  RAISE NOTICE 'no role ngatu_server: this login may not make one';
END $$;
DO $$
BEGIN
  IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'ngatu_server') THEN
    GRANT USAGE ON SCHEMA public TO ngatu_server;
    GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO ngatu_server;
    GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO ngatu_server;
    -- Tables of later migrations too.
    ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO ngatu_server;
    ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT USAGE, SELECT ON SEQUENCES TO ngatu_server;
    REVOKE UPDATE, DELETE, TRUNCATE ON audit FROM ngatu_server;
    REVOKE DELETE, TRUNCATE ON audit_head FROM ngatu_server;
    REVOKE INSERT, UPDATE, DELETE, TRUNCATE ON migrations FROM ngatu_server;
  END IF;
END $$;
