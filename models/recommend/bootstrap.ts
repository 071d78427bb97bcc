import { mulberry32 } from '../chance.ts'

const ROUNDS = 1_000
const SEED = 20_111_209

export type Interval = [low: number, high: number]

/**
 * 95 % percentile interval (Efron 1979) of a statistic of users drawn with replacement. The statistic is told how often each
 * user was drawn, so that what is compared is compared on the same draws (paired); the seed is fixed, so a rerun prints
 * the same.
 */
export function bootstrap(count: number, statistic: (draws: Uint16Array) => number): Interval {
  return bootstrapAll(count, (draws) => [statistic(draws)])[0] ?? [0, 0]
}

/** Several statistics of the same draws. */
export function bootstrapAll(count: number, statistics: (draws: Uint16Array) => number[]): Interval[] {
  const random = mulberry32(SEED)
  const draws = new Uint16Array(count)
  const rounds = Array.from({ length: ROUNDS }, () => {
    draws.fill(0)
    for (let i = 0; i < count; i++) {
      const drawn = Math.floor(random() * count)
      draws[drawn] = (draws[drawn] ?? 0) + 1
    }
    return statistics(draws)
  })
  return (rounds[0] ?? []).map((_, at) => {
    const values = Float64Array.from(rounds, (round) => round[at] ?? 0).toSorted()
    return [values[Math.floor(0.025 * ROUNDS)] ?? 0, values[Math.ceil(0.975 * ROUNDS) - 1] ?? 0]
  })
}

export function meanOf(values: ArrayLike<number>): number {
  let sum = 0
  for (let at = 0; at < values.length; at++) sum += values[at] ?? 0
  return values.length === 0 ? 0 : sum / values.length
}

export function weightedMean(values: ArrayLike<number>, draws: Uint16Array): number {
  let [sum, count] = [0, 0]
  for (let at = 0; at < values.length; at++) {
    const draw = draws[at] ?? 0
    sum += (values[at] ?? 0) * draw
    count += draw
  }
  return count === 0 ? 0 : sum / count
}
