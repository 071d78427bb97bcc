import type { Panel } from './panel.ts'

const ORIGINS = 4
const ORIGINS_APART = 3
const KNOWN_MIN = 8

/**
 * How many periods ago the forecasts of a backtest begin: a horizon apart where the history allows for at least three such,
 * otherwise a third of one, so that a short history is not judged by a single moment.
 */
export function originsOf(panel: Panel, horizon: number): number[] {
  const lengths = Float64Array.from(panel.series, (y) => y.length).toSorted()
  const length = lengths[lengths.length >> 1] ?? 0
  const spare = length - Math.max(horizon, KNOWN_MIN)
  const step = spare >= ORIGINS_APART * horizon ? horizon : Math.ceil(horizon / 3)
  return Array.from({ length: ORIGINS }, (_, i) => horizon + i * step).filter((ago) => ago <= spare)
}
