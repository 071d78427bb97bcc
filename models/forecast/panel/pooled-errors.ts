import { normalQuantile } from '../conformal.ts'

/** A forecast of a sum: the mean, and the centre (centre.ts) that errors are measured from. */
export type Expected = { mean: number; centre: number; spread: number }
/** One from an earlier origin, and how far what came was from its centre. */
export type Miss = Expected & { error: number }
export type PooledErrors = { quantile: (of: Expected, probability: number) => number }

const SIZE_BINS = 5
const NOISE_BINS = 4
/** A quantile of .98 of fewer is a matter of chance. */
const BIN_MIN = 150
const MEAN_SHARE_MIN = 0.1

/**
 * Conformal prediction (Vovk, Gammerman, Shafer 2005) pooled over series that bring about as much and are about as noisy: fifths
 * by centre, each in quarters by spread / centre. The quantile is the ceil((n + 1) p)-th smallest error of its bin, times the unit.
 */
export function poolErrors(misses: readonly Miss[]): PooledErrors {
  if (misses.length === 0) return { quantile: (of, probability) => of.spread * normalQuantile(probability) }
  const bins = binsOf(misses, {
    key: ({ centre }) => centre,
    count: Math.min(SIZE_BINS, Math.max(1, Math.floor(misses.length / BIN_MIN)))
  })
  const inner = bins.parts.map((part) => {
    const count = Math.min(NOISE_BINS, Math.max(1, Math.floor(part.length / BIN_MIN)))
    const quarters = binsOf(part, { key: noiseOf, count })
    const sorted = quarters.parts.map((own) =>
      Float64Array.from(own, (miss) => miss.error / unitOf(miss)).toSorted()
    )
    return { of: quarters.of, sorted }
  })
  return {
    quantile: (of, probability) => {
      const bin = inner[bins.of(of)]
      const errors = bin?.sorted[bin.of(of)] ?? new Float64Array()
      const rank = Math.min(errors.length, Math.max(1, Math.ceil((errors.length + 1) * probability)))
      return unitOf(of) * (errors[rank - 1] ?? 0)
    }
  }
}

/** Between the mean and the spread: what sells in lumps misses by more than its spread says, what is steady by less. */
function unitOf({ mean, spread }: Expected): number {
  return Math.sqrt(spread * Math.max(Math.abs(mean), MEAN_SHARE_MIN * spread))
}

const noiseOf = ({ centre, spread }: Expected) => spread / Math.max(Math.abs(centre), 1e-9)

type BinOptions = { key: (of: Expected) => number; count: number }

/** Parts of about the same size, by order of the key. */
function binsOf(misses: readonly Miss[], { key, count }: BinOptions) {
  const keys = Float64Array.from(misses, key).toSorted()
  const edges = Array.from(
    { length: count - 1 },
    (_, bin) => keys[Math.floor(((bin + 1) * keys.length) / count)] ?? 0
  )
  const of = (miss: Expected) => {
    const bin = edges.findIndex((edge) => key(miss) < edge)
    return bin < 0 ? edges.length : bin
  }
  const parts = Array.from({ length: count }, (): Miss[] => [])
  for (const miss of misses) parts[of(miss)]?.push(miss)
  return { of, parts }
}
