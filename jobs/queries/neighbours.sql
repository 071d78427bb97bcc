-- One row is an item and one of its neighbours, each item's together and best first: the kernel of `models/recommend/kernels.ts`,
-- over entries of a unit, an item and a weight of which each pair's largest counts. The sum over units u of
--   A_ui A_uj n_u^-unit_exponent / (d_i^source_exponent d_j^target_exponent),  d_i = sum_u A_ui^degree_power
-- is cosine with the exponents 0, 1/2 and 1/2 and the power 2. Rounded as the models do, so that equal scores stay equal and
-- go by the smaller item. Only items of one part are listed: what it takes is memory for their pairs.
WITH
  {keep:String} = 'sources per target' AS per_target,
  baskets AS
  (
    SELECT
      unit,
      arraySlice(arraySort(entry -> (-entry.2, entry.1), groupArray((item, weight))), 1, {unit_items_max:UInt32}) AS entries
    FROM
    (
      SELECT unit, item, toFloat32(max(weight)) AS weight
      FROM {database:Identifier}.{table:Identifier}
      GROUP BY unit, item
      HAVING weight > 0
    )
    GROUP BY unit
  ),
  degrees AS
  (
    SELECT entry.1 AS item, sum(pow(entry.2, {degree_power:Float64})) AS degree
    FROM baskets
    ARRAY JOIN entries AS entry
    GROUP BY item
  ),
  pairs AS
  (
    SELECT
      own.1 AS item, other.1 AS neighbour,
      sum(if(per_target, toFloat64(own.2) * toFloat32(other.2 * unit_scale), toFloat32(own.2 * unit_scale) * toFloat64(other.2))) AS together
    FROM
    (
      SELECT
        entries AS others, pow(length(entries), -{unit_exponent:Float64}) AS unit_scale,
        arrayJoin(arrayFilter(entry -> cityHash64(entry.1) % {parts:UInt32} = {part:UInt32}, entries)) AS own
      FROM baskets
    )
    ARRAY JOIN others AS other
    WHERE own.1 != other.1
    GROUP BY item, neighbour
  )
SELECT
  pairs.item AS item, pairs.neighbour AS neighbour,
  toFloat32(
    together
      * pow(own.degree, -if(per_target, {target_exponent:Float64}, {source_exponent:Float64}))
      * pow(other.degree, -if(per_target, {source_exponent:Float64}, {target_exponent:Float64}))
  ) AS score
FROM pairs
INNER JOIN degrees AS own ON own.item = pairs.item
INNER JOIN degrees AS other ON other.item = pairs.neighbour
ORDER BY item, score DESC, neighbour
LIMIT {neighbours_max:UInt32} BY item
