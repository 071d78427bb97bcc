import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { replayDays } from '../../../models/inventory/replay.ts'

type Play = { leadTimeDays: number; reviewDays: number; point: number; upTo: number; packSize: number }

/** Every order is a thing of its own, every day a list of steps: slow, and as one would tell it. */
function tellDays(demand: readonly number[], { leadTimeDays, reviewDays, point, upTo, packSize }: Play) {
  let shelf = upTo
  const coming: { day: number; units: number }[] = []
  const told = { filled: 0, stockOutDays: 0, stockDays: 0, orders: 0, ordered: 0 }
  demand.forEach((asked, day) => {
    if (day % reviewDays === 0) {
      const position =
        shelf + coming.filter((own) => own.day >= day).reduce((sum, { units }) => sum + units, 0)
      let units = 0
      if (position <= point && upTo > 0) while (position + units < upTo) units += packSize
      if (units > 0) {
        coming.push({ day: day + leadTimeDays, units })
        told.orders++
        told.ordered += units
      }
    }
    for (const own of coming) if (own.day === day) shelf += own.units
    let sold = 0
    while (sold < asked && shelf > 0) {
      sold++
      shelf--
    }
    told.filled += sold
    if (sold < asked) told.stockOutDays++
    told.stockDays += shelf
  })
  return told
}

describe('a replay', () => {
  it('is what a slow telling of the same days comes to', () => {
    const play = fc.record({
      leadTimeDays: fc.integer({ min: 0, max: 6 }),
      reviewDays: fc.integer({ min: 1, max: 5 }),
      point: fc.integer({ min: 0, max: 15 }),
      upTo: fc.integer({ min: 0, max: 30 }),
      packSize: fc.integer({ min: 1, max: 6 })
    })
    const days = fc.array(fc.integer({ min: 0, max: 8 }), { maxLength: 60 })
    fc.assert(
      fc.property(days, play, (demand, options) => {
        const { leadTimeDays, reviewDays, point, upTo, packSize } = options
        const {
          days: count,
          demanded,
          ...played
        } = replayDays(demand, {
          leadTimeDays,
          reviewDays,
          terms: { packSize },
          warmUpDays: 0,
          decide: () => ({ reorder_point: point, order_up_to: upTo })
        })
        expect(played).toEqual(tellDays(demand, options))
        expect([count, demanded]).toEqual([demand.length, demand.reduce((sum, units) => sum + units, 0)])
      }),
      { seed: 7, numRuns: 300 }
    )
  })

  it('does not count the first days, and asks only on review days, in their order', () => {
    const asked: number[] = []
    const played = replayDays([1, 1, 1, 1, 1, 1], {
      leadTimeDays: 1,
      reviewDays: 2,
      warmUpDays: 4,
      decide: (day) => {
        asked.push(day)
        return { reorder_point: 5, order_up_to: 5 }
      }
    })
    expect(played).toMatchObject({ days: 2, demanded: 2, filled: 2, orders: 1, ordered: 2 })
    expect(asked).toEqual([0, 0, 2, 4])
  })
})
