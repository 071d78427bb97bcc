import { meanOf } from './fit-combine.ts'
import { asKnown, changeOf, type Panel } from './panel.ts'
import type { Scored } from './plan.ts'
import { SEEN_MIN } from './past.ts'
import { combineShapes, fitShapes } from './shape-paths.ts'
import { shapeNames, shapeSets, SHAPE_PERIODS_MAX, type ShapeName } from './shapes.ts'

/** Values of a panel up to which costly shapes are tried at all: about a minute of one core. They are for categories, not for a shop. */
const COSTLY_VALUES_MAX = 300_000

type ShapeOptions = { horizon: number; periodsAgo: readonly number[]; whole: Panel }

export function chooseShape(panel: Panel, { horizon, periodsAgo, whole }: ShapeOptions): Scored[] {
  const { season } = panel
  const values = whole.series.reduce((sum, y) => sum + Math.min(y.length, SHAPE_PERIODS_MAX), 0)
  const names = shapeNames({ season, isCheap: values > COSTLY_VALUES_MAX })
  const errors = periodsAgo.map((ago) => errorsAt(panel, { names, horizon, ago }))
  return shapeSets(names).map((set, at): Scored => {
    const name = set.names.length === 1 ? (set.names[0] ?? '') : `${set.how} of ${set.names.join(', ')}`
    return { name, score: meanOf(errors.map((own) => own[at] ?? NaN)), strategy: { kind: 'shape', ...set } }
  })
}

/** Mean RMSSE of each set. */
function errorsAt(
  panel: Panel,
  { names, horizon, ago }: { names: ShapeName[]; horizon: number; ago: number }
): number[] {
  const known = asKnown(panel, ago)
  const paths = known.series.map((y) => fitShapes(y, { names, horizon, season: panel.season }))
  return shapeSets(names).map((set) => {
    let sum = 0
    let weights = 0
    panel.series.forEach((y, row) => {
      const before = known.series[row] ?? y
      const path = combineShapes(paths[row] ?? {}, set, { isDemand: panel.isDemand })
      const error = path ? scaledError(y, { from: before.length, path, scale: changeOf(before) }) : NaN
      if (!Number.isFinite(error)) return
      const weight = panel.weights ? (panel.weights[row] ?? 0) : 1
      sum += weight * error
      weights += weight
    })
    return sum / weights
  })
}

function scaledError(
  y: Float64Array,
  { from, path, scale }: { from: number; path: Float64Array; scale: number }
): number {
  let squares = 0
  let seen = 0
  for (let ahead = 0; ahead < path.length; ahead++) {
    const error = (y[from + ahead] ?? NaN) - (path[ahead] ?? 0)
    if (!Number.isFinite(error)) continue
    squares += error * error
    seen++
  }
  return seen < SEEN_MIN * path.length ? NaN : Math.sqrt(squares / seen) / scale
}
