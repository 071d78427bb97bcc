-- Where a row was read from: its proof.
  topic LowCardinality(String) COMMENT 'Log topic it was read from',
  partition UInt16 COMMENT 'Partition of the topic',
  offset UInt64 COMMENT 'Place in the partition',
  epoch UInt32 COMMENT '0, or the number of the replay that stored it'
