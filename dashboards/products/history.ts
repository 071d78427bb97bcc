import { LineInterpolation } from '@grafana/grafana-foundation-sdk/common'
import { tablePanel, timePanel } from '../panel.ts'
import { askFile } from '../sources/warehouse.ts'
import { colours, COUNT, DAYS, moneyUnit, SHARE, type ShopStyle } from '../style.ts'

const file = (name: string) => new URL(`${name}.sql`, import.meta.url)
const step = [{ id: 'custom.lineInterpolation', value: LineInterpolation.StepAfter }]

export function prices(shop: ShopStyle) {
  return timePanel({
    title: 'List price',
    description:
      'What the shop asked, from each change to the next; prices of promotions are marked, not drawn.',
    noValue: 'The shop named no price in these days',
    unit: moneyUnit(shop.SHOP_CURRENCY),
    decimals: 2,
    query: askFile(file('prices'), shop, [
      { field: 'time', title: 'Since', type: 'timestamp' },
      { field: 'price', title: 'List price', type: 'number', colour: colours.gross, more: step }
    ]),
    width: 12,
    height: 8
  })
}

export function stock(shop: ShopStyle) {
  return timePanel({
    title: 'Stock',
    description: 'Units on hand at the end of each day on which they moved.',
    noValue: 'Its stock did not move in these days',
    query: askFile(file('stock'), shop, [
      { field: 'time', title: 'Day', type: 'timestamp' },
      { field: 'on_hand', title: 'On hand', type: 'number', colour: colours.net, more: step }
    ]),
    width: 12,
    height: 8
  })
}

export function promotionsOf(shop: ShopStyle) {
  const money = moneyUnit(shop.SHOP_CURRENCY)
  return tablePanel({
    title: 'Promotions',
    description:
      'All of the product, whatever the range: units sold in the time of each and in the same time before it.',
    noValue: 'It was never on promotion',
    query: askFile(file('promotions'), shop, [
      { field: 'promotion_id', title: 'Promotion', type: 'string', minWidth: 90 },
      { field: 'state', title: 'State', type: 'string' },
      { field: 'price', title: 'Price', type: 'number', unit: money, decimals: 2 },
      { field: 'list_price', title: 'List price', type: 'number', unit: money, decimals: 2 },
      { field: 'units_before', title: 'Units before', type: 'number', unit: COUNT },
      { field: 'units_during', title: 'Units during', type: 'number', unit: COUNT },
      { field: 'uplift', title: 'Uplift', type: 'number', unit: SHARE },
      { field: 'starts_at', title: 'Since', type: 'timestamp', width: 140 }
    ]),
    width: 12,
    height: 8
  })
}

export function returnsOf(shop: ShopStyle) {
  return tablePanel({
    title: 'Why it came back',
    description:
      "Refunded lines of these days by reason, in the sender's words, and the median of days since the sale.",
    noValue: 'It did not come back in these days',
    query: askFile(file('returns'), shop, [
      { field: 'reason', title: 'Reason', type: 'string', minWidth: 160 },
      { field: 'lines', title: 'Lines', type: 'number', unit: COUNT },
      { field: 'units', title: 'Units', type: 'number', unit: COUNT },
      { field: 'days_between', title: 'After', type: 'number', unit: DAYS }
    ]),
    width: 12,
    height: 8
  })
}
