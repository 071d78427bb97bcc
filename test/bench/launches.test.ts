import { describe, expect, it } from 'vitest'
import { judgePlace } from '../../bench/hierarchy.ts'
import { judgeAge } from '../../bench/launches.ts'
import { readLaunches } from '../../bench/launches/shop.ts'
import { readLine, type LineResult } from '../../embedded/shops/online-retail/lines.ts'

const DAY_MS = 86_400_000
const FIRST_DAY_MS = Date.UTC(2011, 0, 3)

function line(code: string, day: number, units: number) {
  const date = new Date(FIRST_DAY_MS + day * DAY_MS).toISOString().slice(0, 10)
  return readLine(['500000', code, 'CUP', String(units), `${date} 10:00:00`, '1.5', '', 'France'], 1)
}

/** One product from the first day on, and one more every other day, each with two a day. */
async function* lines(): AsyncGenerator<LineResult> {
  for (let day = 0; day < 200; day++) {
    yield line('10000', day, 1)
    for (let product = 1; product <= 100; product++)
      if (day >= 2 * product) yield line(String(10_000 + product), day, 2)
  }
}

describe('the bench of new products', () => {
  it('takes what first sold after two months for a launch, and finds a launch like all others', async () => {
    const shop = await readLaunches(lines())
    expect(shop.launches).toHaveLength(70)
    expect(shop.launches[0]?.firstDay).toBe(FIRST_DAY_MS / DAY_MS + 60)
    const judged = judgeAge({ ...shop, trade: new Float64Array() }, { age: 7, last: 60, skip: 0 })
    expect(judged.launches).toBe(13)
    expect(judged.ours.wape).toBeCloseTo(0, 6)
    expect(judged.own_mean?.wape).toBeCloseTo(0, 6)
    expect(judged.coverage_95).toBe(1)
  })
})

describe('the bench of hierarchies', () => {
  it('judges both ways at shop and bands', () => {
    const products = Array.from({ length: 30 }, (_, row) => ({
      product_id: `p${row}`,
      known: Float64Array.from({ length: 150 }, (_, day) => ((day + row) % 3 === 0 ? 2 : 0)),
      actual: Float64Array.from({ length: 28 }, (_, day) => ((day + row) % 3 === 0 ? 2 : 0)),
      revenue: 20 + row
    }))
    const rows = judgePlace(products, 28)
    expect(rows.map(({ parents, way }) => `${parents} ${way}`)).toEqual([
      'shop bottom_up',
      'shop scaled',
      'bands bottom_up',
      'bands scaled'
    ])
    for (const { wrmsse, parent_rmsse } of rows) expect(wrmsse + parent_rmsse).toBeLessThan(10)
  })
})
