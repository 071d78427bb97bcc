const BINS = 5

/** Quantiles of what forecasts missed by, in units of spread, for products that sell about as much. */
export type Pool = { quantile: (mean: number, probability: number) => number }

/**
 * Conformal prediction (Vovk, Gammerman, Shafer 2005) with residuals standardised and pooled over products in quintiles
 * of their mean: one product has too few windows for a quantile of .95, the shop has thousands. The quantile is the
 * ceil((n + 1) p)-th smallest, which is what makes its coverage at least p for an exchangeable next one.
 */
export function poolResiduals(means: readonly number[], residuals: readonly number[]): Pool {
  const sortedMeans = Float64Array.from(means).toSorted()
  const edges = Array.from({ length: BINS - 1 }, (_, bin) => {
    return sortedMeans[Math.floor(((bin + 1) * sortedMeans.length) / BINS)] ?? Infinity
  })
  const bins = Array.from({ length: BINS }, (): number[] => [])
  means.forEach((mean, at) => bins[binOf(mean, edges)]?.push(residuals[at] ?? 0))
  const sorted = bins.map((bin) => Float64Array.from(bin).toSorted())
  return {
    quantile: (mean, probability) => {
      const bin = sorted[binOf(mean, edges)]
      if (!bin || bin.length === 0) return normalQuantile(probability)
      const rank = Math.ceil((bin.length + 1) * probability)
      return bin[Math.min(bin.length, Math.max(1, rank)) - 1] ?? 0
    }
  }
}

function binOf(mean: number, edges: readonly number[]): number {
  const bin = edges.findIndex((edge) => mean < edge)
  return bin < 0 ? edges.length : bin
}

/**
 * With no past forecasts to learn from: the standard normal quantile by bisection of Abramowitz and Stegun 26.2.17,
 * whose error is below 7.5e-8.
 */
export function normalQuantile(probability: number): number {
  let low = -8
  let high = 8
  for (let step = 0; step < 60; step++) {
    const middle = (low + high) / 2
    if (normalShare(middle) < probability) low = middle
    else high = middle
  }
  return (low + high) / 2
}

function normalShare(z: number): number {
  const t = 1 / (1 + 0.2316419 * Math.abs(z))
  const tail =
    (Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI)) *
    t *
    (0.31938153 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))))
  return z >= 0 ? 1 - tail : tail
}
