import { afterAll, beforeAll, expect, it } from 'vitest'
import { Redis } from 'ioredis'
import { startRedis } from '../../../embedded/redis.ts'
import { publishForecasts } from '../../../jobs/forecasts.ts'
import { runJob } from '../../../jobs/job.ts'
import { readConfig } from '../../../models/contracts/config.ts'
import { CURRENT_KEY, servedKey } from '../../../models/contracts/served.ts'
import { openShop, type OpenShop } from '../open-shop.ts'
import { storeCatalogue } from './catalogue.ts'
import { dayOf, DAY_MS, keyed, storeTrade, sum, units, type Line } from './trade.ts'

let shop: OpenShop
let lines: Line[]
let server: Awaited<ReturnType<typeof startRedis>>
let redis: Redis
beforeAll(async () => {
  shop = await openShop()
  await storeCatalogue(shop)
  lines = await storeTrade(shop)
  server = await startRedis({})
  redis = new Redis(server.url)
})
afterAll(async () => {
  redis.disconnect()
  await server.close()
  await shop.close()
})

const lastDay = () => dayOf(Math.max(...lines.map(({ atMs }) => atMs)))
const dayAfter = (day: string, count: number) =>
  new Date(Date.parse(day) + count * DAY_MS).toISOString().slice(0, 10)
const ports = () => ({
  clickhouse: shop.clickhouse,
  redis,
  config: readConfig({}),
  progress: () => {},
  sendEvents: async () => {}
})

it('what is published is kept, day by day, under its version', async () => {
  const run = await runJob({ name: 'forecasts', what: '', run: publishForecasts }, ports())
  expect(run).toMatchObject({ ok: true })
  const version = (await redis.hget(CURRENT_KEY, 'forecasts')) ?? ''
  const served: unknown = JSON.parse((await redis.hget(servedKey('forecasts', version), 'w0a')) ?? '')
  const [kept] = await shop.rows<{ mean: number[] }>(
    `SELECT toString(min(day)) AS from, version, groupArray(round(mean, 3)) AS mean, groupArray(round(lower, 3)) AS lower, groupArray(round(upper, 3)) AS upper, groupArray(lead_days) AS lead_days
    FROM (SELECT * FROM mart.forecasts WHERE product_id = 'w0a' ORDER BY day) GROUP BY version`
  )
  const round = (values: number[]) => values.map((value) => expect.closeTo(value, 2))
  expect(served).toMatchObject({ from: dayAfter(lastSoldDay(), 1), daily: { mean: round(kept?.mean ?? []) } })
  expect(kept).toMatchObject({
    version,
    from: dayAfter(lastSoldDay(), 1),
    lead_days: Array.from({ length: 28 }, (_, i) => i + 1)
  })
})

/** Forecasts know sales only. */
const lastSoldDay = () =>
  dayOf(
    Math.max(...lines.filter(({ is_sale, kind }) => is_sale && kind === 'product').map(({ atMs }) => atMs))
  )

it('a forecast is compared with what was sold, once the day is over', async () => {
  const first = dayAfter(lastDay(), -9)
  const values = Array.from({ length: 28 }, (_, i) => ({
    product_id: 'w0a',
    day: dayAfter(first, i),
    made_at: `${first} 03:00:00.000`,
    version: 'then',
    lead_days: i + 1,
    model: 'm',
    mean: 1.5,
    lower: 0.5,
    upper: 2
  }))
  await shop.clickhouse.insert({ table: 'mart.forecasts', values, format: 'JSONEachRow' })
  const expected = values
    .filter(({ day }) => day <= lastDay())
    .map(({ made_at: _, ...row }) => {
      const actual_units = sum(
        lines.filter((line) => line.is_sale && line.product_id === 'w0a' && dayOf(line.atMs) === row.day),
        units
      )
      const error = 1.5 - actual_units
      return {
        ...row,
        actual_units,
        error,
        absolute_error: Math.abs(error),
        in_interval: actual_units >= 0.5 && actual_units <= 2
      }
    })
  const rows = await shop.rows<{ day: string }>(
    "SELECT * EXCEPT made_at FROM mart.forecast_accuracy WHERE version = 'then'"
  )
  expect(keyed(rows, 'day')).toEqual(keyed(expected, 'day'))
  expect(rows).toHaveLength(10)
})

it('forecasts do not grow for ever', async () => {
  const [table] = await shop.rows<{ made: string }>(
    "SELECT create_table_query AS made FROM system.tables WHERE database = 'mart' AND name = 'forecasts'"
  )
  expect(table?.made).toMatch(/TTL toDateTime\(made_at\) \+ toIntervalDay\(180\)/)
})

it('the health of a job is its last run and its last success, without what an error said', async () => {
  const fail = () => Promise.reject(new Error('secret of raw'))
  await runJob({ name: 'forecasts', what: '', run: fail }, ports())
  await runJob({ name: 'never', what: '', run: fail }, ports())
  const rows = await shop.rows<{ job: string }>(
    'SELECT job, last_ok, last_success_at < last_run_at AS was_well, last_success_detail, runs_day, failures_day FROM mart.job_health'
  )
  expect(keyed(rows, 'job')).toEqual({
    forecasts: {
      job: 'forecasts',
      last_ok: false,
      was_well: 1,
      last_success_detail: expect.stringMatching(/^8 products/),
      runs_day: 2,
      failures_day: 1
    },
    never: {
      job: 'never',
      last_ok: false,
      was_well: null,
      last_success_detail: null,
      runs_day: 1,
      failures_day: 1
    }
  })
  expect(JSON.stringify(await shop.rows('SELECT * FROM mart.job_health'))).not.toContain('secret')
})

it('the health of the pipeline is what each topic stored and refused, by hour and day', async () => {
  const block = (topic: string, hoursAgo: number, stored: number) => ({
    topic,
    partition: 0,
    first_offset: hoursAgo,
    last_offset: hoursAgo,
    epoch: 0,
    records: stored + 6,
    stored,
    rejected: 1,
    repeats: 2,
    erased: 3,
    ingested_at: new Date(Date.now() - hoursAgo * 3_600_000).toISOString().replace('T', ' ').replace('Z', '')
  })
  const values = [block('a', 0, 5), block('a', 2, 7), block('a', 30, 9), block('b', 30, 11)]
  await shop.clickhouse.insert({ table: 'ops.ingest_blocks', values, format: 'JSONEachRow' })
  const rows = await shop.rows(
    "SELECT * EXCEPT (last_stored_at, quiet_seconds), intDiv(quiet_seconds, 3600) AS quiet_hours FROM mart.pipeline_health WHERE topic IN ('a', 'b') ORDER BY topic"
  )
  expect(rows).toEqual([
    {
      topic: 'a',
      stored_hour: 5,
      rejected_hour: 1,
      repeats_hour: 2,
      erased_hour: 3,
      stored_day: 12,
      rejected_day: 2,
      repeats_day: 4,
      erased_day: 6,
      quiet_hours: 0
    },
    {
      topic: 'b',
      stored_hour: 0,
      rejected_hour: 0,
      repeats_hour: 0,
      erased_hour: 0,
      stored_day: 0,
      rejected_day: 0,
      repeats_day: 0,
      erased_day: 0,
      quiet_hours: 30
    }
  ])
})
