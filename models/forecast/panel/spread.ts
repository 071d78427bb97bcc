import { meanSale } from './mean-sale.ts'
import type { Panel } from './panel.ts'

/** How far back a series' own spread is measured: recent enough to be about what it does now. */
const SEASONS = 26
const WINDOWS = 3

type SpreadOptions = { periods: number; mean: number; panel: Pick<Panel, 'season' | 'isDemand'> }

/**
 * Standard deviation of overlapping sums over `periods`, of demand at least Poisson's: what hardly sold yet is not certain to
 * sell nothing. Where there is less than two windows of history, of single periods as if independent. What is no demand may
 * grow for years, so there it is the change from a season before.
 */
export function spreadOfSums(y: Float64Array, { periods, mean, panel }: SpreadOptions): number {
  const { season, isDemand } = panel
  const recent = y.subarray(Math.max(0, y.length - Math.max(SEASONS * season, WINDOWS * periods)))
  if (!isDemand)
    return changeOfSums(recent, { window: Math.min(periods, y.length >> 2), lag: season, periods })
  const window = recent.length >= 2 * periods ? periods : 1
  let [total, squares, rolling, count, missing] = [0, 0, 0, 0, 0]
  for (let at = 0; at < recent.length; at++) {
    const value = recent[at] ?? NaN
    const old = at >= window ? (recent[at - window] ?? NaN) : 0
    if (value - value === 0) rolling += value
    else missing++
    if (old - old === 0) rolling -= old
    else missing--
    if (at < window - 1 || missing > 0) continue
    total += rolling
    squares += rolling * rolling
    count++
  }
  const variance = count < 2 ? 0 : Math.max(0, squares / count - (total / count) ** 2) * (periods / window)
  // As if one mean sale more had been in the history: a silence as long as what is measured proves nothing for ever.
  return Math.sqrt(Math.max(variance, mean, (periods / y.length) * meanSale(y) ** 2))
}

function changeOfSums(
  y: Float64Array,
  { window, lag, periods }: { window: number; lag: number; periods: number }
): number {
  let squares = 0
  let count = 0
  for (let at = lag + window; at <= y.length; at++) {
    let change = 0
    for (let back = 1; back <= window; back++) change += (y[at - back] ?? 0) - (y[at - back - lag] ?? 0)
    if (!(change * change >= 0)) continue
    squares += change * change
    count++
  }
  return count === 0 ? 0 : Math.sqrt((squares / count) * (periods / Math.max(1, window)))
}
