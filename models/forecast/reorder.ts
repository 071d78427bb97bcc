import { chooseSmoothing } from './choose-smoothing.ts'
import { prepare, type MeansOf, type ProductSeries } from './forecaster.ts'
import { fitLeadTimeDemand } from './lead-time-demand.ts'
import { levelMeans } from './level-means.ts'

export type ReorderOptions = {
  lastDay: number
  /** By product; null where nobody said. */
  leadTimeDays: readonly (number | null)[]
  /** Share of lead times that must end without running out. */
  serviceLevel: number
  /** Who says what is expected; the weekday level with its smoothing chosen without. */
  meansOf?: MeansOf
}
export type ReorderPoint = { ok: true; units: number } | { ok: false; reason: ReorderReason }
type ReorderReason = 'never sold' | 'too little history' | 'no lead time'

const LEAD_TIME_DAYS_MAX = 365

/**
 * Order when what is on hand and on order falls to this many units: the service level's quantile of the demand over the
 * lead time, in whole units. Products of one lead time are fitted together, so the cost grows with the different ones.
 */
export function reorderPoints(products: readonly ProductSeries[], options: ReorderOptions): ReorderPoint[] {
  const { lastDay, serviceLevel } = options
  const shop = prepare(products)
  const points = shop.map((): ReorderPoint => ({ ok: false, reason: 'no lead time' }))
  const wanted = products.map((_, product) => wholeDays(options.leadTimeDays[product] ?? null))
  for (const days of new Set(wanted)) {
    if (days === null) continue
    const meansOf =
      options.meansOf ?? levelMeans(chooseSmoothing(shop, { lastDay, horizonDays: Math.max(7, days) }))
    const demand = fitLeadTimeDemand(shop, { lastDay, days, meansOf })
    wanted.forEach((own, product) => {
      if (own !== days) return
      const units = demand.quantile(product, serviceLevel)
      const reason = shop[product]?.units.length === 0 ? 'never sold' : 'too little history'
      points[product] = units === undefined ? { ok: false, reason } : { ok: true, units: Math.ceil(units) }
    })
  }
  return points
}

function wholeDays(leadTimeDays: number | null): number | null {
  return leadTimeDays === null || !(leadTimeDays >= 0)
    ? null
    : Math.min(LEAD_TIME_DAYS_MAX, Math.max(1, Math.ceil(leadTimeDays)))
}
