import { matrixOf } from '../../models/recommend/matrix.ts'
import type { Question } from '../../models/recommend/questions.ts'
import { decayed } from '../../models/recommend/recommender.ts'
import type { RecommendSettings } from '../../models/recommend/settings.ts'
import { fitSparseRidge, type SparseRidgeOptions } from '../../models/recommend/sparse-ridge.ts'
import { judgeNeighbours } from './judge.ts'
import { basketInteractions, type Purchases } from './purchases.ts'

export type RidgeSettings = SparseRidgeOptions & { halfLifeDays: number }

const start: RidgeSettings = {
  halfLifeDays: 45,
  unitExponent: 0.5,
  candidateExponent: 0.3,
  candidatesMax: 100,
  ridge: 50,
  penaltyExponent: 0.5,
  targetExponent: 0
}

const grids: Partial<Record<keyof RidgeSettings, readonly number[]>> = {
  ridge: [20, 50, 100, 200],
  halfLifeDays: [21, 45, 90],
  targetExponent: [0, 0.1, 0.2]
}

/** The sparse ridge over decayed baskets: not served, but it must be beaten. */
export function fitRidge(training: Purchases, { halfLifeDays, ...options }: RidgeSettings, nowMs: number) {
  const weigh = (weight: number, atMs: number) => weight * decayed(atMs, { nowMs, halfLifeDays })
  return fitSparseRidge(matrixOf(basketInteractions(training), { weigh }), options)
}

type Tune = {
  training: Purchases
  questions: readonly Question[]
  served: { settings: RecommendSettings; nowMs: number }
  passes: number
  report: (line: string) => void
}

/** One pass over its own grids, on the days on which the blend is chosen; none without passes. */
export function tuneRidge({ training, questions, served, passes, report }: Tune): RidgeSettings {
  const evaluate = (settings: RidgeSettings) =>
    judgeNeighbours(fitRidge(training, settings, served.nowMs), questions, served).recall
  if (passes === 0) return start
  let best = { settings: start, recall: evaluate(start) }
  for (const [name, values] of Object.entries(grids)) {
    for (const value of values) {
      const settings = { ...best.settings, [name]: value }
      const recall = evaluate(settings)
      if (recall > best.recall) best = { settings, recall }
    }
    report(`sparse ridge: ${name}: recall ${best.recall.toFixed(4)}`)
  }
  return best.settings
}
