import { forecastPanel, type Paths } from '../../models/forecast/panel/forecast-panel.ts'
import type { Plan } from '../../models/forecast/panel/plan.ts'
import { fitSums, type Sums } from '../../models/forecast/panel/sums.ts'
import { panelOf, type HeldOutPanel } from './held-out.ts'

const PROBABILITIES = [0.5, 0.8, 0.9, 0.95, 0.98]

export type LeadTimeScore = {
  /** Series and moments that were judged. */
  origins: number
  coverage: number
  pinball: number
  /** That of Poisson's quantiles about the same means, for comparison. */
  poisson: number
}

/**
 * Quantiles of sums over the lead time, from each origin in the held-out periods that leaves a whole one; costly forecasts from the
 * first only. Pinball: mean over five probabilities, in units of the mean absolute change from one known period to the next, times the root of the
 * periods: what sums of so many independent changes would be like.
 */
export function judgeLeadTime(
  data: HeldOutPanel,
  first: { plan: Plan; paths: Paths },
  { periods, report }: { periods: number; report: (line: string) => void }
): LeadTimeScore {
  const total = { origins: 0, covered: 0, pinball: 0, poisson: 0 }
  const isCostly = first.plan.regular.chosen.strategy.kind === 'shape' && first.plan.regular.rows.length > 0
  for (let passed = 0; passed + periods <= data.horizon; passed += periods) {
    if (passed > 0 && isCostly) break
    report(`sums over ${periods} periods, ${passed} of ${data.horizon} over`)
    const panel = panelOf(data, passed)
    const { plan, paths } = passed === 0 ? first : forecastPanel(panel, first.plan.horizon)
    const sums = fitSums(panel, plan, { periods, paths })
    data.actual.forEach((actual, row) =>
      judgeRow(total, { actual, row, passed, known: panel.series[row], sums })
    )
  }
  const { origins, covered, pinball, poisson } = total
  return { origins, coverage: covered / origins, pinball: pinball / origins, poisson: poisson / origins }
}

type Row = { actual: Float64Array; row: number; passed: number; known: Float64Array | undefined; sums: Sums }
type Total = { origins: number; covered: number; pinball: number; poisson: number }

function judgeRow(total: Total, { actual, row, passed, known, sums }: Row): void {
  const came = actual.subarray(passed, passed + sums.periods)
  const scale = Math.sqrt(sums.periods) * meanChangeOf(known ?? new Float64Array())
  if (came.length < sums.periods || !(scale > 0)) return
  const sum = came.reduce((all, value) => all + value, 0)
  for (const probability of PROBABILITIES) {
    const share = PROBABILITIES.length * scale
    const quantile = sums.quantile(row, probability) ?? 0
    total.pinball += pinballOf(sum, { quantile, probability }) / share
    const poisson = poissonQuantile(sums.means[row] ?? 0, probability)
    total.poisson += pinballOf(sum, { quantile: poisson, probability }) / share
    if (probability === 0.95 && sum <= quantile) total.covered++
  }
  total.origins++
}

function meanChangeOf(y: Float64Array): number {
  let [sum, count] = [0, 0]
  for (let at = 1; at < y.length; at++) {
    const change = Math.abs((y[at] ?? NaN) - (y[at - 1] ?? NaN))
    if (Number.isNaN(change)) continue
    sum += change
    count++
  }
  return count === 0 ? 0 : sum / count
}

function pinballOf(
  value: number,
  { quantile, probability }: { quantile: number; probability: number }
): number {
  return (value > quantile ? probability : probability - 1) * (value - quantile)
}

const MEAN_MAX = 600

/** By adding up chances; beyond 600 their first would be 0, and Poisson is as good as normal. */
function poissonQuantile(mean: number, probability: number): number {
  if (!(mean > 0)) return 0
  if (mean > MEAN_MAX) return mean + (NORMAL.get(probability) ?? 0) * Math.sqrt(mean)
  let count = 0
  let chance = Math.exp(-mean)
  for (let sum = chance; sum < probability && chance > 0; sum += chance) chance *= mean / ++count
  return count
}

const NORMAL = new Map([
  [0.8, 0.8416],
  [0.9, 1.2816],
  [0.95, 1.6449],
  [0.98, 2.0537]
])
