import type { Column } from '../column.ts'
import { productLinks } from '../links.ts'
import { tablePanel } from '../panel.ts'
import { ApiQuery, boardDays } from '../sources/api.ts'
import { colours, COUNT, moneyUnit, SHARE, type ShopStyle } from '../style.ts'

const ROWS = 20

export const productColumns: Column[] = [
  { field: 'product_id', title: 'Product', type: 'string', width: 100 },
  { field: 'title', title: 'Title', type: 'string', minWidth: 160, links: productLinks }
]

export function topProducts({ SHOP_CURRENCY }: ShopStyle) {
  return tablePanel({
    title: 'Top products',
    description: `The ${ROWS} products with the highest net sales in these days; postage, fees and the like left out.`,
    noValue: 'No sales in these days',
    unit: moneyUnit(SHOP_CURRENCY),
    query: new ApiQuery('/v1/sales', {
      query: {
        ...boardDays,
        currency: SHOP_CURRENCY,
        channel: '${channel:csv}',
        kind: 'product',
        grain: 'total',
        group_by: 'product_id',
        measures: 'net_amount,units_sold,return_rate',
        limit: String(ROWS)
      },
      columns: [
        ...productColumns,
        { field: 'net_amount', title: 'Net', type: 'number' },
        { field: 'units_sold', title: 'Units', type: 'number', unit: COUNT },
        { field: 'return_rate', title: 'Returned', type: 'number', unit: SHARE, decimals: 1 }
      ]
    }),
    width: 12,
    height: 11
  })
}

export function fallingProducts({ SHOP_CURRENCY }: ShopStyle) {
  return tablePanel({
    title: 'Falling products',
    description: `The ${ROWS} products whose net sales fell most, in money, against as many days just before.`,
    noValue: 'No product sells less than before',
    unit: moneyUnit(SHOP_CURRENCY),
    query: new ApiQuery('/v1/sales/movers', {
      query: { ...boardDays, direction: 'falling', currency: SHOP_CURRENCY, limit: String(ROWS) },
      columns: [
        ...productColumns,
        { field: 'net_amount', title: 'Net', type: 'number' },
        { field: 'previous_net_amount', title: 'Net before', type: 'number' },
        {
          field: 'net_change',
          title: 'Change',
          type: 'number',
          unit: SHARE,
          decimals: 0,
          steps: { base: colours.bad, steps: [{ from: 0, color: colours.good }] },
          more: [{ id: 'custom.cellOptions', value: { type: 'color-text' } }]
        }
      ]
    }),
    width: 12,
    height: 11
  })
}
