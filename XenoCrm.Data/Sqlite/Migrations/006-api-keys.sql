CREATE TABLE api_keys (
    id           TEXT NOT NULL PRIMARY KEY,     -- UUIDv7: ordered by time
    name         TEXT NOT NULL,
    name_key     TEXT NOT NULL,
    hash         TEXT NOT NULL,                 -- SHA-256 of the key, in hexadecimal
    scopes       TEXT NOT NULL,                 -- ["ingest", …]
    created_by   TEXT NOT NULL,
    created_at   INTEGER NOT NULL,
    expires_at   INTEGER,
    last_used_at INTEGER                        -- to the minute or so
) STRICT, WITHOUT ROWID;

CREATE UNIQUE INDEX api_keys_by_hash ON api_keys (hash);
CREATE UNIQUE INDEX api_keys_by_name ON api_keys (name_key);
