import { afterAll, beforeAll, expect, it } from 'vitest'
import { readCustomerPurchases } from '../../jobs/customer-purchases.ts'
import { createIndex } from '../../jobs/interactions.ts'
import { cancelled, consented, eventOf, msOf, placed, refunded } from '../ingest/profile-events.ts'
import { openWarehouseShop, type WarehouseShop } from '../ingest/warehouse-shop.ts'

const NAMES = ['a', 'b', 'c']
let shop: WarehouseShop
beforeAll(async () => {
  shop = await openWarehouseShop()
  await shop.send(
    ...NAMES.map((name) =>
      eventOf(0, {
        type: 'product_upserted',
        product_id: name,
        work_id: name,
        title: name,
        attributes: {},
        price: '5',
        currency: 'GBP'
      })
    )
  )
})
afterAll(() => shop.close())

it('judges by what known customers bought and kept, but for those who refuse', async () => {
  const who = (user_id: string) => ({ user_id })
  await shop.send(
    placed(1, who('keeps'), 'o1', { a: 1, b: 2 }),
    placed(2, who('keeps'), 'o2', { c: 1 }),
    refunded(3, who('keeps'), 'credit note', { a: 1, b: 1 }),
    cancelled(4, who('keeps'), 'o2'),
    placed(5, { anonymous_id: 'guest' }, 'o3', { a: 1 }),
    placed(6, who('refuses'), 'o4', { a: 1 }),
    consented(7, 'refuses', false),
    placed(8, who('refused once'), 'o5', { c: 1 }),
    consented(9, 'refused once', false),
    consented(10, 'refused once', true)
  )
  const { customers, works, occurredAtMs } = await readCustomerPurchases(shop.clickhouse, createIndex(NAMES))
  const rows = Array.from(works, (work, row) => [customers[row], NAMES[work], occurredAtMs[row]])
  expect(rows).toEqual([
    [0, 'b', msOf(1)],
    [1, 'c', msOf(8)]
  ])
})
