import { describe, expect, it } from 'vitest'
import { conditionDemand } from '../../../models/forecast/demand/condition.ts'
import type { ProductHistory } from '../../../models/forecast/demand/history.ts'
import { planShop, plannedMeans } from '../../../models/forecast/planned.ts'
import { LAST_DAY, shopOf, sum } from './shop-of-demand.ts'

const options = { lastDay: LAST_DAY }
const meanOf = (values: Iterable<number>) => {
  const known = [...values].filter(Number.isFinite)
  return sum(known) / known.length
}

describe('offers', () => {
  const UPLIFT = 2.5
  const past = (product: number) => ({
    fromDay: LAST_DAY - 30 - (product % 5) * 28,
    days: 10,
    discount: 0.25
  })
  const isOn = (product: number, day: number) => {
    const { fromDay, days } = past(product)
    return product % 2 === 0 && day >= fromDay && day < fromDay + days
  }
  const coming = { fromDay: LAST_DAY + 4, toDay: LAST_DAY + 6, discount: 0.3 }
  const offersOf = (product: number) => {
    const { fromDay, days, discount } = past(product)
    return [{ fromDay, toDay: fromDay + days - 1, discount }, ...(product === 0 ? [coming] : [])]
  }
  const products = shopOf({ count: 60, days: 200 }, (product, day) => (isOn(product, day) ? UPLIFT : 1)).map(
    (one, product): ProductHistory => ({ ...one, ...(product % 2 === 0 && { offers: offersOf(product) }) })
  )
  const demand = conditionDemand(products, options)

  it('are found to sell as many times more as they do', () => {
    const [learnt] = demand.effects.offers
    expect(learnt).toMatchObject({ category: undefined, from: 0.2, to: 0.35 })
    expect(learnt?.uplift).toBeGreaterThan(UPLIFT - 0.2)
    expect(learnt?.uplift).toBeLessThan(UPLIFT + 0.2)
  })

  it('do not raise what is expected when they are over', () => {
    const offered = demand.series.filter((_, product) => product % 2 === 0)
    expect(meanOf(offered.map(({ units }) => meanOf(units)))).toBeCloseTo(1, 1)
    const just = shopOf({ count: 40, days: 150 }, (_, day) => (day > LAST_DAY - 14 ? UPLIFT : 1)).map(
      (one) => ({
        ...one,
        offers: [{ fromDay: LAST_DAY - 13, toDay: LAST_DAY, discount: 0.25 }]
      })
    )
    const taken = conditionDemand(just, options)
    const means = (series: typeof taken.series) =>
      plannedMeans(planShop(series, 14))(series, { lastDay: LAST_DAY, horizonDays: 14 }).map((mean) =>
        meanOf(mean ?? [])
      )
    expect(meanOf(means(taken.series))).toBeLessThan(1.2)
    expect(meanOf(means(just.map(({ units }) => ({ units, category: undefined }))))).toBeGreaterThan(1.4)
  })

  it('that are scheduled raise their own days and product only', () => {
    const factors = [...demand.factors(0, 10)]
    expect(factors.map((factor) => factor > 2)).toEqual(
      [3, 4, 5].reduce((on, at) => on.with(at, true), Array<boolean>(10).fill(false))
    )
    expect(factors.filter((factor) => factor <= 2)).toEqual(Array(7).fill(1))
    expect([...demand.factors(1, 10)]).toEqual(Array(10).fill(1))
  })

  it('of categories differ, the less the less they were seen', () => {
    const uplifts = { cd: 1.5, vinyl: 4 }
    const categories = (product: number) => (product % 3 === 0 ? 'vinyl' : 'cd')
    const shop = shopOf({ count: 90, days: 200 }, (product, day) =>
      day > LAST_DAY - 60 && day <= LAST_DAY - 50 ? uplifts[categories(product)] : 1
    ).map((one, product) => ({
      ...one,
      category: categories(product),
      offers: [{ fromDay: LAST_DAY - 59, toDay: LAST_DAY - 50, discount: 0.5 }]
    }))
    const upliftOf = (of: ProductHistory[], category: string) =>
      conditionDemand(of, options).effects.offers.find((one) => one.category === category)?.uplift ?? NaN
    expect(upliftOf(shop, 'vinyl')).toBeGreaterThan(3)
    expect(upliftOf(shop, 'cd')).toBeLessThan(2)
    const few = shop.filter((one, product) => one.category === 'cd' || product < 6)
    expect(upliftOf(few, 'vinyl')).toBeLessThan(upliftOf(shop, 'vinyl'))
  })

  it('that sold out are not thought to do less', () => {
    const isOn = (at: number) => at >= 140 && at < 150
    const shop = shopOf({ count: 80, days: 200 }, (_, day) => (isOn(199 - (LAST_DAY - day)) ? 6 : 2)).map(
      ({ units }) => ({
        units: units.map((value, at) => (isOn(at) ? Math.min(5, value) : value)),
        stockAtStart: units.map((_, at) => (isOn(at) ? 5 : 50)),
        offers: [{ fromDay: LAST_DAY - 59, toDay: LAST_DAY - 50, discount: 0.3 }]
      })
    )
    const upliftOf = (products: ProductHistory[]) =>
      conditionDemand(products, options).effects.offers[0]?.uplift ?? NaN
    expect(upliftOf(shop.map(({ units, offers }) => ({ units, offers })))).toBeLessThan(2.3)
    expect(upliftOf(shop)).toBeGreaterThan(2.7)
    expect(upliftOf(shop)).toBeLessThan(3.2)
  })

  it('without any in the past change nothing', () => {
    const shop = shopOf({ count: 2, days: 60 }, () => 1).map((one) => ({ ...one, offers: [coming] }))
    expect([...conditionDemand(shop, options).factors(0, 10)]).toEqual(Array(10).fill(1))
  })
})

describe('events', () => {
  const YEAR = 364
  const fair = { name: 'fair', days: [LAST_DAY - 30, LAST_DAY - 30 - YEAR, LAST_DAY + 5] }
  const isFair = (day: number) => fair.days.includes(day)
  const shop = shopOf({ count: 60, days: 500 }, (_, day) => (isFair(day) ? 3 : isFair(day + 1) ? 1.6 : 1))

  it('come back as they were, shrunk', () => {
    const demand = conditionDemand(shop, { ...options, events: [fair] })
    const of = (offset: number) => demand.effects.events.find((one) => one.offset === offset)
    expect(of(0)).toMatchObject({ name: 'fair', occasions: 2 })
    expect(of(0)?.factor).toBeGreaterThan(2)
    expect(of(0)?.factor).toBeLessThan(3)
    expect(of(-1)?.factor).toBeGreaterThan(1.15)
    expect(of(1)?.factor).toBeCloseTo(1, 1)
    const factors = demand.factors(0, 14)
    expect(factors[4]).toBe(of(0)?.factor)
    expect(factors[9]).toBe(1)
  })

  it('are trusted less after one year, and in a shop whose days differ anyway', () => {
    const factorOf = (products: ProductHistory[]) =>
      conditionDemand(products, { ...options, events: [fair] }).effects.events.find(
        ({ offset }) => offset === 0
      )?.factor ?? NaN
    const oneYear = shop.map(({ units }) => ({ units: units.slice(200) }))
    expect(factorOf(oneYear)).toBeLessThan(factorOf(shop))
    expect(factorOf(oneYear)).toBeGreaterThan(1.3)
    expect(factorOf(shop.slice(0, 3))).toBeLessThan(factorOf(shop))
  })

  it('on which the shop was shut are expected to be so, and teach nothing', () => {
    const shut = shop.map(({ units }) => ({
      units: units.map((value, at) => (isFair(LAST_DAY - (499 - at)) ? 0 : value))
    }))
    const demand = conditionDemand(shut, { ...options, events: [fair] })
    expect(demand.factors(0, 14)[4]).toBe(0)
    expect(demand.series[0]?.units[499 - 30]).toBeNaN()
    expect(demand.factors(0, 14)[6]).toBe(1)
  })

  it('never share a day, nor one with an offer', () => {
    const sale = { name: 'sale', days: fair.days }
    const both = conditionDemand(shop, { ...options, events: [fair, sale] })
    expect(both.effects.events.filter(({ name }) => name === 'sale')).toEqual([])
    const offered = shop.map((one) => ({
      ...one,
      offers: [{ fromDay: LAST_DAY - 31, toDay: LAST_DAY - 29, discount: 0.5 }]
    }))
    const { effects } = conditionDemand(offered, { ...options, events: [fair] })
    expect(effects.offers).toEqual([])
    expect(effects.events.find(({ offset }) => offset === 0)?.occasions).toBe(1)
  })
})

describe('the season of the year', () => {
  const seasonOf = (day: number) => 1 + 0.6 * Math.sin((2 * Math.PI * (LAST_DAY - day)) / 364)
  const growing = (product: number, day: number) => (0.3 + product / 50) * 1.3 ** ((day - LAST_DAY) / 364)

  it('is found in two years, and put back into what comes', () => {
    const shop = shopOf({ count: 40, days: 730 }, (product, day) => seasonOf(day) * growing(product, day))
    const demand = conditionDemand(shop, options)
    const factors = demand.factors(0, 180)
    for (const ahead of [10, 90, 170])
      expect(Math.abs((factors[ahead] ?? 0) / seasonOf(LAST_DAY + 1 + ahead) - 1)).toBeLessThan(0.15)
    const quarter = (back: number) =>
      sum(
        demand.series.map(({ units }) => sum(units.subarray(units.length - back - 91, units.length - back)))
      )
    expect(quarter(45) / quarter(45 + 182)).toBeCloseTo(1.15, 0)
  })

  it('is not seen where there is none, nor in a single year', () => {
    const flat = shopOf({ count: 40, days: 730 }, growing)
    expect(conditionDemand(flat, options).effects.weeks).toBeNull()
    const year = shopOf({ count: 40, days: 365 }, (product, day) => seasonOf(day) * growing(product, day))
    expect(conditionDemand(year, options).effects.weeks).toBeNull()
  })
})
