import { mulberry32 } from '../../chance.ts'
import { leaveOutMissing } from '../point/point-forecaster.ts'

/** Chance from a seed: the same sums every time. */
type Chance = () => number

export type BootstrapOptions = { periods: number; draws: number; seed: number }

/**
 * Sums over the periods to come, smallest first, drawn from the series alone (Willemain, Smart, Schwarz 2004): whether a period has a
 * sale goes by whether the one before had (two chances, counted in the history), and a sale is one of the past's, jittered so
 * that sizes which did not come yet may.
 */
export function bootstrapSums(
  history: Float64Array,
  { periods, draws, seed }: BootstrapOptions
): Float64Array {
  const sums = new Float64Array(draws)
  const y = leaveOutMissing(history)
  const sizes = y.filter((value) => value > 0)
  if (sizes.length === 0) return sums
  const chance = mulberry32(seed)
  const [afterNone, afterSale] = chancesOf(y)
  const lastHadSale = (y[y.length - 1] ?? 0) > 0
  for (let draw = 0; draw < draws; draw++) {
    let hadSale = lastHadSale
    for (let at = 0; at < periods; at++) {
      hadSale = chance() < (hadSale ? afterSale : afterNone)
      if (!hadSale) continue
      const size = sizes[Math.floor(chance() * sizes.length)] ?? 0
      sums[draw] = (sums[draw] ?? 0) + jitter(size, chance)
    }
  }
  return sums.toSorted()
}

/** Of a sale after a period without one, and after one with; half a sale more is counted each way, so that neither is certain. */
function chancesOf(y: Float64Array): [number, number] {
  const periods = [1, 1]
  const sales = [0.5, 0.5]
  for (let at = 1; at < y.length; at++) {
    const before = (y[at - 1] ?? 0) > 0 ? 1 : 0
    periods[before] = (periods[before] ?? 0) + 1
    if ((y[at] ?? 0) > 0) sales[before] = (sales[before] ?? 0) + 1
  }
  return [(sales[0] ?? 0) / (periods[0] ?? 1), (sales[1] ?? 0) / (periods[1] ?? 1)]
}

/** 1 + whole part of (size + z root size), the size itself where that is not above 0. */
function jitter(size: number, chance: Chance): number {
  const normal = Math.sqrt(-2 * Math.log(1 - chance())) * Math.cos(2 * Math.PI * chance())
  const jittered = 1 + Math.floor(size + normal * Math.sqrt(size))
  return jittered > 0 ? jittered : size
}
