import type { History, Recommender } from './recommender.ts'
import { buildSessionIndex } from './session-index.ts'
import { createSessionNeighbours, type SessionSettings } from './session-neighbours.ts'

const SESSION_ITEMS_MAX = 50

/** Units are sessions. The history's order is what its weights say: the heaviest is the latest. */
export function sessionRecommender(settings: SessionSettings): Recommender {
  return ({ unitCount, itemCount, units, items, occurredAtMs }) => {
    const index = buildSessionIndex(
      { sessions: units, items, occurredAtMs },
      { sessionsMax: unitCount, sessionItemsMax: SESSION_ITEMS_MAX }
    )
    const recommend = createSessionNeighbours(index, settings)
    return {
      score: (history) => {
        const scores = new Float32Array(itemCount)
        const best = recommend(latestFirst(history), { k: itemCount })
        best.indexes.forEach((item, rank) => (scores[item] = best.scores[rank] ?? 0))
        return scores
      },
      contributions: (history, item) => {
        const { indexes, parts, speakers } = recommend(latestFirst(history), { k: itemCount })
        const row = indexes.indexOf(item) * speakers.length
        return Float64Array.from(history.items, (own) => {
          const speaker = speakers.indexOf(own)
          return row < 0 || speaker < 0 ? 0 : (parts[row + speaker] ?? 0)
        })
      }
    }
  }
}

function latestFirst({ items, weights }: History): number[] {
  const order = Array.from(items.keys()).toSorted((a, b) => (weights[b] ?? 0) - (weights[a] ?? 0) || a - b)
  return order.map((at) => items[at] ?? 0)
}
