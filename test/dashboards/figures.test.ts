import { afterAll, beforeAll, expect, test } from 'vitest'
import { figures } from '../../models/contracts/metrics/figures.ts'
import { isApi, isWarehouse, targets } from './boards.ts'
import { expandMacros, fillIn } from '../../bench/dashboards/expand.ts'
import { openFilledShop, WEEK, type FilledShop } from './filled-shop.ts'

/** Boards show what the API and the marts say for the same days, however they ask. */
type Row = Record<string, string | number | null>
let shop: FilledShop
beforeAll(async () => {
  shop = await openFilledShop()
}, 300_000)
afterAll(() => shop?.close())

async function rowsOf(board: string, title: string): Promise<Row[]> {
  const [found] = targets.filter((one) => one.board === board && one.title === title)
  if (found && isApi(found.target)) {
    const answer = await shop.app.inject(fillIn(found.target.url, {}, WEEK))
    return answer.json()[found.target.root_selector]
  }
  if (!found || !isWarehouse(found.target)) throw new Error(`${board} has no panel ${title}`)
  const query = expandMacros(found.target.rawSql, WEEK)
  return (await shop.analyst.query({ query, format: 'JSONEachRow' })).json<Row>()
}
const api = async (query: string): Promise<Row[]> => {
  const days = `from=${WEEK.from.slice(0, 10)}&to=${WEEK.to.slice(0, 10)}`
  return (await shop.app.inject(`/v1/sales?${days}&currency=GBP&${query}`)).json().rows
}
const day = (time: string, back = 0) =>
  new Date(Date.parse(time) - back * 86_400_000).toISOString().slice(0, 10)
const [FIRST, LAST, WEEK_BEFORE] = [day(WEEK.from), day(WEEK.to), day(WEEK.to, 7)]
const END_OF_CLOCK = WEEK.to.slice(11, 23)
const sum = (rows: Row[], field: string) =>
  Number(rows.reduce((total, row) => total + Number(row[field]), 0).toFixed(4))
const MONEY = 'gross_amount,refund_amount,net_amount'

test('the sum of the days, the hours, and each dimension are the sum of the range', async () => {
  const [total] = await api(`grain=total&measures=${MONEY},orders,units_sold`)
  const [summary] = await rowsOf('trade.json', 'All days of the range')
  expect(Number(summary?.['net_amount'])).toBeGreaterThan(0)
  for (const field of ['net_amount', 'orders', 'units_sold']) expect(summary?.[field]).toBe(total?.[field])
  const byDay = await rowsOf('trade.json', 'Sales by day')
  for (const field of MONEY.split(',')) expect(sum(byDay, field)).toBe(Number(total?.[field]))
  for (const title of ['Net sales by hour, and a week before', 'By channel', 'By format'])
    expect([title, sum(await rowsOf('trade.json', title), 'net_amount')]).toEqual([
      title,
      Number(total?.['net_amount'])
    ])
})

test('the last day so far is the last day, and a week before it what the marts say', async () => {
  const [today] = await rowsOf('trade.json', 'The last day so far')
  const [whole] = (await api('grain=day')).slice(-1)
  const [week] = await shop.rows<Row>(
    `SELECT toString(sum(net_amount)) AS net_amount FROM mart.sales WHERE day = '${WEEK_BEFORE}' AND sold_at <= '${WEEK_BEFORE} ${END_OF_CLOCK}' AND currency = 'GBP'`
  )
  const [late] = await shop.rows<Row>(
    `SELECT toString(sum(net_amount)) AS net_amount FROM mart.sales WHERE day = '${LAST}' AND sold_at > '${LAST} ${END_OF_CLOCK}' AND currency = 'GBP'`
  )
  expect(sum([today ?? {}, late ?? {}], 'net_amount')).toBe(Number(whole?.['net_amount']))
  expect(today?.['week_net_amount']).toBe(week?.['net_amount'])
})

test('what was given back for a reason is what was refunded, of products and the rest', async () => {
  const reasons = await rowsOf('trade.json', 'Why it is given back')
  const [total] = await api('grain=total&measures=refund_amount')
  expect(sum(reasons, 'refund_amount')).toBe(Number(total?.['refund_amount']))
})

test('who came back, and the cohorts, are the figures of the docs', async () => {
  const [repeat] = await rowsOf('customers.json', 'Who came back')
  const sql = figures.find(({ name }) => name === 'repeat_rate')?.sql ?? ''
  const query_params = { from: FIRST, to: LAST }
  const answer = await shop.clickhouse.query({ query: sql, query_params, format: 'JSONEachRow' })
  expect(Number(repeat?.['value'])).toBeGreaterThan(0)
  expect([repeat]).toEqual(await answer.json())
  const cohorts = await rowsOf('customers.json', 'Who orders again, in which month after the first order')
  const [first] = await shop.rows<Row>(
    `SELECT formatDateTime(cohort_month, '%Y-%m') AS cohort_month, customers, retention FROM mart.cohorts WHERE months_since = 1 AND currency = 'GBP' ORDER BY cohort_month LIMIT 1`
  )
  expect(cohorts.at(-1)).toMatchObject({
    cohort_month: first?.['cohort_month'],
    customers: first?.['customers'],
    month_1: first?.['retention'],
    month_2: null
  })
})

test('recommendations are what the marts say came of them', async () => {
  const [all] = await rowsOf('recommendations.json', 'What came of recommendations')
  for (const title of ['By place and model', 'Served, seen and clicked by day']) {
    const rows = await rowsOf('recommendations.json', title)
    for (const field of ['served', 'viewed', 'clicked']) expect(sum(rows, field)).toBe(Number(all?.[field]))
  }
})

test.each([
  ['2026-03-29T00:00:00.000Z', '2026-03-29T22:59:59.999Z', '2026-03-29', '2026-03-29'],
  ['2026-03-29T23:00:00.000Z', '2026-03-30T22:59:59.999Z', '2026-03-30', '2026-03-30'],
  ['2026-10-24T23:00:00.000Z', '2026-10-25T23:59:59.999Z', '2026-10-25', '2026-10-25'],
  ['2026-10-26T00:00:00.000Z', '2026-10-27T23:59:59.999Z', '2026-10-26', '2026-10-27']
])("midnights in London from %s to %s are the shop's days %s to %s", async (from, to, first, last) => {
  const [found] = targets.filter((one) => one.title === 'From the visit to the order')
  const sql = found && isWarehouse(found.target) ? found.target.rawSql : ''
  const [, begin, end] = /day BETWEEN (.*) AND (.*)/.exec(sql) ?? []
  const query = expandMacros(`SELECT ${begin} AS first, ${end} AS last`, { from, to })
  expect(await (await shop.analyst.query({ query, format: 'JSONEachRow' })).json()).toEqual([{ first, last }])
})

test('the funnel is the one of the marts, with its conversion', async () => {
  const stages = await rowsOf('trade.json', 'From the visit to the order')
  const [all] = await shop.rows<Row>(
    `SELECT sum(sessions) AS sessions, sum(ordered) AS ordered FROM mart.funnel_daily WHERE day BETWEEN '${FIRST}' AND '${LAST}'`
  )
  expect(stages.map(({ sessions }) => Number(sessions))).toEqual(
    stages.map(({ sessions }) => Number(sessions)).toSorted((a, b) => b - a)
  )
  expect([stages[0]?.['sessions'], stages.at(-1)?.['sessions']]).toEqual([
    all?.['sessions'],
    all?.['ordered']
  ])
})
