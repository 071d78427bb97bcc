import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { matrixOf } from '../../../models/recommend/matrix.ts'
import { topK } from '../../../models/recommend/top-k.ts'
import {
  fitUserNeighbours,
  scoreUserNeighbours,
  userNeighboursRecommender
} from '../../../models/recommend/user-neighbours.ts'
import { anyRows, denseOf, historyOf, interactionsOf, ITEMS, NOW_MS, UNITS, type Row } from './generate.ts'

const SEED = 11
const everybody = { neighboursMax: UNITS, unitsPerItemMax: UNITS }
const scoresOf = (rows: readonly Row[], items: readonly number[], options = everybody) =>
  scoreUserNeighbours(
    fitUserNeighbours(matrixOf(interactionsOf(rows, UNITS, ITEMS)), options),
    historyOf(items)
  )
const rowsOf = (...units: number[][]): Row[] =>
  units.flatMap((items, unit) => items.map((item) => ({ unit, item })))
const bestOf = (scores: Float32Array, without: readonly number[], k = ITEMS) => [
  ...topK(scores, k, { excluded: (item) => without.includes(item) || scores[item] === 0 }).indexes
]

/** By the definition: all cosines, the k largest of units that have something new, and their rows. */
function slowScores(rows: readonly Row[], items: readonly number[], k: number): number[] {
  const dense = denseOf(rows)
  const cosines = dense.map((row) => {
    const product = items.reduce((sum, item) => sum + (row[item] ?? 0), 0)
    const isUseful = row.some((value, item) => value > 0 && !items.includes(item))
    return isUseful && product > 0 ? product / (Math.hypot(...row) * Math.sqrt(items.length)) : 0
  })
  const nearest = [...cosines.keys()]
    .filter((unit) => (cosines[unit] ?? 0) > 0)
    .toSorted((a, b) => Math.fround(cosines[b] ?? 0) - Math.fround(cosines[a] ?? 0) || a - b)
    .slice(0, k)
  return Array.from({ length: ITEMS }, (_, item) =>
    nearest.reduce((sum, unit) => sum + (cosines[unit] ?? 0) * (dense[unit]?.[item] ?? 0), 0)
  )
}

describe('user-user cosine', () => {
  it('equals its definition', () => {
    fc.assert(
      fc.property(
        anyRows,
        fc.uniqueArray(fc.nat(ITEMS - 1), { maxLength: 5 }),
        fc.integer({ min: 1, max: UNITS }),
        (rows, items, neighboursMax) => {
          const scores = scoresOf(rows, items, { ...everybody, neighboursMax })
          slowScores(rows, items, neighboursMax).forEach((score, item) =>
            expect(scores[item]).toBeCloseTo(score, 4)
          )
        }
      ),
      { seed: SEED }
    )
  })

  it('hears no more units of an item than it may, those first that have it most', () => {
    const rows = [0, 1, 2].flatMap((unit) => [
      { unit, item: 0, weight: unit + 1 },
      { unit, item: unit + 1 }
    ])
    expect(bestOf(scoresOf(rows, [0], { ...everybody, unitsPerItemMax: 2 }), [0]).toSorted()).toEqual([2, 3])
  })

  it('counts for more what was bought lately', () => {
    const fit = userNeighboursRecommender({ ...everybody, halfLifeDays: 30 })
    const rows = [
      { unit: 0, item: 0, daysAgo: 100 },
      { unit: 0, item: 1, daysAgo: 100 },
      { unit: 1, item: 0, daysAgo: 1 },
      { unit: 1, item: 2, daysAgo: 1 }
    ]
    const scores = fit(interactionsOf(rows, 2, 3), { nowMs: NOW_MS }).score(historyOf([0]))
    expect(scores[2]).toBeGreaterThan(5 * (scores[1] ?? NaN))
  })
})

/** The sample of the method that this project was given to begin with, and what is wrong with it: numbers as there. */
describe('what the textbook version gets wrong', () => {
  it('fault 2, no ranking: what more alike people bought comes first, not what is found first', () => {
    const rows = rowsOf([0, 7, 8, 3], [0, 1, 2, 5], [0, 1, 6])
    expect(bestOf(scoresOf(rows, [0, 1]), [0, 1])[0]).toBe(6)
  })

  it('fault 3, duplicates: a title that many neighbours bought has one place, and a better one for it', () => {
    const rows = rowsOf([0, 5], [0, 5], [0, 5], [0, 2], [0, 3])
    const best = bestOf(scoresOf(rows, [0]), [0])
    expect(best[0]).toBe(5)
    expect(new Set(best).size).toBe(best.length)
  })

  it('fault 4, one’s own purchases: neither the visitor nor a twin takes the place of a neighbour', () => {
    const rows = rowsOf([0, 1], [0, 1], [0, 1], [0, 4])
    const scores = scoresOf(rows, [0, 1], { ...everybody, neighboursMax: 1 })
    expect(bestOf(scores, [0, 1])).toEqual([4])
  })

  it('fault 13, chance: the order in which purchases are read does not matter, ties included', () => {
    fc.assert(
      fc.property(anyRows, fc.uniqueArray(fc.nat(ITEMS - 1), { maxLength: 4 }), (rows, items) => {
        const [a, b] = [rows, rows.toReversed()].map((some) =>
          scoresOf(some, items, { ...everybody, neighboursMax: 3 })
        )
        expect(b).toEqual(a)
      }),
      { seed: SEED }
    )
  })
})
