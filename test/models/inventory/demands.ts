import type { DemandQuantiles } from '../../../models/inventory/demand.ts'
import { normalQuantile } from '../../../models/forecast/conformal.ts'

/** By a linear congruence, so that the same chances come every time. */
export function chance(seed: number): () => number {
  let state = seed
  return () => (state = (state * 1_103_515_245 + 12_345) % 2_147_483_648) / 2_147_483_648
}

/** Whole units that come at random at this rate a day, their quantiles by adding up chances. */
export function poisson(rate: number): DemandQuantiles {
  return (days, probability) => {
    const mean = rate * days
    let count = 0
    let one = Math.exp(-mean)
    for (let sum = one; sum < probability && one > 0; sum += one) one *= mean / ++count
    return count
  }
}

export function normal({ mean, sd }: { mean: number; sd: number }): DemandQuantiles {
  return (days, probability) =>
    days <= 0 ? 0 : Math.max(0, days * mean + Math.sqrt(days) * sd * normalQuantile(probability))
}

/** P(a Poisson number of this mean is at least `units`), term by term. */
export function poissonAtLeast(mean: number, units: number): number {
  let below = 0
  let one = Math.exp(-mean)
  for (let count = 0; count < units; count++) {
    below += one
    one *= mean / (count + 1)
  }
  return 1 - below
}

export function poissonDraw(mean: number, next: () => number): number {
  let product = next()
  let count = 0
  while (product > Math.exp(-mean)) {
    product *= next()
    count++
  }
  return count
}
