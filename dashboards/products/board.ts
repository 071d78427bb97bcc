import type { Dashboard } from '@grafana/grafana-foundation-sdk/dashboard'
import { promotions, releases, stockAlerts } from '../annotations.ts'
import { makeBoard } from '../board.ts'
import { freshness } from '../freshness.ts'
import { uids } from '../links.ts'
import type { ShopStyle } from '../style.ts'
import { apiVariable } from '../variables.ts'
import { boughtWith, sameArtist } from './others.ts'
import { chances, forecast, quantiles, stockFigures, suggestions, whatToDo } from './outlook.ts'
import { prices, promotionsOf, returnsOf, stock } from './history.ts'
import { facts, salesOf, soldTo, unitsByDay } from './sales.ts'

/** From what it is and sold, over what will be and what to order, its prices and stock, to what goes with it. */
export const productsBoard = (shop: ShopStyle): Dashboard =>
  makeBoard(shop, {
    uid: uids.products,
    title: 'Products',
    question: `How does one product sell, when does it run out, and what goes with it? Amounts are in ${shop.SHOP_CURRENCY}`,
    from: 'now-90d/d',
    refresh: '5m',
    variables: [
      apiVariable({
        name: 'product_id',
        label: 'Product',
        description:
          'The 100 that sell best; the id of any other may be written here, and tables of other boards lead to it',
        url: '/v1/products?sort=popular&limit=100',
        root: 'items',
        text: 'title',
        value: 'product_id'
      }).allowCustomValue(true)
    ],
    annotations: [promotions(shop), releases(shop), stockAlerts(shop)],
    panels: [
      facts(shop),
      salesOf(shop),
      unitsByDay(shop),
      soldTo(shop),
      forecast(shop),
      stockFigures(),
      whatToDo(),
      chances(),
      quantiles(),
      suggestions(shop),
      prices(shop),
      stock(shop),
      promotionsOf(shop),
      returnsOf(shop),
      boughtWith(shop),
      sameArtist(shop),
      freshness(shop)
    ]
  })
