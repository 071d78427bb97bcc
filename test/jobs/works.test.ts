import { afterAll, beforeAll, expect, it } from 'vitest'
import { readRows } from '../../jobs/clickhouse.ts'
import { eventOf, placed } from '../ingest/profile-events.ts'
import { openWarehouseShop, type WarehouseShop } from '../ingest/warehouse-shop.ts'

let shop: WarehouseShop
beforeAll(async () => {
  shop = await openWarehouseShop()
})
afterAll(async () => shop.close())

const upserted = (product_id: string, work_id: string, fields: object) =>
  eventOf(0, { type: 'product_upserted', product_id, work_id, price: '5', currency: 'GBP', ...fields })

it('a work is all its editions: their formats and attributes, the best-selling one before the others', async () => {
  await shop.send(
    upserted('blue-lp', 'blue', {
      title: 'Blue LP',
      format: 'vinyl',
      attributes: { artist: 'J. Mitchell', label: 'A' }
    }),
    upserted('blue-cd', 'blue', { title: 'Blue', format: 'cd', attributes: { artist: 'Joni Mitchell' } }),
    upserted('other', 'other', { title: 'Other', attributes: {} }),
    placed(1, { user_id: 'me' }, 'o1', { 'blue-cd': 2, 'blue-lp': 1 })
  )
  const [blue, other] = await readRows<object>(shop.clickhouse, 'works')
  expect(blue).toMatchObject({
    work_id: 'blue',
    title: 'Blue',
    attributes: { artist: 'Joni Mitchell', label: 'A', format: 'cd;vinyl' }
  })
  expect(other).toMatchObject({ work_id: 'other', title: 'Other' })
})
