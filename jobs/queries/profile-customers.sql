-- One row is what somebody said of a customer: a login in a browser, a tier, or whether their history may be used.
SELECT
  customer_id, anonymous_id, tier, toString(personalisation) AS personalisation, toString(type) AS type, toFloat64(toUnixTimestamp64Milli(occurred_at)) AS at_ms
FROM raw.customers
WHERE ((type = 'customer_logged_in' AND anonymous_id != '') OR (type IN ('customer_registered', 'customer_updated') AND tier != '') OR type = 'consent_changed')
  AND cityHash64(customer_id) % {part_count:UInt32} = {part:UInt32}
ORDER BY customer_id, occurred_at
