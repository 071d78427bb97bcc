import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { judge } from '../../bench/forecast.ts'
import { accuracyOf } from '../../bench/forecast/accuracy.ts'
import { readDailyUnits } from '../../bench/forecast/daily-units.ts'
import { generateShop } from '../../bench/forecast/generate.ts'
import type { HeldOutPanel } from '../../bench/forecast/held-out.ts'
import { readSeriesFile } from '../../bench/forecast/read-file.ts'
import { hideStock, judgeStockOuts } from '../../bench/forecast/stock-outs.ts'
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

describe('a file of series', () => {
  const read = async (text: string, horizon?: number) => {
    const folder = await mkdtemp(join(tmpdir(), 'flipside-series-'))
    try {
      await writeFile(join(folder, 'series'), text)
      return await readSeriesFile(join(folder, 'series'), { horizon, season: 4 })
    } finally {
      await rm(folder, { recursive: true })
    }
  }

  it('is CSV, whose blanks are 0 and whose last values are held out', async () => {
    const data = await read('id,t1,t2,t3,t4\na,1,,3,4\nb,5,6,7,\n', 2)
    expect(data.ids).toEqual(['a', 'b'])
    expect(data.known.map((y) => [...y])).toEqual([
      [1, 0],
      [5, 6]
    ])
    expect(data.actual.map((y) => [...y])).toEqual([
      [3, 4],
      [7, 0]
    ])
    expect(data.isDemand).toBe(true)
  })

  it('is JSON lines, which say themselves what is held out', async () => {
    const data = await read('{"id":"a","x":[1,null,3],"xx":[4]}\n{"id":7,"x":[2,-1],"xx":[1,2]}\n')
    expect(data.ids).toEqual(['a', '7'])
    expect([...(data.known[0] ?? [])]).toEqual([1, NaN, 3])
    expect([data.horizon, data.isDemand]).toEqual([2, false])
  })

  it('is refused where it is neither', async () => {
    await expect(read('a,1,2\nb,1,x\n', 1)).rejects.toThrow('line 2: a value is no number')
    await expect(read('{"id":"a"}\n')).rejects.toThrow('line 1: id, x and xx are wanted')
    await expect(read('')).rejects.toThrow('no series')
  })
})

describe('accuracy', () => {
  const steps = Float64Array.from({ length: 20 }, (_, day) => day % 2)
  const truth = (actual: Float64Array) => ({ known: [steps], actual: [actual], season: 7 })

  it('is 0 for the truth and scales errors by the change from period to period', () => {
    const actual = Float64Array.of(1, 1)
    expect(accuracyOf(truth(actual), [actual])).toMatchObject({ wrmsse: null, rmsse: 0, smape: 0, bias: 0 })
    const doubled = accuracyOf(truth(actual), [Float64Array.of(3, 3)])
    expect(doubled.rmsse).toBeCloseTo(2, 10)
    expect(doubled.smape).toBeCloseTo(100, 10)
    expect(doubled.mase).toBeCloseTo(2, 10)
    expect(doubled.bias).toBeCloseTo(2, 10)
  })

  it('weighs by takings in WRMSSE alone, and leaves out what never changed', () => {
    const [known, actual] = [[steps, steps, new Float64Array(9)], Array(3).fill(Float64Array.of(0))]
    const forecasts = [Float64Array.of(4), Float64Array.of(0), Float64Array.of(9)]
    const { wrmsse, rmsse } = accuracyOf({ known, actual, season: 7, weights: [3, 1, 50] }, forecasts)
    expect(wrmsse).toBeCloseTo(3, 10)
    expect(rmsse).toBeCloseTo(2, 10)
  })
})

it('chooses without the held-out days, and covers about what it says', () => {
  const report = () => {}
  const honest = judge(
    anyData((units) => units),
    { leadTime: 7, report }
  )
  const changed = judge(
    anyData((units) => 10 * units + 5),
    { leadTime: 7, report }
  )
  expect(changed.plan).toEqual(honest.plan)
  expect(changed.figures['rmsse']).not.toBe(honest.figures['rmsse'])
  expect(honest.figures['lead_time_origins']).toBe(4 * 60)
  expect(honest.figures['coverage_95']).toBeGreaterThan(0.9)
  expect(honest.figures['coverage_95']).toBeLessThan(0.99)
  expect(Number(honest.figures['pinball'])).toBeLessThan(1.1 * Number(honest.figures['pinball_poisson']))
})

/** Products that sell at a steady rate, by a linear congruence; `held` changes what is held out. */
function anyData(held: (units: number) => number): HeldOutPanel {
  let state = 99
  const next = () => (state = (state * 1_103_515_245 + 12_345) % 2_147_483_648) / 2_147_483_648
  const products = Array.from({ length: 60 }, () => {
    const rate = 0.2 + 0.6 * next()
    const sale = () => (next() < rate ? 1 + Math.floor(3 * next()) : 0)
    const known = Float64Array.from({ length: 200 }, sale)
    return { known, actual: Float64Array.from({ length: 28 }, () => held(sale())) }
  })
  return {
    name: 'generated',
    ids: products.map((_, i) => `p${i}`),
    known: products.map(({ known }) => known),
    actual: products.map(({ actual }) => actual),
    weights: products.map(() => 1),
    season: 7,
    horizon: 28,
    isDemand: true
  }
}

describe('stock-outs hidden in a shop', () => {
  const {
    known: sparse,
    actual: sparseActual,
    ...rest
  } = generateShop({ count: 80, periods: 268, horizon: 28, seed: 2 })
  const busier = (y: Float64Array) => y.map((units, at) => units + (at % 2))
  const data = { ...rest, known: sparse.map(busier), actual: sparseActual.map(busier) }

  it('are spells of one to six weeks, the same every time', () => {
    const hidden = hideStock(data, 5)
    expect(hideStock(data, 5)).toEqual(hidden)
    const spells = hidden.available.map((available) => available.filter((share) => share === 0).length)
    const some = spells.filter((days) => days > 0)
    expect(some.length).toBeGreaterThan(15)
    expect(some.every((days) => days >= 7 && days <= 42)).toBe(true)
    data.known.forEach((y, row) => {
      const left = hidden.known[row]?.reduce((sum, units) => sum + units, 0) ?? NaN
      expect(left + (hidden.lost[row] ?? NaN)).toBe(y.reduce((sum, units) => sum + units, 0))
    })
  })

  it('cost more where they are taken for days without demand, and what was lost is found', () => {
    const score = judgeStockOuts(data, { seed: 5, lastDay: 0 })
    expect(score.zeros.all.rmsse).toBeGreaterThan(score.missing.all.rmsse)
    expect(score.missing.all.rmsse).toBeLessThan(1.05 * score.never.all.rmsse)
    expect(score.zeros.still.bias).toBeLessThan(score.missing.still.bias - 0.3)
    expect(score.lostEstimated / score.lostTrue).toBeCloseTo(1, 0)
  })
})
