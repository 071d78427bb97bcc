import { afterAll, beforeAll, expect, it } from 'vitest'
import { readHolidays } from '../../jobs/holidays.ts'
import { readShelfDays } from '../../jobs/shelf-days.ts'
import { dateOf, dayNumberIn } from '../../models/days.ts'
import { dayNumberOf, shopClock } from '../../jobs/shop-days.ts'
import { openShop, type OpenShop } from '../ingest/open-shop.ts'

const DAY_MS = 86_400_000
const TODAY_MS = Math.floor(Date.now() / DAY_MS) * DAY_MS
const at = (daysAgo: number, hour: number) =>
  new Date(TODAY_MS - daysAgo * DAY_MS + hour * 3_600_000).toISOString()
const lastDay = TODAY_MS / DAY_MS - 1

let shop: OpenShop
beforeAll(async () => {
  shop = await openShop()
  const move = (type: string, occurred_at: string, quantity: number, product_id = 'p') => ({
    type,
    occurred_at,
    product_id,
    quantity,
    // None of it had been set aside.
    ...(type === 'stock_shipped' && { reserved_quantity: 0 })
  })
  await shop.store('flipside.stock', [
    // History before the ledger began says nothing of what was there.
    move('stock_shipped', at(12, 8), 4),
    move('stock_initialised', at(10, 0), 3),
    move('stock_shipped', at(8, 6), 2),
    move('stock_reserved', at(8, 12), 1),
    move('stock_adjusted', at(8, 13), -1),
    move('stock_received', at(6, 18), 5),
    move('stock_shipped', at(2, 0), 3),
    move('stock_initialised', at(10, 0), 9, 'full'),
    move('stock_shipped', at(3, 12), 2, 'full')
  ])
  await shop.store('flipside.catalogue', [
    {
      type: 'product_upserted',
      occurred_at: at(30, 0),
      product_id: 'p',
      work_id: 'p',
      title: 'p',
      attributes: {},
      price: '20',
      currency: 'GBP'
    },
    {
      type: 'promotion_scheduled',
      occurred_at: at(9, 0),
      product_id: 'p',
      promotion_id: 'sale',
      price: '15',
      currency: 'GBP',
      starts_at: at(5, 0),
      ends_at: at(-3, 12)
    }
  ])
})
afterAll(() => shop.close())

it('tells on which share of each day there was something to sell, and nothing of products that always had some', async () => {
  const days = await readShelfDays(shop.clickhouse, { timeZone: 'UTC', lastDay })
  // Ten days ago is the first of them: empty from noon of the eighth until 18:00 of the sixth; the last unit is not sold.
  const shares = Array.from(days.availableOf('p', 10) ?? [])
  expect(shares.map((share) => Math.round(share * 100) / 100)).toEqual([1, 1, 0.5, 0, 0.25, 1, 1, 1, 1, 1])
  expect(days.availableOf('full', 10)).toBeUndefined()
  expect(days.availableOf('p', 3)).toEqual(new Float64Array(3).fill(1))
  expect(days.availableOf('nobody', 5)).toBeUndefined()
})

it('tells which share of the price a promotion takes off, and on which days', async () => {
  const { offersOf } = await readShelfDays(shop.clickhouse, { timeZone: 'UTC', lastDay })
  expect(offersOf('p')).toEqual([{ fromDay: lastDay - 4, toDay: lastDay + 4, discount: 0.25 }])
  expect(offersOf('full')).toEqual([])
})

it('a day is the shop’s, whatever its clock does', () => {
  const place = shopClock('Europe/London')
  expect(place(Date.parse('2026-01-15T12:00:00Z'))).toBe(dayNumberIn('2026-01-15') + 0.5)
  expect(place(Date.parse('2026-07-15T12:00:00Z'))).toBeCloseTo(dayNumberIn('2026-07-15') + 13 / 24)
  expect(dateOf(dayNumberOf(new Date('2026-07-15T23:30:00Z'), 'Europe/London'))).toBe('2026-07-16')
  expect(dateOf(dayNumberOf(new Date('2026-03-29T00:59:59Z'), 'Europe/London'))).toBe('2026-03-29')
})

it('knows the holidays of a place by name, whichever day they fall on', async () => {
  const holidays = await readHolidays('GB-ENG', { first: 2025, last: 2026 })
  const daysOf = (name: string) => holidays.find((one) => one.name === name)?.days.map(dateOf)
  expect(daysOf('Good Friday')).toEqual(['2025-04-18', '2026-04-03'])
  expect(daysOf('Christmas Day')).toEqual(['2025-12-25', '2026-12-25'])
  for (const place of ['XX', 'GB-ZZZ', 'GB-toString'])
    await expect(readHolidays(place, { first: 2026, last: 2026 })).rejects.toThrow('SHOP_HOLIDAYS')
})
