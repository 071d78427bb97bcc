import { describe, expect, it } from 'vitest'
import { forecastByPlan } from '../../../models/forecast/panel/forecast-panel.ts'
import { planPanel } from '../../../models/forecast/panel/plan.ts'
import { quantilePaths } from '../../../models/forecast/panel/quantile-plan.ts'
import { mulberry32 } from '../../../models/chance.ts'

const chance = mulberry32(5)
const series = Array.from({ length: 40 }, () =>
  Float64Array.from({ length: 140 }, () => (chance() < 0.3 ? 1 + Math.floor(5 * chance()) : 0))
)

describe('what quantiles are measured from', () => {
  it('is the same whichever candidate was nearest to the mean', () => {
    const panel = { series, season: 1, isDemand: true }
    const plan = planPanel(panel, 7)
    const [first, second] = [0, 9].map((column) => {
      const strategy = {
        kind: 'level' as const,
        view: { profile: false, trim: false },
        combine: { how: 'one' as const, column }
      }
      const chosen = { ...plan.intermittent.chosen, strategy }
      return quantilePaths(panel, { ...plan, intermittent: { ...plan.intermittent, chosen } }, { horizon: 7 })
    })
    expect(first).toEqual(second)
    expect(first?.every((path) => path?.every((units) => units >= 0))).toBe(true)
  })

  it('is the forecast itself where a series is no demand', () => {
    const panel = { series: series.slice(0, 5), season: 1, isDemand: false }
    const plan = planPanel(panel, 7)
    expect(quantilePaths(panel, plan, { horizon: 7 })).toEqual(forecastByPlan(panel, plan, { horizon: 7 }))
  })
})
