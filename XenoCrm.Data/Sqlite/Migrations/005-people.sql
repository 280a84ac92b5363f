CREATE TABLE people (
    id               TEXT NOT NULL PRIMARY KEY, -- UUIDv7: ordered by time
    via              TEXT NOT NULL,             -- google | dev
    email            TEXT NOT NULL,
    email_key        TEXT NOT NULL,
    name             TEXT NOT NULL,
    role             TEXT NOT NULL,             -- viewer | marketer | admin
    subject          TEXT,                      -- the account's own name at Google, which stays when the address moves
    domain           TEXT,                      -- the Workspace domain
    first_sign_in_at INTEGER NOT NULL,
    last_sign_in_at  INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE UNIQUE INDEX people_by_email ON people (via, email_key);
CREATE INDEX people_admins ON people (via) WHERE role = 'admin';
