import { createClient, type ClickHouseClient } from '@clickhouse/client'
import { openWarehouse } from '../../api/clickhouse.ts'
import { musicEvents } from '../../embedded/shops/music/events.ts'
import { topicOf, type Topic } from '../../models/contracts/topics.ts'
import { fakeApp, product } from '../api/fakes.ts'
import { fillSales } from '../ingest/marts/trade.ts'
import { openShop, type OpenShop } from '../ingest/open-shop.ts'
import { acceptedFor, servedStockOf, stockMade } from './stock-facts.ts'
import type { Range } from '../../bench/dashboards/expand.ts'

const START = '2025-01-20T00:00:00.000Z'
const END = '2025-02-03T00:00:00.000Z'
/** The second of two weeks, into another month. */
export const WEEK: Range = { from: '2025-01-27T00:00:00.000Z', to: '2025-02-02T22:00:00.000Z' }
const EVENTS_A_BLOCK = 20_000

export type FilledShop = Awaited<ReturnType<typeof openFilledShop>>

/** Two weeks of a music shop in the real engine, the API over it, and an analyst who may only read the marts. */
export async function openFilledShop() {
  const shop = await openShop({ ANALYSTS: 'boards:secret' })
  const events = new Map<Topic, object[]>()
  for (const event of musicEvents({ start: START })) {
    if (event.occurred_at >= END) break
    const topic = topicOf[event.type]
    events.set(topic, [...(events.get(topic) ?? []), event])
  }
  for (const [topic, some] of events) {
    for (let i = 0; i < some.length; i += EVENTS_A_BLOCK)
      await shop.store(topic, some.slice(i, i + EVENTS_A_BLOCK))
  }
  await fillSales(shop, 'all')
  await shop.clickhouse.command({ query: 'SYSTEM REFRESH VIEW mart.affinity_refresh' })
  await shop.clickhouse.command({ query: 'SYSTEM WAIT VIEW mart.affinity_refresh' })
  const { product_id, artist } = await findProduct(shop)
  await shop.store('flipside.catalogue', [promotionOf(product_id), RELEASE])
  await shop.store('flipside.operations', [acceptedFor(product_id)])
  for (const query of [...MADE, ...stockMade])
    await shop.clickhouse.command({ query, query_params: { product_id } })
  const sold = await shop.rows<{ product_id: string; title: string }>(
    "SELECT product_id, title FROM mart.products WHERE product_id IN (SELECT toString(product_id) FROM mart.sales WHERE product_id != '')"
  )
  const stocked = sold.map(({ product_id }, i) => servedStockOf(product_id, i))
  const warehouse = openWarehouse(shop.access)
  const { app } = await fakeApp(
    {
      products: sold.map(({ product_id, title }) => product(product_id, { title })),
      popular: Object.fromEntries(sold.map(({ product_id }, i) => [product_id, sold.length - i])),
      forecasts: stocked.map(({ forecast }) => forecast),
      replenishment: stocked.map(({ replenishment }) => replenishment)
    },
    { warehouse }
  )
  const analyst: ClickHouseClient = createClient({ url: shop.url, username: 'boards', password: 'secret' })
  return {
    ...shop,
    app,
    /** It was sold and given back in the week, and its artist has others. */
    product_id,
    artist,
    analyst,
    async close() {
      await analyst.close()
      await app.close()
      await warehouse.close()
      await shop.close()
    }
  }
}

async function findProduct(shop: OpenShop): Promise<{ product_id: string; artist: string }> {
  const [found] = await shop.rows<{ product_id: string }>(
    `SELECT toString(product_id) AS product_id
    FROM mart.returns
    WHERE product_id != '' AND day BETWEEN '${WEEK.from.slice(0, 10)}' AND '${WEEK.to.slice(0, 10)}'
      AND product_id IN
      (
        SELECT product_id
        FROM mart.products
        WHERE attributes['artist'] IN (SELECT attributes['artist'] FROM mart.products GROUP BY 1 HAVING count() > 1)
      )
      AND product_id IN (SELECT toString(product_id) FROM mart.sales WHERE units_sold > 0 AND day BETWEEN '${WEEK.from.slice(0, 10)}' AND '${WEEK.to.slice(0, 10)}')
      AND product_id IN (SELECT toString(product_id) FROM mart.sales WHERE units_sold > 0 AND day < '${WEEK.from.slice(0, 10)}')
    GROUP BY product_id
    ORDER BY count() DESC, product_id
    LIMIT 1`
  )
  if (!found) throw new Error('no product was sold, sold again and given back')
  const [known] = await shop.rows<{ artist: string }>(
    `SELECT attributes['artist'] AS artist FROM mart.products WHERE product_id = '${found.product_id}'`
  )
  return { product_id: found.product_id, artist: known?.artist ?? '' }
}

const promotionOf = (product_id: string) => ({
  type: 'promotion_scheduled',
  occurred_at: WEEK.from,
  product_id,
  promotion_id: 'spring',
  price: '5',
  currency: 'GBP',
  starts_at: '2025-01-26T00:00:00Z',
  ends_at: '2025-01-30T00:00:00Z'
})

/** It came out in the week. */
const RELEASE = {
  type: 'product_upserted',
  occurred_at: '2025-01-29T10:00:00Z',
  product_id: 'released-in-the-week',
  work_id: 'released-in-the-week',
  title: 'A record that is new',
  attributes: {},
  price: '9',
  currency: 'GBP'
}

/** What jobs of the pipeline write, which does not run here. */
const MADE = [
  `INSERT INTO mart.affinity (work_id, other_work_id, orders_together, orders, other_orders, support, confidence, other_confidence, lift)
    SELECT (SELECT any(work_id) FROM mart.products WHERE product_id = {product_id: String}), work_id, 5, 10, 20, 0.1, 0.5, 0.25, 3
    FROM mart.products
    WHERE product_id != {product_id: String}
    LIMIT 1`,
  `INSERT INTO mart.model_quality (model, question, metric, k, judged_at, version, value, low, high, users, hidden_from, hidden_days)
    SELECT model, 'new', metric, 20, toDateTime64('${WEEK.from.slice(0, 10)} 03:00:00', 3, 'UTC') + number * 86400, concat('v', toString(number)), 0.1, 0.05, 0.2, 100, now64(3), 7
    FROM numbers(3)
    ARRAY JOIN ['recall', 'ndcg', 'coverage', 'diversity', 'novelty', 'popularity_share', 'gini'] AS metric, ['blend', 'blend', 'blend', 'blend', 'blend', 'blend', 'blend'] AS model`,
  `INSERT INTO ops.job_runs (job, started_at, took_ms, ok, detail, version)
    SELECT 'neighbours', now64(3) - 600, 1000, true, '{}', 'v2'`
]
