import { afterAll, beforeAll, expect, it } from 'vitest'
import { fillJobs } from '../../dashboards/alerts/jobs.ts'
import { readSql } from '../../dashboards/sources/warehouse.ts'
import { readConfig } from '../../models/contracts/config.ts'
import { openShop, type OpenShop } from '../ingest/open-shop.ts'

const sql = fillJobs(readSql(new URL('../../dashboards/freshness.sql', import.meta.url), readConfig({})))
let shop: OpenShop
beforeAll(async () => {
  shop = await openShop()
})
afterAll(() => shop.close())

it('says of what figures rest on how old it is, and plainly what is too old', async () => {
  expect(await shop.rows(sql)).toEqual([])
  const run = (job: string, minutesAgo: number, ok: boolean) => ({
    job,
    started_at: new Date(Date.now() - minutesAgo * 60_000).toISOString().replace('Z', '').replace('T', ' '),
    ok,
    took_ms: 5,
    version: '',
    detail: ''
  })
  await shop.clickhouse.insert({
    table: 'ops.job_runs',
    values: [
      run('sales', 3, true),
      run('forecasts', 3 * 1_440, true),
      // That it failed since does not make it fresh.
      run('forecasts', 10, false),
      run('neighbours', 1, false)
    ],
    format: 'JSONEachRow'
  })
  expect(await shop.rows(sql)).toEqual([
    {
      what: 'Forecasts',
      age_minutes: 4320,
      state: 'Stale: older than it should be, see the board Pipeline'
    },
    { what: 'Sales', age_minutes: 3, state: 'Fresh' }
  ])
})
