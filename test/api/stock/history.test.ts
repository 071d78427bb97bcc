import { afterAll, beforeAll, expect, test } from 'vitest'
import { openWarehouse } from '../../../api/clickhouse.ts'
import { readHistory } from '../../../api/stock/history.ts'
import { refreshSales } from '../../../jobs/sales.ts'
import { openShop, type OpenShop } from '../../ingest/open-shop.ts'

/** What a chart shows of the past, over the real engine. */
let shop: OpenShop
let warehouse: ReturnType<typeof openWarehouse>
const at = (day: string) => `2026-03-${day}T10:00:00Z`
const order = (order_id: string, day: string, product_id: string, quantity: number) => ({
  type: 'order_placed',
  occurred_at: at(day),
  order_id,
  currency: 'GBP',
  lines: [
    { line_id: 1, kind: 'product', product_id, quantity, unit_price: '2' },
    { line_id: 2, kind: 'product', product_id: 'other', quantity: 9, unit_price: '2' }
  ]
})
const paid = (order_id: string, day: string) => ({
  type: 'order_paid',
  occurred_at: at(day),
  order_id,
  currency: 'GBP',
  amount: '4'
})
const moved = (type: string, day: string, quantity: number) => ({
  type,
  occurred_at: at(day),
  product_id: 'lantern',
  quantity
})

beforeAll(async () => {
  shop = await openShop()
  await shop.store('flipside.orders', [
    order('1', '02', 'lantern', 2),
    paid('1', '02'),
    order('2', '04', 'lantern', 3),
    paid('2', '04')
  ])
  await shop.store('flipside.stock', [
    moved('stock_initialised', '03', 3),
    moved('stock_reserved', '04', 3),
    moved('stock_shipped', '05', 3),
    moved('stock_received', '06', 5)
  ])
  await refreshSales({ clickhouse: shop.clickhouse, progress: () => {} })
  warehouse = openWarehouse(shop.access)
})
afterAll(async () => {
  await warehouse?.close()
  await shop?.close()
})

test('every day from the first sale on has its units, and whether anything was left to sell', async () => {
  const asked = { product_id: 'lantern', from: '2026-01-01', to: '2026-03-07' }
  expect(await readHistory(warehouse, asked, 60_000)).toEqual({
    ok: true,
    days: [
      { day: '2026-03-02', units: 2, out_of_stock: null },
      { day: '2026-03-03', units: 0, out_of_stock: false },
      { day: '2026-03-04', units: 3, out_of_stock: true },
      { day: '2026-03-05', units: 0, out_of_stock: true },
      { day: '2026-03-06', units: 0, out_of_stock: false },
      { day: '2026-03-07', units: 0, out_of_stock: false }
    ]
  })
  const later = await readHistory(warehouse, { ...asked, from: '2026-03-06' }, 60_000)
  expect(later.ok && later.days[0]).toEqual({ day: '2026-03-06', units: 0, out_of_stock: false })
  expect(await readHistory(warehouse, { ...asked, product_id: 'never' }, 60_000)).toEqual({
    ok: false,
    reason: 'nothing of it was ever sold'
  })
})

test('a warehouse that is slow is not waited for, and asked no more', async () => {
  let wasStopped = false
  const never = (_: unknown, signal?: AbortSignal) =>
    new Promise<never>((_resolve, reject) => {
      signal?.addEventListener('abort', () => {
        wasStopped = true
        reject(new Error('stopped'))
      })
    })
  const asked = { product_id: 'lantern', from: '2026-01-01', to: '2026-03-07' }
  expect(await readHistory({ readProductSales: never, readProductStock: never }, asked, 20)).toEqual({
    ok: false,
    reason: 'the warehouse is slow just now'
  })
  expect(wasStopped).toBe(true)
  const down = () => Promise.reject(new Error('connection refused'))
  expect(await readHistory({ readProductSales: down, readProductStock: down }, asked)).toMatchObject({
    ok: false,
    reason: 'the warehouse cannot be reached just now'
  })
})
