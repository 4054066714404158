-- What the last look at an outbox's order found, so that a list of boxes need not look again.
ALTER TABLE outboxes ADD COLUMN missing bigint NOT NULL DEFAULT 0;
ALTER TABLE outboxes ADD COLUMN looked_at timestamptz(3);
