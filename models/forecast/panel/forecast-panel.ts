import { cheapCandidates, type Candidate } from './candidates.ts'
import { combineLevels, type Combine } from './combine.ts'
import { levelsOf, pathOf, poolOf, type View } from './levels.ts'
import { partOf, type Panel } from './panel.ts'
import { MEDIAN, planPanel, type Plan, type Scored } from './plan.ts'
import { combineShapes, fitShapes } from './shape-paths.ts'

/** Expected values of the periods that follow, in the order of the series; undefined where nothing is known of a series. */
export type Paths = (Float64Array | undefined)[]

/** The default: plans, then forecasts. */
export function forecastPanel(panel: Panel, horizon: number): { paths: Paths; plan: Plan } {
  const plan = planPanel(panel, horizon)
  return { paths: forecastByPlan(panel, plan, { horizon }), plan }
}

/** `only`: rows to forecast; the others are undefined, though what is pooled is pooled over all. */
export type ByPlanOptions = { horizon: number; only?: ReadonlySet<number> }

/** By a plan of the same series, of which more or less may be known by now. */
export function forecastByPlan(panel: Panel, plan: Plan, { horizon, only }: ByPlanOptions): Paths {
  const paths: Paths = panel.series.map(() => undefined)
  for (const { rows, chosen } of [plan.regular, plan.intermittent]) {
    const part = partOf(panel, rows)
    const wanted = (row: number) => !only || only.has(rows[row] ?? -1)
    const own = chosen.strategy.kind === 'shape' ? shapePaths : levelPaths
    own(part, chosen, { plannedFor: plan.horizon, horizon, wanted }).forEach((path, row) => {
      const place = rows[row]
      if (place !== undefined && path?.every(Number.isFinite)) paths[place] = path
    })
  }
  return paths
}

type PathOptions = { plannedFor: number; horizon: number; wanted: (row: number) => boolean }

function levelPaths(panel: Panel, { strategy }: Scored, { plannedFor, horizon, wanted }: PathOptions): Paths {
  if (strategy.kind !== 'level') return []
  const candidates = neededOf(cheapCandidates(plannedFor), strategy.combine)
  const pool = poolOf(panel, viewOn(panel, strategy.view))
  const seen = { ...panel, series: panel.series.map((y, row) => (wanted(row) ? y : y.subarray(0, 0))) }
  const levels = levelsOf(seen, candidates, pool)
  const combined = combineLevels(levels, strategy.combine)
  return panel.series.map((_, row) =>
    wanted(row) ? pathOf(combined[row] ?? NaN, levels.profileOf(row), horizon) : undefined
  )
}

const viewOn = ({ season }: Panel, view: View): View => ({ ...view, profile: view.profile && season > 1 })

/** What a combination does not look at is not computed. */
function neededOf(candidates: Candidate[], combine: Combine): Candidate[] {
  const isNeeded = (column: number) =>
    combine.how === 'one'
      ? column === combine.column
      : combine.how === 'mean'
        ? combine.columns.includes(column)
        : true
  return candidates.map((candidate, column) =>
    isNeeded(column) ? candidate : { ...candidate, level: () => NaN }
  )
}

/** A series too short for any of the shapes is worth its median level. */
function shapePaths(panel: Panel, { strategy }: Scored, options: PathOptions): Paths {
  if (strategy.kind !== 'shape') return []
  const { horizon, wanted } = options
  const { season, isDemand } = panel
  const paths = panel.series.map((y, row) =>
    wanted(row)
      ? combineShapes(fitShapes(y, { names: strategy.names, horizon, season }), strategy, { isDemand })
      : undefined
  )
  const missing = new Set(paths.flatMap((path, row) => (path || !wanted(row) ? [] : [row])))
  if (missing.size === 0) return paths
  const rest = levelPaths(panel, MEDIAN, { ...options, wanted: (row) => missing.has(row) })
  return paths.map((path, row) => path ?? rest[row])
}
