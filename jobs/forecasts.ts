import type { ServedForecast } from '../models/contracts/served-stock.ts'
import type { ProductHistory } from '../models/forecast/demand/history.ts'
import { forecastShop } from '../models/forecast/shop-forecasts.ts'
import { abcClasses, xyzClass } from '../models/inventory/classify.ts'
import { serveDemand } from '../models/inventory/served-demand.ts'
import { readRows } from './clickhouse.ts'
import { sayPlan, sayStale, toServedError, toServedForecast } from './forecast-records.ts'
import { readHolidays, type Holiday } from './holidays.ts'
import type { JobPorts, JobResult } from './job.ts'
import { keepForecasts } from './keep-forecasts.ts'
import type { ProductRow } from './products.ts'
import { publish } from './redis.ts'
import { readSalesHistory } from './sales-history.ts'
import { readShelfDays } from './shelf-days.ts'
import { dateOf } from '../models/days.ts'
import { dayNumberOf } from './shop-days.ts'

const HORIZON_DAYS = 28
const STEPS = 8

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
  const { products, histories, shop, unsoldDays, lastDay, today } = await readDemand({ clickhouse, config })
  const takings = await readTakings(clickhouse, config.SHOP_CURRENCY)
  const fitted = forecastShop(shop, {
    lastDay,
    horizonDays: HORIZON_DAYS,
    unsoldDays,
    events: await readEvents(config.SHOP_HOLIDAYS, shop, lastDay),
    step: (done, what) => step(1 + done, what)
  })
  step(6, 'quantiles')
  const abc = abcClasses(takings)
  const choiceOf = sayPlan(fitted.plan)
  const stale = sayStale({ lastDay, today })
  const records = products.map(({ product_id }, row): ServedForecast => {
    const units = shop[row]?.units ?? new Float64Array()
    return toServedForecast({
      product_id,
      lastDay,
      units,
      forecast: fitted.daily[row],
      demand: serveDemand((days, probability) => fitted.quantile(row, days, probability)),
      error: toServedError(fitted.errors[row], fitted),
      state: fitted.states[row] ?? 'never sold',
      notes: [...stale, ...fitted.notes(row), ...(histories[row]?.notes ?? []).map(sentence)],
      choice: choiceOf(row),
      lost: fitted.lost[row] ?? 0,
      abc: abc.get(product_id),
      xyz: xyzClass(units)
    })
  })
  step(7, 'publishing')
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

/** What a shop knows of the past of its products: sales, shelves, offers, and since when each could be sold. */
async function readDemand({ clickhouse, config }: Pick<JobPorts, 'clickhouse' | 'config'>) {
  const products = await readRows<ProductRow>(clickhouse, 'products')
  const today = dayNumberOf(new Date(), config.SHOP_TIME_ZONE)
  const { lastDay, historyOf } = await readSalesHistory(clickhouse, today)
  const describedOn = await readDescribed(clickhouse, config.SHOP_TIME_ZONE)
  const shelves = await readShelfDays(clickhouse, { timeZone: config.SHOP_TIME_ZONE, lastDay })
  const histories = products.map(({ product_id }) => historyOf(product_id))
  const shop = products.map((product, row): ProductHistory => {
    const units = histories[row]?.units ?? new Float64Array()
    const available = shelves.availableOf(product.product_id, units.length)
    return {
      units,
      category: categoryOf(product),
      offers: shelves.offersOf(product.product_id),
      ...(available && { available })
    }
  })
  const unsoldDays = products.map(({ product_id }) => {
    const day = describedOn.get(product_id)
    return day === undefined ? undefined : lastDay + 1 - day
  })
  return { products, histories, shop, unsoldDays, lastDay, today }
}

const sentence = (text: string) => `${text.charAt(0).toUpperCase()}${text.slice(1)}.`

/** What a shop calls its shelves; an album's genre says the most of when it is bought. */
const categoryOf = ({ attributes, format }: ProductRow): string =>
  attributes['category'] ?? attributes['genre'] ?? format

/** Holidays of all years that are known and of the one to come. */
async function readEvents(
  place: string | undefined,
  shop: readonly ProductHistory[],
  lastDay: number
): Promise<Holiday[]> {
  if (place === undefined) return []
  const longest = shop.reduce((most, { units }) => Math.max(most, units.length), 0)
  const yearOf = (day: number) => Number(dateOf(day).slice(0, 4))
  return readHolidays(place, { first: yearOf(lastDay - longest), last: yearOf(lastDay + 366) })
}

/** Days since 1970-01-01, by product. */
async function readDescribed(
  clickhouse: JobPorts['clickhouse'],
  time_zone: string
): Promise<Map<string, number>> {
  const rows = await readRows<{ product_id: string; day_number: number }>(clickhouse, 'first-described', {
    time_zone
  })
  return new Map(rows.map(({ product_id, day_number }) => [product_id, day_number]))
}

async function readTakings(
  clickhouse: JobPorts['clickhouse'],
  currency: string
): Promise<Map<string, number>> {
  const rows = await readRows<{ product_id: string; amount: number }>(clickhouse, 'takings', { currency })
  return new Map(rows.map(({ product_id, amount }) => [product_id, amount]))
}
