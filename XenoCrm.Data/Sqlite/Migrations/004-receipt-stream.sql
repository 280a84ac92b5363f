-- The receipt stream. An entry is what one POST brought; ids only grow, and a group's cursor is the last id it was given.
CREATE TABLE receipt_entries (
    id          INTEGER PRIMARY KEY AUTOINCREMENT, -- never given twice, also after a trim
    arrived_at  INTEGER NOT NULL,
    traceparent TEXT,
    tracestate  TEXT,
    receipts    INTEGER NOT NULL,                  -- how many the body holds
    body        BLOB NOT NULL                      -- [{"vendorMessageId":…,"status":…}, …]
) STRICT;

CREATE TABLE receipt_groups (
    name    TEXT NOT NULL PRIMARY KEY,
    last_id INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Given to a consumer of the group and not acknowledged.
CREATE TABLE receipt_pending (
    group_name TEXT NOT NULL,
    entry_id   INTEGER NOT NULL,
    consumer   TEXT NOT NULL,
    deliveries INTEGER NOT NULL,
    visible_at INTEGER NOT NULL,                   -- when anybody may take it over
    PRIMARY KEY (group_name, entry_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX receipt_pending_visible ON receipt_pending (group_name, visible_at);

CREATE TABLE receipt_dead (
    id          INTEGER PRIMARY KEY AUTOINCREMENT,
    arrived_at  INTEGER NOT NULL,
    traceparent TEXT,
    tracestate  TEXT,
    body        BLOB NOT NULL,                     -- an entry's body with one receipt, or one that cannot be read
    reason      TEXT NOT NULL,
    deliveries  INTEGER NOT NULL,
    died_at     INTEGER NOT NULL
) STRICT;
