-- Who may act: people, their roles by site, their sessions, and the keys of machines. No secret is kept in clear.
CREATE TABLE people (
  id                  uuid PRIMARY KEY,
  -- What they sign in with: lower case.
  name                text NOT NULL UNIQUE CHECK (name ~ '^[a-z0-9][a-z0-9._-]{1,39}$'),
  display_name        text NOT NULL,
  -- Argon2id, in PHC form.
  password_hash       text NOT NULL,
  -- A one-time password: nothing but changing it is allowed, and it dies at this time.
  password_due_by     timestamptz(3),
  -- The TOTP secret, sealed by the server's key; the pending one has not been confirmed by a code yet.
  second_factor       bytea,
  second_factor_new   bytea,
  -- The last time step whose code was taken: a code works once.
  second_factor_step  bigint NOT NULL DEFAULT 0,
  created_at          timestamptz(3) NOT NULL DEFAULT now(),
  disabled_at         timestamptz(3)
);

-- A role holds at a site, or everywhere (`*`).
CREATE TABLE person_roles (
  person_id uuid NOT NULL REFERENCES people (id),
  role      text NOT NULL,
  site      text NOT NULL,
  PRIMARY KEY (person_id, role, site)
);

CREATE TABLE sessions (
  id         uuid PRIMARY KEY,
  person_id  uuid NOT NULL REFERENCES people (id),
  -- SHA-256 of the cookie's value.
  sha256     bytea NOT NULL UNIQUE,
  created_at timestamptz(3) NOT NULL DEFAULT now(),
  seen_at    timestamptz(3) NOT NULL DEFAULT now(),
  expires_at timestamptz(3) NOT NULL,
  address    text NOT NULL,
  agent      text NOT NULL
);
CREATE INDEX sessions_person ON sessions (person_id);
CREATE INDEX sessions_expires ON sessions (expires_at);

CREATE TABLE api_tokens (
  id           uuid PRIMARY KEY,
  person_id    uuid NOT NULL REFERENCES people (id),
  name         text NOT NULL,
  sha256       bytea NOT NULL UNIQUE,
  scopes       text[] NOT NULL,
  created_at   timestamptz(3) NOT NULL DEFAULT now(),
  expires_at   timestamptz(3) NOT NULL,
  last_used_at timestamptz(3),
  revoked_at   timestamptz(3)
);
CREATE INDEX api_tokens_person ON api_tokens (person_id);

-- Failed sign-ins by name, and by name and address, known names or not; keys are hashes.
CREATE TABLE sign_in_failures (
  key          bytea PRIMARY KEY,
  failures     integer NOT NULL,
  last_at      timestamptz(3) NOT NULL,
  locked_until timestamptz(3)
);
