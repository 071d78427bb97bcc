import type { Table } from 'apache-arrow'
import type { ServedForecast } from '../models/contracts/served.ts'
import { daysOfCover } from '../models/forecast/cover.ts'
import { prepare, type Forecast, type ProductSeries } from '../models/forecast/forecaster.ts'
import { addIntervals } from '../models/forecast/intervals.ts'
import { plannedMeans, planShop, PLANNED_MODEL } from '../models/forecast/planned.ts'
import { reorderPoints, type ReorderPoint } from '../models/forecast/reorder.ts'
import { readColumns, readRows } from './clickhouse.ts'
import type { JobPorts, JobResult } from './job.ts'
import { keepForecasts } from './keep-forecasts.ts'
import type { ProductRow } from './products.ts'
import { publish } from './redis.ts'

const HORIZON_DAYS = 28
const SERVICE_LEVEL = 0.95
const DAY_MS = 86_400_000

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
  const step = (done: number, what: string) => progress(done, 4, `forecasts: ${what}`)
  step(0, 'reading')
  const products = await readRows<ProductRow>(clickhouse, 'products')
  const sales = readSales(await readColumns(clickhouse, 'daily-units'), today(config.SHOP_TIME_ZONE))
  const { lastDay } = sales
  const shop = products.map((product): ProductSeries => ({ units: sales.seriesOf(product.product_id) }))
  step(1, 'daily demand')
  const series = prepare(shop)
  const plan = planShop(series, HORIZON_DAYS)
  const meansOf = plannedMeans(plan)
  const forecasts = addIntervals(series, { lastDay, horizonDays: HORIZON_DAYS }, meansOf)
  step(2, 'reorder points')
  const leadTimeDays = products.map((product) => product.lead_time_days)
  const points = reorderPoints(shop, { lastDay, leadTimeDays, serviceLevel: SERVICE_LEVEL, meansOf })
  step(3, 'publishing')
  const from = new Date((lastDay + 1) * DAY_MS).toISOString().slice(0, 10)
  const records = products.map((product, i) => {
    const served = toServed(product, { from, forecast: forecasts[i], point: points[i] })
    return [product.product_id, JSON.stringify(served)] as const
  })
  const { version, recordCount } = await publish(redis, 'forecasts', records)
  const product_ids = products.map((product) => product.product_id)
  await keepForecasts(clickhouse, { version, model: PLANNED_MODEL, lastDay, product_ids, forecasts })
  step(4, 'done')
  const active = forecasts.filter((forecast) => forecast.ok && forecast.state === 'active').length
  const chosen = [plan.regular, plan.intermittent].flatMap((one) =>
    one.rows.length > 0 ? one.chosen.name : []
  )
  return {
    version,
    detail: `${recordCount} products, ${active} active, from ${from}, by ${chosen.join(' and ')}`
  }
}

type Fitted = { from: string; forecast: Forecast | undefined; point: ReorderPoint | undefined }

/** What cannot be said is null, and `unavailable` says why. */
function toServed(product: ProductRow, { from, forecast, point }: Fitted): ServedForecast {
  const on_hand = product.on_hand === null ? null : Number(product.on_hand)
  const unavailable: Record<string, string> = {}
  const known = forecast?.ok ? forecast : undefined
  if (!known) unavailable['daily'] = forecast && !forecast.ok ? forecast.reason : 'not fitted'
  const dailyMean = known ? known.mean.reduce((sum, units) => sum + units, 0) / HORIZON_DAYS : 0
  const days_of_cover = daysOfCover(on_hand, dailyMean)
  if (days_of_cover === null)
    unavailable['days_of_cover'] = on_hand === null ? 'stock was never counted' : 'no demand'
  if (on_hand === null) unavailable['on_hand'] = 'stock was never counted'
  if (!point?.ok) unavailable['reorder_point'] = point?.reason ?? 'not fitted'
  if (product.lead_time_days === null) unavailable['lead_time_days'] = 'nobody named it'
  return {
    product_id: product.product_id,
    from,
    daily: { mean: round(known?.mean), lower: round(known?.lower), upper: round(known?.upper) },
    days_of_cover: days_of_cover === null ? null : Math.round(days_of_cover * 10) / 10,
    reorder_point: point?.ok ? point.units : null,
    lead_time_days: product.lead_time_days,
    on_hand,
    unavailable,
    simulated: simulatedOf(product.simulated, { days_of_cover, reorder_point: point?.ok }),
    model: PLANNED_MODEL
  }
}

/** A figure that rests on an invented one is invented too. */
function simulatedOf(
  inputs: string[],
  answers: { days_of_cover: number | null; reorder_point: boolean | undefined }
): string[] {
  const own = inputs.filter((field) => field === 'on_hand' || field === 'lead_time_days')
  return [
    ...own,
    ...(own.includes('on_hand') && answers.days_of_cover !== null ? ['days_of_cover'] : []),
    ...(own.includes('lead_time_days') && answers.reorder_point ? ['reorder_point'] : [])
  ]
}

const round = (units: Float64Array | undefined): number[] =>
  Array.from(units ?? [], (value) => Math.round(value * 1000) / 1000)

/** Series from a product's first sale to the last day that is over, zeros on days without a sale. */
function readSales(
  table: Table,
  todayNumber: number
): { lastDay: number; seriesOf: (product_id: string) => Float64Array } {
  const [ids, days, units] = ['product_id', 'day_number', 'units'].map((name) => table.getChild(name))
  const sold = new Map<string, { day: number; units: number }[]>()
  let lastDay = 0
  for (let row = 0; row < table.numRows; row++) {
    const day = Number(days?.get(row))
    if (day >= todayNumber) continue
    lastDay = Math.max(lastDay, day)
    const product_id = String(ids?.get(row))
    const list = sold.get(product_id)
    const entry = { day, units: Number(units?.get(row)) }
    if (list) list.push(entry)
    else sold.set(product_id, [entry])
  }
  return {
    lastDay,
    seriesOf(product_id) {
      const list = sold.get(product_id) ?? []
      const first = list[0]?.day ?? lastDay + 1
      const series = new Float64Array(lastDay + 1 - first)
      for (const entry of list) series[entry.day - first] = entry.units
      return series
    }
  }
}

/** Days since 1970-01-01 on the shop's calendar. */
function today(timeZone: string): number {
  const date = new Intl.DateTimeFormat('en-CA', { timeZone, dateStyle: 'short' }).format(new Date())
  return Date.parse(`${date}T00:00:00Z`) / DAY_MS
}
