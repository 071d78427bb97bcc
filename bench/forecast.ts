import { parseArgs } from 'node:util'
import { DEFAULT_SMOOTHING, chooseSmoothing } from '../models/forecast/choose-smoothing.ts'
import { prepare, type Forecast } from '../models/forecast/forecaster.ts'
import { forecastLevel } from '../models/forecast/level.ts'
import { forecastSeasonalNaive } from '../models/forecast/seasonal-naive.ts'
import { accuracyOf } from './forecast/accuracy.ts'
import { readDailyUnits, type DailyUnits } from './forecast/daily-units.ts'
import { judgeLeadTime } from './forecast/lead-time.ts'

export const help = `Demand forecasts judged by Online Retail's last 28 days. Needs nothing else; other files (--data) are not read yet.

  npm run -s bench forecast [-- --lead-time 14]

A series is a product's units a calendar day, closed days included, from its first sale on; sold lines only (positive
quantity and price, invoices that were not cancelled). Products with at least 10 days of sale and 120 days of history
before the 28. Errors: WRMSSE weighs products by their takings in the 28 days before, RMSSE weighs them alike.
coverage_80 is of single days; coverage_95 and pinball are of the demand over a lead time (--lead-time, 14 days), from each
origin in the 28 days. Nothing is chosen on the held-out days: the smoothing comes from earlier origins.
statsforecast_s is null: that peer is not run from here.`

const HORIZON_DAYS = 28

export async function run(args: string[]): Promise<Record<string, unknown>> {
  const { values } = parseArgs({ args, options: { 'lead-time': { type: 'string', default: '14' } } })
  const leadTimeDays = Number(values['lead-time'])
  if (!Number.isInteger(leadTimeDays) || leadTimeDays < 1 || leadTimeDays > HORIZON_DAYS)
    throw new Error(`--lead-time is a whole number of days from 1 to ${HORIZON_DAYS}`)
  process.stderr.write('reading Online Retail\n')
  const result = judge(await readDailyUnits(HORIZON_DAYS), leadTimeDays)
  for (const [name, value] of Object.entries(result)) process.stdout.write(`${name.padEnd(24)} ${value}\n`)
  return result
}

export function judge(data: DailyUnits, leadTimeDays: number) {
  const { products, lastKnownDay: lastDay } = data
  const shop = products.map(({ known }) => ({ units: known }))
  const started = performance.now()
  const smoothing = chooseSmoothing(prepare(shop), { lastDay, horizonDays: HORIZON_DAYS })
  const ours = forecastLevel(shop, { lastDay, horizonDays: HORIZON_DAYS, smoothing })
  const fitSeconds = (performance.now() - started) / 1000
  const naive = forecastSeasonalNaive(shop, { lastDay, horizonDays: HORIZON_DAYS })
  const accuracy = accuracyOf(products, ours.map(meanOf))
  const naiveAccuracy = accuracyOf(products, naive.map(meanOf))
  const leadTime = judgeLeadTime(data, leadTimeDays)
  return {
    series: products.length,
    wrmsse: round(accuracy.wrmsse),
    rmsse: round(accuracy.rmsse),
    smape: round(accuracy.smape),
    mase: round(accuracy.mase),
    seasonal_naive_wrmsse: round(naiveAccuracy.wrmsse),
    seasonal_naive_rmsse: round(naiveAccuracy.rmsse),
    coverage_80: round(coverageOf(data, ours)),
    lead_time_days: leadTimeDays,
    lead_time_origins: leadTime.origins,
    coverage_95: round(leadTime.coverage),
    pinball: round(leadTime.pinball),
    smoothing,
    tuned_on: `3 origins, ${HORIZON_DAYS} days apart, before the held-out days (default ${DEFAULT_SMOOTHING})`,
    fit_s: round(fitSeconds),
    statsforecast_s: null
  }
}

function meanOf(forecast: Forecast): Float64Array {
  return forecast.ok ? forecast.mean : new Float64Array(HORIZON_DAYS)
}

/** Share of the days on which anything was expected that fell between the bounds: closed days would only flatter it. */
function coverageOf({ products }: DailyUnits, forecasts: readonly Forecast[]): number {
  let inside = 0
  let days = 0
  products.forEach(({ actual }, product) => {
    const forecast = forecasts[product]
    if (!forecast?.ok) return
    actual.forEach((value, day) => {
      if (forecast.mean[day] === 0) return
      days++
      if (value >= (forecast.lower[day] ?? 0) && value <= (forecast.upper[day] ?? 0)) inside++
    })
  })
  return days === 0 ? 0 : inside / days
}

function round(value: number): number {
  return Number(value.toFixed(4))
}
