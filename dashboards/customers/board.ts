import type { Dashboard } from '@grafana/grafana-foundation-sdk/dashboard'
import { makeBoard } from '../board.ts'
import { freshness } from '../freshness.ts'
import { uids } from '../links.ts'
import type { ShopStyle } from '../style.ts'
import { cohorts, firstOrders } from './cohorts.ts'
import { rentalsNow, utilisation } from './rentals.ts'
import { rfm, segments, tiers } from './segments.ts'
import { customers, repeatRate } from './summary.ts'

/** From how many buy and come back, over months of first orders, to segments, tiers and those who rent. */
export const customersBoard = (shop: ShopStyle): Dashboard =>
  makeBoard(shop, {
    uid: uids.customers,
    title: 'Customers',
    question: `Do customers come back, and who are the best of them? Amounts are in ${shop.SHOP_CURRENCY}`,
    from: 'now-364d/d',
    refresh: '15m',
    panels: [
      customers(shop),
      repeatRate(shop),
      firstOrders(shop),
      segments(shop),
      cohorts(shop),
      rfm(shop),
      tiers(shop),
      rentalsNow(shop),
      utilisation(shop),
      freshness(shop)
    ]
  })
