import { createClient, type ClickHouseClient } from '@clickhouse/client'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { groups } from '../../dashboards/alerts/rules.ts'
import type { Bound } from '../../dashboards/alerts/rule.ts'
import { WAREHOUSE } from '../../dashboards/sources/warehouse.ts'
import { readConfig } from '../../models/contracts/config.ts'
import { openShop, type OpenShop } from '../ingest/open-shop.ts'

/** Rules over the marts, asked as Grafana asks: by an analyst, who may read the marts and nothing else. */
const rules = groups(readConfig({})).flatMap((group) => group.rules)
const ofMarts = rules.filter(({ asks }) => asks.uid === WAREHOUSE.uid)
let shop: OpenShop
let analyst: ClickHouseClient
beforeAll(async () => {
  shop = await openShop({ ANALYSTS: 'boards:secret' })
  analyst = createClient({ url: shop.url, username: 'boards', password: 'secret' })
}, 120_000)
afterAll(async () => {
  await analyst?.close()
  await shop?.close()
})
const FILLED = ['mart.sales', 'mart.forecasts', 'ops.job_runs', 'ops.ingest_blocks', 'raw.behaviour']
beforeEach(async () => {
  for (const table of FILLED) await run(`TRUNCATE TABLE ${table}`)
})
const run = (query: string) => shop.clickhouse.command({ query })

type Row = { value: number | null; [label: string]: unknown }
async function ask(uid: string): Promise<Row[]> {
  const rule = rules.find((one) => one.uid === uid)
  const query = String(rule?.asks.model['rawSql'])
  return (await analyst.query({ query, format: 'JSONEachRow' })).json<Row>()
}
/** The rows that alert, as Grafana's threshold has it. */
async function alerting(uid: string): Promise<Row[]> {
  const bound = rules.find((one) => one.uid === uid)?.bound
  return (await ask(uid)).filter(({ value }) => bound && value !== null && isOut(value, bound))
}
const isOut = (value: number, { type, params: [low = NaN, high = NaN] }: Bound): boolean =>
  type === 'gt' ? value > low : type === 'lt' ? value < low : value < low || value > high

test.each(ofMarts)(
  '$title: an empty shop is no alert, and nothing is asked that an analyst may not see',
  async ({ uid }) => {
    expect(await ask(uid)).toEqual([])
  }
)

const TODAY = "toDate(now(), 'Europe/London')"
/** Units that were sold on each of so many days before today: an expression of `ago`. */
const sold = (units: string, days: number) =>
  run(`INSERT INTO mart.sales (day, hour, sold_at, order_id, kind, product_id, currency, units_sold)
    SELECT ${TODAY} - ago AS sold_on, toDateTime(sold_on, 'UTC'), toDateTime(sold_on, 'UTC'), toString(ago), 'product', 'p', 'GBP', ${units}
    FROM (SELECT number + 1 AS ago FROM numbers(${days})) AS days`)
/** What was expected of the days before, each a day ahead: of the product that sells, and of others, which do not. */
const expected = (of: {
  mean: number
  days: number
  products?: number
  from?: number
  lower?: number
  upper?: number
}) =>
  run(`INSERT INTO mart.forecasts (product_id, day, made_at, version, lead_days, model, mean, lower, upper)
    SELECT product_id, expected_day, toDateTime64(expected_day, 3, 'UTC') - 86400, toString(expected_day), 1, 'm', ${of.mean}, ${of.lower ?? 0}, ${of.upper ?? 0}
    FROM (SELECT if(number = 0, 'p', toString(number)) AS product_id FROM numbers(${of.from ?? 0}, ${of.products ?? 1})) AS product
    CROSS JOIN (SELECT ${TODAY} - 1 - number AS expected_day FROM numbers(${of.days})) AS ahead`)
const jobRan = (job: string, minutesAgo: number, ok = true) =>
  run(`INSERT INTO ops.job_runs (job, started_at, took_ms, ok, detail, version)
    VALUES ('${job}', now64(3) - ${60 * minutesAgo}, 10, ${ok}, '', '')`)

describe('sales anomaly', () => {
  beforeEach(async () => {
    await expected({ mean: 100, days: 29 })
    await jobRan('sales', 0)
  })
  // Days before are off by up to a tenth, to either side.
  const usual = '90 + 10 * (ago % 3)'
  test.each([
    ['a day like the others', '105', 0],
    ['a day without any sale', '0', 1],
    ['a third of what was expected', '33', 1],
    ['three times as much', '300', 1],
    ['a fifth less', '80', 0]
  ])('%s: %s of 100 units', async (_, yesterday, alerts) => {
    await sold(`if(ago = 1, ${yesterday}, ${usual})`, 29)
    expect(await alerting('sales-anomaly')).toHaveLength(alerts)
  })

  test('yesterday is not judged before its sales were reckoned after midnight', async () => {
    await sold(`if(ago = 1, 0, ${usual})`, 29)
    await run('TRUNCATE TABLE ops.job_runs')
    await jobRan('sales', 26 * 60)
    expect(await ask('sales-anomaly')).toEqual([])
  })

  test('a forecast that is always too high is no news', async () => {
    await sold('50', 29)
    expect(await alerting('sales-anomaly')).toEqual([])
  })

  test('two weeks must be known, and twenty units be expected', async () => {
    await sold('if(ago = 1, 0, 100)', 29)
    await run('TRUNCATE TABLE mart.forecasts')
    await expected({ mean: 100, days: 14 })
    expect(await ask('sales-anomaly')).toEqual([])
    await run('TRUNCATE TABLE mart.forecasts')
    await expected({ mean: 15, days: 29 })
    expect(await ask('sales-anomaly')).toEqual([])
  })
})

describe('forecast drift', () => {
  test.each([
    ['all are within, where a fifth should not be', 0, 5, 1],
    ['hardly any is within', 1, 5, 1]
  ])('%s', async (_, lower, upper, alerts) => {
    await sold('2', 8)
    await expected({ mean: 2, products: 40, lower, upper, days: 7 })
    const [row] = await alerting('forecast-drift')
    expect(row ? 1 : 0).toBe(alerts)
  })

  test('of five days four are within: as it should be', async () => {
    await sold('2', 8)
    await expected({ mean: 2, products: 32, lower: 0, upper: 5, days: 7 })
    await expected({ mean: 2, products: 8, from: 32, lower: 1, upper: 5, days: 7 })
    const [row] = await ask('forecast-drift')
    expect(row?.value).toBeCloseTo(0.8, 9)
    expect(await alerting('forecast-drift')).toEqual([])
  })

  test('what hardly sells, and a few days, say nothing', async () => {
    await sold('2', 8)
    await expected({ mean: 0.5, products: 40, lower: 1, upper: 5, days: 7 })
    expect(await ask('forecast-drift')).toEqual([])
    await expected({ mean: 2, products: 20, lower: 1, upper: 5, days: 7 })
    expect(await ask('forecast-drift')).toEqual([])
  })
})

describe('rejections', () => {
  const block = (
    topic: string,
    { stored, rejected, minutesAgo = 5 }: { stored: number; rejected: number; minutesAgo?: number }
  ) =>
    run(`INSERT INTO ops.ingest_blocks (topic, partition, first_offset, last_offset, epoch, records, stored, rejected, repeats, erased, ingested_at)
      VALUES ('${topic}', 0, 0, 1, 0, ${stored + rejected}, ${stored}, ${rejected}, 0, 0, now64(3) - ${60 * minutesAgo})`)

  test('are told by topic, when more than one of a hundred and ten in all were refused', async () => {
    await block('flipside.orders', { stored: 980, rejected: 20 })
    await block('flipside.behaviour', { stored: 1_990, rejected: 10 })
    await block('flipside.stock', { stored: 1, rejected: 9 })
    await block('flipside.catalogue', { stored: 0, rejected: 50, minutesAgo: 61 })
    expect(await alerting('rejections')).toEqual([{ topic: 'flipside.orders', value: 0.02 }])
  })
})

describe('a job', () => {
  test('is late when it succeeded longer ago than it may, or never', async () => {
    await jobRan('sales', 14)
    await jobRan('products', 16)
    await jobRan('forecasts', 26 * 60)
    await jobRan('quality', 28 * 60)
    await jobRan('fresh', 3)
    await jobRan('fresh', 1, false)
    await jobRan('affinity', 5, false)
    await jobRan('recheck-sales', 100_000)
    expect((await alerting('job-late')).map(({ job }) => job)).toEqual(['affinity', 'products', 'quality'])
    expect((await ask('job-late')).find(({ job }) => job === 'products')?.value).toBeCloseTo(16 / 15, 1)
  })
})

describe('the click rate', () => {
  /** Answers of one product that came into view, so many days ago, of which a share was clicked. */
  const shown = (of: { views: number; rate: number; fromDay: number; days: number }) =>
    run(`INSERT INTO raw.behaviour (topic, partition, offset, epoch, event_id, type, occurred_at, recommendation_id, product_ids, sources, product_id)
      SELECT 'flipside.behaviour', 0, cityHash64(i, of_type, ${of.fromDay}), 0, generateUUIDv4(), of_type, toDateTime64(${TODAY} - ${of.fromDay} - i % ${of.days}, 3, 'UTC') + INTERVAL 12 HOUR,
        concat('${of.fromDay} ', toString(i)), ['p'], ['similar'], 'p'
      FROM (SELECT number AS i, arrayJoin(['recommendation_served', 'recommendation_viewed', 'recommendation_clicked']) AS of_type FROM numbers(${of.views}))
      WHERE of_type != 'recommendation_clicked' OR i % 1000 < ${1_000 * of.rate}`)

  test.each([
    ['fell by half', { views: 4_000, rate: 0.05 }, { views: 16_000, rate: 0.1 }, 1],
    ['fell a little', { views: 4_000, rate: 0.09 }, { views: 16_000, rate: 0.1 }, 0],
    ['rose', { views: 4_000, rate: 0.2 }, { views: 16_000, rate: 0.1 }, 0],
    ['fell, by too few views', { views: 900, rate: 0.02 }, { views: 16_000, rate: 0.1 }, 0],
    ['fell, from too few clicks', { views: 4_000, rate: 0 }, { views: 900, rate: 0.05 }, 0],
    ['fell, as chance has it', { views: 1_000, rate: 0.015 }, { views: 6_000, rate: 0.02 }, 0]
  ])('%s', async (_, now, before, alerts) => {
    await shown({ ...now, fromDay: 1, days: 7 })
    await shown({ ...before, fromDay: 8, days: 28 })
    const rows = await alerting('click-rate-falling')
    expect(rows).toHaveLength(alerts)
    if (alerts) expect(rows[0]?.value).toBeCloseTo(0.5, 2)
  })
})
