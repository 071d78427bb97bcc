-- One row is a figure of a model, as the shop's own last days judged it. The key serves a figure over time.
CREATE TABLE IF NOT EXISTS mart.model_quality
(
  model LowCardinality(String) COMMENT 'blend is what visitors get; bought_together, similar and popular are its lists, each alone; buy_again is a list of its own',
  question LowCardinality(String) COMMENT 'What was to be foreseen: new (works that the customer never had) or again (works that they had)',
  metric LowCardinality(String) COMMENT 'recall, ndcg, mrr, hit_rate, novelty (bits), diversity, popularity_share, coverage or gini',
  k UInt8 COMMENT 'Length of the lists that were judged',
  judged_at DateTime64(3, 'UTC') COMMENT 'When the job judged it',
  version String COMMENT 'Version of bought_together that was served then, as in ops.job_runs; empty when none was',
  value Float64 COMMENT 'The figure',
  low Nullable(Float64) COMMENT 'Lower end of its 95 % interval over customers; null where a metric has none (coverage, gini)',
  high Nullable(Float64) COMMENT 'Upper end of that interval',
  users UInt32 COMMENT 'Customers who were judged',
  hidden_from DateTime64(3, 'UTC') COMMENT 'The split: models were fitted to what was before, and judged by what was bought after',
  hidden_days UInt16 COMMENT 'Length of the hidden part in days'
)
ENGINE = MergeTree
ORDER BY (model, question, metric, k, judged_at)
SETTINGS non_replicated_deduplication_window = 10000
COMMENT 'How good recommendations are, by what customers bought next'
