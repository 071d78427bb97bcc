import { parse } from 'csv-parse/sync'
import { afterAll, describe, expect, it } from 'vitest'
import { readConfig } from '../../../models/contracts/config.ts'
import type { ServedProduct } from '../../../models/contracts/served.ts'
import { loadChanged } from '../../../api/serving.ts'
import { fakeApp, product, publish, servedStock } from '../fakes.ts'

const now = new Date().toISOString()
const decided = { author: 'maria', quantity: 5, until: null, at: now }
const tomorrow = new Date(Date.now() + 86_400_000).toISOString()
const stocks = [
  servedStock('dear', { unit_cost: 4.8 }),
  servedStock('cheap', { unit_cost: 1, supplier_id: 'bolt', abc: 'B' }),
  servedStock('middling', {
    alerts: [{ alert: 'low_stock', raised_at: now, units: 3, threshold: 4, snoozed_until: null }]
  }),
  servedStock('full', { stock: { on_hand: 500 } }),
  servedStock('uncounted', { stock: null }),
  servedStock('costless', { unit_cost: null }),
  servedStock('euro', { currency: 'EUR', unit_cost: 3 }),
  servedStock('accepted', { decision: { ...decided, decision: 'accepted' } }),
  servedStock('snoozed', { decision: { ...decided, decision: 'snoozed', until: tomorrow } }),
  servedStock('awake', { decision: { ...decided, decision: 'snoozed', until: '2026-01-01T00:00:00Z' } }),
  servedStock('last week', { decision: { ...decided, decision: 'edited', at: '2026-01-01T00:00:00Z' } })
]
const facts: Record<string, Partial<ServedProduct>> = {
  cheap: { title: '=HYPERLINK("evil")', format: 'vinyl', attributes: { genre: 'Jazz' } },
  dear: { title: 'The dear lantern', attributes: { category: 'Light', genre: 'Jazz' } }
}
const published = {
  products: [
    ...stocks.map(({ forecast }) => product(forecast.product_id, facts[forecast.product_id])),
    product('unpublished')
  ],
  forecasts: stocks.map(({ forecast }) => forecast),
  replenishment: stocks.map(({ replenishment }) => replenishment)
}
const config = readConfig({ SHOP_CURRENCY: 'GBP' })
const { app, dependencies } = await fakeApp(published, { config })
afterAll(() => app.close())

type Body = {
  rows: { product_id: string; quantity: number; [name: string]: unknown }[]
  next_cursor?: string
  what_if?: { reorder_point: number }
  [name: string]: unknown
}
async function ask(parameters = ''): Promise<Body & { status: number }> {
  const answer = await app.inject(`/v1/replenishment${parameters}`)
  const body: Body = answer.json()
  return { status: answer.statusCode, ...body }
}
const idsOf = async (parameters: string) => (await ask(parameters)).rows.map(({ product_id }) => product_id)

describe('what to order', () => {
  it('comes by what the next unit of money is worth, what has no cost last, without what is decided', async () => {
    expect(await idsOf('')).toEqual(['cheap', 'awake', 'last week', 'middling', 'euro', 'dear', 'costless'])
    const { rows } = await ask('?limit=1')
    expect(rows[0]).toMatchObject({
      state: 'order',
      suggestion_id: 'cheap:2026-01-02',
      title: '=HYPERLINK("evil")',
      category: 'Jazz',
      unit_cost: '1',
      lead_time_days: 7,
      order_cost: String(rows[0]?.quantity),
      decision: null,
      alerts: []
    })
  })

  it.each([
    ['?decision=all', 9],
    ['?decision=accepted', ['accepted']],
    ['?decision=snoozed', ['awake', 'snoozed']],
    ['?state=enough', ['full']],
    ['?state=unknown', ['uncounted']],
    ['?state=all&decision=all', 11],
    ['?state=no%20demand', []],
    ['?supplier_id=bolt,nobody', ['cheap']],
    ['?category=Light', ['dear']],
    ['?category=Jazz', ['cheap']],
    ['?format=vinyl', ['cheap']],
    ['?abc=B,C', ['cheap']],
    ['?xyz=Z', []],
    ['?alert=low_stock', ['middling']],
    ['?alert=any', ['middling']],
    ['?alert=stock_out', []],
    ['?q=Lantern', ['dear']],
    ['?min_value=1000000', []],
    ['?sort=cost&supplier_id=acme&limit=2', ['dear', 'euro']],
    ['?sort=stock_out&state=all&decision=all', 11],
    ['?sort=days_of_cover&state=all&limit=100', 9]
  ])('%s gives %j', async (parameters, expected) => {
    const ids = await idsOf(parameters)
    expect(typeof expected === 'number' ? ids.length : ids).toEqual(expected)
  })

  it('adds up all rows, by currency', async () => {
    const { rows, totals } = await ask('?limit=1000')
    const quantities = Object.fromEntries(rows.map(({ product_id, quantity }) => [product_id, quantity]))
    const of = (...ids: string[]) => ids.reduce((sum, id) => sum + (quantities[id] ?? NaN), 0)
    expect(totals).toMatchObject([
      {
        currency: 'GBP',
        lines: 6,
        units: of('cheap', 'awake', 'last week', 'middling', 'dear', 'costless'),
        cost: String(of('cheap') + 2 * of('awake', 'last week', 'middling') + 4.8 * of('dear')),
        lines_without_cost: 1
      },
      { currency: 'EUR', lines: 1, units: of('euro'), cost: String(3 * of('euro')), lines_without_cost: 0 }
    ])
    expect((await ask('?limit=1'))['totals']).toEqual(totals)
  })

  it('comes page by page, and a new version in between repeats nothing', async () => {
    const first = await ask('?limit=3')
    await loadChanged(
      dependencies.serving,
      publish(
        {
          ...published,
          replenishment: published.replenishment.filter(({ product_id }) => product_id !== 'cheap')
        },
        'v2'
      )
    )
    const second = await ask(`?limit=3&cursor=${first.next_cursor}`)
    await loadChanged(dependencies.serving, publish(published, 'v3'))
    const third = await ask(`?limit=3&cursor=${second.next_cursor}`)
    const ids = [first, second, third].flatMap(({ rows }) => rows.map(({ product_id }) => product_id))
    expect(ids).toEqual(['cheap', 'awake', 'last week', 'middling', 'euro', 'dear', 'costless'])
    expect(third.next_cursor).toBeUndefined()
    expect(await ask(`?state=all&cursor=${first.next_cursor}`)).toMatchObject({
      status: 400,
      error: { field: 'cursor' }
    })
  })

  it('is a CSV file where that is asked for, which no spreadsheet runs', async () => {
    const { rows } = await ask('?limit=2')
    const csv = await app.inject('/v1/replenishment?limit=2&format_as=csv')
    expect(csv.headers['content-type']).toBe('text/csv; charset=utf-8')
    const [first, ...others]: Record<string, string>[] = parse(csv.body, { columns: true })
    expect(first).toMatchObject({
      title: `'=HYPERLINK("evil")`,
      quantity: String(rows[0]?.quantity),
      order_cost: rows[0]?.['order_cost']
    })
    expect(others).toHaveLength(1)
    const next = /^<(.*)>; rel="next"$/.exec(String(csv.headers.link))?.[1] ?? ''
    const more = await app.inject({ url: next.replace('format_as=csv', ''), headers: { accept: 'text/csv' } })
    expect(parse(more.body, { columns: true })[0]).toMatchObject({ product_id: 'last week' })
  })
})

describe('a budget', () => {
  it('is spent on the best next units, within it, and says what it could not compare', async () => {
    const answer = await ask('?budget=40')
    const quantities = answer.rows.map(({ product_id, quantity, order_cost }) => ({
      product_id,
      quantity,
      order_cost
    }))
    expect(quantities[0]).toMatchObject({ product_id: 'cheap' })
    const spent = quantities.reduce((sum, { order_cost }) => sum + Number(order_cost), 0)
    expect(spent).toBeLessThanOrEqual(40)
    expect(answer['budget']).toMatchObject({ budget: '40', currency: 'GBP', candidates: 5 })
    expect(answer['budget']).toMatchObject({ spent: String(spent), left: String(40 - spent) })
    expect(answer['budget']).toMatchObject({
      rejected: [
        { product_id: 'euro', reason: 'costs are in EUR' },
        { product_id: 'costless', reason: expect.stringContaining('cost') }
      ]
    })
    const [more] = (await ask('?budget=100000')).rows
    expect(more?.quantity).toBeGreaterThanOrEqual(quantities[0]?.quantity ?? Infinity)
  })

  it('waits for those before it, and not for many', async () => {
    const answers = await Promise.all(
      Array.from({ length: 6 }, () => app.inject('/v1/replenishment?budget=40'))
    )
    expect(answers.map(({ statusCode }) => statusCode)).toEqual([200, 200, 200, 200, 429, 429])
    expect(answers[5]?.headers['retry-after']).toBe('1')
    expect((await ask('?budget=40')).status).toBe(200)
  })

  it.each([
    ['?budget=-1', 'budget'],
    ['?budget=1e9', 'budget'],
    ['?budget=5&cursor=x', 'cursor'],
    ['?cursor=x', 'cursor'],
    ['?state=all_of_them', 'state'],
    ['?limit=0', 'limit'],
    ['?sort=best', 'sort'],
    ['?min_value=-1', 'min_value'],
    ['?colour=red', 'colour']
  ])('and parameters that are wrong (%s) are told by name', async (parameters, field) => {
    expect(await ask(parameters)).toMatchObject({ status: 400, error: { field } })
  })
})

describe('one product', () => {
  it('has its terms, where they came from, and what if', async () => {
    const answer = await ask('/dear?service_level=0.5')
    expect(answer).toMatchObject({
      status: 200,
      product_id: 'dear',
      terms: { lead_time_days: 7, sources: { lead_time: 'product', review_days: 'setting' } },
      moved_at: '2026-01-01T12:00:00.000Z',
      what_if: { terms: { service_level: 0.5, sources: { service_level: 'supposed' } } }
    })
    expect(answer.what_if?.reorder_point).toBeLessThan(Number(answer['reorder_point']))
  })

  it('is a 404 when unknown, and another when nothing was published of it', async () => {
    expect(await ask('/nobody')).toMatchObject({ status: 404, error: { code: 'unknown_id' } })
    expect(await ask('/unpublished')).toMatchObject({ status: 404, error: { code: 'not_published' } })
  })
})
