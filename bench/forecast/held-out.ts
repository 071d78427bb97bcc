import type { Panel } from '../../models/forecast/panel/panel.ts'

/** Series of a data set, split where the future begins. */
export type HeldOutPanel = {
  name: string
  ids: string[]
  /** What may be known, oldest first. */
  known: Float64Array[]
  /** What came, of which nothing may be known. */
  actual: Float64Array[]
  season: number
  horizon: number
  isDemand: boolean
  /** Takings before the split, where the data set has them. */
  weights?: number[]
}

/** As it was known when `passed` of the held-out periods were over. */
export function panelOf({ known, actual, season, isDemand, weights }: HeldOutPanel, passed = 0): Panel {
  const series = known.map((y, i) => {
    if (passed === 0) return y
    const whole = new Float64Array(y.length + passed)
    whole.set(y)
    whole.set((actual[i] ?? new Float64Array()).subarray(0, passed), y.length)
    return whole
  })
  return { series, season, isDemand, ...(weights && { weights }) }
}

const ZEROS_MIN = 0.01

/** Units that people want: never below 0, and now and then none. */
export function looksLikeDemand(series: readonly Float64Array[]): boolean {
  let zeros = 0
  let values = 0
  for (const y of series) {
    for (const value of y) {
      if (value < 0) return false
      if (value === 0) zeros++
    }
    values += y.length
  }
  return zeros >= ZEROS_MIN * values
}
