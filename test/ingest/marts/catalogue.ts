import type { OpenShop } from '../open-shop.ts'
import { products, START_MS, timeOf, workOf, DAY_MS } from './trade.ts'

export const OFFER = { product_id: 'w1a', starts: 20, days: 15, price: '7.25' }
/** List prices in pounds, each from its day on; in euros there is none. */
export const PRICES = [
  { from: -30, price: '10' },
  { from: 50, price: '12.5' }
]
export const listPriceAt = (ms: number) =>
  PRICES.findLast(({ from }) => START_MS + from * DAY_MS <= ms)?.price ?? ''

/** Two editions of each work, which become dearer, and one of them is on offer for a while, as it was scheduled last. */
export async function storeCatalogue(shop: OpenShop): Promise<void> {
  const at = (day: number) => ({ occurred_at: timeOf(START_MS + day * DAY_MS) })
  const currency = 'GBP'
  const [first, second] = PRICES
  const offer = (starts: number, days: number) => ({
    type: 'promotion_scheduled',
    ...at(0),
    product_id: OFFER.product_id,
    promotion_id: 'offer',
    price: OFFER.price,
    currency,
    starts_at: timeOf(START_MS + starts * DAY_MS),
    ends_at: timeOf(START_MS + (starts + days) * DAY_MS)
  })
  await shop.store('flipside.catalogue', [
    ...products.map((product_id) => ({
      type: 'product_upserted',
      ...at(first?.from ?? 0),
      product_id,
      work_id: workOf(product_id),
      title: product_id,
      attributes: {},
      price: first?.price ?? null,
      currency
    })),
    offer(0, 90),
    offer(OFFER.starts, OFFER.days),
    ...products.map((product_id) => ({
      type: 'price_changed',
      ...at(second?.from ?? 0),
      product_id,
      price: second?.price ?? null,
      currency
    }))
  ])
}
