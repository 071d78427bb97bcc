-- One row is one value of every column type that the project uses, at an end of its range where it has one; the key does not matter.
CREATE TABLE shop.every_type (
  id UUID,
  kind LowCardinality(String),
  at DateTime64(3, 'UTC'),
  day Date,
  price Decimal(18, 4),
  total Decimal(38, 4),
  note Nullable(String),
  fee Nullable(Decimal(18, 4)),
  tags Array(String),
  attributes Map(String, String),
  lines Array(Tuple(product_id String, quantity UInt8)),
  paid Bool,
  u8 UInt8,
  u16 UInt16,
  u32 UInt32,
  u64 UInt64,
  u128 UInt128,
  i32 Int32,
  i64 Int64
) ENGINE = MergeTree ORDER BY u32
