-- Who was erased lately: so that what was read before, an uploaded file or a campaign's audience, does not bring the person back.
CREATE TABLE erasures (
    customer_id TEXT NOT NULL,
    email_hash  TEXT,                           -- SHA-256 of the address in its key form, in hexadecimal
    at          INTEGER NOT NULL
) STRICT;

CREATE INDEX erasures_by_age ON erasures (at);
