import { Readable } from 'node:stream'
import type { ClickHouseClient } from '@clickhouse/client'
import type { Forecast } from '../models/forecast/forecaster.ts'

export type Kept = {
  version: string
  model: string
  /** Days since 1970-01-01 of the last day that the run knew. */
  lastDay: number
  product_ids: readonly string[]
  /** In the order of the products. What could not be forecast is not kept. */
  forecasts: readonly Forecast[]
}

const DAY_MS = 86_400_000

/** Keeps what was published in `mart.forecasts`, so that it can be compared with what came. */
export async function keepForecasts(clickhouse: ClickHouseClient, kept: Kept): Promise<void> {
  await clickhouse.insert({
    table: 'mart.forecasts',
    values: Readable.from(rowsOf(kept, new Date().toISOString())),
    format: 'JSONEachRow',
    // The token makes a repeat of the request harmless.
    clickhouse_settings: {
      date_time_input_format: 'best_effort',
      async_insert: 0,
      insert_deduplication_token: kept.version
    }
  })
}

function* rowsOf({ version, model, lastDay, product_ids, forecasts }: Kept, made_at: string) {
  for (const [i, product_id] of product_ids.entries()) {
    const forecast = forecasts[i]
    if (!forecast?.ok) continue
    for (const [ahead, mean] of forecast.mean.entries()) {
      const lead_days = ahead + 1
      const day = new Date((lastDay + lead_days) * DAY_MS).toISOString().slice(0, 10)
      const lower = forecast.lower[ahead]
      const upper = forecast.upper[ahead]
      yield { product_id, day, made_at, version, lead_days, model, mean, lower, upper }
    }
  }
}
