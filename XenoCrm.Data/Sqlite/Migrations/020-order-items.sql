-- What an order is found by, each in its key form, and the orders by it, with all that a rule asks of them: whose they are, when and how
-- much. Only those that have a customer; the triggers follow whatever happens to an order.
ALTER TABLE orders ADD COLUMN items_key TEXT;   -- ["mug","sku-1"], NULL without any

CREATE TABLE order_items (
    item_key    TEXT NOT NULL,
    customer_id TEXT NOT NULL,
    order_id    TEXT NOT NULL,
    placed_at   INTEGER NOT NULL,
    amount      INTEGER NOT NULL,
    refund_of   TEXT,
    PRIMARY KEY (item_key, customer_id, order_id)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER order_items_insert AFTER INSERT ON orders WHEN new.items_key IS NOT NULL AND new.customer_id IS NOT NULL BEGIN
    INSERT INTO order_items (item_key, customer_id, order_id, placed_at, amount, refund_of)
    SELECT value, new.customer_id, new.id, new.placed_at, new.amount, new.refund_of FROM json_each(new.items_key);
END;
CREATE TRIGGER order_items_delete AFTER DELETE ON orders WHEN old.items_key IS NOT NULL AND old.customer_id IS NOT NULL BEGIN
    DELETE FROM order_items
    WHERE item_key IN (SELECT value FROM json_each(old.items_key)) AND customer_id = old.customer_id AND order_id = old.id;
END;
CREATE TRIGGER order_items_update AFTER UPDATE OF customer_id, placed_at, amount, refund_of, items_key ON orders
WHEN old.items_key IS NOT NULL OR new.items_key IS NOT NULL BEGIN
    DELETE FROM order_items
    WHERE item_key IN (SELECT value FROM json_each(old.items_key)) AND customer_id = old.customer_id AND order_id = old.id;
    INSERT INTO order_items (item_key, customer_id, order_id, placed_at, amount, refund_of)
    SELECT value, new.customer_id, new.id, new.placed_at, new.amount, new.refund_of FROM json_each(new.items_key)
    WHERE new.customer_id IS NOT NULL;
END;

UPDATE orders SET items_key = item_keys(items) WHERE items IS NOT NULL;
