-- What sessions are sealed with: ASP.NET Core's data-protection keys, as it writes them.
CREATE TABLE protection_keys (
    name TEXT NOT NULL PRIMARY KEY,
    xml  TEXT NOT NULL
) STRICT, WITHOUT ROWID;
