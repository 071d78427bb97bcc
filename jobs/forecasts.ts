import type { ServedForecast } from '../models/contracts/served-stock.ts'
import { prepare } from '../models/forecast/forecaster.ts'
import { forecastShop } from '../models/forecast/shop-forecasts.ts'
import { abcClasses, xyzClass } from '../models/inventory/classify.ts'
import { serveDemand } from '../models/inventory/served-demand.ts'
import { readRows } from './clickhouse.ts'
import { sayPlan, toServedError, toServedForecast } from './forecast-records.ts'
import type { JobPorts, JobResult } from './job.ts'
import { keepForecasts } from './keep-forecasts.ts'
import type { ProductRow } from './products.ts'
import { publish } from './redis.ts'
import { readSalesHistory } from './sales-history.ts'
import { dateOf, dayNumberOf } from './shop-days.ts'

const HORIZON_DAYS = 28
const STEPS = 7

/**
 * Fits and publishes the demand of every product, and keeps it for comparison with what comes. Its clock is the last day of
 * trade that is over.
 */
export async function publishForecasts({
  clickhouse,
  redis,
  config,
  progress
}: JobPorts): Promise<JobResult> {
  const step = (done: number, what: string) => progress(done, STEPS, `forecasts: ${what}`)
  step(0, 'reading')
  const products = await readRows<ProductRow>(clickhouse, 'products')
  const today = dayNumberOf(new Date(), config.SHOP_TIME_ZONE)
  const { lastDay, seriesOf } = await readSalesHistory(clickhouse, today)
  const takings = await readTakings(clickhouse, config.SHOP_CURRENCY)
  const shop = prepare(products.map(({ product_id }) => ({ units: seriesOf(product_id) })))
  const fitted = forecastShop(shop, {
    lastDay,
    horizonDays: HORIZON_DAYS,
    step: (done, what) => step(1 + done, what)
  })
  step(5, 'quantiles')
  const abc = abcClasses(takings)
  const whyOf = sayPlan(fitted.plan)
  const records = products.map(({ product_id }, row): ServedForecast => {
    const units = shop[row]?.units ?? new Float64Array()
    return toServedForecast({
      product_id,
      lastDay,
      units,
      forecast: fitted.daily[row],
      demand: serveDemand((days, probability) => fitted.quantile(row, days, probability)),
      error: toServedError(fitted.errors[row], fitted.errorDays),
      why: whyOf(row),
      abc: abc.get(product_id),
      xyz: xyzClass(units)
    })
  })
  step(6, 'publishing')
  const { version, recordCount } = await publish(
    redis,
    'forecasts',
    records.map((record) => [record.product_id, JSON.stringify(record)] as const)
  )
  await keepForecasts(clickhouse, { version, records })
  step(STEPS, 'done')
  const active = records.filter(({ state }) => state === 'active').length
  const chosen = [fitted.plan.regular, fitted.plan.intermittent].flatMap((one) =>
    one.rows.length > 0 ? one.chosen.name : []
  )
  return {
    version,
    detail: `${recordCount} products, ${active} active, from ${dateOf(lastDay + 1)}, by ${chosen.join(' and ')}`
  }
}

async function readTakings(
  clickhouse: JobPorts['clickhouse'],
  currency: string
): Promise<Map<string, number>> {
  const rows = await readRows<{ product_id: string; amount: number }>(clickhouse, 'takings', { currency })
  return new Map(rows.map(({ product_id, amount }) => [product_id, amount]))
}
