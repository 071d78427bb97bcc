import { createClient, type ClickHouseClient } from '@clickhouse/client'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { readQuestions } from '../../docs/read-questions.ts'
import { musicEvents } from '../../embedded/shops/music/events.ts'
import { topicOf, type Topic } from '../../models/contracts/topics.ts'
import { fillSales } from '../ingest/marts/trade.ts'
import { openShop, type OpenShop } from '../ingest/open-shop.ts'

const questions = await readQuestions()
const START = '2025-02-10T00:00:00.000Z'
const END = '2025-03-08T00:00:00.000Z'
const EVENTS_A_BLOCK = 20_000

let shop: OpenShop
let analyst: ClickHouseClient
beforeAll(async () => {
  shop = await openShop({ ANALYSTS: 'ana:secret' })
  const events = new Map<Topic, object[]>()
  for (const event of musicEvents({ start: START })) {
    if (event.occurred_at >= END) break
    const topic = topicOf[event.type]
    const list = events.get(topic) ?? []
    list.push(event)
    events.set(topic, list)
  }
  events.get('flipside.behaviour')?.push({
    type: 'searched',
    occurred_at: END,
    anonymous_id: 'a',
    query: 'a record that nobody made',
    result_count: 0
  })
  for (const [topic, some] of events) {
    for (let i = 0; i < some.length; i += EVENTS_A_BLOCK)
      await shop.store(topic, some.slice(i, i + EVENTS_A_BLOCK))
  }
  await fillSales(shop, 'all')
  await shop.clickhouse.command({ query: 'SYSTEM REFRESH VIEW mart.affinity_refresh' })
  await shop.clickhouse.command({ query: 'SYSTEM WAIT VIEW mart.affinity_refresh' })
  await shop.clickhouse.command({
    query: `INSERT INTO mart.forecasts (product_id, day, made_at, version, lead_days, model, mean, lower, upper)
      SELECT product_id, day, now64(3), 'v', 1, 'weekday-level', 1, 0, 3 FROM mart.sales_by_product WHERE product_id != '' GROUP BY product_id, day`
  })
  await shop.clickhouse.command({
    query: `INSERT INTO mart.forecast_demand (product_id, made_at, version, from_day, days, probabilities, units)
      SELECT product_id, now64(3), 'v', min(day) + 3, 7, [0.5, 0.95], [3, 9] FROM mart.sales_by_product WHERE product_id != '' GROUP BY product_id`
  })
  await shop.clickhouse.command({
    query: `INSERT INTO mart.replenishment (product_id, made_at, version, supplier_id, state, suggestion_id, quantity, why, order_cost, order_value, currency)
      SELECT product_id, now64(3), 'v', 'harbour', 'order', 's', 5, 'position 0 is at or below the reorder point 3: up to 5', 30, 12, currency FROM mart.products`
  })
  analyst = createClient({ url: shop.url, username: 'ana', password: 'secret' })
}, 300_000)
afterAll(async () => {
  await analyst?.close()
  await shop?.close()
})

it('there are 29, asked in plain words and each another', () => {
  expect(questions).toHaveLength(29)
  expect(new Set(questions.map(({ question }) => question)).size).toBe(29)
  expect(questions.filter(({ question }) => !/^[A-Z][^_]+\?$/.test(question))).toEqual([])
})

it.each(questions.map((one) => [one.question, one.sql]))('%s', async (_, query) => {
  const result = await analyst.query({ query, format: 'JSONEachRow' })
  const rows = await result.json<Record<string, unknown>>()
  expect(rows.length).toBeGreaterThan(0)
  // Not only rows of nothing: no column is empty in all.
  const empty = Object.keys(rows[0] ?? {}).filter((name) =>
    rows.every((row) => row[name] === null || row[name] === '')
  )
  expect(empty).toEqual([])
})

it('an analyst asks them, who may change nothing and read nothing else', async () => {
  await expect(analyst.query({ query: 'SELECT 1 FROM raw.orders' })).rejects.toThrow()
  await expect(analyst.command({ query: 'TRUNCATE TABLE mart.sales' })).rejects.toThrow()
})
