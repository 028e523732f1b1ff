-- Five queries over TPC-H's lineitem, each after a line `-- name: …`. They run in DuckDB over the file that buzz wrote and
-- over the one that DuckDB wrote.

-- name: scan
SELECT sum(l_quantity), sum(l_extendedprice), sum(l_discount), sum(l_tax), max(l_shipdate), max(l_comment)
FROM lineitem;

-- name: filter
SELECT count(*), sum(l_extendedprice * l_discount)
FROM lineitem
WHERE l_shipdate >= DATE '1994-01-01' AND l_shipdate < DATE '1995-01-01'
  AND l_discount BETWEEN 0.05 AND 0.07 AND l_quantity < 24;

-- name: group
SELECT l_returnflag, l_linestatus, count(*), sum(l_quantity), sum(l_extendedprice),
  sum(l_extendedprice * (1 - l_discount)), avg(l_quantity), avg(l_discount)
FROM lineitem
WHERE l_shipdate <= DATE '1998-09-02'
GROUP BY l_returnflag, l_linestatus
ORDER BY l_returnflag, l_linestatus;

-- name: top-n
SELECT l_orderkey, l_linenumber, l_extendedprice, l_shipdate, l_shipmode, l_comment
FROM lineitem
ORDER BY l_extendedprice DESC, l_orderkey, l_linenumber
LIMIT 100;

-- name: distinct
SELECT count(DISTINCT l_partkey), count(DISTINCT l_shipdate), count(DISTINCT l_shipinstruct)
FROM lineitem;
