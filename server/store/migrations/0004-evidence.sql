-- Files that cases name. They arrive after their event: until then a case shows that they are on their way.
CREATE TABLE evidence_files (
  box        text NOT NULL,
  sha256     text NOT NULL CHECK (sha256 ~ '^[0-9a-f]{64}$'),
  bytes      integer NOT NULL,
  media_type text NOT NULL,
  -- When the whole file was here and its hash was found right.
  arrived_at timestamptz(3),
  -- Uploads under this hash that turned out to be another file.
  refused    integer NOT NULL DEFAULT 0,
  PRIMARY KEY (box, sha256)
);
CREATE TABLE case_evidence (
  case_id uuid NOT NULL REFERENCES cases (id),
  name    text NOT NULL,
  box     text NOT NULL,
  sha256  text NOT NULL,
  PRIMARY KEY (case_id, name),
  FOREIGN KEY (box, sha256) REFERENCES evidence_files (box, sha256)
);
CREATE INDEX case_evidence_file ON case_evidence (box, sha256);
