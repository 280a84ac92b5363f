-- The log in blocks. A campaign's rows are inserted in runs; a block is a piece of such a run, some 500 rows, and has what they have in
-- common, so that a row is written when it is made, when it is final, and in between only where it differs from its block. A row that is
-- pending and has no due_at of its own is as its block says; any other speaks for itself, as all did before there were blocks.
CREATE TABLE log_blocks (
    first_seq   INTEGER PRIMARY KEY,
    last_seq    INTEGER NOT NULL,
    campaign_id TEXT NOT NULL,
    pending     INTEGER NOT NULL DEFAULT 0,   -- its rows by status: counted anew whenever one of them changes
    failed      INTEGER NOT NULL DEFAULT 0,
    sent        INTEGER NOT NULL DEFAULT 0,
    skipped     INTEGER NOT NULL DEFAULT 0,
    attempts    INTEGER NOT NULL DEFAULT 0,   -- 0: the rows were never tried; 1: they are leased, or the vendor has them
    due_at      INTEGER,                      -- as a row's; null where no row needs it
    accepted_at INTEGER                       -- when the vendor took them; null where it has not
) STRICT;

-- What the vendor calls an accepted block's messages, by their place in it: ["vm_1", null, …]. And the way back.
CREATE TABLE log_block_vendor_ids (
    first_seq  INTEGER PRIMARY KEY,
    vendor_ids TEXT NOT NULL
) STRICT;

CREATE TABLE log_vendor_ids (
    vendor_message_id TEXT NOT NULL,
    seq               INTEGER NOT NULL,
    PRIMARY KEY (vendor_message_id, seq)
) STRICT, WITHOUT ROWID;

-- The log anew: what changes stands first, so that counting a block reads little of its rows. The campaign is no foreign key any more: it
-- was looked up for each row.
CREATE TABLE log_in_blocks (
    seq               INTEGER PRIMARY KEY,       -- the order of insertion, for paging; short, so that the indexes are
    status            INTEGER NOT NULL,          -- 0 pending, 1 failed, 2 sent, 3 skipped
    round             INTEGER NOT NULL,          -- 1, and one more with each retry
    attempts          INTEGER NOT NULL,
    maybe_handed      INTEGER NOT NULL DEFAULT 0, -- 1: a try was lost sight of, the vendor may have it
    due_at            INTEGER,                   -- when the sender looks at a pending row that speaks for itself
    created_at        INTEGER NOT NULL,
    updated_at        INTEGER NOT NULL,
    id                TEXT NOT NULL UNIQUE,      -- UUIDv7
    campaign_id       TEXT NOT NULL,
    customer_id       TEXT NOT NULL,
    recipient         TEXT,                      -- null once erased
    message           TEXT,                      -- null once erased
    failure_reason    TEXT,
    vendor_message_id TEXT                       -- where the row's block has none for it
) STRICT;

INSERT INTO log_in_blocks (seq, status, round, attempts, maybe_handed, due_at, created_at, updated_at, id, campaign_id, customer_id,
    recipient, message, failure_reason, vendor_message_id)
SELECT seq, status, round, attempts, maybe_handed, due_at, created_at, updated_at, id, campaign_id, customer_id,
    recipient, message, failure_reason, vendor_message_id FROM log ORDER BY seq;

DROP TABLE log;
ALTER TABLE log_in_blocks RENAME TO log;

CREATE UNIQUE INDEX log_by_recipient ON log (customer_id, campaign_id);
CREATE INDEX log_due ON log (campaign_id, due_at) WHERE due_at IS NOT NULL;
CREATE INDEX log_by_vendor_message ON log (vendor_message_id) WHERE vendor_message_id IS NOT NULL;

-- A block begins where the campaign changes, or the next 500 numbers begin; it ends before the next.
INSERT INTO log_blocks (first_seq, last_seq, campaign_id)
SELECT seq, lead(seq, 1, 1 + (SELECT max(seq) FROM log)) OVER (ORDER BY seq) - 1, campaign_id FROM (
    SELECT seq, campaign_id, lag(campaign_id) OVER (ORDER BY seq) AS campaign_before, lag(seq) OVER (ORDER BY seq) AS seq_before FROM log)
WHERE campaign_before IS NOT campaign_id OR seq_before / 500 <> seq / 500;

UPDATE log_blocks SET (pending, failed, sent, skipped) = (
    SELECT count(*) FILTER (WHERE status = 0), count(*) FILTER (WHERE status = 1), count(*) FILTER (WHERE status = 2),
        count(*) FILTER (WHERE status = 3)
    FROM log WHERE seq BETWEEN first_seq AND last_seq);

CREATE INDEX log_blocks_by_campaign ON log_blocks (campaign_id, first_seq);
CREATE INDEX log_blocks_due ON log_blocks (campaign_id, due_at) WHERE due_at IS NOT NULL;
