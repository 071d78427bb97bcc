export type AbcClass = 'A' | 'B' | 'C'
export type XyzClass = 'X' | 'Y' | 'Z'

const SHARE_A = 0.8
const SHARE_B = 0.95

/**
 * The fewest products that bring 80 % of the takings are A, those that bring the next 15 % B. What takes nothing, or less than
 * nothing after returns, is C. Ties go by id, so that a rerun says the same.
 */
export function abcClasses(takings: ReadonlyMap<string, number>): Map<string, AbcClass> {
  const positive = (value: number) => (Number.isFinite(value) && value > 0 ? value : 0)
  const sorted = [...takings]
    .map(([id, value]) => ({ id, value: positive(value) }))
    .toSorted((a, b) => b.value - a.value || (a.id < b.id ? -1 : 1))
  const total = sorted.reduce((sum, { value }) => sum + value, 0)
  let before = 0
  return new Map(
    sorted.map(({ id, value }) => {
      const own: AbcClass =
        value === 0 || before >= SHARE_B * total ? 'C' : before >= SHARE_A * total ? 'B' : 'A'
      before += value
      return [id, own]
    })
  )
}

const WEEK_DAYS = 7
const WEEKS_MIN = 4
const STEADY_MAX = 0.5
const UNSTEADY_MAX = 1

/** By the coefficient of variation of weekly demand, whole weeks back from the last day; undefined with too few or no sales. */
export function xyzClass(dailyUnits: ArrayLike<number>): XyzClass | undefined {
  const weeks = Math.floor(dailyUnits.length / WEEK_DAYS)
  if (weeks < WEEKS_MIN) return undefined
  const sums = new Float64Array(weeks)
  const first = dailyUnits.length - weeks * WEEK_DAYS
  for (let at = first; at < dailyUnits.length; at++) {
    const units = dailyUnits[at] ?? 0
    const week = Math.floor((at - first) / WEEK_DAYS)
    if (units > 0 && units < Infinity) sums[week] = (sums[week] ?? 0) + units
  }
  const mean = sums.reduce((sum, units) => sum + units, 0) / weeks
  if (mean === 0) return undefined
  const variance = sums.reduce((sum, units) => sum + (units - mean) ** 2, 0) / weeks
  const variation = Math.sqrt(variance) / mean
  return variation <= STEADY_MAX ? 'X' : variation <= UNSTEADY_MAX ? 'Y' : 'Z'
}
