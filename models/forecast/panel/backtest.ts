import { forecastByPlan } from './forecast-panel.ts'
import { asKnown, changeOf, type Panel } from './panel.ts'
import type { Plan } from './plan.ts'

/** How well the sums over `days` of one series were forecast from past origins, `days` apart. */
export type SumError = {
  origins: number
  /** Root mean squared error of the sums, for each root mean squared change from period to period and root of the days. */
  rmsse: number | undefined
  /** What was forecast less what came, as a share of what came. */
  bias: number | undefined
}

const ORIGINS = 4
const HISTORY_MIN = 14

/** By a plan that knows what came, so that it is the error of the forecasts and not that of choosing the model. */
export function backtestSums(panel: Panel, plan: Plan, days: number): SumError[] {
  const count = panel.series.length
  const [origins, squares, forecast, came] = Array.from({ length: 4 }, () => new Float64Array(count))
  if (!origins || !squares || !forecast || !came) return []
  for (let origin = 1; origin <= ORIGINS; origin++) {
    const known = asKnown(panel, origin * days)
    forecastByPlan(known, plan, { horizon: days }).forEach((path, row) => {
      const before = known.series[row]?.length ?? 0
      const actual = sumOf(panel.series[row]?.subarray(before, before + days))
      if (!path || before < HISTORY_MIN || !Number.isFinite(actual)) return
      const mean = sumOf(path)
      origins[row] = (origins[row] ?? 0) + 1
      squares[row] = (squares[row] ?? 0) + (mean - actual) ** 2
      forecast[row] = (forecast[row] ?? 0) + mean
      came[row] = (came[row] ?? 0) + actual
    })
  }
  return panel.series.map((y, row) => {
    const [tested = 0, sold = 0] = [origins[row], came[row]]
    const scale = changeOf(y) * Math.sqrt(days)
    return {
      origins: tested,
      rmsse: tested > 0 && scale > 0 ? Math.sqrt((squares[row] ?? 0) / tested) / scale : undefined,
      bias: tested > 0 && sold > 0 ? ((forecast[row] ?? 0) - sold) / sold : undefined
    }
  })
}

const sumOf = (values: ArrayLike<number> | undefined): number => {
  let sum = 0
  for (let at = 0; at < (values?.length ?? 0); at++) sum += values?.[at] ?? 0
  return sum
}
