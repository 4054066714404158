-- Before 0005 allows one event per place of a box's order, each later one gets an epoch of its own: it, its case and its forwards stay.
WITH placed AS (
  SELECT id, row_number() OVER (PARTITION BY box, epoch, sequence ORDER BY position) AS nth FROM events
)
UPDATE events SET epoch = events.epoch || '-' || placed.nth
FROM placed WHERE placed.id = events.id AND placed.nth > 1;
