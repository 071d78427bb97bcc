import { tablePanel } from '../panel.ts'
import { ApiQuery, boardDays } from '../sources/api.ts'
import { readSql, WarehouseQuery } from '../sources/warehouse.ts'
import { COUNT, DAYS, moneyUnit, SHARE, type ShopStyle } from '../style.ts'

const ROWS = 20

export function returnsByCategory({ SHOP_CURRENCY }: ShopStyle) {
  return tablePanel({
    title: 'What is given back, by category',
    description:
      'Units refunded as a share of units sold in the same days, of the categories with the highest gross sales.',
    noValue: 'No sales in these days',
    unit: SHARE,
    decimals: 1,
    query: new ApiQuery('/v1/sales', {
      query: {
        ...boardDays,
        currency: SHOP_CURRENCY,
        kind: 'product',
        grain: 'total',
        group_by: 'category',
        measures: 'gross_amount,return_rate,refund_rate',
        limit: String(ROWS)
      },
      columns: [
        { field: 'category', title: 'Category', type: 'string' },
        {
          field: 'gross_amount',
          title: 'Gross',
          type: 'number',
          unit: moneyUnit(SHOP_CURRENCY),
          decimals: 0
        },
        { field: 'return_rate', title: 'Of units', type: 'number' },
        { field: 'refund_rate', title: 'Of money', type: 'number' }
      ]
    }),
    sortBy: { title: 'Of units', desc: true },
    width: 12,
    height: 9
  })
}

export function refundReasons(shop: ShopStyle) {
  return tablePanel({
    title: 'Why it is given back',
    description: `The ${ROWS} reasons with most refunded lines in these days, in the sender's words, and the median of days since the sale.`,
    noValue: 'Nothing was given back in these days',
    query: new WarehouseQuery(readSql(new URL('refund-reasons.sql', import.meta.url), shop), [
      { field: 'reason', title: 'Reason', type: 'string', minWidth: 160 },
      { field: 'lines', title: 'Lines', type: 'number', unit: COUNT },
      { field: 'units', title: 'Units', type: 'number', unit: COUNT },
      { field: 'refund_amount', title: 'Given back', type: 'number', unit: moneyUnit(shop.SHOP_CURRENCY) },
      { field: 'days_between', title: 'After', type: 'number', unit: DAYS }
    ]),
    width: 12,
    height: 9
  })
}
