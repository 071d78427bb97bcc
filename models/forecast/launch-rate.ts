import { WEEK, type Curve, type Launch } from './launch-curves.ts'

/** Days that the curve counts as much as a product's own. */
const CURVE_DAYS = 28
const SCALE_MAX = 10

/**
 * Expected units of the days from age `from` on, by r = (k curve + own sales) / (k + own days), with the curve's shape kept: what a product
 * sold by then is compared to what the curve says of the same days. `scale`: as announced by pre-orders or views.
 */
export function expectedUnits(
  { units }: Launch,
  { curve, scale, from, days }: { curve: Curve; scale: number; from: number; days: number }
): Float64Array {
  let [sold, known, expected] = [0, 0, 0]
  for (let age = 0; age < Math.min(from, units.length); age++) {
    const value = units[age] ?? NaN
    if (!(value >= 0 && value < Infinity)) continue
    sold += value
    known++
    expected += scale * rateAt(curve, age)
  }
  const prior = CURVE_DAYS * scale * meanRate(curve, from, CURVE_DAYS)
  const level = prior + expected > 0 ? (prior + sold) / (prior + expected) : NaN
  // A curve of nothing has no shape: what was sold goes on as it was.
  const flat = sold / (CURVE_DAYS + known)
  return Float64Array.from({ length: days }, (_, ahead) =>
    Number.isNaN(level) ? flat : scale * rateAt(curve, from + ahead) * level
  )
}

const rateAt = (curve: Curve, age: number) => curve[Math.min(curve.length - 1, Math.floor(age / WEEK))] ?? 0

function meanRate(curve: Curve, from: number, days: number): number {
  let sum = 0
  for (let ahead = 0; ahead < days; ahead++) sum += rateAt(curve, from + ahead) / days
  return sum
}

/**
 * How a launch was announced, beside the mean of its category's launches: pre-orders where they are known, otherwise views, which is
 * views times the category's conversion. One more is counted on each side, so that a single pre-order does not make ten times a launch.
 */
export function launchScales(launches: readonly Launch[]): (launch: Launch) => number {
  const preOrders = meansBy(launches, ({ preOrders: units }) => units)
  const views = meansBy(launches, ({ views: count }) => count)
  return (launch) => ratioOf(launch.preOrders, preOrders(launch)) ?? ratioOf(launch.views, views(launch)) ?? 1
}

function ratioOf(value: number | undefined, mean: number | undefined): number | undefined {
  if (value === undefined || mean === undefined || !(value >= 0)) return undefined
  return Math.min(SCALE_MAX, (value + 1) / (mean + 1))
}

function meansBy(
  launches: readonly Launch[],
  of: (launch: Launch) => number | undefined
): (launch: Launch) => number | undefined {
  const sums = new Map<string | undefined, { sum: number; count: number }>()
  for (const launch of launches) {
    const value = of(launch)
    if (value === undefined || !(value >= 0 && value < Infinity)) continue
    const own = sums.get(launch.category) ?? { sum: 0, count: 0 }
    sums.set(launch.category, { sum: own.sum + value, count: own.count + 1 })
  }
  return ({ category }) => {
    const own = sums.get(category)
    return own && own.sum / own.count
  }
}
