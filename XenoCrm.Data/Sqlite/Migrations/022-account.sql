-- What admins have set for the account in place of the configuration, a row a member.
CREATE TABLE account_settings (
    member TEXT PRIMARY KEY,                 -- timeZone, currency, frequencyCaps, quietHours
    value  TEXT NOT NULL                     -- JSON; null is none
) STRICT, WITHOUT ROWID;
