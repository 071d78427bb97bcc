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
import { vmisKnn } from '../../models/recommend/session-neighbours.ts'
import { sessionRecommender } from '../../models/recommend/session-recommender.ts'
import { recommendSettings } from '../../models/recommend/settings.ts'
import { sparseRidgeRecommender } from '../../models/recommend/sparse-ridge.ts'
import { topK } from '../../models/recommend/top-k.ts'
import { trendRecommender } from '../../models/recommend/trend.ts'
import { userNeighboursRecommender } from '../../models/recommend/user-neighbours.ts'
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

const ridge = { unitExponent: 0.3, ridge: 5, penaltyExponent: 0.3, targetExponent: 0.1 }
/** The ridge is in the square of the weights' unit, but for what the item's degree already holds. */
const doubledRidge = { ...ridge, ridge: 5 * 2 ** (2 - 0.3) }
const candidates = { candidateExponent: 0.3, candidatesMax: 50 }
const sparseRidge = sparseRidgeRecommender({ ...ridge, ...candidates })
const als = { factors: 2, regularisation: 0.5, alpha: 10, iterations: 10, targetExponent: 0.1, seed: 1 }
const implicitAls = implicitAlsRecommender(als)
/** Confidence has a unit of its own. */
const doubledAls = implicitAlsRecommender({ ...als, alpha: 5 })
const trend = { shortHalfLifeDays: 3, longHalfLifeDays: 30, smoothing: 1 }
const blendOf =
  (...fits: Recommender[]): Recommender =>
  (interactions, options) =>
    blendedModel(fits.map((fit) => ({ model: fit(interactions, options), weight: 1 })))

/**
 * `doubled`: the same model where weights are in a unit half as large, when a setting is in that unit. `signed`: items can
 * speak against each other.
 */
const recommenders: {
  name: string
  personal: boolean
  fallsBack: boolean
  doubled?: Recommender
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
    doubled: kernelRecommender(bm25({ k1: 200, b: 0.8 }), keepAll),
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
    doubled: sparseRidgeRecommender({ ...doubledRidge, ...candidates }),
    signed: true,
    fit: sparseRidge
  },
  {
    name: 'dense ridge',
    personal: true,
    fallsBack: false,
    doubled: denseRidgeRecommender(doubledRidge),
    signed: true,
    fit: denseRidgeRecommender(ridge)
  },
  {
    name: 'implicit ALS',
    personal: true,
    fallsBack: false,
    doubled: doubledAls,
    signed: true,
    fit: implicitAls
  },
  {
    name: 'sparse ridge and implicit ALS blended',
    personal: true,
    fallsBack: false,
    doubled: blendOf(sparseRidgeRecommender({ ...doubledRidge, ...candidates }), doubledAls),
    signed: true,
    fit: blendOf(sparseRidge, implicitAls)
  },
  {
    name: 'user-user cosine',
    personal: true,
    fallsBack: false,
    fit: userNeighboursRecommender({ neighboursMax: 50, unitsPerItemMax: 50, halfLifeDays: 30 })
  },
  {
    name: 'trend',
    personal: false,
    fallsBack: false,
    // Smoothing is in the weights' unit.
    doubled: trendRecommender({ ...trend, smoothing: 2 * trend.smoothing }),
    fit: trendRecommender(trend)
  },
  {
    name: 'session neighbours',
    personal: true,
    fallsBack: false,
    fit: sessionRecommender({ ...vmisKnn, lastItemsMax: 5, returnWeight: 2 })
  },
  { name: 'decayed popularity', personal: false, fallsBack: true, fit: popularityRecommender(7) },
  { name: 'the served blend', personal: true, fallsBack: true, fit: served }
]

const ranking = (scores: Float32Array, without: readonly number[] = []) => [
  ...topK(scores, scores.length, { excluded: (item) => without.includes(item) }).indexes
]

describe.each(recommenders)('$name', ({ personal, fallsBack, signed = false, fit, doubled = fit }) => {
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
    const anyOrder = fc.shuffledSubarray([...Array(UNITS).keys()], { minLength: UNITS })
    fc.assert(
      fc.property(anyRows, anyOrder, (rows, order) => {
        const renamed = rows.map((row) => ({ ...row, unit: order[row.unit] ?? 0 })).toReversed()
        const [a, b] = [rows, renamed].map((some) =>
          fit(interactionsOf(some, UNITS, ITEMS), { nowMs: NOW_MS }).score(historyOf([0, 3]))
        )
        for (let item = 0; item < ITEMS; item++) expect(b?.[item]).toBeCloseTo(a?.[item] ?? NaN, 5)
      }),
      { seed: SEED }
    )
  })

  it('ranks the same when every weight is doubled, those of the history too', () => {
    fc.assert(
      fc.property(anyRows, (rows) => {
        const twice = rows.map((row) => ({ ...row, weight: 2 * (row.weight ?? 1) }))
        const a = fit(interactionsOf(rows, UNITS, ITEMS), { nowMs: NOW_MS }).score(historyOf([1, 2]))
        const history = { ...historyOf([1, 2]), weights: Float32Array.of(2, 2) }
        const b = doubled(interactionsOf(twice, UNITS, ITEMS), { nowMs: NOW_MS }).score(history)
        const places = ranking(a)
        // Rounding may part what was equal, so neighbours in rank are compared and not the lists.
        places.slice(1).forEach((item, place) => {
          const better = b[places[place] ?? 0] ?? NaN
          expect(b[item]).toBeLessThanOrEqual(better + 1e-5 * Math.abs(better) + 1e-7)
        })
      }),
      { seed: SEED }
    )
  })

  if (personal && !fallsBack)
    it('can be taken apart: what each item of the history gave adds up to the score', () => {
      const anyHistory = fc.uniqueArray(fc.nat(ITEMS - 1), { maxLength: 5 })
      fc.assert(
        fc.property(anyRows, anyHistory, (rows, items) => {
          const model = fit(interactionsOf(rows, UNITS, ITEMS), { nowMs: NOW_MS })
          const history = { ...historyOf(items), weights: Float32Array.from(items, (_, at) => 1 / (1 + at)) }
          model.score(history).forEach((score, item) => {
            const given = model.contributions?.(history, item) ?? expect.fail('it cannot')
            expect(given).toHaveLength(items.length)
            expect(given.reduce((sum, value) => sum + value, 0)).toBeCloseTo(score, 4)
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
