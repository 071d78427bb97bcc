/** What is asked for on a day: `mean`, and variance / mean, which is 1 for Poisson. */
export type DayDemand = { mean: number; dispersion: number }

const PRECISION = 1e-9
const TERMS_MAX = 2000

/**
 * E[D | D >= s], of Poisson in units of its dispersion: mean * P(D >= s - 1) / P(D >= s) = mean + s / T with
 * T = 1 + m / (s + 1) + m^2 / ((s + 1) (s + 2)) + ..., so it lies between s and s + mean whatever comes in.
 */
export function meanFrom(atLeast: number, { mean, dispersion }: DayDemand): number {
  if (!(mean > 0) || !(dispersion > 0)) return atLeast
  const [m, s] = [mean / dispersion, atLeast / dispersion]
  let term = 1
  let sum = 1
  for (let j = 1; j < TERMS_MAX && term > PRECISION * sum && sum < Number.MAX_VALUE; j++) {
    term *= m / (s + j)
    sum += term
  }
  return Math.max(atLeast, mean + atLeast / sum)
}
