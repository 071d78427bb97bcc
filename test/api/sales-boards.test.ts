import { afterAll, beforeAll, expect, it } from 'vitest'
import { openWarehouse } from '../../api/clickhouse.ts'
import type { ApiApp } from '../../api/dependencies.ts'
import { fillSales } from '../ingest/marts/trade.ts'
import { openShop, type OpenShop } from '../ingest/open-shop.ts'
import { fakeApp, product } from './fakes.ts'

/** What only boards ask, over the real engine. The clocks went forward on 29 March 2026, and on 30 March 2025. */
let shop: OpenShop
let app: ApiApp
let warehouse: ReturnType<typeof openWarehouse>

/** When, what, how many, at 10 each. */
const SOLD: [string, string, number, string?][] = [
  ['2026-03-30T08:30:00Z', 'cd', 3],
  ['2026-03-30T09:30:00Z', 'lp', 100],
  // A week before the clock said the same an hour later by UTC.
  ['2026-03-23T09:30:00Z', 'cd', 4],
  ['2026-03-23T10:30:00Z', 'cd', 50],
  ['2025-03-31T08:59:00Z', 'lp', 2],
  ['2025-03-31T09:01:00Z', 'lp', 70],
  ['2026-03-30T08:00:00Z', 'cd', 9, 'EUR'],
  ['2026-03-27T12:00:00Z', 'lp', 30],
  ['2026-03-26T12:00:00Z', 'game', 6]
]

beforeAll(async () => {
  shop = await openShop()
  const events = SOLD.flatMap(([occurred_at, product_id, quantity, currency = 'GBP'], i) => {
    const of = { order_id: `o${i}`, occurred_at, currency, channel: i === 2 ? 'store' : 'web' }
    const lines = [{ line_id: 1, kind: 'product', product_id, quantity, unit_price: '10' }]
    return [
      { type: 'order_placed', ...of, lines },
      { type: 'order_paid', order_id: of.order_id, occurred_at, currency, amount: String(10 * quantity) }
    ]
  })
  await shop.store('flipside.orders', events)
  await fillSales(shop, 'all')
  warehouse = openWarehouse(shop.access)
  ;({ app } = await fakeApp({ products: [product('cd', { title: 'A record' })] }, { warehouse }))
})
afterAll(async () => {
  await app?.close()
  await warehouse?.close()
  await shop?.close()
})

const ask = async (url: string) => {
  const answer = await app.inject(url)
  return { status: answer.statusCode, ...answer.json() }
}

it('compares a day so far with the same weekdays, until the same time of the clock', async () => {
  const { rows, time_zone } = await ask('/v1/sales/so-far?at=2026-03-30T09:00:00Z&currency=GBP')
  expect(time_zone).toBe('Europe/London')
  expect(rows).toEqual([
    {
      currency: 'GBP',
      day: '2026-03-30',
      net_amount: '30',
      orders: 1,
      units_sold: 3,
      week_net_amount: '40',
      year_net_amount: '20',
      week_change: -0.25,
      year_change: 0.5,
      week_orders: 1,
      year_orders: 1,
      quiet_minutes: 30
    }
  ])
})

it('has a row a currency, and says of a day without sales that there were none', async () => {
  const { rows } = await ask('/v1/sales/so-far?at=2026-03-30T09:00:00Z')
  expect(rows.map(({ currency }: { currency: string }) => currency)).toEqual(['EUR', 'GBP'])
  const early = await ask('/v1/sales/so-far?at=2026-03-30T00:30:00Z')
  expect(early.rows).toEqual([])
  const without = await ask('/v1/sales/so-far?at=2026-04-06T22:00:00Z&currency=GBP')
  expect(without.rows).toMatchObject([
    { net_amount: '0', week_net_amount: '1030', week_change: -1, quiet_minutes: null }
  ])
})

it.each(['yesterday', '2026-13-01T00:00:00Z', '1950-01-01T00:00:00Z', '2026-03-30'])(
  'refuses the time %s',
  async (at) => {
    expect(await ask(`/v1/sales/so-far?at=${at}`)).toMatchObject({ status: 400, error: { field: 'at' } })
  }
)

it('finds what fell and what rose most, in money', async () => {
  const days = 'from=2026-03-28&to=2026-03-30&currency=GBP'
  const falling = await ask(`/v1/sales/movers?${days}`)
  expect(falling.compared_with).toEqual({ from: '2026-03-25', to: '2026-03-27' })
  expect(falling.rows).toEqual([
    {
      product_id: 'game',
      currency: 'GBP',
      net_amount: '0',
      previous_net_amount: '60',
      net_change: -1,
      units_sold: 0,
      previous_units_sold: 6
    }
  ])
  const rising = await ask(`/v1/sales/movers?${days}&direction=rising&limit=1`)
  expect(rising.rows).toMatchObject([{ product_id: 'lp', net_amount: '1000', previous_net_amount: '300' }])
  const inOneYear = await ask('/v1/sales/movers?from=2026-03-30&to=2026-03-30&compare=previous_year')
  expect(inOneYear).toMatchObject({ compared_with: { from: '2025-03-31', to: '2025-03-31' }, rows: [] })
})

it('compares hours with those a week before, by the clock', async () => {
  const { rows } = await ask(
    '/v1/sales?from=2026-03-30&to=2026-03-30&grain=hour&measures=units_sold&compare=previous_week&currency=GBP'
  )
  const short = rows.map((row: Record<string, unknown>) => [
    row['period'],
    row['units_sold'],
    row['previous_units_sold']
  ])
  expect(short).toEqual([
    ['2026-03-30T09:00', 3, 4],
    ['2026-03-30T10:00', 100, 50]
  ])
})

it('takes no months for weeks', async () => {
  expect(await ask('/v1/sales?grain=month&compare=previous_week')).toMatchObject({
    status: 400,
    error: { field: 'compare' }
  })
})

it('takes * for any, and sums up one currency', async () => {
  const days = 'from=2026-03-23&to=2026-03-30&grain=total&measures=units_sold&currency=GBP'
  const [any, all, web] = await Promise.all(
    ['&channel=*', '', '&channel=web'].map((channel) => ask(`/v1/sales?${days}${channel}`))
  )
  expect(any?.rows).toEqual(all?.rows)
  expect([all?.rows[0].units_sold, web?.rows[0].units_sold]).toEqual([193, 189])
  const summary = await ask('/v1/sales/summary?from=2026-03-23&to=2026-03-30&currency=EUR')
  expect(summary.rows).toMatchObject([{ currency: 'EUR', units_sold: 9 }])
})
