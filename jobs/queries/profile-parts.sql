-- One row: in how many parts profiles are rebuilt, so that one fits into memory.
SELECT toUInt32(1 + intDiv(sum(total_rows), 500000)) AS part_count
FROM system.tables
WHERE database = 'raw' AND name IN ('behaviour', 'orders', 'customers', 'rentals')
