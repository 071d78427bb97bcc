import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createBlender } from '../../models/recommend/blend.ts'
import { blendedModel } from '../../models/recommend/blended-model.ts'
import { coOccurrenceRecommender } from '../../models/recommend/co-occurrence.ts'
import { denseRidgeRecommender } from '../../models/recommend/dense-ridge.ts'
import { implicitAlsRecommender } from '../../models/recommend/implicit-als.ts'
import { kernelRecommender } from '../../models/recommend/item-neighbours.ts'
import { bm25, cosine, rp3beta, tfIdf } from '../../models/recommend/kernels.ts'
import { neighboursOf } from '../../models/recommend/neighbours.ts'
import { popularityRecommender } from '../../models/recommend/popularity.ts'
import type { Recommender } from '../../models/recommend/recommender.ts'
import { servedSources } from '../../models/recommend/served-blend.ts'
import { fitServed } from '../../models/recommend/served-models.ts'
import { recommendSettings } from '../../models/recommend/settings.ts'
import { sparseRidgeRecommender } from '../../models/recommend/sparse-ridge.ts'
import { topK } from '../../models/recommend/top-k.ts'
import { anyRows, historyOf, interactionsOf, ITEMS, NOW_MS, UNITS, type Row } from './recommend/generate.ts'

const blend = createBlender()

const SEED = 1
const kernel = recommendSettings.coOccurrence

/** What the API does with what the jobs publish. */
const served: Recommender = (interactions, { nowMs }) => {
  const documents = Array.from({ length: interactions.itemCount }, () => ({ title: '', attributes: {} }))
  const lists = fitServed({ interactions, documents, nowMs }, recommendSettings)
  return {
    score: (history) => {
      const scores = new Float32Array(interactions.itemCount)
      const sources = servedSources(recommendSettings, {
        bought_together: (item) => neighboursOf(lists.bought_together, item),
        similar: (item) => neighboursOf(lists.similar, item),
        popular: lists.popular
      })
      const answer = blend({ history, ...sources, k: interactions.itemCount })
      for (const { item, score } of answer) scores[item] = score
      return scores
    }
  }
}

const keepAll = { neighboursMax: 50, keep: 'targets per source' } as const

const sparseRidge = sparseRidgeRecommender({
  unitExponent: 0.3,
  candidateExponent: 0.3,
  candidatesMax: 50,
  ridge: 5,
  penaltyExponent: 0.3,
  targetExponent: 0.1
})
const implicitAls = implicitAlsRecommender({
  factors: 2,
  regularisation: 0.5,
  alpha: 10,
  iterations: 10,
  targetExponent: 0.1,
  seed: 1
})
const blended: Recommender = (interactions, options) =>
  blendedModel([sparseRidge, implicitAls].map((fit) => ({ model: fit(interactions, options), weight: 1 })))

/** `scaleFree`: the ranks do not depend on the unit that weights are in. `signed`: items can speak against each other. */
const recommenders: {
  name: string
  personal: boolean
  fallsBack: boolean
  scaleFree?: boolean
  signed?: boolean
  fit: Recommender
}[] = [
  {
    name: 'co-occurrence, targets per source',
    personal: true,
    fallsBack: false,
    fit: coOccurrenceRecommender({ ...kernel, keep: 'targets per source' })
  },
  {
    name: 'co-occurrence, sources per target',
    personal: true,
    fallsBack: false,
    fit: coOccurrenceRecommender({ ...kernel, keep: 'sources per target' })
  },
  { name: 'cosine', personal: true, fallsBack: false, fit: kernelRecommender(cosine, keepAll) },
  { name: 'TF-IDF', personal: true, fallsBack: false, fit: kernelRecommender(tfIdf, keepAll) },
  {
    name: 'BM25',
    personal: true,
    fallsBack: false,
    // A weight saturates: that is what k1 is for.
    scaleFree: false,
    fit: kernelRecommender(bm25({ k1: 100, b: 0.8 }), keepAll)
  },
  {
    name: 'RP3beta',
    personal: true,
    fallsBack: false,
    fit: kernelRecommender(rp3beta({ alpha: 1, beta: 0.4 }), keepAll)
  },
  {
    name: 'sparse ridge',
    personal: true,
    fallsBack: false,
    // The ridge is in the square of the weights' unit.
    scaleFree: false,
    signed: true,
    fit: sparseRidge
  },
  {
    name: 'dense ridge',
    personal: true,
    fallsBack: false,
    scaleFree: false,
    signed: true,
    fit: denseRidgeRecommender({ unitExponent: 0.3, ridge: 5, penaltyExponent: 0.3, targetExponent: 0.1 })
  },
  {
    name: 'implicit ALS',
    personal: true,
    fallsBack: false,
    // Confidence has a unit of its own: alpha.
    scaleFree: false,
    signed: true,
    fit: implicitAls
  },
  {
    name: 'sparse ridge and implicit ALS blended',
    personal: true,
    fallsBack: false,
    scaleFree: false,
    signed: true,
    fit: blended
  },
  { name: 'decayed popularity', personal: false, fallsBack: true, fit: popularityRecommender(7) },
  { name: 'the served blend', personal: true, fallsBack: true, fit: served }
]

const ranking = (scores: Float32Array, without: readonly number[] = []) => [
  ...topK(scores, scores.length, { excluded: (item) => without.includes(item) }).indexes
]

describe.each(recommenders)('$name', ({ personal, fallsBack, scaleFree = true, signed = false, fit }) => {
  if (personal)
    it('ranks the withheld cell of a checkerboard first', () => {
      const size = 8
      for (let withheld = 0; withheld < size; withheld += 2) {
        const rows: Row[] = []
        for (let unit = 0; unit < size; unit++) {
          for (let item = unit % 2; item < size; item += 2) {
            if (unit !== 0 || item !== withheld) rows.push({ unit, item })
          }
        }
        const history = [0, 2, 4, 6].filter((item) => item !== withheld)
        const scores = fit(interactionsOf(rows, size, size), { nowMs: NOW_MS }).score(historyOf(history))
        expect(ranking(scores, history)[0]).toBe(withheld)
      }
    })

  it('does not care in which order units are numbered', () => {
    fc.assert(
      fc.property(anyRows, fc.nat(UNITS - 1), (rows, shift) => {
        const renamed = rows.map((row) => ({ ...row, unit: (row.unit + shift) % UNITS })).toReversed()
        const [a, b] = [rows, renamed].map((some) =>
          fit(interactionsOf(some, UNITS, ITEMS), { nowMs: NOW_MS }).score(historyOf([0, 3]))
        )
        for (let item = 0; item < ITEMS; item++) expect(b?.[item]).toBeCloseTo(a?.[item] ?? NaN, 5)
      }),
      { seed: SEED }
    )
  })

  if (scaleFree)
    it('ranks the same when every weight is doubled', () => {
      fc.assert(
        fc.property(anyRows, (rows) => {
          const doubled = rows.map((row) => ({ ...row, weight: 2 * (row.weight ?? 1) }))
          const [a, b] = [rows, doubled].map((some) =>
            fit(interactionsOf(some, UNITS, ITEMS), { nowMs: NOW_MS }).score(historyOf([1, 2]))
          )
          const places = ranking(a ?? new Float32Array())
          // Rounding may part what was equal, so neighbours in rank are compared and not the lists.
          places.slice(1).forEach((item, place) => {
            const better = b?.[places[place] ?? 0] ?? NaN
            expect(b?.[item]).toBeLessThanOrEqual(better * (1 + 1e-5))
          })
        }),
        { seed: SEED }
      )
    })

  it('says nothing or what is popular to an empty history', () => {
    const rows = [
      { unit: 0, item: 2 },
      { unit: 1, item: 2 },
      { unit: 1, item: 1 }
    ]
    const scores = fit(interactionsOf(rows, 2, 4), { nowMs: NOW_MS }).score(historyOf([]))
    if (fallsBack) expect(ranking(scores).slice(0, 2)).toEqual([2, 1])
    else expect([...scores]).toEqual([0, 0, 0, 0])
  })

  it('fits an empty shop, and items that it never saw', () => {
    const model = fit(interactionsOf([], 0, 3), { nowMs: NOW_MS })
    expect([...model.score(historyOf([]))]).toEqual([0, 0, 0])
    expect([...model.score(historyOf([2]))]).toEqual([0, 0, 0])
  })

  it(`never scores ${signed ? '' : 'below 0 or '}not at all`, () => {
    fc.assert(
      fc.property(anyRows, (rows) => {
        const scores = fit(interactionsOf(rows, UNITS, ITEMS), { nowMs: NOW_MS }).score(historyOf([0, 5]))
        expect(scores).toHaveLength(ITEMS)
        expect(scores.every((score) => Number.isFinite(score) && (signed || score >= 0))).toBe(true)
      }),
      { seed: SEED }
    )
  })
})
