import { describe, expect, it } from 'vitest'
import { accuracyAt, coverageOf, evaluate, giniOf, type Metric } from '../../../models/recommend/evaluate.ts'
import { joinLists } from '../../../models/recommend/neighbours.ts'

const wanted = (...items: number[]) => new Set(items)

describe('accuracy of one list', () => {
  it('equals what is reckoned by hand', () => {
    // Hits at ranks 2 and 4 of 5; three were wanted, so the best list has hits at ranks 1, 2 and 3.
    const { recall, ndcg, mrr, hit_rate } = accuracyAt(
      { ranked: [9, 1, 8, 2, 7], wanted: wanted(1, 2, 3) },
      5
    )
    expect(recall).toBeCloseTo(2 / 3, 10)
    expect(ndcg).toBeCloseTo((1 / Math.log2(3) + 1 / Math.log2(5)) / (1 + 1 / Math.log2(3) + 1 / 2), 10)
    expect(mrr).toBe(1 / 2)
    expect(hit_rate).toBe(1)
  })

  it('knows nothing of what comes after k', () => {
    expect(accuracyAt({ ranked: [9, 8, 1], wanted: wanted(1) }, 2)).toEqual({
      recall: 0,
      ndcg: 0,
      mrr: 0,
      hit_rate: 0
    })
  })

  it('is 1 for the best list that k allows, but for recall', () => {
    const figures = accuracyAt({ ranked: [3, 1], wanted: wanted(1, 2, 3, 4) }, 2)
    expect(figures).toEqual({ recall: 0.5, ndcg: 1, mrr: 1, hit_rate: 1 })
  })
})

describe('the catalogue that lists show', () => {
  it('is covered by what anybody is shown', () => {
    expect(coverageOf(Float64Array.of(0, 3, 1, 0))).toBe(0.5)
    expect(coverageOf(new Float64Array(0))).toBe(0)
  })

  it('has a Gini of 0 when all are shown alike, and of (n - 1) / n when one has every place', () => {
    expect(giniOf(Float64Array.of(2, 2, 2, 2))).toBe(0)
    expect(giniOf(Float64Array.of(0, 0, 8, 0))).toBe(3 / 4)
    // (2 × 1 - 5) × 0 + (-1) × 1 + 1 × 2 + 3 × 5 = 16, over 4 × 8.
    expect(giniOf(Float64Array.of(5, 1, 0, 2))).toBe(0.5)
    expect(giniOf(new Float64Array(3))).toBe(0)
  })
})

describe('an evaluation', () => {
  // Ten users, five items; content neighbours 0 and 1 are alike by half, the others not at all.
  const catalogue = {
    itemCount: 5,
    itemUsers: [5, 10, 1, 0, 2],
    userCount: 10,
    similar: joinLists([
      { indexes: Uint32Array.of(1), scores: Float32Array.of(0.5) },
      { indexes: Uint32Array.of(0), scores: Float32Array.of(0.5) }
    ])
  }
  const answers = [
    { ranked: [0, 1, 3], wanted: wanted(1) },
    { ranked: [1, 2, 4], wanted: wanted(0) }
  ]
  const figures = new Map(
    evaluate(answers, 3, catalogue).map((figure): [Metric, typeof figure] => [figure.metric, figure])
  )

  it('is the mean over users', () => {
    expect(figures.get('recall')?.value).toBe(0.5)
    expect(figures.get('mrr')?.value).toBe(1 / 4)
    expect(figures.get('hit_rate')?.value).toBe(0.5)
    // -log2 of 5/10, 10/10 and, as nobody has it, 1/10; then 10/10, 1/10 and 2/10.
    const bits = Math.log2(10)
    expect(figures.get('novelty')?.value).toBeCloseTo(
      ((1 + 0 + bits) / 3 + (0 + bits + Math.log2(5)) / 3) / 2,
      6
    )
    // One of three pairs is alike by half; then none is.
    expect(figures.get('diversity')?.value).toBeCloseTo((1 - 0.5 / 3 + 1) / 2, 6)
    // The head is a fifth of five items: item 1, in either list once.
    expect(figures.get('popularity_share')?.value).toBeCloseTo(1 / 3, 6)
    expect(figures.get('coverage')?.value).toBe(1)
  })

  it('has an interval around each mean, and none around what all lists make together', () => {
    const [low, high] = figures.get('recall')?.interval ?? [NaN, NaN]
    expect([low, high]).toEqual([0, 1])
    expect(figures.get('gini')?.interval).toBeNull()
    expect(figures.get('coverage')?.interval).toBeNull()
  })
})
