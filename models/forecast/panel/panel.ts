/** Many series of one time step that end with the same period, oldest value first; NaN is a period that nobody could observe. */
export type Panel = {
  series: readonly Float64Array[]
  /** Periods after which the pattern repeats; 1 is none. */
  season: number
  /** Units that people want: never negative, and a period in which nobody at all sold anything was closed. */
  isDemand: boolean
  /** What a series counts for when models are chosen; all alike without. */
  weights?: ArrayLike<number>
  /** What a series is of; series of one category may share a pattern of their own. */
  categories?: readonly (string | undefined)[]
}

/** The same panel as it was known `periods` earlier. */
export function asKnown(panel: Panel, periodsAgo: number): Panel {
  if (periodsAgo === 0) return panel
  const series = panel.series.map((y) => y.subarray(0, Math.max(0, y.length - periodsAgo)))
  return { ...panel, series }
}

/** Every so-manieth series, so that at most `seriesMax` are left. */
export function sampleOf(panel: Panel, seriesMax: number): { panel: Panel; places: number[] } {
  const stride = Math.max(1, panel.series.length / seriesMax)
  const count = Math.min(panel.series.length, seriesMax)
  const places = Array.from({ length: count }, (_, i) => Math.floor(i * stride))
  return { places, panel: partOf(panel, places) }
}

export function partOf(panel: Panel, places: readonly number[]): Panel {
  const { weights, categories } = panel
  return {
    season: panel.season,
    isDemand: panel.isDemand,
    series: places.map((place) => panel.series[place] ?? new Float64Array()),
    ...(weights && { weights: places.map((place) => weights[place] ?? 0) }),
    ...(categories && { categories: places.map((place) => categories[place]) })
  }
}

/** Root mean squared change from one period to the next: what RMSSE and the pinball loss are scaled by. 0 for a constant. */
export function changeOf(y: Float64Array): number {
  let squares = 0
  let count = 0
  for (let at = 1; at < y.length; at++) {
    const change = (y[at] ?? 0) - (y[at - 1] ?? 0)
    if (!(change * change >= 0)) continue
    squares += change * change
    count++
  }
  return count === 0 ? 0 : Math.sqrt(squares / count)
}
