-- Times are Unix milliseconds, money 1/10,000 units, *_key the text in the form in which it is compared.
CREATE TABLE customers (
    id             TEXT NOT NULL PRIMARY KEY,
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
    attributes_key TEXT NOT NULL                -- attributes, text in its key form, numbers as integers that sort alike
) STRICT;

CREATE UNIQUE INDEX customers_by_email ON customers (email_key) WHERE email_key IS NOT NULL;

-- An order may come before its customer: it waits under customer_id, or under the e-mail address that it named.
CREATE TABLE orders (
    id          TEXT NOT NULL PRIMARY KEY,
    customer_id TEXT,
    email_key   TEXT,
    amount      INTEGER NOT NULL,
    placed_at   INTEGER NOT NULL,
    items       TEXT
) STRICT;

CREATE INDEX orders_by_customer ON orders (customer_id, placed_at, amount);
CREATE INDEX orders_waiting_by_email ON orders (email_key) WHERE customer_id IS NULL;
