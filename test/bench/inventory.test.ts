import { describe, expect, it } from 'vitest'
import { judge, run } from '../../bench/inventory.ts'
import { bestAtStock, fillAtStock } from '../../bench/inventory/equal-stock.ts'
import { playPolicy, type Played } from '../../bench/inventory/play.ts'
import { quantilePolicy } from '../../bench/inventory/policies.ts'
import { knownBefore, readShop, type ShopProduct } from '../../bench/inventory/shop.ts'
import { readLine, type LineResult } from '../../embedded/shops/online-retail/lines.ts'

/** By a linear congruence, so that the same shop comes every time. */
function chance(seed: number): () => number {
  let state = seed
  return () => (state = (state * 1_103_515_245 + 12_345) % 2_147_483_648) / 2_147_483_648
}

function shop(): ShopProduct[] {
  const next = chance(3)
  return Array.from({ length: 40 }, (_, at) => {
    const rate = 0.05 + 0.5 * next()
    const days = (length: number) =>
      Float64Array.from({ length }, () => (next() < rate ? 1 + Math.floor(5 * next()) : 0))
    return { product_id: `${at}`, known: days(180), actual: days(42), price: 1 + 9 * next() }
  })
}

const options = {
  rhythm: { leadTimeDays: 7, reviewDays: 7, coverDays: 0 },
  prices: { marginShare: 0.4, yearlyCarryShare: 0.25, orderCost: 1 },
  warmUpDays: 14,
  report: () => undefined
}

describe('the shop that is replayed', () => {
  async function* lines(): AsyncGenerator<LineResult> {
    for (let day = 0; day < 200; day += 2) {
      const date = new Date(Date.UTC(2011, 0, 3 + day)).toISOString().slice(0, 10)
      const price = day <= 180 ? '1.5' : '9'
      yield readLine(['500000', '12345A', 'CUP', '2', `${date} 10:00:00`, price, '', 'France'], 1)
      yield readLine(['C50000', '12345A', 'CUP', '-1', `${date} 10:00:00`, price, '', 'France'], 1)
    }
  }

  it('has days and prices of before apart from those that are replayed, of which the last may be left out', async () => {
    const [product] = await readShop({ days: 14, skip: 4 }, lines())
    expect([product?.product_id, product?.price, product?.known.length]).toEqual(['12345A', 1.5, 181])
    expect([...(product?.actual ?? [])]).toEqual([0, 2, 0, 2, 0, 2, 0, 2, 0, 2, 0, 2, 0, 2])
  })
})

describe('equal stock', () => {
  const curve = (name: string, ...points: [number, number][]) => ({
    name,
    points: points.map(([averageStock, fillRate]): Played => ({
      setting: 0,
      fillRate,
      fillRateValue: fillRate / 2,
      stockOutDays: 0,
      averageStock,
      averageStockValue: 10 * averageStock,
      orders: 0,
      cost: 0,
      byProduct: { demanded: new Float64Array(), filled: new Float64Array(), stock: new Float64Array() }
    }))
  })

  it('is read on the straight line between two settings, and never beyond the ends', () => {
    const own = curve('a', [200, 0.9], [100, 0.5])
    expect([99, 100, 150, 200, 201].map((stock) => fillAtStock(own, stock, 'units'))).toEqual([
      null,
      0.5,
      expect.closeTo(0.7, 12),
      0.9,
      null
    ])
    expect(fillAtStock(own, 1500, 'value')).toBeCloseTo(0.35, 12)
  })

  it('takes of several variants the best there', () => {
    const curves = [curve('a', [100, 0.5], [200, 0.6]), curve('b', [100, 0.4], [200, 0.9])]
    expect(bestAtStock(curves, 100, 'units')).toMatchObject({ name: 'a', fillRate: 0.5 })
    expect(bestAtStock(curves, 190, 'units')?.name).toBe('b')
    expect(bestAtStock(curves, 300, 'units')).toBeNull()
  })
})

describe('the stock bench', () => {
  it('gives the figures of all three at the same stock, and prints the curve', () => {
    const lines: string[] = []
    const figures = judge(shop(), options, { service: 0.9, print: (line) => lines.push(line) })
    expect(figures.fill_rate).toBeGreaterThan(0.8)
    expect(figures.fill_rate).toBeLessThanOrEqual(1)
    expect(figures.z_sigma.average_stock).toBe(figures.average_stock)
    expect(figures.min_max.fill_rate).toBeGreaterThan(0.5)
    const { fill_rate, lead, lead_interval } = figures.z_sigma
    expect(lead).toBeCloseTo(Number(figures.fill_rate) - Number(fill_rate), 3)
    expect(lead_interval?.[0]).toBeLessThanOrEqual(Number(lead))
    expect(lead_interval?.[1]).toBeGreaterThanOrEqual(Number(lead))
    expect(lines.filter((line) => line.startsWith('ours'))).toHaveLength(figures.curve.length)
    expect(lines.join('\n')).not.toMatch(/NaN|undefined|Infinity/)
    const fills = figures.curve.map(({ fill_rate }) => fill_rate)
    expect(fills).toEqual(fills.toSorted((a, b) => Number(a) - Number(b)))
  }, 60_000)

  it('shows a policy nothing of the day that it decides on, or of later ones', () => {
    const whole = shop()
    const changed = whole.map((product) => ({ ...product, actual: product.actual.slice() }))
    for (const { actual } of changed) actual.fill(50, 21)
    const policy = quantilePolicy(options.rhythm)
    expect(policy.decideAll(changed, 21)).toEqual(policy.decideAll(whole, 21))
    expect(policy.decideAll(changed, 28)).not.toEqual(policy.decideAll(whole, 28))
    expect(whole.map((product) => knownBefore(product, 3).length)).toEqual(whole.map(() => 183))
    const days: number[] = []
    const spy = { ...policy, decideAll: (_: readonly ShopProduct[], day: number) => (days.push(day), []) }
    playPolicy(whole, spy, options)
    expect(days).toEqual([0, 7, 14, 21, 28, 35])
  }, 60_000)

  it.each([
    [['--service', '0.94'], '--service'],
    [['--review', '0'], '--review'],
    [['--days', 'x'], '--days'],
    [['--carry=-1'], 'costs']
  ])('refuses %j', async (args, message) => {
    await expect(run(args)).rejects.toThrow(message)
  })
})
