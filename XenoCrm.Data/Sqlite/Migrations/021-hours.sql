ALTER TABLE customers ADD COLUMN time_zone TEXT; -- an IANA id; null where only the place may tell

ALTER TABLE campaigns ADD COLUMN hours TEXT;     -- JSON: the plan's, once it is launched; null where it says nothing of them
ALTER TABLE campaigns ADD COLUMN series TEXT;    -- the recurring campaign that it is a run of

CREATE INDEX campaigns_by_series ON campaigns (series, id) WHERE series IS NOT NULL;
