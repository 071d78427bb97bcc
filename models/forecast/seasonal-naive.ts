import { HISTORY_DAYS_MIN, prepare, WEEK_DAYS, type Forecaster, type MeansOf } from './forecaster.ts'
import { addIntervals } from './intervals.ts'

/** Last week again: what any model has to beat. */
export const forecastSeasonalNaive: Forecaster = (products, options) =>
  addIntervals(prepare(products), options, seasonalNaiveMeans)

export const seasonalNaiveMeans: MeansOf = (shop, { horizonDays }) =>
  shop.map(({ units }) => {
    if (units.length < HISTORY_DAYS_MIN) return undefined
    const lastWeek = units.subarray(units.length - WEEK_DAYS)
    return Float64Array.from({ length: horizonDays }, (_, ahead) => lastWeek[ahead % WEEK_DAYS] ?? 0)
  })
