-- Telephone numbers in E.164, refunds, and all text in the one form in which it is kept and compared since then. The functions
-- are SqliteMigrationFunctions.
ALTER TABLE customers ADD COLUMN phone_e164 TEXT;
ALTER TABLE orders ADD COLUMN refund_of TEXT;           -- the order whose money this gives back
ALTER TABLE orders ADD COLUMN email_hash TEXT;          -- of the address by which it came: SHA-256 of its key form, in hexadecimal

DROP INDEX orders_by_customer;
CREATE INDEX orders_by_customer ON orders (customer_id, placed_at, amount, refund_of);
CREATE INDEX orders_refunds ON orders (refund_of) WHERE refund_of IS NOT NULL;

UPDATE customers SET
    name = text_line(name),
    phone = text_line(phone),
    city = text_line(city),
    country = text_line(country),
    tags = tags_line(tags),
    attributes = attributes_line(attributes);

UPDATE customers SET
    phone_e164 = phone_e164(phone),
    phone_key = phone_keys(phone, phone_e164(phone)),   -- ["+49301234", "0301234"]
    name_key = text_key(name),
    city_key = text_key(city),
    country_key = text_key(country),
    tags_key = tags_key(tags),
    attributes_key = attributes_key(attributes);        -- a number is an array of one text that sorts as it does

-- An address that is another customer's in that form stays as it is, for people to decide.
UPDATE OR IGNORE customers SET email = address(email), email_key = text_key(address(email))
WHERE email IS NOT address(email) OR email_key IS NOT text_key(address(email));

UPDATE OR IGNORE people SET email_key = text_key(email) WHERE email_key IS NOT text_key(email);
UPDATE OR IGNORE api_keys SET name_key = text_key(name) WHERE name_key IS NOT text_key(name);

UPDATE orders SET email_key = text_key(email_key) WHERE email_key IS NOT NULL;
CREATE TEMP TABLE adopting AS
    SELECT DISTINCT customers.id FROM orders JOIN customers ON customers.email_key = orders.email_key WHERE orders.customer_id IS NULL;
UPDATE orders SET customer_id = (SELECT id FROM customers WHERE customers.email_key = orders.email_key), email_key = NULL
WHERE customer_id IS NULL AND email_key IN (SELECT email_key FROM customers);
UPDATE customers SET (order_count, total_spend, first_order_at, last_order_at) =
    (SELECT count(*), coalesce(sum(amount), 0), min(placed_at), max(placed_at) FROM orders WHERE customer_id = customers.id)
WHERE id IN (SELECT id FROM adopting);
DROP TABLE adopting;
