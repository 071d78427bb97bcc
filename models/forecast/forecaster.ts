/**
 * Units a calendar day, oldest first, up to the last day, which all products share; NaN is a day on which nobody could buy. Days
 * before the first sale are left out.
 */
export type ProductSeries = { units: ArrayLike<number>; category?: string }

export type ForecastOptions = {
  /** Days since 1970-01-01 of the last day of every series: a complete business day. */
  lastDay: number
  horizonDays: number
  /** Share by which a day moves the level; chosen on earlier origins of the same series when absent. */
  smoothing?: number
}

export type Forecast =
  | {
      ok: true
      /** Dormant: nothing sold for so long that it must have stopped; its forecast is 0. */
      state: 'active' | 'dormant'
      /** Expected units of each day, never negative. */
      mean: Float64Array
      /** Bounds that 80 % of days should fall between. */
      lower: Float64Array
      upper: Float64Array
    }
  | { ok: false; reason: 'never sold' | 'too little history' }

/** One forecast a series, in their order. Each forecaster passes `test/models/forecast.test.ts`. */
export type Forecaster = (shop: readonly ProductSeries[], options: ForecastOptions) => Forecast[]

/** Expected units of each day, whoever computes them; undefined where the history cannot say. */
export type MeansOf = (shop: readonly Series[], options: MeansOptions) => Means[]
/** `only`: rows that are asked for; the others may be undefined. */
export type MeansOptions = { lastDay: number; horizonDays: number; only?: ReadonlySet<number> }
export type Means = Float64Array | undefined
export type Series = { units: Float64Array; category: string | undefined }

export const HISTORY_DAYS_MIN = 14
export const WEEK_DAYS = 7

/** 0 is Sunday: 1970-01-01 was a Thursday. */
export function weekdayOf(day: number): number {
  return (((day + 4) % WEEK_DAYS) + WEEK_DAYS) % WEEK_DAYS
}

/** Own copies with the leading days before the first sale cut off; what is no number of units counts as none, NaN as unknown. */
export function prepare(shop: readonly ProductSeries[]): Series[] {
  return shop.map(({ units, category }) => {
    const own = Float64Array.from(units, (value) =>
      Number.isNaN(value) || (value > 0 && value < Infinity) ? value : 0
    )
    const first = own.findIndex((value) => value > 0)
    return { units: first < 0 ? own.subarray(own.length) : own.subarray(first), category }
  })
}

/** The same shop as it was known `days` earlier. */
export function asOf(shop: readonly Series[], daysAgo: number): Series[] {
  return shop.map(({ units, category }) => ({
    units: units.subarray(0, Math.max(0, units.length - daysAgo)),
    category
  }))
}
