import { createClient, type ClickHouseClient } from '@clickhouse/client'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openWarehouse } from '../../api/clickhouse.ts'
import type { ApiApp } from '../../api/dependencies.ts'
import { expandMacros, fillIn } from '../../bench/dashboards/expand.ts'
import { fakeApp, product } from '../api/fakes.ts'
import { openShop, type OpenShop } from '../ingest/open-shop.ts'
import { isApi, isHealth, rowsAt, targets } from './boards.ts'

/** A shop on its first day: panels get no rows, so that each says its own sentence instead of a row of noughts. */
const RANGE = { from: '2026-03-01T00:00:00.000Z', to: '2026-03-30T22:59:59.999Z' }
let shop: OpenShop
let app: ApiApp
let warehouse: ReturnType<typeof openWarehouse>
let analyst: ClickHouseClient
beforeAll(async () => {
  shop = await openShop({ ANALYSTS: 'boards:secret' })
  warehouse = openWarehouse(shop.access)
  ;({ app } = await fakeApp({ products: [product('cd')] }, { warehouse }))
  analyst = createClient({ url: shop.url, username: 'boards', password: 'secret' })
})
afterAll(async () => {
  await analyst?.close()
  await app?.close()
  await warehouse?.close()
  await shop?.close()
})

const asked = targets.filter(({ target }) => !isHealth(target))
test.each(asked)('$board: $title has nothing to show', async ({ target }) => {
  let rows: Record<string, unknown>[] = []
  if (isApi(target)) {
    const answer = await app.inject(fillIn(target.url, { 'product_id:percentencode': 'cd' }, RANGE))
    expect([answer.statusCode, answer.body]).toEqual([200, answer.body])
    rows = rowsAt(answer.json(), target.root_selector)
  } else if (!isHealth(target)) {
    const query = expandMacros(target.rawSql, RANGE, {
      product_id: ['cd'],
      metric: ['recall'],
      artist: ['nobody']
    })
    rows = await (await analyst.query({ query, format: 'JSONEachRow' })).json()
  }
  expect(rows.filter((row) => Object.values(row).some((value) => value !== null))).toEqual([])
})
