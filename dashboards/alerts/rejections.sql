-- One row is a topic of which ten records or more were refused in the last hour: their share.
SELECT toString(topic) AS topic, rejected_hour / (stored_hour + rejected_hour + repeats_hour + erased_hour) AS value
FROM mart.pipeline_health
WHERE rejected_hour >= 10
ORDER BY topic
