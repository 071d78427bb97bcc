import { Registry } from 'prom-client'
import { afterAll, expect, test } from 'vitest'
import { groups } from '../../dashboards/alerts/rules.ts'
import { scraped } from '../../dashboards/provision.ts'
import { INFINITY } from '../../dashboards/sources/api.ts'
import { PROMETHEUS } from '../../dashboards/sources/health.ts'
import { createMetrics } from '../../ingest/metrics.ts'
import { readConfig } from '../../models/contracts/config.ts'
import { fakeApp, product, servedStock } from '../api/fakes.ts'
import { rowsAt } from './boards.ts'

/** Rules that do not ask the marts. */
const rules = groups(readConfig({})).flatMap((group) => group.rules)
const opened: { close(): Promise<unknown> }[] = []
afterAll(() => Promise.all(opened.map((app) => app.close())))

/** What the API's rule sees of a shop that has this in stock, and that a delivery reaches in seven days. */
async function figureOf(...stocks: ReturnType<typeof servedStock>[]): Promise<unknown> {
  const [rule] = rules.filter(({ asks }) => asks.uid === INFINITY.uid)
  const { url, root_selector, columns } = (rule?.asks.model ?? {}) as {
    url: string
    root_selector: string
    columns: { selector: string }[]
  }
  const { app } = await fakeApp({
    products: stocks.map(({ forecast }) => product(forecast.product_id)),
    forecasts: stocks.map(({ forecast }) => forecast),
    replenishment: stocks.map(({ replenishment }) => replenishment)
  })
  opened.push(app)
  const rows = rowsAt((await app.inject(url)).json(), root_selector)
  expect(rows).toHaveLength(1)
  expect(rule?.bound).toEqual({ type: 'gt', params: [0] })
  return rows[0]?.[columns[0]?.selector ?? '']
}
const day = (ahead: number) => new Date(Date.now() + ahead * 86_400_000).toISOString().slice(0, 10)
const runsOut = (ahead: number) => ({ stock_out: { p10: day(ahead), p50: day(ahead), p90: null } })

test('stock-out before a delivery: what brings most, runs out in three days and is not on its way, alerts', async () => {
  expect(await figureOf(servedStock('a', runsOut(3)))).toBe(1)
})

test('stock-out before a delivery: what is in time, of another class, on its way, or snoozed, does not', async () => {
  const at = new Date(Date.now() - 1_000).toISOString()
  const snoozed = {
    decision: 'snoozed',
    at,
    quantity: null,
    until: `${day(2)}T00:00:00Z`,
    author: null
  } as const
  expect(
    await figureOf(
      servedStock('in time', runsOut(9)),
      servedStock('b', { ...runsOut(3), abc: 'B' }),
      servedStock('on its way', { ...runsOut(3), stock: { on_order: 5 } }),
      servedStock('snoozed', { ...runsOut(3), decision: snoozed })
    )
  ).toBe(0)
})

test('rules of Prometheus ask for what is measured: by ingest, or by Prometheus itself of what it scrapes', () => {
  const registry = new Registry()
  createMetrics(registry, {})
  const known = registry.getMetricsAsArray().map(({ name }) => name)
  const asked = rules
    .filter(({ asks }) => asks.uid === PROMETHEUS.uid)
    .map(({ asks }) => String(asks.model['expr']))
  expect(asked).toHaveLength(2)
  for (const expr of asked) {
    const [, metric = ''] = / \((\w+)[{)]/.exec(expr.replace(/by \(\w+\)/, '')) ?? []
    expect([...known, 'up']).toContain(metric)
    const [, processes] = /job=~"([^"]+)"/.exec(expr) ?? []
    if (metric === 'up') expect(processes?.split('|')).toEqual(Object.keys(scraped))
  }
})
