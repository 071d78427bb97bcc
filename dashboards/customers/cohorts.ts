import type { Column } from '../column.ts'
import { tablePanel, timePanel } from '../panel.ts'
import { askFile } from '../sources/warehouse.ts'
import { colours, COUNT, moneyUnit, SHARE, type ShopStyle } from '../style.ts'
import { asBars } from '../time-chart.ts'

const MONTHS = 12

export function firstOrders(shop: ShopStyle) {
  return timePanel({
    title: 'First orders by month',
    description:
      'Customers whose first order was in a month. Months are shown whole, also where the range cuts them.',
    noValue: 'Nobody bought for the first time in these days',
    query: askFile(new URL('first-orders.sql', import.meta.url), shop, [
      { field: 'time', title: 'Month', type: 'timestamp' },
      { field: 'customers', title: 'Customers', type: 'number', colour: colours.gross, more: asBars }
    ]),
    width: 12,
    height: 9
  })
}

export function cohorts(shop: ShopStyle) {
  const months = Array.from({ length: MONTHS }, (_, i): Column => {
    const shaded = [
      { id: 'custom.cellOptions', value: { type: 'color-background', mode: 'basic' } },
      { id: 'color', value: { mode: 'continuous-greens' } },
      { id: 'min', value: 0 }
    ]
    return {
      field: `month_${i + 1}`,
      title: `${i + 1}`,
      type: 'number',
      unit: SHARE,
      more: shaded,
      width: 70
    }
  })
  return tablePanel({
    title: 'Who orders again, in which month after the first order',
    description:
      'A row for the customers of each month of first orders: how many of them ordered in the months after. Empty: that month is not over the horizon yet.',
    noValue: 'Nobody bought for the first time in these days',
    query: askFile(new URL('cohorts.sql', import.meta.url), shop, [
      { field: 'cohort_month', title: 'First order', type: 'string', width: 100 },
      { field: 'customers', title: 'Customers', type: 'number', unit: COUNT, width: 90 },
      { field: 'net_amount', title: 'Net', type: 'number', unit: moneyUnit(shop.SHOP_CURRENCY), width: 110 },
      ...months
    ]),
    width: 24,
    height: 11
  })
}
