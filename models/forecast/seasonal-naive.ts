import { HISTORY_DAYS_MIN, prepare, WEEK_DAYS, type Forecaster, type MeansOf } from './forecaster.ts'
import { addIntervals } from './intervals.ts'

/** Last week again: what any model has to beat. */
export const forecastSeasonalNaive: Forecaster = (products, options) =>
  addIntervals(prepare(products), options, seasonalNaiveMeans)

/** Of a weekday on which nobody could buy, the one before. */
export const seasonalNaiveMeans: MeansOf = (shop, { horizonDays }) =>
  shop.map(({ units }) => {
    if (units.length < HISTORY_DAYS_MIN) return undefined
    const lastWeek = Float64Array.from({ length: WEEK_DAYS }, (_, weekday) => {
      let at = units.length - WEEK_DAYS + weekday
      while (at >= 0 && Number.isNaN(units[at])) at -= WEEK_DAYS
      return units[at] ?? 0
    })
    return Float64Array.from({ length: horizonDays }, (_, ahead) => lastWeek[ahead % WEEK_DAYS] ?? 0)
  })
