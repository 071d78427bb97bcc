import { accuracyAt } from '../../models/recommend/evaluate.ts'
import type { Matrix } from '../../models/recommend/matrix.ts'
import type { Model } from '../../models/recommend/recommender.ts'
import { topK } from '../../models/recommend/top-k.ts'
import type { Question } from './cut.ts'

const K = 20

export type Accuracy = { recall: number; ndcg: number }

/** What is best: their product, so that a per cent of either counts the same. */
export function valueOf({ recall, ndcg }: Accuracy): number {
  return recall * ndcg
}

/** RecZoo's protocol: every item is ranked, those of the user's training part left out. Means over the users asked of recall@20 and NDCG@20. */
export function judge(model: Model, matrix: Matrix, questions: readonly Question[]): Accuracy {
  return judgeAll([model], matrix, questions)[0] ?? { recall: 0, ndcg: 0 }
}

/** Every model is asked about a user before the next user comes, so that those which share a part may share its answer. */
export function judgeAll(
  models: readonly Model[],
  { byUnit }: Matrix,
  questions: readonly Question[]
): Accuracy[] {
  const sums = models.map(() => ({ recall: 0, ndcg: 0 }))
  for (const { user, wanted } of questions) {
    const items = byUnit.indexes.subarray(byUnit.offsets[user], byUnit.offsets[user + 1])
    const history = { items, weights: new Float32Array(items.length).fill(1) }
    const set = new Set(wanted)
    models.forEach((model, at) => {
      const scores = model.score(history)
      for (const item of items) scores[item] = NaN
      const accuracy = accuracyOf(topK(scores, K).indexes, set)
      const sum = sums[at]
      if (sum) sums[at] = { recall: sum.recall + accuracy.recall, ndcg: sum.ndcg + accuracy.ndcg }
    })
  }
  const count = Math.max(1, questions.length)
  return sums.map(({ recall, ndcg }) => ({ recall: recall / count, ndcg: ndcg / count }))
}

export function accuracyOf(ranked: Uint32Array, wanted: ReadonlySet<number>): Accuracy {
  const { recall, ndcg } = accuracyAt({ ranked, wanted }, K)
  return { recall, ndcg }
}
