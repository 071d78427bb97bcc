import {
  HISTORY_DAYS_MIN,
  prepare,
  WEEK_DAYS,
  type Forecaster,
  type MeansOf,
  type Series
} from './forecaster.ts'
import { addIntervals } from './intervals.ts'
import { withoutClosedDays } from './closed-days.ts'
import { forecastByPlan } from './panel/forecast-panel.ts'
import type { Panel } from './panel/panel.ts'
import { planPanel, type Plan } from './panel/plan.ts'

/** How a published forecast names this model; what the plan chose is in the job's record. */
export const PLANNED_MODEL = 'panel'

/** The daily demand of a shop, as a backtest of its own past says that it is forecast best (panel/plan.ts). */
export const forecastPlanned: Forecaster = (products, options) => {
  const shop = withoutClosedDays(prepare(products))
  return addIntervals(shop, options, plannedMeans(planShop(shop, options.horizonDays)))
}

export function planShop(shop: readonly Series[], horizonDays: number): Plan {
  return planPanel(panelOf(shop), horizonDays)
}

/** By a plan of the same products. */
export function plannedMeans(plan: Plan): MeansOf {
  return (shop, { horizonDays, only }) =>
    forecastByPlan(panelOf(shop), plan, { horizon: horizonDays, ...(only && { only }) }).map(
      (path, product) => ((shop[product]?.units.length ?? 0) < HISTORY_DAYS_MIN ? undefined : path)
    )
}

export function panelOf(shop: readonly Series[]): Panel {
  const categories = shop.map(({ category }) => category)
  return {
    series: shop.map(({ units }) => units),
    season: WEEK_DAYS,
    isDemand: true,
    ...(categories.some((one) => one !== undefined) && { categories })
  }
}
