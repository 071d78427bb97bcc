import { describe, expect, it } from 'vitest'
import { judge } from '../../bench/forecast.ts'
import { accuracyOf } from '../../bench/forecast/accuracy.ts'
import { readDailyUnits, type DailyUnits } from '../../bench/forecast/daily-units.ts'
import { readLine, type LineResult } from '../../embedded/shops/online-retail/lines.ts'

const DAY_MS = 86_400_000
const FIRST_DAY_MS = Date.UTC(2011, 0, 3)

function line(invoice: string, code: string, day: number, [quantity, price]: readonly [string, string]) {
  const date = new Date(FIRST_DAY_MS + day * DAY_MS).toISOString().slice(0, 10)
  return readLine([invoice, code, 'CUP', quantity, `${date} 10:00:00`, price, '', 'France'], 1)
}

describe('daily units', () => {
  async function* lines(): AsyncGenerator<LineResult> {
    for (let day = 2; day < 160; day += 4) {
      yield line('500000', '12345a', day, ['2', '1.5'])
      yield line('500001', '12345A', day, ['1', '1.5'])
      yield line('C50000', '12345A', day, ['-1', '1.5'])
      yield line('500002', '12345A', day, ['7', '0'])
      yield line('500002', 'POST', day, ['1', '9'])
      if (day > 60) yield line('500003', '99999', day, ['1', '1'])
    }
  }

  it('hold a product every day from its first sale, the last days apart, free and cancelled lines left out', async () => {
    const { lastKnownDay, products } = await readDailyUnits(8, lines())
    expect(lastKnownDay).toBe(FIRST_DAY_MS / DAY_MS + 158 - 8)
    expect(products.map(({ product_id }) => product_id)).toEqual(['12345A'])
    const [product] = products
    expect(product?.known.length).toBe(149)
    expect([...(product?.known.subarray(0, 5) ?? [])]).toEqual([3, 0, 0, 0, 3])
    expect([...(product?.actual ?? [])]).toEqual([0, 0, 0, 3, 0, 0, 0, 3])
    expect(product?.revenue).toBe(9)
  })
})

describe('accuracy', () => {
  const product = { product_id: 'a', revenue: 3 }
  const steps = Float64Array.from({ length: 20 }, (_, day) => day % 2)

  it('is 0 for the truth and scales errors by the change from day to day', () => {
    const actual = Float64Array.of(1, 1)
    expect(accuracyOf([{ ...product, known: steps, actual }], [actual])).toMatchObject({
      wrmsse: 0,
      rmsse: 0,
      smape: 0
    })
    const doubled = accuracyOf([{ ...product, known: steps, actual }], [Float64Array.of(3, 3)])
    expect(doubled.rmsse).toBeCloseTo(2, 10)
    expect(doubled.smape).toBeCloseTo(100, 10)
    expect(doubled.mase).toBeCloseTo(2, 10)
  })

  it('weighs by takings in WRMSSE alone', () => {
    const actual = Float64Array.of(0)
    const products = [
      { ...product, known: steps, actual },
      { ...product, known: steps, actual, revenue: 1 }
    ]
    const { wrmsse, rmsse } = accuracyOf(products, [Float64Array.of(4), Float64Array.of(0)])
    expect(wrmsse).toBeCloseTo(3, 10)
    expect(rmsse).toBeCloseTo(2, 10)
  })
})

it('chooses the smoothing without the held-out days, and covers about what it says', () => {
  const data = anyData((units) => units)
  const honest = judge(data, 7)
  const changed = judge(
    anyData((units) => 10 * units + 5),
    7
  )
  expect(changed.smoothing).toBe(honest.smoothing)
  expect(changed.rmsse).not.toBe(honest.rmsse)
  expect(honest.lead_time_origins).toBe(4 * data.products.length)
  expect(honest.coverage_80).toBeGreaterThan(0.7)
  expect(honest.coverage_95).toBeGreaterThan(0.88)
  expect(honest.rmsse).toBeLessThan(honest.seasonal_naive_rmsse)
})

/** Products that sell at a steady rate, by a linear congruence; `held` changes what is held out. */
function anyData(held: (units: number) => number): DailyUnits {
  let state = 99
  const next = () => (state = (state * 1_103_515_245 + 12_345) % 2_147_483_648) / 2_147_483_648
  const products = Array.from({ length: 60 }, (_, i) => {
    const rate = 0.2 + 0.6 * next()
    const sale = () => (next() < rate ? 1 + Math.floor(3 * next()) : 0)
    const known = Float64Array.from({ length: 200 }, sale)
    return {
      product_id: `p${i}`,
      known,
      actual: Float64Array.from({ length: 28 }, () => held(sale())),
      revenue: 1
    }
  })
  return { lastKnownDay: 15_317, products }
}
