import { statPanel } from '../panel.ts'
import { ApiQuery, boardDays } from '../sources/api.ts'
import { figureSql, WarehouseQuery } from '../sources/warehouse.ts'
import { COUNT, moneyUnit, PLAIN, SHARE, type ShopStyle } from '../style.ts'

export function customers({ SHOP_CURRENCY }: ShopStyle) {
  return statPanel({
    title: 'Who bought in these days',
    description:
      "Different customers who paid an order, guests left out; their and the guests' orders, what an order brings before refunds, and units of products in it.",
    noValue: 'No sales in these days',
    query: new ApiQuery('/v1/sales', {
      query: {
        ...boardDays,
        currency: SHOP_CURRENCY,
        grain: 'total',
        measures: 'customers,orders,average_order_value,units_per_order'
      },
      columns: [
        { field: 'customers', title: 'Customers', type: 'number', unit: COUNT },
        { field: 'orders', title: 'Orders', type: 'number', unit: COUNT },
        {
          field: 'average_order_value',
          title: 'An order brings',
          type: 'number',
          unit: moneyUnit(SHOP_CURRENCY),
          decimals: 2
        },
        { field: 'units_per_order', title: 'Units in an order', type: 'number', unit: PLAIN, decimals: 1 }
      ]
    }),
    width: 18,
    height: 4
  })
}

export function repeatRate(shop: ShopStyle) {
  return statPanel({
    title: 'Who came back',
    description:
      'Customers who had paid an order before, or paid two or more in these days, as a share of those who paid one.',
    noValue: 'Nobody who is known bought',
    unit: SHARE,
    decimals: 1,
    query: new WarehouseQuery(figureSql('repeat_rate', shop), [
      { field: 'value', title: 'Repeat rate', type: 'number' }
    ]),
    width: 6,
    height: 4
  })
}
