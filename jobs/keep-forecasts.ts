import { Readable } from 'node:stream'
import type { ClickHouseClient } from '@clickhouse/client'
import type { ServedForecast } from '../models/contracts/served-stock.ts'
import { dateOf, dayNumberIn } from '../models/days.ts'

export type Kept = { version: string; records: readonly ServedForecast[] }

/** Keeps what was published in the marts, so that it can be compared with what came: days, sums over lead times, and models. */
export async function keepForecasts(clickhouse: ClickHouseClient, { version, records }: Kept): Promise<void> {
  const made = { made_at: new Date().toISOString(), version }
  const keep = (table: string, rowsOf: (record: ServedForecast) => Iterable<object>) =>
    clickhouse.insert({
      table,
      values: Readable.from(all(records, rowsOf, made)),
      format: 'JSONEachRow',
      // The token makes a repeat of the request harmless.
      clickhouse_settings: {
        date_time_input_format: 'best_effort',
        async_insert: 0,
        insert_deduplication_token: version
      }
    })
  await keep('mart.forecasts', daysOf)
  await keep('mart.forecast_demand', sumsOf)
  await keep('mart.forecast_models', modelOf)
}

function* all(
  records: readonly ServedForecast[],
  rowsOf: (record: ServedForecast) => Iterable<object>,
  made: object
) {
  for (const record of records) for (const row of rowsOf(record)) yield { ...made, ...row }
}

/** What could not be forecast has no days. */
function* daysOf({ product_id, from, daily, model }: ServedForecast) {
  const first = dayNumberIn(from)
  for (const [ahead, mean] of daily.mean.entries())
    yield {
      product_id,
      day: dateOf(first + ahead),
      lead_days: ahead + 1,
      model,
      mean,
      lower: daily.lower[ahead],
      upper: daily.upper[ahead]
    }
}

function* sumsOf({ product_id, from, demand }: ServedForecast) {
  if (!demand) return
  const { probabilities, units } = demand
  for (const [at, days] of demand.days.entries())
    yield {
      product_id,
      from_day: from,
      days,
      probabilities,
      units: units.slice(at * probabilities.length, (at + 1) * probabilities.length)
    }
}

function* modelOf({ product_id, state, model, why, error, lost_units_28 }: ServedForecast) {
  const { days = 0, origins = 0, rmsse = null, bias = null, coverage_95 = null } = error ?? {}
  yield {
    product_id,
    state,
    model,
    why,
    error_days: days,
    origins,
    rmsse,
    bias,
    coverage_95,
    lost_units_28
  }
}
