import type { Dashboard } from '@grafana/grafana-foundation-sdk/dashboard'
import { promotions, releases } from '../annotations.ts'
import { makeBoard } from '../board.ts'
import { freshness } from '../freshness.ts'
import { uids } from '../links.ts'
import type { ShopStyle } from '../style.ts'
import { ANY, apiVariable, severalOf } from '../variables.ts'
import { fallingProducts, topProducts } from './products.ts'
import { refundReasons, returnsByCategory } from './returns.ts'
import { byDimension, funnel, salesByDay, salesByHour } from './sales.ts'
import { runningOut } from './stock.ts'
import { summary, today } from './summary.ts'

/** From the day so far, over the days and where they sold, to products and what comes back. */
export const tradeBoard = (shop: ShopStyle): Dashboard =>
  makeBoard(shop, {
    uid: uids.trade,
    title: 'Trade today',
    question: `How is trade going today? Amounts are in ${shop.SHOP_CURRENCY}; sales in other currencies are not shown`,
    from: 'now-6d/d',
    // Sales count within a minute of their events.
    refresh: '1m',
    variables: [
      severalOf(
        apiVariable({
          name: 'channel',
          label: 'Channel',
          description: 'Of the charts over time and of top products',
          url: '/v1/sales?grain=total&group_by=channel&limit=100',
          text: 'channel',
          value: 'channel'
        })
          .allValue(ANY)
          // An unknown channel is empty, and cannot be asked for.
          .regex('/.+/')
      )
    ],
    annotations: [promotions(shop), releases(shop)],
    panels: [
      today(shop),
      summary(shop),
      salesByHour(shop),
      funnel(shop),
      salesByDay(shop),
      byDimension(shop, { by: 'country', title: 'By country' }),
      byDimension(shop, { by: 'channel', title: 'By channel' }),
      byDimension(shop, { by: 'format', title: 'By format' }),
      byDimension(shop, { by: 'category', title: 'By category' }),
      topProducts(shop),
      fallingProducts(shop),
      returnsByCategory(shop),
      refundReasons(shop),
      runningOut(),
      freshness(shop)
    ]
  })
