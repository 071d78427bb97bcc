import { medianOf } from './combine.ts'
import { SHAPES, SHAPE_PERIODS_MAX, type ShapeName, type ShapeSet } from './shapes.ts'

export type ShapePaths = Partial<Record<ShapeName, Float64Array>>
type FitOptions = { names: readonly ShapeName[]; horizon: number; season: number }

/** Of those shapes that the history can carry; it is cut to its last periods, since older ones say little and cost as much. */
export function fitShapes(y: Float64Array, { names, horizon, season }: FitOptions): ShapePaths {
  const recent = y.subarray(Math.max(0, y.length - Math.max(SHAPE_PERIODS_MAX, 5 * season)))
  const paths: ShapePaths = {}
  for (const name of names) {
    const forecast = SHAPES[name](recent, { horizon, season })
    if (forecast.ok && forecast.mean.every(Number.isFinite)) paths[name] = forecast.mean
  }
  return paths
}

/** Undefined where none of the set could be fitted. */
export function combineShapes(
  paths: ShapePaths,
  { names, how }: ShapeSet,
  { isDemand }: { isDemand: boolean }
): Float64Array | undefined {
  const fitted = names.flatMap((name) => paths[name] ?? [])
  const first = fitted[0]
  if (!first) return undefined
  const values = new Float64Array(fitted.length)
  const buffer = new Float64Array(fitted.length)
  return first.map((_, ahead) => {
    let sum = 0
    fitted.forEach((path, i) => (sum += values[i] = path[ahead] ?? 0))
    const value = how === 'mean' ? sum / fitted.length : medianOf(values, buffer)
    return isDemand ? Math.max(0, value) : value
  })
}
