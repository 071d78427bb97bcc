import { bootstrap } from '../../models/recommend/bootstrap.ts'
import type { SessionFile } from './data-set.ts'
import type { Aim, Predict } from './families.ts'

export const K = 20

/** Of one session: sums over its predictions. */
export type Sums = Record<'predictions' | 'mrr' | 'hits' | 'ndcg' | 'recall' | 'popularity', number>
export type Judged = {
  perSession: readonly Sums[]
  predictions: number
  mrr: number
  /** 95 %, bootstrapped over sessions: the predictions of one session are alike. */
  interval: [low: number, high: number]
  hitRate: number
  ndcg: number
  recall: number
  /** Of the training items, those that were recommended at all. */
  coverage: number
  /** Clicks of a recommended item over those of the most clicked one. */
  popularity: number
  /** Of the predictions whose next item the session had not seen: others are guessed by going back. */
  newItems: { predictions: number; mrr: number }
  p90Us: number
}

/**
 * Serenade's own evaluator, figure by figure: every click of a session but the first is predicted from those before it, from
 * a model of the training file alone. Reciprocal rank and hits are of the next item; recall and NDCG are of all items
 * that follow, NDCG with Serenade's discount (1 for the first two ranks, then 1 / log2 rank).
 */
export function judge(
  predict: Predict,
  sessions: readonly number[][],
  { train, clockUs }: { train: SessionFile; clockUs: () => number }
): Judged {
  const clicks = clicksOf(train)
  const recommended = new Set<number>()
  const tookUs: number[] = []
  const newItems = { predictions: 0, mrr: 0 }
  const perSession = sessions.map((items) => {
    const sums: Sums = { predictions: 0, mrr: 0, hits: 0, ndcg: 0, recall: 0, popularity: 0 }
    for (let seen = 1; seen < items.length; seen++) {
      const session = items.slice(0, seen).toReversed()
      const beforeUs = clockUs()
      const ranked = predict(session)
      tookUs.push(clockUs() - beforeUs)
      const reciprocal = reciprocalRank(ranked, items[seen] ?? 0)
      if (!session.includes(items[seen] ?? 0)) {
        newItems.predictions++
        newItems.mrr += reciprocal
      }
      sums.predictions++
      sums.mrr += reciprocal
      sums.hits += reciprocal > 0 ? 1 : 0
      sums.ndcg += ndcgOf(ranked, items.slice(seen))
      sums.recall += recallOf(ranked, items.slice(seen))
      sums.popularity += clicks.shareOf(ranked)
      for (const item of ranked) recommended.add(item)
    }
    return sums
  })
  const mean = (name: keyof Sums) => total(perSession, name) / Math.max(1, total(perSession, 'predictions'))
  return {
    perSession,
    predictions: total(perSession, 'predictions'),
    mrr: mean('mrr'),
    interval: bootstrap(perSession.length, (draws) => drawnMean(perSession, draws)),
    hitRate: mean('hits'),
    ndcg: mean('ndcg'),
    recall: mean('recall'),
    coverage: recommended.size / clicks.itemCount,
    popularity: mean('popularity'),
    newItems: { ...newItems, mrr: newItems.mrr / Math.max(1, newItems.predictions) },
    p90Us: tookUs.toSorted((a, b) => a - b)[Math.floor(0.9 * tookUs.length)] ?? 0
  }
}

/** All that a search asks for. */
export function mrrOf(predict: Predict, sessions: readonly number[][], aim: Aim): number {
  let [sum, count] = [0, 0]
  for (const items of sessions) {
    for (let seen = 1; seen < items.length; seen++) {
      const next = items[seen] ?? 0
      const session = items.slice(0, seen).toReversed()
      if (aim === 'new item' && session.includes(next)) continue
      sum += reciprocalRank(predict(session), next)
      count++
    }
  }
  return sum / Math.max(1, count)
}

function reciprocalRank(ranked: Uint32Array, next: number): number {
  const at = ranked.indexOf(next)
  return at < 0 ? 0 : 1 / (at + 1)
}

export function recallOf(ranked: Uint32Array, following: readonly number[]): number {
  return new Set(ranked).intersection(new Set(following)).size / following.length
}

export function ndcgOf(ranked: Uint32Array, following: readonly number[]): number {
  const wanted = new Set(following)
  const gain = (items: Iterable<number>) => {
    let sum = 0
    for (const [at, item] of [...items].entries())
      if (wanted.has(item)) sum += at === 0 ? 1 : 1 / Math.log2(at + 1)
    return sum
  }
  return gain(ranked) / gain(following.slice(0, K))
}

function clicksOf({ clicks, itemCount }: SessionFile) {
  const counts = new Uint32Array(itemCount)
  for (const item of clicks.items) counts[item] = (counts[item] ?? 0) + 1
  const most = counts.reduce((max, count) => Math.max(max, count), 1)
  return {
    itemCount: new Set(clicks.items).size,
    shareOf: (items: Uint32Array) =>
      items.reduce((sum, item) => sum + (counts[item] ?? 0) / most, 0) / Math.max(1, items.length)
  }
}

function total(sums: readonly Sums[], name: keyof Sums): number {
  return sums.reduce((sum, one) => sum + one[name], 0)
}

/** How much larger the MRR of one model is than another's on the same sessions, with its interval: they err together. */
export function leadOf(one: Judged, other: Judged): { mrr: number; interval: [low: number, high: number] } {
  const interval = bootstrap(
    one.perSession.length,
    (draws) => drawnMean(one.perSession, draws) - drawnMean(other.perSession, draws)
  )
  return { mrr: one.mrr - other.mrr, interval }
}

function drawnMean(sessions: readonly Sums[], draws: Uint16Array): number {
  let [sum, count] = [0, 0]
  sessions.forEach(({ mrr, predictions }, at) => {
    sum += mrr * (draws[at] ?? 0)
    count += predictions * (draws[at] ?? 0)
  })
  return sum / Math.max(1, count)
}
