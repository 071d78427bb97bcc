import { barPanel, statPanel, tablePanel, timePanel } from '../panel.ts'
import { ApiQuery, boardDays } from '../sources/api.ts'
import { askFile } from '../sources/warehouse.ts'
import { colours, COUNT, moneyUnit, SHARE, type ShopStyle } from '../style.ts'
import { asBars, dashed } from '../time-chart.ts'

const DAYS_MAX = 3_654
const BARS = 10
const chosen = ({ SHOP_CURRENCY }: ShopStyle) => ({
  ...boardDays,
  currency: SHOP_CURRENCY,
  product_id: '${product_id:percentencode}'
})

export function facts(shop: ShopStyle) {
  return tablePanel({
    title: 'What it is',
    description:
      'The product as it was last described, as of now whatever the range; available is on hand less reserved.',
    noValue: 'No product has this id',
    query: askFile(new URL('facts.sql', import.meta.url), shop, [
      { field: 'title', title: 'Title', type: 'string', minWidth: 200 },
      { field: 'artist', title: 'Artist', type: 'string', minWidth: 120 },
      { field: 'format', title: 'Format', type: 'string' },
      {
        field: 'price',
        title: 'List price',
        type: 'number',
        unit: moneyUnit(shop.SHOP_CURRENCY),
        decimals: 2
      },
      { field: 'state', title: 'State', type: 'string' },
      { field: 'available', title: 'Available', type: 'number', unit: COUNT },
      { field: 'changed_at', title: 'Last changed', type: 'timestamp', width: 160 }
    ]),
    width: 24,
    height: 4
  })
}

export function salesOf(shop: ShopStyle) {
  return statPanel({
    title: 'Sales of these days',
    description:
      'Units count on the day of payment; net sales less what was given back on the day of the refund. Compared with as many days just before.',
    noValue: 'It did not sell in these days',
    query: new ApiQuery('/v1/sales', {
      query: {
        ...chosen(shop),
        grain: 'total',
        measures: 'net_amount,units_sold,orders,return_rate',
        compare: 'previous_period'
      },
      columns: [
        { field: 'net_amount', title: 'Net', type: 'number', unit: moneyUnit(shop.SHOP_CURRENCY) },
        {
          field: 'previous_net_amount',
          title: 'Net before',
          type: 'number',
          unit: moneyUnit(shop.SHOP_CURRENCY)
        },
        { field: 'units_sold', title: 'Units', type: 'number', unit: COUNT },
        { field: 'previous_units_sold', title: 'Units before', type: 'number', unit: COUNT },
        { field: 'orders', title: 'Orders', type: 'number', unit: COUNT },
        { field: 'return_rate', title: 'Returned', type: 'number', unit: SHARE, decimals: 1 }
      ]
    }),
    width: 24,
    height: 4
  })
}

export function unitsByDay(shop: ShopStyle) {
  return timePanel({
    title: 'Units by day',
    description: 'Units sold on each business day, and 52 weeks before. Days without a sale have no bar.',
    noValue: 'It did not sell in these days',
    query: new ApiQuery('/v1/sales', {
      query: {
        ...chosen(shop),
        grain: 'day',
        measures: 'units_sold',
        compare: 'previous_year',
        limit: String(DAYS_MAX)
      },
      columns: [
        { field: 'starts_at', title: 'Day', type: 'timestamp' },
        { field: 'units_sold', title: 'Units', type: 'number', colour: colours.gross, more: asBars },
        {
          field: 'previous_units_sold',
          title: 'Units 52 weeks before',
          type: 'number',
          colour: colours.before,
          more: dashed
        }
      ]
    }),
    width: 16,
    height: 10
  })
}

export function soldTo(shop: ShopStyle) {
  return barPanel({
    title: 'Where it sells',
    description: `Net sales by country: the ${BARS} with most.`,
    noValue: 'It did not sell in these days',
    unit: moneyUnit(shop.SHOP_CURRENCY),
    colour: colours.net,
    query: new ApiQuery('/v1/sales', {
      query: {
        ...chosen(shop),
        grain: 'total',
        group_by: 'country',
        measures: 'net_amount',
        limit: String(BARS)
      },
      columns: [
        { field: 'country', title: 'Country', type: 'string' },
        { field: 'net_amount', title: 'Net', type: 'number' }
      ]
    }),
    width: 8,
    height: 10
  })
}
