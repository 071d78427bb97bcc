import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { ScoredIndexes } from '../../../models/contracts/served.ts'
import { createBlender } from '../../../models/recommend/blend.ts'
import { weighHistory } from '../../../models/recommend/history.ts'
import { historyOf, NOW_MS } from './generate.ts'

const blend = createBlender()

const SEED = 5
const ITEMS = 30

const list = (pairs: readonly (readonly [number, number])[]): ScoredIndexes => ({
  indexes: Uint32Array.from(pairs, ([index]) => index),
  scores: Float32Array.from(pairs, ([, score]) => score)
})
const anyList = fc
  .uniqueArray(fc.tuple(fc.nat(ITEMS - 1), fc.integer({ min: 1, max: 100 })), {
    selector: ([item]) => item,
    maxLength: 10
  })
  .map(list)
const anyLists = fc.array(anyList, { minLength: ITEMS, maxLength: ITEMS })

describe('blend', () => {
  it('equals sums over dense rows, each divided by its norm', () => {
    fc.assert(
      fc.property(
        anyLists,
        anyLists,
        anyList,
        fc.uniqueArray(fc.nat(ITEMS - 1), { maxLength: 6 }),
        (together, similar, popular, items) => {
          const dense = (lists: readonly ScoredIndexes[]) => {
            const row = Array.from({ length: ITEMS }, () => 0)
            for (const { indexes, scores } of lists) {
              indexes.forEach((item, at) => (row[item] = (row[item] ?? 0) + (scores[at] ?? 0)))
            }
            const norm = Math.hypot(...row) || 1
            return row.map((value) => value / norm)
          }
          const rows = [
            dense(items.map((i) => together[i] ?? list([]))),
            dense(items.map((i) => similar[i] ?? list([]))),
            dense([popular])
          ]
          const weights = [1, 0.5, 0.25]
          const answer = blend({
            history: historyOf(items),
            sources: [
              { name: 'bought_together', weight: 1, listOf: (item) => together[item] },
              { name: 'similar', weight: 0.5, listOf: (item) => similar[item] }
            ],
            popular: [{ name: 'popular', weight: 0.25, list: popular }],
            k: ITEMS
          })
          const expected = Array.from({ length: ITEMS }, (_, item) =>
            rows.reduce((sum, row, at) => sum + (row[item] ?? 0) * (weights[at] ?? 0), 0)
          )
          expect(answer).toHaveLength(expected.filter((score) => score > 0).length)
          for (const { item, score } of answer) expect(score).toBeCloseTo(expected[item] ?? NaN, 5)
          expect(answer.map(({ score }) => score)).toEqual(
            answer.map(({ score }) => score).toSorted((a, b) => b - a)
          )
        }
      ),
      { seed: SEED }
    )
  })

  const listOf = (item: number) =>
    [
      list([
        [5, 3],
        [6, 1]
      ]),
      list([
        [5, 1],
        [7, 2]
      ])
    ][item]

  it('names the items of the history that gave most, with their shares', () => {
    const [best, second] = blend({
      history: historyOf([0, 1]),
      sources: [{ name: 'bought_together', weight: 1, listOf }],
      popular: [],
      k: 2
    })
    expect(best).toMatchObject({ item: 5, source: 'bought_together' })
    expect(best?.because).toEqual([
      { item: 0, share: expect.closeTo(0.75, 5) },
      { item: 1, share: expect.closeTo(0.25, 5) }
    ])
    expect(second?.because).toEqual([{ item: 1, share: expect.closeTo(1, 5) }])
  })

  it('names only what spoke through the source that it names, for what is alike was not bought together', () => {
    const alike = list([[5, 1]])
    const [five] = blend({
      history: historyOf([0, 1, 2]),
      sources: [
        { name: 'bought_together', weight: 1.5, listOf: (item) => (item < 2 ? alike : undefined) },
        { name: 'similar', weight: 1, listOf: (item) => (item === 2 ? alike : undefined) }
      ],
      popular: [],
      k: 1,
      takesApart: true
    })
    expect(five).toMatchObject({ item: 5, source: 'bought_together' })
    expect(five?.because).toEqual([
      { item: 0, share: expect.closeTo(0.3, 5) },
      { item: 1, share: expect.closeTo(0.3, 5) }
    ])
    expect(five?.parts?.[0]).toEqual({ source: 'similar', item: 2, share: expect.closeTo(0.4, 5) })
  })

  it('takes apart what is so little that its published score is 0', () => {
    const old = list([
      [5, 1],
      [6, 1e-45]
    ])
    const answer = blend({
      history: { items: Uint32Array.of(0, 1), weights: Float32Array.of(1, 1e-5) },
      sources: [{ name: 'bought_together', weight: 1e-3, listOf: (item) => (item === 0 ? old : undefined) }],
      popular: [],
      k: 2,
      takesApart: true
    })
    expect(answer[1]).toMatchObject({ item: 6, score: 0, because: [{ item: 0, share: 1 }] })
    expect(answer[1]?.parts).toEqual([{ source: 'bought_together', item: 0, share: 1 }])
  })

  it('says that it was popularity where that gave most, and gives as many reasons as asked', () => {
    const answer = blend({
      history: historyOf([0, 1]),
      sources: [{ name: 'bought_together', weight: 1, listOf }],
      popular: [
        {
          name: 'popular',
          weight: 1,
          list: list([
            [9, 4],
            [5, 1]
          ])
        }
      ],
      k: 5,
      reasonsMax: 1
    })
    expect(answer.find(({ item }) => item === 9)).toMatchObject({ source: 'popular', because: [] })
    const five = answer.find(({ item }) => item === 5)
    expect(five?.source).toBe('bought_together')
    expect(five?.because).toHaveLength(1)
    expect(five?.because[0]?.share).toBeLessThan(0.75)
  })

  it('falls to popularity with an empty history, however little that weighs', () => {
    const answer = blend({
      history: historyOf([]),
      sources: [{ name: 'bought_together', weight: 1, listOf }],
      popular: [
        {
          name: 'popular',
          weight: 0.01,
          list: list([
            [3, 2],
            [1, 1]
          ])
        }
      ],
      k: 5
    })
    expect(answer.map(({ item }) => item)).toEqual([3, 1])
  })

  it('lets a source fade as the evidence of another grows, and not where that one is silent', () => {
    const similar = (item: number) => (item === 0 ? list([[5, 1]]) : undefined)
    const share = (together: ScoredIndexes | undefined) => {
      const [best] = blend({
        history: historyOf([0]),
        sources: [
          { name: 'bought_together', weight: 1, listOf: () => together },
          { name: 'similar', weight: 0.5, listOf: similar, fades: { besides: 'bought_together', half: 2 } }
        ],
        popular: [],
        excluded: (item) => item !== 5,
        k: 1
      })
      return best?.score
    }
    expect(share(undefined)).toBeCloseTo(0.5, 6)
    expect(share(list([[6, 1]]))).toBeCloseTo((0.5 * 2) / 3, 6)
    expect(
      share(
        list([
          [6, 1],
          [7, 1]
        ])
      )
    ).toBeCloseTo(0.25, 6)
  })

  it('never answers what is excluded, nor more than asked', () => {
    const answer = blend({
      history: historyOf([0, 1]),
      sources: [{ name: 'bought_together', weight: 1, listOf }],
      popular: [],
      excluded: (item) => item === 5,
      k: 1
    })
    expect(answer.map(({ item }) => item)).toEqual([7])
  })

  it('answers nothing when nothing was published', () => {
    const sources = [{ name: 'bought_together', weight: 1, listOf: () => undefined }]
    expect(blend({ history: historyOf([1]), sources, popular: [], k: 5 })).toEqual([])
  })

  it('refuses item numbers that are none of a catalogue, before they take its memory', () => {
    const popular = (item: number) => [{ name: 'popular', weight: 1, list: list([[item, 1]]) }]
    const ask = (item: number) =>
      createBlender()({ history: historyOf([]), sources: [], popular: popular(item), k: 1 })
    expect(ask(2 ** 20)).toMatchObject([{ item: 2 ** 20 }])
    expect(() => ask(2 ** 31)).toThrow('2147483648 is too large for the number of an item')
  })
})

it('weighs a history by age, each item once at its latest time, the newest first', () => {
  const day = 86_400_000
  const history = weighHistory(
    { items: [4, 7, 4, 9], occurredAtMs: [NOW_MS - 10 * day, NOW_MS - 20 * day, NOW_MS, NOW_MS - 90 * day] },
    { nowMs: NOW_MS, halfLifeDays: 10, itemsMax: 2 }
  )
  expect([...history.items]).toEqual([4, 7])
  expect([...history.weights]).toEqual([1, 0.25])
})

it('answers as a new blender does, whatever was asked before', () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(anyLists, fc.uniqueArray(fc.nat(ITEMS - 1), { maxLength: 6 }), fc.nat(70_000)), {
        minLength: 2,
        maxLength: 4
      }),
      (requests) => {
        const used = createBlender()
        for (const [lists, items, shift] of requests) {
          const moved = lists.map(({ indexes, scores }) => ({
            indexes: indexes.map((i) => i + shift),
            scores
          }))
          const input = {
            history: historyOf(items),
            sources: [{ name: 'bought_together', weight: 1, listOf: (item: number) => moved[item] }],
            popular: [],
            k: 5
          }
          expect(used(input)).toEqual(createBlender()(input))
        }
      }
    ),
    { seed: SEED, numRuns: 50 }
  )
})
