CREATE TABLE sessions (
    id         TEXT NOT NULL PRIMARY KEY, -- random; the cookie has it
    person_id  TEXT NOT NULL,
    started_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX sessions_by_person ON sessions (person_id);
CREATE INDEX sessions_by_expiry ON sessions (expires_at);
