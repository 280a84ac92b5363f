CREATE TABLE audit (
    id      TEXT NOT NULL PRIMARY KEY,          -- UUIDv7: ordered by time
    at      INTEGER NOT NULL,
    actor   TEXT NOT NULL,                      -- a person's address, or key:NAME
    action  TEXT NOT NULL,                      -- campaign.paused …
    subject TEXT,                               -- the id of what it was done to
    detail  TEXT
) STRICT, WITHOUT ROWID;
