import { afterAll, beforeAll, expect, it } from 'vitest'
import { openWarehouse } from '../../api/clickhouse.ts'
import type { ApiApp } from '../../api/dependencies.ts'
import { ZONES_MAX } from '../../api/time-zones.ts'
import { refreshSales } from '../../jobs/sales.ts'
import { openShop, type OpenShop } from '../ingest/open-shop.ts'
import { fakeApp, product } from './fakes.ts'

/** `/v1/sales` for odd questions: zones, the first days there are, cursors that somebody changed. */
let shop: OpenShop
let app: ApiApp
let warehouse: ReturnType<typeof openWarehouse>

const TIMES = ['1970-01-01T00:30:00Z', '1970-01-01T12:00:00Z', '2018-11-04T03:30:00Z', '2026-04-04T15:15:00Z']
const COUNTRIES = ["Côte d'Ivoire", '日本\n', 'back\\slash', '\\N']
beforeAll(async () => {
  shop = await openShop()
  const line = { line_id: 1, kind: 'product', product_id: 'cd', quantity: 1, unit_price: '2.5' }
  await shop.store(
    'flipside.orders',
    TIMES.flatMap((occurred_at, i) => {
      const of = { occurred_at, order_id: `o${i}`, currency: 'GBP' }
      return [
        { type: 'order_placed', ...of, country: COUNTRIES[i], lines: [line, { ...line, product_id: 'lp' }] },
        { type: 'order_paid', ...of, amount: '5' }
      ]
    })
  )
  await refreshSales({ clickhouse: shop.clickhouse, progress: () => {} })
  warehouse = openWarehouse(shop.access)
  ;({ app } = await fakeApp({ products: [product('cd')] }, { warehouse }))
})
afterAll(async () => {
  await app.close()
  await warehouse.close()
  await shop.close()
})

type Row = { period: string; starts_at: string; lines: number }
async function ask(asked: Record<string, string>) {
  const answer = await app.inject(`/v1/sales?${new URLSearchParams({ measures: 'lines', ...asked })}`)
  const { rows = [], next_cursor = '' } = answer.json<{ rows?: Row[]; next_cursor?: string }>()
  return {
    status: answer.statusCode,
    rows: rows.map(({ period, starts_at, lines }) => [period, starts_at, lines]),
    next_cursor
  }
}

it('are those of the first days there are, in every zone', async () => {
  const asked = { from: '1970-01-01', to: '1970-01-31' }
  expect((await ask(asked)).rows).toEqual([['1970-01-01', '1969-12-31T23:00:00Z', 4]])
  expect((await ask({ ...asked, time_zone: 'Asia/Kolkata' })).rows).toEqual([
    ['1970-01-01', '1969-12-31T18:30:00Z', 4]
  ])
  expect((await ask({ ...asked, time_zone: 'America/New_York' })).rows).toEqual([
    ['1970-01-01', '1970-01-01T05:00:00Z', 2]
  ])
})

it('begin when the day begins where there is no midnight, and at hours that begin at the half', async () => {
  const day = { from: '2018-11-04', to: '2018-11-04', time_zone: 'America/Sao_Paulo' }
  expect((await ask(day)).rows).toEqual([['2018-11-04', '2018-11-04T03:00:00Z', 2]])
  const hour = { from: '2026-04-05', to: '2026-04-05', time_zone: 'Australia/Lord_Howe', grain: 'hour' }
  expect((await ask(hour)).rows).toEqual([['2026-04-05T01:30', '2026-04-04T15:00:00Z', 2]])
})

it('may be of any country, however it is spelt', async () => {
  for (const country of COUNTRIES) {
    const { rows } = await ask({ from: '2017-01-01', to: '2026-12-31', grain: 'total', country })
    expect([country, rows.length]).toEqual([
      country,
      TIMES[COUNTRIES.indexOf(country)]?.startsWith('1970') ? 0 : 1
    ])
  }
})

it('refuse a cursor that somebody changed', async () => {
  for (const [first, grain] of [
    ['net_amount', 'hour'],
    ['units_sold', 'total'],
    ['margin_rate', 'month']
  ] as const) {
    const asked = {
      from: '2017-01-01',
      to: '2026-12-31',
      group_by: 'product_id',
      limit: '1',
      measures: first,
      grain
    }
    const { next_cursor } = await ask(asked)
    const cursor = JSON.parse(Buffer.from(next_cursor, 'base64url').toString()) as {
      question: string
      key: Record<string, unknown>
    }
    const withKey = (key: object) =>
      Buffer.from(JSON.stringify({ ...cursor, key: { ...cursor.key, ...key } })).toString('base64url')
    const wrong = [
      { period: '2026-99-99' },
      { period: '2026-02-30' },
      { period: '2026-02-01T99:00:00Z' },
      { period: grain === 'hour' ? '2026-02-01' : '2026-02-01T01:00:00Z' },
      { figure: '.' },
      { figure: '1e99999' },
      { figure: '--1' },
      ...(first === 'margin_rate' ? [] : [{ figure: '1.23456' }, { figure: '1e5' }]),
      { members: [] },
      { members: ['cd', 'lp'] }
    ]
    for (const key of wrong) {
      expect([first, key, (await ask({ ...asked, cursor: withKey(key) })).status]).toEqual([first, key, 400])
    }
    for (const members of ['\u0000', '\ud800', "'; \\", '']) {
      const { status } = await ask({ ...asked, cursor: withKey({ members: [members] }) })
      expect([first, members, status]).toEqual([first, members, 200])
    }
  }
})

it('take a zone however it is spelt, and only so many, because the warehouse keeps each for good', async () => {
  const asked = { from: '2026-01-01', to: '2026-12-31' }
  for (const time_zone of ['europe/london', 'utc', 'est', 'asia/kolkata', 'US/Pacific-New', 'Etc/GMT-14']) {
    expect([time_zone, (await ask({ ...asked, time_zone })).status]).toEqual([time_zone, 200])
  }
  for (const time_zone of ['SystemV/PST8PDT', '+05:30', 'Mars/Olympus', '']) {
    expect([time_zone, (await ask({ ...asked, time_zone })).status]).toEqual([time_zone, 400])
  }
  const statuses = []
  for (const time_zone of Intl.supportedValuesOf('timeZone').slice(0, 2 * ZONES_MAX)) {
    statuses.push((await ask({ ...asked, time_zone })).status)
  }
  expect(new Set(statuses)).toEqual(new Set([200, 400]))
  expect((await ask({ ...asked, time_zone: 'Europe/London' })).status).toBe(200)
  expect((await ask({ ...asked, time_zone: 'Asia/Kolkata' })).status).toBe(200)
})
