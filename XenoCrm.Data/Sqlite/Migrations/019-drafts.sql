-- Campaigns that are made as drafts. Until such a one starts, the segment that is made with it is not there yet, so that segment_id is no
-- foreign key any more.
CREATE TABLE campaigns_with_drafts (
    id               TEXT NOT NULL PRIMARY KEY, -- UUIDv7: ordered by time
    segment_id       TEXT NOT NULL,
    name             TEXT NOT NULL,
    message_template TEXT NOT NULL,
    status           TEXT NOT NULL,             -- preparing | sending | paused | completed | cancelled | draft | scheduled | starting
    paused_reason    TEXT,
    tags             TEXT NOT NULL,             -- ["win-back", …]
    created_by       TEXT NOT NULL,
    created_at       INTEGER NOT NULL,
    completed_at     INTEGER,                   -- when its last row became final; a cancelled one may still wait for some
    preparing_until  INTEGER,                   -- a preparing or starting one that is older was abandoned by a crash
    idempotency_key  TEXT,                      -- the caller's name and key
    request_hash     TEXT,                      -- of the request that came with the key
    warnings         TEXT,                      -- ["…"], told at its start; null for none
    plan             TEXT,                      -- JSON, of one that was made as a draft
    version          INTEGER NOT NULL DEFAULT 0, -- goes up with each change of a draft
    starts_at        INTEGER,                   -- when a scheduled one starts
    preparation      INTEGER NOT NULL DEFAULT 0, -- which writing of the audience of a starting one it is
    per_minute       INTEGER,                   -- at most so many messages leave in a minute; null for any number
    paced_until      INTEGER,                   -- when the next may leave
    -- Counted once it is completed; null while the log is counted.
    pending          INTEGER,
    sent             INTEGER,
    failed           INTEGER,
    skipped          INTEGER,
    -- The counts at the last resume or retry: the error rate is of what came after.
    sent_before      INTEGER NOT NULL DEFAULT 0,
    failed_before    INTEGER NOT NULL DEFAULT 0
) STRICT;

INSERT INTO campaigns_with_drafts (id, segment_id, name, message_template, status, paused_reason, tags, created_by, created_at,
    completed_at, preparing_until, idempotency_key, request_hash, warnings, pending, sent, failed, skipped, sent_before, failed_before)
SELECT id, segment_id, name, message_template, status, paused_reason, tags, created_by, created_at,
    completed_at, preparing_until, idempotency_key, request_hash, warnings, pending, sent, failed, skipped, sent_before, failed_before
FROM campaigns;

DROP TABLE campaigns;
ALTER TABLE campaigns_with_drafts RENAME TO campaigns;

CREATE UNIQUE INDEX campaigns_by_idempotency_key ON campaigns (idempotency_key) WHERE idempotency_key IS NOT NULL;
CREATE INDEX campaigns_open ON campaigns (status) WHERE completed_at IS NULL;

ALTER TABLE segments ADD COLUMN archived INTEGER NOT NULL DEFAULT 0;
ALTER TABLE segments ADD COLUMN idempotency_key TEXT;             -- the caller's name and key, of one that no campaign came with

CREATE UNIQUE INDEX segments_by_idempotency_key ON segments (idempotency_key) WHERE idempotency_key IS NOT NULL;

ALTER TABLE campaigns ADD COLUMN transactional INTEGER NOT NULL DEFAULT 0; -- 1: frequency caps do not hold for it

-- Who was written to when, for the account's frequency caps.
CREATE TABLE contacts (
    customer_id TEXT NOT NULL,
    log_id      TEXT NOT NULL,
    at          INTEGER NOT NULL,
    PRIMARY KEY (customer_id, log_id)
) STRICT, WITHOUT ROWID;
