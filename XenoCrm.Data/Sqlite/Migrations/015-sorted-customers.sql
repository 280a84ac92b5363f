-- The orders in which customers are looked through page by page. The first has all that a search looks at, so that only the rows that it
-- finds are read.
CREATE INDEX customers_by_name ON customers (name_key, id, email_key);
CREATE INDEX customers_by_spend ON customers (total_spend, id);
CREATE INDEX customers_by_last_order ON customers (coalesce(last_order_at, -9223372036854775808), id);
