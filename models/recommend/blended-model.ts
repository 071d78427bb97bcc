import type { History, Model } from './recommender.ts'

export type Member = { model: Model; weight: number }

/**
 * The sum over models of weight times score, each model's scores in deviations first, so that weights mean the same whatever
 * the scale of a model, and a model that has nothing to say is silent. It can be taken apart when all of its models can.
 */
export function blendedModel(members: readonly Member[]): Model {
  return weightedSum(members.map(({ model, weight }) => ({ model: inDeviations(model), weight })))
}

/** Each visitor's scores divided by their standard deviation over all items. */
export function inDeviations({ score, contributions }: Model): Model {
  return {
    score: (history) => {
      const scores = score(history)
      const scale = scaleOf(scores)
      return scores.map((value) => value * scale)
    },
    ...(contributions && {
      contributions: (history, item) => {
        const scale = scaleOf(score(history))
        return contributions(history, item).map((value) => value * scale)
      }
    })
  }
}

export function weightedSum(members: readonly Member[]): Model {
  const score = (history: History): Float32Array => {
    const parts = members.map(({ model, weight }) => ({ scores: model.score(history), weight }))
    const total = new Float32Array(parts[0]?.scores.length ?? 0)
    for (const { scores, weight } of parts) {
      for (let item = 0; item < total.length; item++)
        total[item] = (total[item] ?? 0) + weight * (scores[item] ?? 0)
    }
    return total
  }
  if (!members.every(({ model }) => model.contributions)) return { score }
  return {
    score,
    contributions: (history, item) => {
      const total = new Float64Array(history.items.length)
      for (const { model, weight } of members) {
        const given = model.contributions?.(history, item) ?? []
        given.forEach((value, at) => (total[at] = (total[at] ?? 0) + weight * value))
      }
      return total
    }
  }
}

/** Asked again about the same history, it gives a copy of what it answered: for models that share a part. */
export function remembering(model: Model): Model {
  let last: { history: History; scores: Float32Array } | undefined
  return {
    ...model,
    score: (history) => {
      if (last?.history !== history) last = { history, scores: model.score(history) }
      return last.scores.slice()
    }
  }
}

function scaleOf(scores: Float32Array): number {
  let [sum, squares] = [0, 0]
  for (let item = 0; item < scores.length; item++) {
    const score = scores[item] ?? 0
    sum += score
    squares += score * score
  }
  const mean = sum / Math.max(1, scores.length)
  const deviation = Math.sqrt(Math.max(0, squares / Math.max(1, scores.length) - mean * mean))
  return deviation > 0 ? 1 / deviation : 0
}
