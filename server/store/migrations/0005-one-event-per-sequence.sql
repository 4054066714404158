-- One event under one place of a box's order: a second one under a taken sequence is refused, and kept in the quarantine.
DROP INDEX events_order;
CREATE UNIQUE INDEX events_order ON events (box, epoch, sequence);
