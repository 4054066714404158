-- The history of one camera's crowd zones, which forecasts are learned from.
CREATE INDEX events_crowd_samples ON events (box, camera, time) WHERE type = 'vn.ngatu.crowd.sample.v1';
