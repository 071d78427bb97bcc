import type { Matrix } from '../../models/recommend/matrix.ts'
import type { Model } from '../../models/recommend/recommender.ts'
import { topK } from '../../models/recommend/top-k.ts'
import type { Question } from './cut.ts'

const K = 20

export type Accuracy = { recall: number; ndcg: number }

/**
 * RecZoo's protocol: every item is ranked, those of the user's training part left out. Means over the users asked of
 *   recall@20 = hits / wanted and NDCG@20 = sum_hits 1 / log2(1 + rank) / the most that min(20, wanted) hits could give.
 */
export function judge(model: Model, { byUnit }: Matrix, questions: readonly Question[]): Accuracy {
  let [recall, ndcg] = [0, 0]
  for (const { user, wanted } of questions) {
    const items = byUnit.indexes.subarray(byUnit.offsets[user], byUnit.offsets[user + 1])
    const scores = model.score({ items, weights: new Float32Array(items.length).fill(1) })
    for (const item of items) scores[item] = NaN
    const accuracy = accuracyOf(topK(scores, K).indexes, new Set(wanted))
    recall += accuracy.recall
    ndcg += accuracy.ndcg
  }
  const count = Math.max(1, questions.length)
  return { recall: recall / count, ndcg: ndcg / count }
}

export function accuracyOf(ranked: Uint32Array, wanted: ReadonlySet<number>): Accuracy {
  let [hits, gain, ideal] = [0, 0, 0]
  for (let rank = 1; rank <= K; rank++) {
    const discount = 1 / Math.log2(1 + rank)
    if (rank <= wanted.size) ideal += discount
    const item = ranked[rank - 1]
    if (item === undefined || !wanted.has(item)) continue
    hits++
    gain += discount
  }
  return { recall: hits / wanted.size, ndcg: gain / ideal }
}
