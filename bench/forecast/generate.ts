import { mulberry32 } from '../../models/chance.ts'
import type { HeldOutPanel } from './held-out.ts'

export type GenerateOptions = { count: number; periods: number; horizon: number; seed: number }

const WEEK = [0.9, 1, 1, 1.1, 1.3, 1.4, 0.3]
const RATE_MAX = 4

/**
 * A shop whose products sell by a power law, most of them rarely: rates fall as 1 / rank, sizes of sales are geometric, a week is
 * shared, and each rate drifts. Seeded, so that it is the same shop every time.
 */
export function generateShop({ count, periods, horizon, seed }: GenerateOptions): HeldOutPanel {
  const next = mulberry32(seed)
  const known: Float64Array[] = []
  const actual: Float64Array[] = []
  for (let rank = 0; rank < count; rank++) {
    const y = new Float64Array(periods)
    let rate = RATE_MAX * ((rank + 1) / count) ** -0.6 * (count / 50_000) ** 0.2 * 0.02 * (0.5 + next())
    const size = 1 + 2 * next()
    for (let at = 0; at < periods; at++) {
      rate *= 1 + 0.02 * (next() - 0.5)
      if (next() < rate * (WEEK[at % WEEK.length] ?? 1)) y[at] = Math.ceil(-size * Math.log(1 - next()))
    }
    known.push(y.subarray(0, periods - horizon))
    actual.push(y.subarray(periods - horizon))
  }
  const ids = known.map((_, rank) => `p${rank}`)
  return { name: `generated, seed ${seed}`, ids, known, actual, season: WEEK.length, horizon, isDemand: true }
}
