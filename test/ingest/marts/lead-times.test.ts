import { afterAll, beforeAll, expect, it } from 'vitest'
import { openShop, type OpenShop } from '../open-shop.ts'

const DAY_MS = 86_400_000
/** A day, so many before today. */
const ago = (days: number) => new Date(Date.now() - days * DAY_MS).toISOString().slice(0, 10)
/** Units by product and days ago; the last day of trade is yesterday. */
const sold = { cd: { 60: 9, 20: 4, 15: 1, 10: 7, 3: 2, 1: 5 }, lp: { 12: 3 } }
/** From so many days ago on, over so many days, with the units of the median and of the bound. */
const thought = [
  ['cd', 21, 7, 4, 5],
  ['cd', 21, 14, 10, 11],
  ['cd', 14, 7, 3, 8],
  ['cd', 7, 7, 3, 6.4],
  ['cd', 5, 7, 3, 100],
  ['lp', 14, 7, 1, 2.2],
  ['never', 21, 7, 0, 0]
] as const
let shop: OpenShop
beforeAll(async () => {
  shop = await openShop()
  const sales = Object.entries(sold).flatMap(([product_id, days]) =>
    Object.entries(days).map(([days, units_sold]) => ({
      day: ago(Number(days)),
      order_id: `${product_id} ${days}`,
      kind: 'product',
      product_id,
      units_sold
    }))
  )
  const demand = thought.map(([product_id, from, days, median, bound]) => ({
    product_id,
    made_at: `${ago(from)} 03:00:00.000`,
    version: `${from}`,
    from_day: ago(from),
    days,
    probabilities: [0.5, 0.95],
    units: [median, bound]
  }))
  await shop.clickhouse.insert({ table: 'mart.sales', values: sales, format: 'JSONEachRow' })
  await shop.clickhouse.insert({ table: 'mart.forecast_demand', values: demand, format: 'JSONEachRow' })
})
afterAll(() => shop?.close())

it('what was thought of a stretch is compared with what was sold in it, once it is over', async () => {
  const rows = await shop.rows(
    `SELECT product_id, toString(from_day) AS from_day, days, actual_units, in_bound
    FROM mart.lead_time_accuracy
    ORDER BY product_id, from_day, days
    SETTINGS output_format_json_quote_64bit_integers = 0`
  )
  const units = new Map(Object.entries(sold).map(([id, days]) => [id, Object.entries(days)]))
  const expected = thought.flatMap(([product_id, from, days, , bound]) => {
    if (from - days < 0) return []
    const within = (units.get(product_id) ?? []).filter(
      ([day]) => Number(day) <= from && Number(day) > from - days
    )
    const actual_units = within.reduce((sum, [, own]) => sum + own, 0)
    return [
      { product_id, from_day: ago(from), days, actual_units, in_bound: actual_units <= Math.ceil(bound) }
    ]
  })
  expect(expected.filter(({ in_bound }) => !in_bound)).toHaveLength(1)
  expect(rows).toEqual(expected)
})
