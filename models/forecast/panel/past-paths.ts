import type { Paths } from './forecast-panel.ts'
import { asKnown, type Panel } from './panel.ts'
import type { Plan } from './plan.ts'
import { quantilePaths } from './quantile-plan.ts'

/** What quantiles are measured from, as it was at earlier origins, of some of the series. */
export type PastPaths = {
  rows: readonly number[]
  /** Undefined where a series is not among `rows`, or nothing was known of it; at least `horizon` periods long. */
  from: (periodsAgo: number, horizon: number) => Paths
}

/** Quantiles of pooled errors need no more than this many. */
const LEVEL_ROWS_MAX = 2500
const SHAPE_ROWS_MAX = 200

/** An origin's forecasts do not depend on how many of their periods are added up: they are made once, for all that ask. */
export function pastPaths(panel: Panel, plan: Plan, { horizonMax }: { horizonMax: number }): PastPaths {
  const rows = rowsOf(plan)
  const only = new Set(rows)
  const known = new Map<number, { horizon: number; paths: Paths }>()
  return {
    rows,
    from: (periodsAgo, horizon) => {
      const before = known.get(periodsAgo)
      if (before && before.horizon >= horizon) return before.paths
      const longest = Math.max(horizon, Math.min(periodsAgo, horizonMax))
      const paths = quantilePaths(asKnown(panel, periodsAgo), plan, { horizon: longest, only })
      known.set(periodsAgo, { horizon: longest, paths })
      return paths
    }
  }
}

/** A sample of each class, since their forecasts differ in how far they miss. */
function rowsOf({ regular, intermittent }: Plan): number[] {
  return [regular, intermittent].flatMap(({ rows, chosen }) => {
    const max = chosen.strategy.kind === 'shape' ? SHAPE_ROWS_MAX : LEVEL_ROWS_MAX
    const stride = Math.max(1, rows.length / max)
    return Array.from({ length: Math.min(max, rows.length) }, (_, i) => rows[Math.floor(i * stride)] ?? 0)
  })
}
