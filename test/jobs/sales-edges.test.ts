import type { ClickHouseClient } from '@clickhouse/client'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { listSales } from '../../ingest/checks/sales.ts'
import { readWindows } from '../../ingest/checks/windows.ts'
import { rebuildMarts } from '../../ingest/replay/rebuild.ts'
import { refreshSales } from '../../jobs/sales.ts'
import { openShop, type OpenShop } from '../ingest/open-shop.ts'

/** Where `mart.sales` could part from its orders: odd events, and what happens while the job runs. */
let shop: OpenShop
beforeAll(async () => {
  shop = await openShop()
})
afterAll(() => shop.close())

const currency = 'GBP'
const refresh = (clickhouse = shop.clickhouse) => refreshSales({ clickhouse, progress: () => {} })
const upserted = (product_id: string, occurred_at: string, fields: object) => ({
  type: 'product_upserted',
  occurred_at,
  product_id,
  work_id: product_id,
  title: product_id,
  attributes: {},
  price: '1',
  currency,
  ...fields
})
const line = (product_id: string, fields: object = {}) => ({
  line_id: 1,
  kind: 'product',
  product_id,
  quantity: 1,
  unit_price: '2',
  ...fields
})
const placed = (order_id: string, lines: object[]) => ({
  type: 'order_placed',
  occurred_at: '2026-03-01T12:00:00Z',
  order_id,
  currency,
  lines
})
const paid = (order_id: string) => ({
  type: 'order_paid',
  occurred_at: '2026-03-01T12:30:00Z',
  order_id,
  currency,
  amount: '1'
})
const refunded = (order_id: string, occurred_at = '2026-03-02T12:00:00Z') => ({
  type: 'order_refunded',
  occurred_at,
  order_id,
  currency,
  lines: [line('cd', { quantity: -1 })]
})

const heldOf = (order_id: string, columns: string) =>
  shop.rows(`SELECT ${columns} FROM mart.sales WHERE order_id = '${order_id}'`)
async function problems(): Promise<string[]> {
  const windows = await readWindows(shop.clickhouse, [], { isFull: true })
  const { checks } = await listSales(shop.clickhouse, windows, { isFull: true })
  return (await Promise.all(checks.map((check) => check.problems()))).flat()
}

/** A client that does something else each time before a statement with this text. */
function before(text: string, act: (query: string) => Promise<unknown>): ClickHouseClient {
  const { clickhouse } = shop
  const client = Object.create(clickhouse) as ClickHouseClient
  client.query = async (params: Parameters<ClickHouseClient['query']>[0]) => {
    if (params.query.includes(text)) await act(params.query)
    return clickhouse.query(params)
  }
  client.command = async (params) => {
    if (params.query.includes(text)) await act(params.query)
    return clickhouse.command(params)
  }
  return client
}

it('follows a second description of the same instant, also one that says what held before', async () => {
  await shop.store('flipside.catalogue', [
    upserted('cd', '2026-01-01T00:00:00Z', { attributes: { genre: 'Jazz' } }),
    upserted('cd', '2026-02-01T00:00:00Z', { attributes: { genre: 'Rock' } })
  ])
  await shop.store('flipside.orders', [placed('told twice', [line('cd')]), paid('told twice')])
  await refresh()
  await shop.store('flipside.catalogue', [
    upserted('cd', '2026-02-01T00:00:00Z', { attributes: { genre: 'Jazz' } })
  ])
  await refresh()
  expect(
    await heldOf(
      'told twice',
      "sumIf(line_count, category = 'Jazz') AS jazz, sumIf(line_count, category = 'Rock') AS rock"
    )
  ).toEqual([{ jazz: 1, rock: 0 }])
  expect(await problems()).toEqual([])
})

it('counts lines that repeat a number, in any number, and costs beyond all money', async () => {
  await shop.store('flipside.catalogue', [
    upserted('dear', '2026-01-01T00:00:00Z', { unit_cost: '9999999999999' })
  ])
  await shop.store('flipside.orders', [
    placed('repeats', [
      ...Array.from({ length: 300 }, () => line('cd')),
      ...['a', 'b', 'c'].map((name) => line(name))
    ]),
    paid('repeats'),
    placed('dear', [line('dear', { quantity: 1_000_000, unit_price: '0' })]),
    paid('dear')
  ])
  await refresh()
  expect(await heldOf('repeats', 'sum(line_count) AS lines, sum(order_count) AS orders')).toEqual([
    { lines: 303, orders: 1 }
  ])
  expect(await heldOf('dear', 'toString(sum(cost_amount)) AS cost')).toEqual([
    { cost: '9999999999999000000' }
  ])
  expect(await problems()).toEqual([])
})

it('counts nothing of the steps that the timeline leaves out', async () => {
  const failed = Array.from({ length: 1_000 }, (_, i) => ({
    type: 'payment_failed',
    occurred_at: new Date(Date.parse('2026-03-01T12:01:00Z') + i * 1_000).toISOString(),
    order_id: 'long'
  }))
  const again = { ...placed('long', [line('cd')]), occurred_at: '2026-03-02T12:00:00Z' }
  await shop.store('flipside.orders', [
    placed('long', [line('cd')]),
    { ...paid('long'), occurred_at: '2026-03-01T12:00:30Z' },
    ...failed,
    again,
    refunded('long', '2026-03-03T12:00:00Z')
  ])
  await refresh()
  expect(await heldOf('long', 'sum(gross_amount) AS gross, sum(refund_amount) AS refund')).toEqual([
    { gross: 2, refund: 0 }
  ])
})

it('is not held up by an order that gets a step whenever the job looks', async () => {
  await shop.store('flipside.orders', [placed('busy', [line('cd')]), paid('busy')])
  let step = 0
  const busy = before('count()) AS line_count', () =>
    shop.store('flipside.orders', [
      refunded('busy', new Date(Date.parse('2026-03-05') + ++step * 1_000).toISOString())
    ])
  )
  await refresh(busy)
  expect(step).toBe(1)
  await refresh()
  expect(await heldOf('busy', 'toString(sum(net_amount)) AS net')).toEqual([{ net: '0' }])
})

it('is reckoned again from the beginning when marts were made anew meanwhile', async () => {
  await shop.clickhouse.command({
    query: "ALTER TABLE mart.sales DELETE WHERE order_id = 'repeats' SETTINGS mutations_sync = 1"
  })
  await shop.store('flipside.orders', [placed('meanwhile', [line('cd')]), paid('meanwhile')])
  let isMade = false
  const meanwhile = before('count()) AS line_count', async () => {
    if (!isMade) await rebuildMarts(shop.clickhouse, { names: ['mart.order_lines'] })
    isMade = true
  })
  await refresh(meanwhile)
  await refresh()
  expect(await heldOf('repeats', 'sum(line_count) AS lines')).toEqual([{ lines: 303 }])
  expect(await problems()).toEqual([])
})

it('is not called wrong for what the job adds while its sums are compared with its lines', async () => {
  const asked: string[] = []
  const over = new AbortController()
  const adding = (async () => {
    for (let i = 0; !over.signal.aborted; i++) {
      await shop.store('flipside.orders', [placed(`new-${i}`, [line('cd')]), paid(`new-${i}`)])
      await refresh()
    }
  })()
  const noting = before('mart.sales_by_', async (query) => asked.push(query))
  const { checks } = await listSales(noting, await readWindows(shop.clickhouse, [], { isFull: true }), {
    isFull: true
  })
  for (const check of checks) expect([check.name, await check.problems()]).toEqual([check.name, []])
  over.abort()
  await adding
  expect(asked.length).toBe(5)
  for (const query of asked) {
    const plan = (await shop.rows<{ explain: string }>(`EXPLAIN ${query}`))
      .map(({ explain }) => explain)
      .join()
    expect(plan).toMatch(/ReadFromMergeTree \(by_.*ReadFromMergeTree \(mart\.sales\)/)
  }
})
