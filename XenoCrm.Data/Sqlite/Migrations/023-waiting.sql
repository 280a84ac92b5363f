-- Of a row that waits for its hour: when that comes; of those that are put off together, when it comes to the first. NULL of any other.
ALTER TABLE log ADD COLUMN hour_at INTEGER;
ALTER TABLE log_blocks ADD COLUMN hour_at INTEGER;
CREATE INDEX log_waiting ON log (campaign_id, hour_at, status) WHERE hour_at IS NOT NULL AND status = 0;

ALTER TABLE campaigns ADD COLUMN start_problem TEXT; -- why a scheduled one could not be started, for people; NULL for nothing
