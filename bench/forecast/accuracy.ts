import type { HeldOut } from './daily-units.ts'

export type Accuracy = { wrmsse: number; rmsse: number; mase: number; smape: number }

const SEASON_DAYS = 7

/**
 * RMSSE as in M5: root of the mean squared error over the mean squared change from day to day since the first sale.
 * WRMSSE weighs products by their takings in the last known days. MASE scales by the change from week to week, sMAPE is
 * M4's: both prefer a forecast of 0 where most days have no sale, and are printed for comparison only.
 */
export function accuracyOf(products: readonly HeldOut[], forecasts: readonly Float64Array[]): Accuracy {
  const revenue = products.reduce((sum, product) => sum + product.revenue, 0)
  const total = { wrmsse: 0, rmsse: 0, mase: 0, smape: 0 }
  let seasonal = 0
  products.forEach(({ known, actual, revenue: own }, at) => {
    const forecast = forecasts[at] ?? new Float64Array(actual.length)
    const squares = mean(actual, (value, day) => (value - (forecast[day] ?? 0)) ** 2)
    const rmsse = Math.sqrt(squares / changeOf(known, 1, (change) => change ** 2))
    total.rmsse += rmsse / products.length
    total.wrmsse += revenue > 0 ? (rmsse * own) / revenue : 0
    total.smape += mean(actual, (value, day) => symmetricError(value, forecast[day] ?? 0)) / products.length
    const scale = changeOf(known, SEASON_DAYS, Math.abs)
    if (scale === 0) return
    total.mase += mean(actual, (value, day) => Math.abs(value - (forecast[day] ?? 0))) / scale
    seasonal++
  })
  return { ...total, mase: seasonal === 0 ? 0 : total.mase / seasonal }
}

function symmetricError(actual: number, forecast: number): number {
  return actual + forecast === 0 ? 0 : (200 * Math.abs(actual - forecast)) / (actual + forecast)
}

function changeOf(values: Float64Array, lag: number, of: (change: number) => number): number {
  return mean(values.subarray(lag), (value, at) => of(value - (values[at] ?? 0)))
}

function mean(values: Float64Array, of: (value: number, at: number) => number): number {
  return values.reduce((sum, value, at) => sum + of(value, at), 0) / Math.max(1, values.length)
}
