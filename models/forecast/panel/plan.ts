import { cheapCandidates } from './candidates.ts'
import { chooseLevels } from './choose-levels.ts'
import { chooseShape } from './choose-shape.ts'
import type { Combine } from './combine.ts'
import type { View } from './levels.ts'
import { originsOf } from './origins.ts'
import { partOf, sampleOf, type Panel } from './panel.ts'
import { SHAPE_PERIODS_MAX, type ShapeSet } from './shapes.ts'

export type Strategy = { kind: 'level'; view: View; combine: Combine } | ({ kind: 'shape' } & ShapeSet)

/** `score`: mean RMSSE of the backtest, NaN where there was too little history for one. */
export type Scored = { name: string; score: number; strategy: Strategy }
export type ClassPlan = { rows: number[]; chosen: Scored; tried: Scored[] }

/** How a panel is forecast: everything that was learnt from all its series together, and nothing of what comes. */
export type Plan = { horizon: number; regular: ClassPlan; intermittent: ClassPlan }

/** Mean periods between sales from which a series is intermittent (Syntetos, Boylan, Croston 2005). */
const INTERVAL = 1.32
const CLASS_MIN = 20
/** Enough to tell candidates apart to a half per cent. */
const LEVEL_SERIES_MAX = 2500
const SHAPE_SERIES_MAX = 300
/** Values that shapes are fitted to for each origin of the backtest, some ten seconds of one core. */
const SHAPE_VALUES_MAX = 26_000

/**
 * By rolling origin, apart for series that sell nearly every period and those that do not: the latter have no shape of their own
 * that could be fitted, and costly models are not tried on them.
 */
export function planPanel(panel: Panel, horizon: number): Plan {
  const { regular, intermittent } = classesOf(panel)
  return {
    horizon,
    regular: planClass(panel, { rows: regular, horizon, hasShapes: true }),
    intermittent: planClass(panel, { rows: intermittent, horizon, hasShapes: false })
  }
}

export const MEDIAN: Scored = {
  name: 'median of all',
  score: NaN,
  strategy: { kind: 'level', view: { profile: false, trim: true }, combine: { how: 'median' } }
}

type ClassOptions = { rows: number[]; horizon: number; hasShapes: boolean }

function planClass(whole: Panel, { rows, horizon, hasShapes }: ClassOptions): ClassPlan {
  const panel = partOf(whole, rows)
  const periodsAgo = originsOf(panel, horizon)
  if (rows.length === 0 || periodsAgo.length === 0) return { rows, chosen: MEDIAN, tried: [] }
  const sample = sampleOf(panel, hasShapes ? shapeSeriesMax(panel) : LEVEL_SERIES_MAX).panel
  const candidates = cheapCandidates(horizon)
  const levels = chooseLevels(sample, {
    candidates,
    horizon,
    periodsAgo,
    judgedMax: hasShapes ? 2 : Infinity
  })
  const shapes = hasShapes ? chooseShape(sample, { horizon, periodsAgo: levels.judged, whole }) : []
  const tried = [...levels.tried, ...shapes].toSorted((a, b) => a.score - b.score)
  const best = tried[0] ?? MEDIAN
  const isOwn = best.strategy.kind === 'level' && best.strategy.combine.how === 'own'
  const chosen =
    isOwn && sample.series.length < rows.length ? ownOfAll(panel, best, { horizon, periodsAgo }) : best
  return { rows, chosen, tried }
}

function shapeSeriesMax({ series }: Panel): number {
  const values = series.reduce((sum, y) => sum + Math.min(y.length, SHAPE_PERIODS_MAX), 0)
  return Math.max(
    CLASS_MIN,
    Math.min(SHAPE_SERIES_MAX, Math.floor((SHAPE_VALUES_MAX * series.length) / values))
  )
}

/** Each series chooses for itself, so all have to be asked and not a sample. */
function ownOfAll(
  panel: Panel,
  best: Scored,
  { horizon, periodsAgo }: { horizon: number; periodsAgo: number[] }
): Scored {
  if (best.strategy.kind !== 'level') return best
  const candidates = cheapCandidates(horizon)
  const views = [best.strategy.view]
  const { tried } = chooseLevels(panel, { candidates, horizon, periodsAgo, judgedMax: 1, views })
  return tried.find(({ name }) => name === best.name) ?? best
}

/** Series that hardly any are like go with the others. */
function classesOf({ series, isDemand }: Panel): { regular: number[]; intermittent: number[] } {
  const regular: number[] = []
  const intermittent: number[] = []
  series.forEach((y, row) => (isDemand && intervalOf(y) >= INTERVAL ? intermittent : regular).push(row))
  if (intermittent.length > 0 && regular.length < CLASS_MIN)
    return { regular: [], intermittent: allOf(series) }
  if (intermittent.length < CLASS_MIN) return { regular: allOf(series), intermittent: [] }
  return { regular, intermittent }
}

const allOf = (series: readonly Float64Array[]) => series.map((_, row) => row)

function intervalOf(y: Float64Array): number {
  let sales = 0
  let known = 0
  for (let at = 0; at < y.length; at++) {
    const value = y[at] ?? NaN
    if (Number.isNaN(value)) continue
    if (value > 0) sales++
    if (sales > 0) known++
  }
  return sales === 0 ? Infinity : known / sales
}
