-- How the file is written: {"encoding": "UTF-8", "separator": ";", "columns": [{"name": "E-Mail", "field": "email"}, …], …}
ALTER TABLE imports ADD COLUMN form TEXT;

-- Every field that kept a row out, in the rows' order. Never a value of the row.
CREATE TABLE import_rejections (
    import_id TEXT NOT NULL,
    n         INTEGER NOT NULL,              -- from 1
    line      INTEGER NOT NULL,
    field     TEXT NOT NULL,
    reason    TEXT NOT NULL,
    PRIMARY KEY (import_id, n)
) STRICT, WITHOUT ROWID;
