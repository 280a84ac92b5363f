-- A search finds people by any three letters of their name or address that stand together. Its index knows them by a number, so each has
-- one that stays (a row's own number may change when a file is compacted).
CREATE TABLE numbered (
    number         INTEGER PRIMARY KEY,
    id             TEXT NOT NULL UNIQUE,
    name           TEXT NOT NULL,
    email          TEXT,
    phone          TEXT,
    city           TEXT,
    country        TEXT,
    tags           TEXT NOT NULL,               -- ["vip", …]
    attributes     TEXT NOT NULL,               -- {"plan": "gold", …}
    created_at     INTEGER NOT NULL,
    unsubscribed   INTEGER NOT NULL,
    total_spend    INTEGER NOT NULL DEFAULT 0,
    order_count    INTEGER NOT NULL DEFAULT 0,
    first_order_at INTEGER,
    last_order_at  INTEGER,
    name_key       TEXT NOT NULL,
    email_key      TEXT,
    phone_key      TEXT,
    city_key       TEXT,
    country_key    TEXT,
    tags_key       TEXT NOT NULL,               -- tags, each in its key form
    attributes_key TEXT NOT NULL,               -- attributes, text in its key form, a number as an array of one text that sorts as it does
    phone_e164     TEXT
) STRICT;

INSERT INTO numbered (id, name, email, phone, city, country, tags, attributes, created_at, unsubscribed, total_spend, order_count,
    first_order_at, last_order_at, name_key, email_key, phone_key, city_key, country_key, tags_key, attributes_key, phone_e164)
SELECT id, name, email, phone, city, country, tags, attributes, created_at, unsubscribed, total_spend, order_count,
    first_order_at, last_order_at, name_key, email_key, phone_key, city_key, country_key, tags_key, attributes_key, phone_e164
FROM customers ORDER BY id;

DROP TABLE customers;
ALTER TABLE numbered RENAME TO customers;
CREATE UNIQUE INDEX customers_by_email ON customers (email_key) WHERE email_key IS NOT NULL;
CREATE INDEX customers_by_name ON customers (name_key, id, email_key);
CREATE INDEX customers_by_spend ON customers (total_spend, id);
CREATE INDEX customers_by_last_order ON customers (coalesce(last_order_at, -9223372036854775808), id);

-- Which customers have which three letters, not where: what is found is looked at again. Of what is taken out nothing is left.
CREATE VIRTUAL TABLE customers_text USING fts5 (
    name, email, content = '', detail = none, columnsize = 0, tokenize = 'trigram case_sensitive 1');
INSERT INTO customers_text (customers_text, rank) VALUES ('secure-delete', 1);
INSERT INTO customers_text (rowid, name, email) SELECT number, name_key, email_key FROM customers;

CREATE TRIGGER customers_text_insert AFTER INSERT ON customers BEGIN
    INSERT INTO customers_text (rowid, name, email) VALUES (new.number, new.name_key, new.email_key);
END;
CREATE TRIGGER customers_text_update AFTER UPDATE OF name_key, email_key ON customers
WHEN old.name_key <> new.name_key OR old.email_key IS NOT new.email_key BEGIN
    INSERT INTO customers_text (customers_text, rowid, name, email) VALUES ('delete', old.number, old.name_key, old.email_key);
    INSERT INTO customers_text (rowid, name, email) VALUES (new.number, new.name_key, new.email_key);
END;
CREATE TRIGGER customers_text_delete AFTER DELETE ON customers BEGIN
    INSERT INTO customers_text (customers_text, rowid, name, email) VALUES ('delete', old.number, old.name_key, old.email_key);
END;
