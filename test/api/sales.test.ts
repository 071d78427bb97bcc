import { tableFromIPC } from 'apache-arrow'
import { parse } from 'csv-parse/sync'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openWarehouse } from '../../api/clickhouse.ts'
import type { ApiApp } from '../../api/dependencies.ts'
import { grains, shiftBack, shiftOf } from '../../api/sales-days.ts'
import { writeSalesQuery, type SalesQuestion } from '../../api/sales-query.ts'
import { refreshSales } from '../../jobs/sales.ts'
import { salesDimensions, salesFigures } from '../../models/contracts/metrics/sales.ts'
import { openShop, type OpenShop } from '../ingest/open-shop.ts'
import { fakeApp, product } from './fakes.ts'
import { reckonSales, type Asked, type Line } from './sales-reckoning.ts'

/** `/v1/sales` over the real engine, against a reckoning line by line. */
const SEED = 20_261_128
const FIRST = '2025-12-20'
const LAST = '2026-04-10'
let shop: OpenShop
let app: ApiApp
let warehouse: ReturnType<typeof openWarehouse>
let lines: Line[]

const pick = <Value>(values: readonly Value[]) => fc.constantFrom(...values)
const amount = fc.integer({ min: 1, max: 500_000 }).map((units) => (units / 10_000).toFixed(4))
const orders = fc.sample(
  fc.record({
    at: fc.integer({ min: Date.parse(FIRST), max: Date.parse(LAST) }),
    country: pick(['France', 'Spain', "Côte d'Ivoire"]),
    channel: pick(['web', 'store', 'wholesale']),
    currency: pick(['GBP', 'GBP', 'EUR']),
    customer: pick(['', 'ana', 'bob', 'eve', 'joe']),
    refund: fc.nat(3),
    isPaid: pick([true, true, true, false]),
    lines: fc.array(
      fc.record({
        kind: pick(['product', 'product', 'product', 'postage', 'discount']),
        product: pick(['cd', 'lp', 'game, new', '=1+1']),
        quantity: fc.integer({ min: 1, max: 4 }),
        price: amount
      }),
      { minLength: 1, maxLength: 5 }
    )
  }),
  { seed: SEED, numRuns: 300 }
)

function eventsOf(order: (typeof orders)[number], number: number): object[] {
  const { currency, country, channel, customer } = order
  const at = (days: number) => new Date(order.at + days * 86_400_000).toISOString()
  const of = { order_id: `o${number}`, currency, ...(customer && { user_id: customer }) }
  const sold = order.lines.map(({ kind, product: product_id, quantity, price }, i) => ({
    line_id: i + 1,
    kind,
    ...(kind === 'product' ? { product_id, quantity } : { description: kind, quantity: 1 }),
    unit_price: kind === 'discount' ? `-${price}` : price
  }))
  const [back] = sold.filter(({ kind }) => kind === 'product')
  return [
    { type: 'order_placed', occurred_at: at(0), ...of, country, channel, lines: sold },
    ...(order.isPaid ? [{ type: 'order_paid', occurred_at: at(0.01), ...of, amount: '1' }] : []),
    ...(order.isPaid && order.refund === 0 && back
      ? [
          {
            type: 'order_refunded',
            occurred_at: at(9),
            ...of,
            country,
            channel,
            lines: [{ ...back, quantity: -1 }]
          }
        ]
      : [])
  ]
}

beforeAll(async () => {
  shop = await openShop()
  const described = ['cd', 'lp', 'game, new'].map((product_id, i) => ({
    type: 'product_upserted',
    occurred_at: '2025-01-01T00:00:00Z',
    product_id,
    work_id: product_id,
    title: product_id,
    format: ['cd', 'vinyl', 'game'][i],
    attributes: { genre: ['Rock', 'Jazz', ''][i] ?? '' },
    price: '1',
    currency: 'GBP',
    ...(i < 2 && { unit_cost: `${i + 1}.25` }),
    ...(i === 1 && { simulated: ['unit_cost'] })
  }))
  await shop.store('flipside.catalogue', described)
  await shop.store('flipside.orders', orders.flatMap(eventsOf))
  await refreshSales({ clickhouse: shop.clickhouse, progress: () => {} })
  // Something that was taken back counts for nothing, in any figure.
  await shop.clickhouse.command({
    query: `INSERT INTO mart.sales SELECT * EXCEPT s REPLACE ('taken back' AS order_id, 'nobody' AS customer_id, s * gross_amount AS gross_amount, s * refund_amount AS refund_amount,
      s * net_amount AS net_amount, s * discount_amount AS discount_amount, s * cost_amount AS cost_amount, s * costed_amount AS costed_amount, s * units_sold AS units_sold,
      s * units_refunded AS units_refunded, s * order_count AS order_count, s * line_count AS line_count)
      FROM mart.sales ARRAY JOIN [1, -1] AS s WHERE order_id < 'o2'`
  })
  lines = await shop.rows<Line>('SELECT * FROM mart.sales')
  warehouse = openWarehouse(shop.access)
  ;({ app } = await fakeApp({ products: [product('cd', { title: 'A record' })] }, { warehouse }))
})
afterAll(async () => {
  await app.close()
  await warehouse.close()
  await shop.close()
})

const dimensionNames = salesDimensions.map(({ name }) => name)
const values: Record<string, string[]> = {
  country: ['France', 'Spain', "Côte d'Ivoire", 'Nowhere'],
  channel: ['web', 'store'],
  weekday: ['1', '6', '7'],
  hour_of_day: ['0', '2', '23'],
  kind: ['product', 'postage'],
  product_id: ['cd', 'lp'],
  category: ['Rock', 'Jazz'],
  format: ['vinyl'],
  currency: ['EUR']
}
const dayFrom = (days: number) => new Date(Date.parse(FIRST) + days * 86_400_000).toISOString().slice(0, 10)
const MONTHS = { from: '2026-01-01', to: '2026-03-31' }
const question: fc.Arbitrary<Asked> = fc.record({
  // One in three of whole months, which are answered from other sums.
  from: fc.oneof(
    { weight: 2, arbitrary: fc.integer({ min: 0, max: 90 }).map(dayFrom) },
    fc.constant(MONTHS.from)
  ),
  to: fc.oneof(
    { weight: 2, arbitrary: fc.integer({ min: 91, max: 130 }).map(dayFrom) },
    fc.constant(MONTHS.to)
  ),
  grain: pick(grains),
  measures: fc.uniqueArray(pick(salesFigures.map(({ name }) => name)), { minLength: 1, maxLength: 5 }),
  group_by: fc.uniqueArray(pick(dimensionNames), { maxLength: 3 }),
  filters: fc
    .uniqueArray(pick(Object.keys(values)), { maxLength: 2 })
    .chain((names) =>
      fc.record(
        Object.fromEntries(
          names.map((name) => [name, fc.uniqueArray(pick(values[name] ?? []), { minLength: 1 })])
        )
      )
    ),
  time_zone: pick(['Europe/London', 'Europe/London', 'America/New_York', 'Asia/Kolkata'])
})

const addressOf = (
  { measures, group_by, filters, ...rest }: Asked,
  more: Record<string, string> = {}
): string =>
  `/v1/sales?${new URLSearchParams({
    ...rest,
    measures: measures.join(','),
    group_by: group_by.join(','),
    ...Object.fromEntries(Object.entries(filters).map(([name, some]) => [name, some.join(',')])),
    limit: '10000',
    ...more
  })}`

type Row = Record<string, string | number | null> & { period: string; starts_at: string; currency: string }
async function ask(address: string): Promise<{ rows: Row[]; next_cursor?: string; compared_with?: unknown }> {
  const answer = await app.inject(address)
  expect([address, answer.statusCode, answer.statusCode === 200 ? '' : answer.body]).toEqual([
    address,
    200,
    ''
  ])
  return answer.json()
}
const keyOf = (row: Row, { grain, group_by }: Asked): string =>
  [
    grain === 'hour' ? row.starts_at : row.period,
    ...group_by.map((name) => row[name] ?? ''),
    row.currency
  ].join('|')

/** Shares are floats, which may differ in their last digits. */
const rounded = (figures: Record<string, string | number | null | undefined>, names: string[]) =>
  Object.fromEntries(
    names.map((name) => {
      const value = figures[name]
      return [name, typeof value === 'number' ? Number(value.toPrecision(9)) : value]
    })
  )

describe('sales', () => {
  it('are what a reckoning line by line gives, for 500 questions', async () => {
    let rowCount = 0
    for (const asked of fc.sample(question, { seed: SEED, numRuns: 500 })) {
      const { rows } = await ask(addressOf(asked))
      const expected = reckonSales(lines, asked)
      expect([addressOf(asked), rows.map((row) => keyOf(row, asked)).toSorted()]).toEqual([
        addressOf(asked),
        [...expected.keys()].toSorted()
      ])
      for (const row of rows) {
        const figures = expected.get(keyOf(row, asked)) ?? {}
        expect([addressOf(asked), rounded(row, asked.measures)]).toEqual([
          addressOf(asked),
          rounded(figures, asked.measures)
        ])
      }
      rowCount += rows.length
    }
    expect(rowCount).toBeGreaterThan(10_000)
  }, 300_000)

  it('come in pages that together are the whole, in one order, whatever that is', async () => {
    for (const asked of fc.sample(question, { seed: SEED + 1, numRuns: 25 })) {
      const whole = await ask(addressOf(asked))
      const paged: Row[] = []
      let cursor: string | undefined
      const limit = String(Math.max(1, Math.ceil(whole.rows.length / 7)))
      do {
        const page = await ask(addressOf(asked, { limit, ...(cursor && { cursor }) }))
        paged.push(...page.rows)
        cursor = page.next_cursor
      } while (cursor)
      expect(paged).toEqual(whole.rows)
    }
  }, 120_000)

  it('are compared with the days before or a year ago, period by period, and what is no more is shown', async () => {
    for (const asked of fc.sample(question, { seed: SEED + 2, numRuns: 60 })) {
      for (const compare of ['previous_period', 'previous_year'] as const) {
        const { rows, compared_with } = await ask(addressOf(asked, { compare }))
        const shift = shiftOf(asked, asked.grain as never, compare)
        const days = shiftBack(asked, shift)
        expect(compared_with).toEqual(days)
        const now = reckonSales(lines, asked)
        const before = reckonSales(lines, { ...asked, ...days })
        const total = (map: typeof now) =>
          [...map.values()].reduce((sum, one) => sum + Number(one[asked.measures[0] ?? ''] ?? 0), 0)
        const shown = (prefix: string) =>
          rows.reduce((sum, row) => sum + Number(row[`${prefix}${asked.measures[0]}`] ?? 0), 0)
        expect(shown('')).toBeCloseTo(total(now), 6)
        expect(shown('previous_')).toBeCloseTo(total(before), 6)
        for (const row of rows) {
          const figures = now.get(keyOf(row, asked))
          if (figures) expect(rounded(row, asked.measures)).toEqual(rounded(figures, asked.measures))
        }
      }
    }
  }, 120_000)

  it('by day put each day beside the day that it is compared with', async () => {
    const asked = {
      from: '2026-03-01',
      to: '2026-03-31',
      grain: 'day',
      measures: ['net_amount'],
      group_by: [],
      filters: {},
      time_zone: 'Europe/London'
    }
    const { rows } = await ask(addressOf(asked, { compare: 'previous_period' }))
    const before = reckonSales(lines, { ...asked, from: '2026-01-29', to: '2026-02-28' })
    for (const [key, { net_amount }] of before) {
      const [day = '', currency] = key.split('|')
      const met = new Date(Date.parse(day) + 31 * 86_400_000).toISOString().slice(0, 10)
      expect(
        rows.find((row) => row.period === met && row.currency === currency)?.['previous_net_amount']
      ).toBe(net_amount)
    }
    expect(before.size).toBeGreaterThan(5)
  })

  it('say where costs are invented, compared or not', async () => {
    const asked = {
      from: FIRST,
      to: LAST,
      grain: 'total',
      measures: ['cost_amount'],
      group_by: ['product_id'],
      filters: {},
      time_zone: 'Europe/London'
    }
    for (const compare of ['none', 'previous_period']) {
      const { rows } = await ask(addressOf(asked, { compare }))
      const invented = rows.filter((row) => Boolean(row['cost_is_simulated'])).map((row) => row['product_id'])
      expect([...new Set(invented)]).toEqual(['lp'])
      expect(rows.length).toBeGreaterThan(invented.length)
    }
  })

  it('come as CSV and as Arrow with the same values, and with the address of the next page', async () => {
    const address = addressOf({
      from: FIRST,
      to: LAST,
      grain: 'month',
      measures: ['net_amount', 'orders', 'margin_rate'],
      group_by: ['product_id'],
      filters: {},
      time_zone: 'Europe/London'
    })
    const { rows } = await ask(address)
    const names = [
      'period',
      'starts_at',
      'product_id',
      'title',
      'currency',
      'net_amount',
      'orders',
      'margin_rate'
    ]
    // What a spreadsheet would run is a text to it.
    const text = (value: string | number | null | undefined) => String(value ?? '').replace(/^=/, "'=")
    const csv = await app.inject({ url: address, headers: { accept: 'text/csv' } })
    expect(csv.headers['content-type']).toBe('text/csv; charset=utf-8')
    expect(parse(csv.body, { columns: true })).toEqual(
      rows.map((row) => Object.fromEntries(names.map((name) => [name, text(row[name])])))
    )
    const arrow = await app.inject({
      url: address,
      headers: { accept: 'application/vnd.apache.arrow.stream' }
    })
    const table = tableFromIPC(arrow.rawPayload)
    expect(table.schema.fields.map(({ name, type }) => `${name} ${type}`)).toEqual(
      names.map(
        (name) =>
          `${name} ${name === 'net_amount' ? 'Decimal[38e+4]' : name === 'orders' ? 'Int64' : name === 'margin_rate' ? 'Float64' : 'Utf8'}`
      )
    )
    expect([...(table.getChild('orders') ?? [])].map(Number)).toEqual(rows.map(({ orders }) => orders))
    const first = await app.inject({
      url: address.replace('limit=10000', 'limit=2'),
      headers: { accept: 'text/csv' }
    })
    const next = /^<(.*)>; rel="next"$/.exec(String(first.headers.link))?.[1] ?? ''
    const second = await app.inject({ url: next, headers: { accept: 'text/csv' } })
    expect(parse(second.body, { columns: true })).toEqual(parse(csv.body, { columns: true }).slice(2, 4))
  })

  it('read what they can from the sums that are kept', async () => {
    const zone = 'Europe/London'
    const used = async (asked: Partial<SalesQuestion>, preferred = '') => {
      const { query, query_params } = writeSalesQuery({
        ...MONTHS,
        grain: 'month',
        figures: ['net_amount', 'units_sold', 'average_order_value'],
        dimensions: [],
        filters: {},
        time_zone: zone,
        shop_time_zone: zone,
        limit: 10,
        ...asked
      })
      const result = await shop.clickhouse.query({
        query: `EXPLAIN ${query}`,
        query_params,
        format: 'JSONEachRow',
        // In so few rows all are as cheap as each other.
        clickhouse_settings: { preferred_optimize_projection_name: preferred }
      })
      const lines = await result.json<{ explain: string }>()
      return /ReadFromMergeTree \(([\w.]+)\)/.exec(lines.map(({ explain }) => explain).join())?.[1]
    }
    expect(await used({ dimensions: ['country'] })).toBe('by_market')
    expect(await used({ dimensions: ['hour_of_day'] })).toBe('by_hour')
    expect(await used({ dimensions: ['category'], figures: ['net_amount'] })).toBe('by_category')
    const byProduct: Partial<SalesQuestion> = { dimensions: ['product_id'], figures: ['net_amount'] }
    expect(await used({ ...byProduct, from: '2026-01-02' })).toBe('by_product')
    expect(await used(byProduct, 'by_product_month')).toBe('by_product_month')
    expect(await used({ dimensions: ['product_id', 'country'] })).toBe('mart.sales')
  })
})
