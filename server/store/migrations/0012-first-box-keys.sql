-- A box signs packages before it first reaches a server: its first key holds for them too.
UPDATE evidence_keys k SET valid_from = 'epoch'
WHERE owner = 'box' AND NOT EXISTS (
  SELECT 1 FROM evidence_keys o WHERE o.owner = 'box' AND o.name = k.name AND o.valid_from < k.valid_from
);
