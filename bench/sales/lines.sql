-- One row is a made-up line of a shop's log: about 20 to an order, of 10,000 products some sell far more than others. Orders
-- are numbered by channel. Of 100 orders 2 are refunds, of 2,000 lines one takes back what an earlier day had.
INSERT INTO mart.sales
WITH
  intDiv(number, 40) AS pair,
  number % 40 AS place,
  1 + sipHash64(pair, 'size') % 39 AS first_size,
  place >= first_size AS is_second,
  pair * 2 + is_second AS order_number,
  sipHash64(order_number) AS drawn,
  sipHash64(number, 'line') AS drawn_line,
  drawn % 50 = 0 AS is_refund,
  drawn_line % 2000 = 0 AS takes_back,
  [7, 8, 8, 9, 9, 9, 10, 10, 10, 10, 11, 11, 11, 12, 12, 12, 12, 13, 13, 13, 14, 14, 14, 15, 15, 16, 16, 17, 18, 18, 19, 19, 20, 20, 20, 21, 21, 22, 23, 0] AS hours,
  ['web', 'web', 'web', 'web', 'web', 'web', 'web', 'store', 'store', 'wholesale', 'rental'] AS channels,
  ['GB', 'DE', 'FR', 'IE', 'ES', 'NL', 'BE', 'CH', 'PT', 'AU', 'NO', 'IT', 'FI', 'SE', 'JP', 'AT', 'DK', 'PL', 'IL', 'SG', 'IS', 'US', 'CA', 'GR', 'MT', 'CY', 'AE', 'LB', 'LT', 'BR', 'CZ', 'BH', 'SA', 'ZA', 'HK', 'KR', 'NZ', 'MX'] AS countries,
  ['DE', 'FR', 'IE', 'ES', 'NL', 'BE', 'PT', 'IT', 'FI', 'AT', 'GR', 'MT', 'CY'] AS euro,
  ['pop', 'rock', 'jazz', 'classical', 'folk', 'hip hop', 'drama', 'comedy', 'documentary', 'animation', 'thriller', ''] AS categories,
  ['cd', 'vinyl', 'dvd', 'blu-ray', 'cassette', ''] AS formats,
  toDate({day: String}) + arrayFirstIndex(end -> number < end, {ends: Array(UInt64)}) - 1 - if(takes_back, 1 + drawn_line % 61, 0) AS its_day,
  toDateTime64(its_day, 3, 'UTC') + toIntervalSecond(3600 * hours[1 + bitShiftRight(drawn, 8) % 40] + bitShiftRight(drawn, 16) % 3600) AS its_time,
  -- Powers of a number drawn evenly: the n-th product sells about 1/n as often as the first.
  toUInt32(floor(exp(log(10000) * (bitShiftRight(drawn_line, 11) / 9007199254740992.)))) AS popularity,
  popularity * 7919 % 10007 AS product,
  sipHash64(product, 'facts') AS facts,
  multiIf(drawn_line % 100 < 95, 'product', drawn_line % 100 < 97, 'postage', drawn_line % 100 < 98, 'discount', drawn_line % 7 < 4, 'fee', 'manual') AS its_kind,
  its_kind = 'product' AS is_product,
  channels[1 + bitShiftRight(drawn, 24) % 11] AS its_channel,
  if(bitShiftRight(drawn, 28) % 100 < 82, 'GB', countries[1 + toUInt8(38 * pow(bitShiftRight(drawn, 40) / 16777216., 2))]) AS its_country,
  if(its_channel = 'wholesale', 6, 1) * (1 + if(bitShiftRight(drawn_line, 20) % 4 = 0, bitShiftRight(drawn_line, 24) % 3, 0)) AS units,
  if(is_refund, -1, 1) * if(takes_back, -1, 1) AS sign,
  toDecimal64(if(is_product, 99 + facts % 2900, 100 + drawn_line % 900), 4) / 100 AS price,
  toDecimal64(if(its_kind = 'discount', -1, 1) * sign * if(is_product, units, 1) * price, 4) AS amount,
  is_product AND facts % 10 > 0 AS has_cost
SELECT
  its_day, toStartOfHour(its_time), its_time,
  concat(multiIf(is_refund, 'C', its_channel = 'store', 'S', its_channel = 'wholesale', 'T', its_channel = 'rental', 'R', 'W'), toString(10000000 + order_number)),
  place - if(is_second, first_size, 0) + 1 AS its_line, if(is_refund, 'order_refunded', 'order_placed'), order_number % 12, intDiv(order_number, 12),
  if(drawn % 9 = 0, '', concat('c', toString(bitShiftRight(drawn, 12) % {customers: UInt64}))), its_country, its_channel, its_kind,
  if(is_product, concat('p', leftPad(toString(product), 5, '0')), ''), if(is_product, categories[1 + bitShiftRight(facts, 8) % 12], ''),
  if(is_product, formats[1 + bitShiftRight(facts, 16) % 6], ''), if(its_channel != 'store' AND has(euro, its_country), 'EUR', 'GBP'),
  if(is_refund, 0, amount), if(is_refund, amount, 0), amount, if(its_kind = 'discount' AND NOT is_refund, amount, 0),
  if(has_cost, sign * toDecimal64(toInt32(units) * (60 + facts % 1700), 4) / 100, 0), if(has_cost, amount, 0),
  if(is_product AND NOT is_refund, sign * units, 0), if(is_product AND is_refund, sign * units, 0),
  if(its_line = 1 AND NOT is_refund, sign, 0), if(takes_back, -1, 1), has_cost AND facts % 3 = 0
FROM numbers({first: UInt64}, {lines: UInt64})
