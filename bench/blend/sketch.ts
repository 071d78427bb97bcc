import type { BlendInput } from '../../models/recommend/blend.ts'

/** What one would write first: a sum for every work of the catalogue, then the largest of those that got any. */
export function createSketch(itemCount: number): (input: BlendInput) => number[] {
  const sums = new Float64Array(itemCount)
  return ({ history, sources, k }) => {
    const touched: number[] = []
    for (const { listOf } of sources) {
      history.items.forEach((item, at) => {
        const weight = history.weights[at] ?? 0
        const list = listOf(item)
        list?.indexes.forEach((to, place) => {
          const before = sums[to] ?? 0
          if (before === 0) touched.push(to)
          sums[to] = before + weight * (list.scores[place] ?? 0)
        })
      })
    }
    const best: number[] = []
    for (const item of touched) {
      const score = sums[item] ?? 0
      if (best.length === k && score <= (sums[best[k - 1] ?? 0] ?? 0)) continue
      let rank = best.length
      while (rank > 0 && score > (sums[best[rank - 1] ?? 0] ?? 0)) rank--
      best.splice(rank, 0, item)
      if (best.length > k) best.pop()
    }
    for (const item of touched) sums[item] = 0
    return best
  }
}
