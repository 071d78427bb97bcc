import { describe, expect, it } from 'vitest'
import { mulberry32 } from '../../../models/chance.ts'
import { forecastPanel } from '../../../models/forecast/panel/forecast-panel.ts'
import { fitSeasonProfiles } from '../../../models/forecast/panel/season-profile.ts'
import type { Panel } from '../../../models/forecast/panel/panel.ts'

const WEEKEND = [0.3, 0.3, 0.3, 0.6, 1.2, 2.6, 1.7]
const WEEKDAYS = [1.3, 1.3, 1.3, 1.3, 1.3, 0.3, 0.2]

/** Products of two categories, the first of which sells by `week`, the other on weekdays. */
function shop(week: readonly number[]): Panel {
  const next = mulberry32(9)
  const isFirst = (row: number) => row % 2 === 0
  const series = Array.from({ length: 80 }, (_, row) => {
    const rate = 0.1 + 0.25 * next()
    return Float64Array.from({ length: 210 }, (_, at) =>
      next() < rate * ((isFirst(row) ? week : WEEKDAYS)[at % 7] ?? 0) ? 1 + Math.floor(3 * next()) : 0
    )
  })
  return {
    series,
    season: 7,
    isDemand: true,
    categories: series.map((_, row) => (isFirst(row) ? 'rental' : 'sale'))
  }
}

describe('weeks of categories', () => {
  it('are chosen by the backtest where they differ', () => {
    const { plan, paths } = forecastPanel(shop(WEEKEND), 7)
    expect(plan.intermittent.chosen.name).toContain('seasonal by category')
    expect((paths[0]?.[5] ?? 0) / (paths[0]?.[1] ?? 0)).toBeGreaterThan(4)
    expect((paths[1]?.[5] ?? 0) / (paths[1]?.[1] ?? 0)).toBeLessThan(0.5)
  })

  it('forecast better there than the shop’s one week does', () => {
    const panel = shop(WEEKEND)
    const best = (tail: string) =>
      Math.min(
        ...forecastPanel(panel, 7).plan.intermittent.tried.flatMap(({ name, score }) =>
          name.endsWith(tail) ? score : []
        )
      )
    expect(best('seasonal by category')).toBeLessThan(0.98 * best(', seasonal'))
  })

  it('are not tried where there is one category or none', () => {
    const { categories = [], ...without } = shop(WEEKEND)
    const names = (panel: Panel) => forecastPanel(panel, 7).plan.intermittent.tried.map(({ name }) => name)
    expect(names(without).join()).not.toContain('by category')
    expect(names({ ...without, categories: categories.map(() => 'all') })).toEqual(names(without))
  })

  it('are the shop’s where the category hardly sold', () => {
    const panel = shop(WEEKDAYS)
    const once = new Float64Array(210)
    once[200] = 1
    const profileOf = fitSeasonProfiles(
      { ...panel, series: [...panel.series, once], categories: [...(panel.categories ?? []), 'books'] },
      true
    )
    const [shared, own] = [profileOf(0), profileOf(80)]
    own.forEach((factor, place) => expect(Math.abs(factor - (shared[place] ?? 0))).toBeLessThan(0.15))
  })
})
