SELECT count(*), sum(amount), min(day), max(day) FROM sale;
SELECT region, round(sum(total), 2), sum(n) FROM turnover GROUP BY region ORDER BY 2 DESC;
SELECT label, round(sum(total), 2) AS t FROM turnover GROUP BY label ORDER BY t DESC, label LIMIT 5;
SELECT * FROM audit ORDER BY what;
SELECT c.name, count(s.id) FROM customer c LEFT JOIN sale s ON s.customer = c.id
    GROUP BY c.id HAVING count(s.id) < 3 ORDER BY c.name;
SELECT name, credit, rank() OVER (PARTITION BY region ORDER BY credit DESC) AS r
    FROM customer WHERE name LIKE '%-01_' ORDER BY name;
WITH RECURSIVE fib(n, a, b) AS (SELECT 1, 0, 1 UNION ALL SELECT n + 1, b, a + b FROM fib
    WHERE n < 60) SELECT n, a FROM fib WHERE n % 15 = 0;
SELECT substr(day, 1, 7) AS month, sum(amount) FROM sale GROUP BY month ORDER BY month;
EXPLAIN QUERY PLAN SELECT * FROM sale WHERE customer = 17 AND day > '2024-06-01';
SELECT json_extract('{"a": [1, 2, {"b": 3.5}]}', '$.a[2].b'), hex(zeroblob(4)), quote(x'00ff');
SELECT typeof(1 + 1.0), 7 / 2, -7 % 3, abs(-9223372036854775807), 1e308 * 10, round(2.5), 'é' || upper('abc');
SELECT group_concat(label, '|') FROM (SELECT label FROM product WHERE price > 45 ORDER BY id);
SELECT instr('haystack', 'st'), replace('aXbX', 'X', '--'), trim('  x '), unicode('€'),
    strftime('%Y-%j', '2024-12-31'), julianday('2000-01-01');
INSERT INTO product VALUES(1000, 'bad', -1);
SELECT * FROM nowhere;
PRAGMA integrity_check;
