-- Builds a database file, then queries it in another process (run.sh runs this in two halves).
PRAGMA page_size = 1024;
CREATE TABLE customer(id INTEGER PRIMARY KEY, name TEXT NOT NULL, region TEXT, credit REAL);
CREATE TABLE product(id INTEGER PRIMARY KEY, label TEXT UNIQUE, price NUMERIC CHECK (price > 0));
CREATE TABLE sale(id INTEGER PRIMARY KEY, customer INTEGER REFERENCES customer,
    product INTEGER REFERENCES product, amount INTEGER, day TEXT);
CREATE TABLE audit(what TEXT, old, new);
CREATE TRIGGER price_changed AFTER UPDATE OF price ON product BEGIN
    INSERT INTO audit VALUES('price ' || new.label, old.price, new.price);
END;
BEGIN;
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 500)
INSERT INTO customer SELECT i, printf('customer-%03d', i),
    CASE i % 4 WHEN 0 THEN 'north' WHEN 1 THEN 'south' WHEN 2 THEN 'east' ELSE 'west' END,
    (i * 7919 % 10007) / 8.0 FROM n;
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 100)
INSERT INTO product SELECT i, printf('product-%02d', i), 1 + (i * 131 % 97) * 0.25 FROM n;
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 10000)
INSERT INTO sale SELECT i, 1 + (i * 48271 % 499), 1 + (i * 69621 % 100), 1 + i % 9,
    date('2024-01-01', (i % 366) || ' days') FROM n;
COMMIT;
CREATE INDEX sale_by_customer ON sale(customer, day);
CREATE INDEX sale_by_product ON sale(product);
CREATE VIEW turnover AS SELECT c.region, p.label, sum(s.amount * p.price) AS total, count(*) AS n
    FROM sale s JOIN customer c ON c.id = s.customer JOIN product p ON p.id = s.product
    GROUP BY c.region, p.label;
UPDATE product SET price = price * 2 WHERE id % 10 = 3;
DELETE FROM sale WHERE id % 97 = 0;
SAVEPOINT here;
DELETE FROM customer;
ROLLBACK TO here;
RELEASE here;
ANALYZE;
