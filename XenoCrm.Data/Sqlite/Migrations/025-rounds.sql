-- How a campaign stood when its failed were sent to again, a row a retry: a message's row in the log knows its last round only.
CREATE TABLE campaign_rounds (
    campaign_id TEXT NOT NULL,
    number      INTEGER NOT NULL,             -- in the order of the retries, from 1
    retried_at  INTEGER NOT NULL,
    retried_by  TEXT NOT NULL,
    sent        INTEGER NOT NULL,
    failed      INTEGER NOT NULL,
    skipped     INTEGER NOT NULL,
    failures    TEXT NOT NULL,                -- {"mailbox full":80,"other reasons":3}: nothing in it is about one person
    PRIMARY KEY (campaign_id, number)
) STRICT, WITHOUT ROWID;
