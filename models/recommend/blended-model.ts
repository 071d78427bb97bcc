import type { History, Model } from './recommender.ts'

export type Member = { model: Model; weight: number }

/**
 * The sum over models of weight times score, each model's scores in deviations first, so that weights mean the same whatever
 * the scale of a model, and a model that has nothing to say is silent.
 */
export function blendedModel(members: readonly Member[]): Model {
  return weightedSum(members.map(({ model, weight }) => ({ model: inDeviations(model), weight })))
}

/** Each visitor's scores divided by their standard deviation over all items. */
export function inDeviations(model: Model): Model {
  return {
    score: (history) => {
      const scores = model.score(history)
      const deviation = standardDeviation(scores)
      const scale = deviation > 0 ? 1 / deviation : 0
      return scores.map((score) => score * scale)
    }
  }
}

export function weightedSum(members: readonly Member[]): Model {
  return {
    score: (history) => {
      const [first, ...others] = members.map(({ model, weight }) => ({
        scores: model.score(history),
        weight
      }))
      const total = Float32Array.from(first?.scores ?? [], (score) => score * (first?.weight ?? 0))
      for (const { scores, weight } of others) {
        for (let item = 0; item < total.length; item++)
          total[item] = (total[item] ?? 0) + weight * (scores[item] ?? 0)
      }
      return total
    }
  }
}

/** Asked again about the same history, it gives a copy of what it answered: for models that share a part. */
export function remembering(model: Model): Model {
  let last: { history: History; scores: Float32Array } | undefined
  return {
    score: (history) => {
      if (last?.history !== history) last = { history, scores: model.score(history) }
      return last.scores.slice()
    }
  }
}

function standardDeviation(scores: Float32Array): number {
  let [sum, squares] = [0, 0]
  for (let item = 0; item < scores.length; item++) {
    const score = scores[item] ?? 0
    sum += score
    squares += score * score
  }
  const mean = sum / Math.max(1, scores.length)
  return Math.sqrt(Math.max(0, squares / Math.max(1, scores.length) - mean * mean))
}
