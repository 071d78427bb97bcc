import { afterAll, beforeAll, expect, it } from 'vitest'
import { recheckSales, refreshSales } from '../../jobs/sales.ts'
import type { ShopEvent } from '../../models/contracts/events.ts'
import { openEmbeddedShop, orderPlaced, type EmbeddedShop } from './embedded-shop.ts'

let shop: EmbeddedShop
beforeAll(async () => {
  shop = await openEmbeddedShop()
})
afterAll(() => shop.close())

const orderPaid = (number: number): ShopEvent => ({
  type: 'order_paid',
  event_id: `0198c0de-0000-7000-9000-${String(number).padStart(12, '0')}`,
  occurred_at: '2026-01-31T13:00:00Z',
  order_id: `order ${number}`,
  currency: 'GBP',
  amount: '7'
})
const described = (number: number, genre: string): ShopEvent => ({
  type: 'product_upserted',
  event_id: `0198c0de-0000-7000-a000-${String(number).padStart(12, '0')}`,
  occurred_at: '2026-01-01T00:00:00Z',
  product_id: 'p1',
  work_id: 'p1',
  title: 'a record',
  attributes: { genre },
  price: '3.5',
  currency: 'GBP'
})
const send = async (...events: ShopEvent[]) => {
  await shop.send(...events)
  await shop.ingest()
}
const ports = () => ({ clickhouse: shop.client, progress: () => {} })
const refresh = () => refreshSales(ports())
const broken = async () => (await shop.verify()).broken.map(({ check }) => check)

it('goes on to the orders that it had to leave out', async () => {
  await send(orderPlaced(1), orderPaid(1))
  await refresh()
  expect(await broken()).toEqual([])

  const waiting = '1 orders that the job sales has not come to yet'
  await send(orderPlaced(2), orderPaid(2))
  expect(await shop.verify()).toMatchObject({ broken: [], left_out: expect.arrayContaining([waiting]) })
  await refresh()
  await shop.command("ALTER TABLE mart.sales DELETE WHERE order_id = 'order 2'")
  expect(await broken()).toEqual(['mart.sales equals its recomputation'])
  await recheckSales(ports())
  expect(await broken()).toEqual([])
})

it('looks at orders of any age when a product of theirs is described otherwise', async () => {
  await send(described(1, 'Rock'))
  await refresh()
  await shop.command("ALTER TABLE mart.sales UPDATE category = '' WHERE order_id = 'order 1'")
  expect(await broken()).toEqual(['mart.sales equals its recomputation'])
})
