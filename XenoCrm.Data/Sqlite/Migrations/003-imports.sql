CREATE TABLE imports (
    id           TEXT NOT NULL PRIMARY KEY,     -- UUIDv7; the spooled file's name too
    kind         TEXT NOT NULL,                 -- customers | orders
    status       TEXT NOT NULL,                 -- running | completed | failed
    rows_read    INTEGER NOT NULL,              -- the checkpoint: a restart goes on after so many data rows
    accepted     INTEGER NOT NULL,
    rejected     INTEGER NOT NULL,
    errors       TEXT NOT NULL,                 -- the first: [{"row": 17, "field": "amount", "message": "…"}, …]
    message      TEXT,                          -- why it failed
    created_at   INTEGER NOT NULL,
    completed_at INTEGER
) STRICT, WITHOUT ROWID;

CREATE INDEX imports_running ON imports (id) WHERE status = 'running';
