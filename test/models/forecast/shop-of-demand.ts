import { mulberry32 } from '../../../models/chance.ts'
import type { ProductHistory } from '../../../models/forecast/demand/history.ts'

export const LAST_DAY = 15_317

/** Units from Poisson's law, always the same for the same seed. */
export function poisson(seed: number): (mean: number) => number {
  const next = mulberry32(seed)
  return (mean) => {
    let count = 0
    for (let chance = next(); chance > Math.exp(-mean); chance *= next()) count++
    return count
  }
}

/** `mean` by product and day; days are those since 1970-01-01. */
export function shopOf(
  { count, days, seed = 1 }: { count: number; days: number; seed?: number },
  mean: (product: number, day: number) => number
): ProductHistory[] {
  const draw = poisson(seed)
  return Array.from({ length: count }, (_, product) => ({
    units: Float64Array.from({ length: days }, (_, at) => draw(mean(product, LAST_DAY - (days - 1 - at))))
  }))
}

export function sum(values: Iterable<number>): number {
  let total = 0
  for (const value of values) total += value
  return total
}
