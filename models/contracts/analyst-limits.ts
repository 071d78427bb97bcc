/** What a statement gets that asks for nothing, and the most that it may ask for. */
export type Bound = { usual: number; max: number }

/** Settings of the engine, by their own names, so that one search finds every use. */
export type BoundedSetting =
  | 'max_execution_time'
  | 'max_memory_usage'
  | 'max_rows_to_read'
  | 'max_bytes_to_read'
  | 'max_result_rows'
  | 'max_result_bytes'
  | 'max_threads'
  | 'max_block_size'

/** How much of the warehouse analysts may use. The same numbers bound the embedded one and a real cluster. */
export type AnalystLimits = {
  /** Of one statement. */
  statement: Record<BoundedSetting, Bound>
  /** Of its text, together with its parameters. */
  statement_bytes: number
  /** Statements of all analysts together that run at once, and that wait; the pipeline has slots of its own. */
  running: number
  waiting: number
  wait_ms: number
  /** Connections of all analysts together. */
  connections: number
  /** On a real cluster, for each analyst. */
  hourly: { queries: number; read_rows: number; execution_time: number }
}

/** For a machine of two cores and few gigabytes. Two statements at their most leave the engine half of its memory. */
export const ANALYST_LIMITS: AnalystLimits = {
  statement: {
    max_execution_time: { usual: 30, max: 120 },
    max_memory_usage: { usual: 200_000_000, max: 200_000_000 },
    max_rows_to_read: { usual: 500_000_000, max: 2_000_000_000 },
    max_bytes_to_read: { usual: 20_000_000_000, max: 100_000_000_000 },
    max_result_rows: { usual: 1_000_000, max: 5_000_000 },
    max_result_bytes: { usual: 500_000_000, max: 1_000_000_000 },
    max_threads: { usual: 2, max: 2 },
    // Time is looked at between blocks.
    max_block_size: { usual: 8_192, max: 65_536 }
  },
  statement_bytes: 256 * 1024,
  running: 2,
  waiting: 50,
  wait_ms: 30_000,
  connections: 128,
  hourly: { queries: 2_000, read_rows: 50_000_000_000, execution_time: 1_800 }
}

/**
 * Settings that change how an answer looks or how words are read, never what may be read or used: clients send them
 * by themselves. A list of values: only these are taken, of a setting that could do more.
 */
export const FREE_SETTINGS: Record<string, readonly string[] | 'any'> = {
  additional_table_filters: ['', '{}'],
  aggregate_functions_null_for_empty: 'any',
  any_join_distinct_right_table_keys: 'any',
  asterisk_include_alias_columns: 'any',
  cast_keep_nullable: 'any',
  date_time_input_format: ['basic', 'best_effort', 'best_effort_us'],
  date_time_output_format: ['simple', 'iso', 'unix_timestamp'],
  describe_compact_output: 'any',
  describe_include_subcolumns: 'any',
  empty_result_for_aggregation_by_empty_set: 'any',
  enable_http_compression: 'any',
  extremes: 'any',
  final: 'any',
  format_csv_delimiter: 'any',
  format_csv_null_representation: 'any',
  format_tsv_null_representation: 'any',
  group_by_use_nulls: 'any',
  join_default_strictness: 'any',
  join_use_nulls: 'any',
  joined_subquery_requires_alias: 'any',
  legacy_column_name_of_tuple_literal: 'any',
  limit: 'any',
  offset: 'any',
  prefer_column_name_to_alias: 'any',
  read_overflow_mode: ['throw', 'break'],
  result_overflow_mode: ['throw', 'break'],
  session_timezone: 'any',
  timeout_overflow_mode: ['throw', 'break'],
  totals_mode: 'any',
  transform_null_in: 'any',
  union_default_mode: 'any',
  output_format_arrow_string_as_string: 'any',
  output_format_binary_write_json_as_string: 'any',
  output_format_csv_crlf_end_of_line: 'any',
  output_format_decimal_trailing_zeros: 'any',
  output_format_json_escape_forward_slashes: 'any',
  output_format_json_named_tuples_as_objects: 'any',
  output_format_json_quote_64bit_floats: 'any',
  output_format_json_quote_64bit_integers: 'any',
  output_format_json_quote_decimals: 'any',
  output_format_json_quote_denormals: 'any',
  output_format_native_encode_types_in_binary_format: 'any',
  output_format_native_write_json_as_string: 'any',
  output_format_parquet_string_as_string: 'any',
  output_format_pretty_max_rows: 'any',
  output_format_pretty_row_numbers: 'any',
  output_format_write_statistics: 'any'
}
