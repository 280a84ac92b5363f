CREATE TABLE segments (
    id         TEXT NOT NULL PRIMARY KEY,       -- UUIDv7: ordered by time
    name       TEXT NOT NULL,
    rule       TEXT NOT NULL,                   -- canonical JSON
    prompt     TEXT,
    created_by TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    audience   INTEGER NOT NULL,
    visible    INTEGER NOT NULL                 -- 0 while its first campaign is preparing
) STRICT;

CREATE TABLE campaigns (
    id               TEXT NOT NULL PRIMARY KEY, -- UUIDv7: ordered by time
    segment_id       TEXT NOT NULL REFERENCES segments (id),
    name             TEXT NOT NULL,
    message_template TEXT NOT NULL,
    status           TEXT NOT NULL,             -- preparing | sending | paused | completed | cancelled
    paused_reason    TEXT,
    tags             TEXT NOT NULL,             -- ["win-back", …]
    created_by       TEXT NOT NULL,
    created_at       INTEGER NOT NULL,
    completed_at     INTEGER,                   -- when its last row became final; a cancelled one may still wait for some
    preparing_until  INTEGER,                   -- a preparing one that is older was abandoned by a crash
    idempotency_key  TEXT,                      -- the caller's name and key
    request_hash     TEXT,                      -- of the request that came with the key
    -- Counted once it is completed; null while the log is counted.
    pending          INTEGER,
    sent             INTEGER,
    failed           INTEGER,
    -- The counts at the last resume or retry: the error rate is of what came after.
    sent_before      INTEGER NOT NULL DEFAULT 0,
    failed_before    INTEGER NOT NULL DEFAULT 0
) STRICT;

CREATE UNIQUE INDEX campaigns_by_idempotency_key ON campaigns (idempotency_key) WHERE idempotency_key IS NOT NULL;
CREATE INDEX campaigns_open ON campaigns (status) WHERE completed_at IS NULL;

-- The delivery log, which is the outbox too. due_at is when the sender looks at a pending row next: to send it, to ask
-- the vendor about it, or to take over from a sender that died. It is null once the row is final.
CREATE TABLE log (
    seq               INTEGER PRIMARY KEY,       -- the order of insertion, for paging; short, so that the indexes are
    id                TEXT NOT NULL UNIQUE,      -- UUIDv7
    campaign_id       TEXT NOT NULL REFERENCES campaigns (id),
    customer_id       TEXT NOT NULL,
    recipient         TEXT,                      -- null once erased
    message           TEXT,                      -- null once erased
    status            INTEGER NOT NULL,          -- 0 pending, 1 failed, 2 sent
    round             INTEGER NOT NULL,          -- 1, and one more with each retry
    vendor_message_id TEXT,
    failure_reason    TEXT,
    attempts          INTEGER NOT NULL,
    due_at            INTEGER,
    created_at        INTEGER NOT NULL,
    updated_at        INTEGER NOT NULL
) STRICT;

CREATE UNIQUE INDEX log_by_recipient ON log (customer_id, campaign_id);
CREATE INDEX log_by_status ON log (campaign_id, status);
CREATE INDEX log_due ON log (campaign_id, due_at) WHERE due_at IS NOT NULL;
CREATE INDEX log_by_vendor_message ON log (vendor_message_id) WHERE vendor_message_id IS NOT NULL;
