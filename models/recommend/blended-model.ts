import type { Model } from './recommender.ts'

export type Member = { model: Model; weight: number }

/**
 * The sum over models of weight times score, each model's scores of a visitor divided by their standard deviation over all
 * items first, so that weights mean the same whatever the scale of a model, and a model that has nothing to say is silent.
 */
export function blendedModel(members: readonly Member[]): Model {
  return {
    score: (history) => {
      const parts = members.map(({ model, weight }) => ({ scores: model.score(history), weight }))
      const total = new Float32Array(parts[0]?.scores.length ?? 0)
      for (const { scores, weight } of parts) {
        const deviation = standardDeviation(scores)
        const scale = deviation > 0 ? weight / deviation : 0
        for (let item = 0; item < total.length; item++)
          total[item] = (total[item] ?? 0) + scale * (scores[item] ?? 0)
      }
      return total
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
