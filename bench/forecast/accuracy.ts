export type Accuracy = {
  /** Null where nobody says what a series is worth. */
  wrmsse: number | null
  rmsse: number
  mase: number
  smape: number
  /** What was forecast in all / what came in all - 1. */
  bias: number
}
export type Truth = {
  known: readonly Float64Array[]
  actual: readonly Float64Array[]
  season: number
  weights?: readonly number[]
}

/**
 * RMSSE as in M5: root of the mean squared error over the mean squared change from one period to the next. WRMSSE weighs series by
 * their takings in the last known periods. MASE scales by the change from season to season, sMAPE is M4's: both prefer a forecast of 0
 * where most periods have no sale. Series that never changed have no scale and are left out; no forecast counts as 0.
 */
export function accuracyOf(
  { known, actual, season, weights }: Truth,
  forecasts: readonly (Float64Array | undefined)[]
): Accuracy {
  const [rmsse, wrmsse, mase, smape] = [emptyMean(), emptyMean(), emptyMean(), emptyMean()]
  let [expected, came] = [0, 0]
  known.forEach((y, at) => {
    const truth = actual[at] ?? new Float64Array()
    const errorOf = (of: (value: number, forecast: number) => number) =>
      mean(truth, (value, ahead) => of(value, forecasts[at]?.[ahead] ?? 0))
    const squares = errorOf((value, forecast) => (value - forecast) ** 2)
    const change = changeOf(y, 1, (value) => value ** 2)
    if (change > 0) {
      add(rmsse, Math.sqrt(squares / change))
      add(wrmsse, Math.sqrt(squares / change), weights?.[at] ?? 0)
    }
    const seasonal = changeOf(y, season, Math.abs)
    if (seasonal > 0) add(mase, errorOf((value, forecast) => Math.abs(value - forecast)) / seasonal)
    add(smape, errorOf(symmetricError))
    truth.forEach((value, ahead) => {
      expected += forecasts[at]?.[ahead] ?? 0
      came += value
    })
  })
  return {
    wrmsse: weights ? valueOf(wrmsse) : null,
    rmsse: valueOf(rmsse),
    mase: valueOf(mase),
    smape: valueOf(smape),
    bias: came > 0 ? expected / came - 1 : 0
  }
}

type WeightedMean = { sum: number; weight: number }
const emptyMean = (): WeightedMean => ({ sum: 0, weight: 0 })
const valueOf = ({ sum, weight }: WeightedMean) => (weight > 0 ? sum / weight : 0)

function add(to: WeightedMean, value: number, weight = 1): void {
  to.sum += weight * value
  to.weight += weight
}

function symmetricError(actual: number, forecast: number): number {
  const size = Math.abs(actual) + Math.abs(forecast)
  return size === 0 ? 0 : (200 * Math.abs(actual - forecast)) / size
}

/** Over pairs of which both are known. */
function changeOf(values: Float64Array, lag: number, of: (change: number) => number): number {
  let sum = 0
  let count = 0
  for (let at = lag; at < values.length; at++) {
    const change = of((values[at] ?? NaN) - (values[at - lag] ?? NaN))
    if (!Number.isFinite(change)) continue
    sum += change
    count++
  }
  return count === 0 ? 0 : sum / count
}

function mean(values: Float64Array, of: (value: number, at: number) => number): number {
  return values.reduce((sum, value, at) => sum + of(value, at), 0) / Math.max(1, values.length)
}
