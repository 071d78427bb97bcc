-- The one row is where a range must end so that it holds no more than so many lines; one step may be more.
SELECT if(max(weight) <= {weight_max: UInt64}, {to_offset: UInt64}, greatest(minIf(offset, weight > {weight_max: UInt64}), min(offset) + 1)) AS to_offset
FROM
(
  SELECT offset, sum(greatest(lines, 1)) OVER (ORDER BY offset) AS weight
  FROM mart.order_steps
  WHERE partition = {partition: UInt16} AND offset >= {from_offset: UInt64} AND offset < {to_offset: UInt64}
)
