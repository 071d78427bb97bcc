import { afterAll, beforeAll, expect, it } from 'vitest'
import { openShop, type OpenShop } from '../open-shop.ts'
import { storeCatalogue } from './catalogue.ts'
import { dayOf, keyed, money, monthOf, storeTrade, sum, units, workOf, type Line } from './trade.ts'

let shop: OpenShop
let lines: Line[]
beforeAll(async () => {
  shop = await openShop()
  await storeCatalogue(shop)
  lines = await storeTrade(shop)
  await addGhosts()
})
/** Lines that some orders were said to have, and that were taken back. */
const addGhosts = () =>
  shop.clickhouse.command({
    query: `INSERT INTO mart.sales
      SELECT * EXCEPT sign REPLACE ('ghost' AS product_id, 99 AS line_id, 0 AS order_count, sign AS line_count, sign AS units_sold, 5 * sign AS gross_amount, 5 * sign AS net_amount)
      FROM (SELECT * FROM mart.sales WHERE kind = 'product' AND movement = 'order_placed' LIMIT 20) ARRAY JOIN [1, -1] AS sign`
  })
afterAll(() => shop.close())

/** Orders that were paid, with their own lines. */
const readOrders = () =>
  [...Map.groupBy(lines, ({ order_id }) => order_id).entries()]
    .map(([order_id, own]) => ({ order_id, own, sold: own.filter(({ is_sale }) => is_sale) }))
    .filter(({ sold }) => sold.length > 0)
const goodsOf = (some: Line[]) => some.filter(({ kind }) => kind === 'product')
const worksOf = (some: Line[]) => new Set(goodsOf(some).map(({ product_id }) => workOf(product_id)))

it('the ledger took back some of what it held, so that what follows is about a ledger with corrections', async () => {
  const [row] = await shop.rows<{ back: number }>('SELECT countIf(line_count < 0) AS back FROM mart.sales')
  expect(row?.back).toBeGreaterThan(50)
})

it('a basket is an order that was paid, with what became of it', async () => {
  const orders = readOrders()
  const atOf = ({ sold }: { sold: Line[] }) => sold[0]?.atMs ?? 0
  const expected = orders.map((order) => {
    const { order_id, own, sold } = order
    const { customer_id = '', channel = '', currency = '' } = sold[0] ?? {}
    const mine = orders
      .filter((other) => other.sold[0]?.customer_id === customer_id)
      .toSorted((a, b) => atOf(a) - atOf(b) || (a.order_id < b.order_id ? -1 : 1))
    return {
      order_id,
      day: dayOf(atOf(order)),
      customer_id,
      is_first_order: customer_id ? mine[0]?.order_id === order_id : null,
      country: 'France',
      channel,
      currency,
      lines: sold.length,
      products: new Set(goodsOf(sold).map(({ product_id }) => product_id)).size,
      works: worksOf(sold).size,
      units: sum(sold, units),
      gross_amount: money(sold),
      discount_amount: money(sold.filter(({ kind }) => kind === 'discount')),
      refund_amount: money(own.filter(({ is_sale }) => !is_sale)),
      net_amount: money(own),
      cost_amount: 0
    }
  })
  const rows = await shop.rows<{ order_id: string }>('SELECT * EXCEPT sold_at FROM mart.baskets')
  expect(keyed(rows, 'order_id')).toEqual(keyed(expected, 'order_id'))
})

it('affinity counts pairs of works in orders, both ways round', async () => {
  await shop.clickhouse.command({ query: 'SYSTEM REFRESH VIEW mart.affinity_refresh' })
  await shop.clickhouse.command({ query: 'SYSTEM WAIT VIEW mart.affinity_refresh' })
  const baskets = readOrders().map(({ sold }) => worksOf(sold))
  const counting = (...works: string[]) =>
    baskets.filter((basket) => works.every((work) => basket.has(work))).length
  const works = [...new Set(baskets.flatMap((basket) => [...basket]))]
  const expected = works.flatMap((work_id) =>
    works
      .filter((other) => other !== work_id && counting(work_id, other) >= 5)
      .map((other_work_id) => {
        const [together, orders, others] = [
          counting(work_id, other_work_id),
          counting(work_id),
          counting(other_work_id)
        ]
        return {
          work_id,
          other_work_id,
          orders_together: together,
          orders,
          other_orders: others,
          support: expect.closeTo(together / baskets.length, 9),
          confidence: expect.closeTo(together / orders, 9),
          other_confidence: expect.closeTo(together / others, 9),
          lift: expect.closeTo(
            together / baskets.length / ((orders / baskets.length) * (others / baskets.length)),
            9
          )
        }
      })
  )
  const rows = await shop.rows<{ work_id: string; other_work_id: string }>('SELECT * FROM mart.affinity')
  expect(keyed(rows, 'work_id', 'other_work_id')).toEqual(keyed(expected, 'work_id', 'other_work_id'))
  expect(rows.length).toBe(12)
})

it('wholesale is what shops bought against what people bought, so far', async () => {
  const goods = goodsOf(lines)
  const isIn = ({ channel }: Line) => channel === 'wholesale'
  const monthsBack = (month: string, count: number) => {
    const date = new Date(`${month}T00:00:00Z`)
    date.setUTCMonth(date.getUTCMonth() - count)
    return date.toISOString().slice(0, 10)
  }
  const groups = Map.groupBy(
    goods,
    (line) => `${line.product_id} ${line.currency} ${monthOf(dayOf(line.atMs))}`
  )
  const expected = [...groups.entries()].map(([name, own]) => {
    const [product_id = '', currency = '', month = ''] = name.split(' ')
    const same = goods.filter((line) => line.product_id === product_id && line.currency === currency)
    const soFar = same.filter((line) => monthOf(dayOf(line.atMs)) <= month)
    const recent = soFar.filter((line) => monthOf(dayOf(line.atMs)) >= monthsBack(month, 2) && !isIn(line))
    const [into, through] = [
      sum(soFar.filter(isIn), units),
      sum(
        soFar.filter((line) => !isIn(line)),
        units
      )
    ]
    const weeks = (Date.parse(monthsBack(month, -1)) - Date.parse(monthsBack(month, 2))) / 86_400_000 / 7
    const perWeek = sum(recent, units) / weeks
    return {
      product_id,
      month,
      currency,
      sell_in_units: sum(own.filter(isIn), units),
      sell_in_amount: money(own.filter(isIn)),
      sell_through_units: sum(
        own.filter((line) => !isIn(line)),
        units
      ),
      sell_through_amount: money(own.filter((line) => !isIn(line))),
      sell_in_units_so_far: into,
      sell_through_units_so_far: through,
      sell_through_rate: into > 0 ? expect.closeTo(through / into, 9) : null,
      weeks_of_cover: into > through && perWeek > 0 ? expect.closeTo((into - through) / perWeek, 9) : null
    }
  })
  const rows = await shop.rows<{
    product_id: string
    month: string
    currency: string
    weeks_of_cover: number | null
  }>('SELECT * FROM mart.wholesale')
  const by = ['product_id', 'month', 'currency'] as const
  expect(keyed(rows, ...by)).toEqual(keyed(expected, ...by))
  expect(rows.some(({ weeks_of_cover }) => weeks_of_cover)).toBe(true)
})
