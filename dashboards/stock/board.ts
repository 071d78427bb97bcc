import type { Dashboard } from '@grafana/grafana-foundation-sdk/dashboard'
import { makeBoard } from '../board.ts'
import { freshness } from '../freshness.ts'
import { uids } from '../links.ts'
import type { ShopStyle } from '../style.ts'
import { accuracy, leadTimeAccuracy, lost, shrink, stocktakes, suppliers } from './accuracy.ts'
import { late, orderTotals, runsOut, stockNow, toOrder } from './ordering.ts'
import { alertsNow, byAge, cover, idle, idleTotals } from './standing.ts'
import { stockVariables } from './variables.ts'

/** From what must be ordered today, over what lies there, to how good counts, suppliers and forecasts were. */
export const stockBoard = (shop: ShopStyle): Dashboard =>
  makeBoard(shop, {
    uid: uids.stock,
    title: 'Stock',
    question: `What runs out, what is to be ordered, and what lies there for nothing? Amounts are in ${shop.SHOP_CURRENCY}; lists are of now, whatever the range`,
    from: 'now-90d/d',
    // Lists follow stock, orders and decisions within about a minute.
    refresh: '1m',
    variables: stockVariables(shop),
    panels: [
      orderTotals(shop),
      stockNow(shop),
      late(),
      toOrder(shop),
      alertsNow(),
      cover(),
      runsOut(),
      idleTotals(shop),
      idle(shop),
      byAge(shop),
      shrink(shop),
      stocktakes(shop),
      suppliers(shop),
      lost(shop),
      accuracy(shop),
      leadTimeAccuracy(shop),
      freshness(shop)
    ]
  })
