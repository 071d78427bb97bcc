import type { History, Model } from './recommender.ts'

export type Member = { model: Model; weight: number }

/**
 * The sum over models of weight times score, each model's scores of a visitor divided by their standard deviation over all
 * items first, so that weights mean the same whatever the scale of a model, and a model that has nothing to say is silent.
 * It can be taken apart when all of its models can.
 */
export function blendedModel(members: readonly Member[]): Model {
  const scaled = (history: History) =>
    members.map(({ model, weight }) => {
      const scores = model.score(history)
      const deviation = standardDeviation(scores)
      return { model, scores, scale: deviation > 0 ? weight / deviation : 0 }
    })
  const score = (history: History): Float32Array => {
    const parts = scaled(history)
    const total = new Float32Array(parts[0]?.scores.length ?? 0)
    for (const { scores, scale } of parts) {
      for (let item = 0; item < total.length; item++)
        total[item] = (total[item] ?? 0) + scale * (scores[item] ?? 0)
    }
    return total
  }
  if (!members.every(({ model }) => model.contributions)) return { score }
  return {
    score,
    contributions: (history, item) => {
      const total = new Float64Array(history.items.length)
      for (const { model, scale } of scaled(history)) {
        const given = model.contributions?.(history, item) ?? []
        given.forEach((value, at) => (total[at] = (total[at] ?? 0) + scale * value))
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
