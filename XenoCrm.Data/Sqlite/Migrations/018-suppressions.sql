-- Addresses that are never written to, as hashes under a key of this store, and no address.
CREATE TABLE suppression_key (
    id  INTEGER PRIMARY KEY CHECK (id = 1),
    key TEXT NOT NULL                        -- 32 random bytes in Base64
) STRICT;
INSERT INTO suppression_key (id, key) VALUES (1, suppression_key());

CREATE TABLE suppressions (
    hash   TEXT PRIMARY KEY,
    kind   TEXT NOT NULL,                    -- email, phone
    reason TEXT NOT NULL,                    -- manual, unsubscribed, bounced, complaint
    at     INTEGER NOT NULL,
    by     TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX suppressions_by_time ON suppressions (at, hash);

-- Whether the customer's addresses are among them: changed with the list, and with the addresses.
ALTER TABLE customers ADD COLUMN email_suppressed INTEGER NOT NULL DEFAULT 0;
ALTER TABLE customers ADD COLUMN phone_suppressed INTEGER NOT NULL DEFAULT 0;

-- The few who are, so that a count of all looks at nobody's flags.
CREATE INDEX customers_suppressed ON customers (id) WHERE email_suppressed OR phone_suppressed;

-- Who uploaded a list.
ALTER TABLE imports ADD COLUMN uploaded_by TEXT;
