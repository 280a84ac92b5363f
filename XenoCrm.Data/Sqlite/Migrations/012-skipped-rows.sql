-- A status 3 of a log row: skipped, with its reason in failure_reason.
ALTER TABLE campaigns ADD COLUMN skipped INTEGER;                 -- counted as pending, sent and failed are
UPDATE campaigns SET skipped = 0 WHERE pending IS NOT NULL;
ALTER TABLE campaigns ADD COLUMN warnings TEXT;                   -- ["…"], told at its start; null for none
ALTER TABLE log ADD COLUMN maybe_handed INTEGER NOT NULL DEFAULT 0; -- 1: a try was lost sight of, the vendor may have it
