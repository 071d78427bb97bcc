import { mulberry32 } from '../../models/recommend/chance.ts'

const ROUNDS = 1_000
const SEED = 20_111_209

/** Recall: how much of what was bought is among what was recommended. */
export function recallOf(recommended: readonly number[], bought: ReadonlySet<number>): number {
  let hits = 0
  for (const item of recommended) if (bought.has(item)) hits++
  return hits / bought.size
}

export function meanOf(values: readonly number[]): number {
  return values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length
}

/**
 * 95 % percentile interval (Efron 1979) of a statistic of customers drawn with replacement. The statistic is told how often
 * each customer was drawn; the seed is fixed, so a rerun prints the same.
 */
export function bootstrap(
  count: number,
  statistic: (draws: Uint16Array) => number
): [low: number, high: number] {
  const random = mulberry32(SEED)
  const values: number[] = []
  for (let round = 0; round < ROUNDS; round++) {
    const draws = new Uint16Array(count)
    for (let i = 0; i < count; i++) {
      const drawn = Math.floor(random() * count)
      draws[drawn] = (draws[drawn] ?? 0) + 1
    }
    values.push(statistic(draws))
  }
  values.sort((a, b) => a - b)
  return [values[Math.floor(0.025 * ROUNDS)] ?? 0, values[Math.ceil(0.975 * ROUNDS) - 1] ?? 0]
}

export function weightedMean(values: readonly number[], draws: Uint16Array): number {
  let sum = 0
  let count = 0
  values.forEach((value, i) => {
    sum += value * (draws[i] ?? 0)
    count += draws[i] ?? 0
  })
  return count === 0 ? 0 : sum / count
}
