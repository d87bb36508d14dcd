-- Read from standard input by the SQLite shell under test, over a database in memory.
CREATE TABLE item(id INTEGER PRIMARY KEY, kind INTEGER, name TEXT, price REAL);
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 20000)
    INSERT INTO item SELECT i, (i * 7919) % 101, printf('item %05d %x', (i * 104729) % 20011, i * 31), (i % 977) * 0.25 FROM n;
CREATE INDEX by_kind ON item(kind, price);
CREATE INDEX by_name ON item(name);
SELECT count(*), sum(id), max(name) FROM item WHERE name LIKE '%9 7%';
SELECT kind, count(*), round(avg(price), 4), min(name) FROM item GROUP BY kind ORDER BY 3 DESC LIMIT 5;
UPDATE item SET price = price * 1.5 WHERE kind IN (3, 5, 7, 11, 13);
DELETE FROM item WHERE id % 17 = 0;
SELECT count(*), round(sum(a.price - b.price), 3) FROM item a JOIN item b ON a.kind = b.kind AND b.id = a.id + 101;
SELECT length(group_concat(substr(name, 6, 3), '.')) FROM (SELECT name FROM item ORDER BY name);
SELECT count(DISTINCT upper(replace(name, '0', ''))) FROM item;
