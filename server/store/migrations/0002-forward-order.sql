-- Events of one source and subject reach a destination in the order in which they were queued.
ALTER TABLE forwards ADD COLUMN order_key text NOT NULL DEFAULT '';
UPDATE forwards SET order_key = (body->>'source') || ' ' || (body->>'subject');
CREATE INDEX forwards_order ON forwards (destination, order_key, id) WHERE state = 'waiting';
