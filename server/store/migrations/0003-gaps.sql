-- How far each outbox's events are stored without a gap, and which of the missing ones its box no longer has.
CREATE TABLE outboxes (
  box      text NOT NULL,
  epoch    text NOT NULL,
  -- Every sequence up to this is stored or gone: gaps are looked for above it only.
  whole_to bigint NOT NULL,
  PRIMARY KEY (box, epoch)
);
CREATE TABLE gone_sequences (
  box           text NOT NULL,
  epoch         text NOT NULL,
  from_sequence bigint NOT NULL,
  to_sequence   bigint NOT NULL CHECK (to_sequence >= from_sequence),
  told_at       timestamptz(3) NOT NULL DEFAULT now(),
  PRIMARY KEY (box, epoch, from_sequence, to_sequence)
);
