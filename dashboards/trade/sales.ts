import { barPanel, timePanel } from '../panel.ts'
import { ApiQuery, boardDays } from '../sources/api.ts'
import { readSql, WarehouseQuery } from '../sources/warehouse.ts'
import { colours, COUNT, moneyUnit, type ShopStyle } from '../style.ts'
import { asBars, dashed, withSums } from '../time-chart.ts'

const BARS = 10
/** As many as the API gives. Rows come by time, so a smaller limit would leave out the newest. */
const HOURS_MAX = 10_000
const DAYS_MAX = 3_654

const chosen = ({ SHOP_CURRENCY }: ShopStyle) => ({
  ...boardDays,
  currency: SHOP_CURRENCY,
  channel: '${channel:csv}'
})

export function salesByHour(shop: ShopStyle) {
  return timePanel({
    title: 'Net sales by hour, and a week before',
    description:
      'What was sold less what was given back in each hour, beside the same hour a week before. An hour in which nothing was sold in either week has no point.',
    noValue: 'No sales in these days',
    unit: moneyUnit(shop.SHOP_CURRENCY),
    query: new ApiQuery('/v1/sales', {
      query: {
        ...chosen(shop),
        grain: 'hour',
        measures: 'net_amount',
        compare: 'previous_week',
        limit: String(HOURS_MAX)
      },
      columns: [
        { field: 'starts_at', title: 'Hour', type: 'timestamp' },
        { field: 'net_amount', title: 'Net', type: 'number', colour: colours.net },
        {
          field: 'previous_net_amount',
          title: 'Net a week before',
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

export function funnel(shop: ShopStyle) {
  return barPanel({
    title: 'From the visit to the order',
    description:
      'Visits of these days by how far they came. A visit ends after 30 minutes without a sign of life.',
    noValue: 'No visits in these days',
    unit: COUNT,
    colour: colours.gross,
    query: new WarehouseQuery(readSql(new URL('funnel.sql', import.meta.url), shop), [
      { field: 'stage', title: 'Stage', type: 'string' },
      { field: 'sessions', title: 'Visits', type: 'number' }
    ]),
    width: 8,
    height: 10
  })
}

export function salesByDay(shop: ShopStyle) {
  return withSums(
    timePanel({
      title: 'Sales by day',
      description:
        "Business days in the shop's time zone. Gross counts on the day of payment, refunds on their own day, below zero.",
      noValue: 'No sales in these days',
      unit: moneyUnit(shop.SHOP_CURRENCY),
      // Not stacked: refunds are negative, and stacked bars need a minimum of 0, which would hide them.
      query: new ApiQuery('/v1/sales', {
        query: {
          ...chosen(shop),
          grain: 'day',
          measures: 'gross_amount,refund_amount,net_amount',
          compare: 'previous_year',
          limit: String(DAYS_MAX)
        },
        columns: [
          { field: 'starts_at', title: 'Day', type: 'timestamp' },
          { field: 'gross_amount', title: 'Gross', type: 'number', colour: colours.gross, more: asBars },
          { field: 'refund_amount', title: 'Refunds', type: 'number', colour: colours.refunds, more: asBars },
          { field: 'net_amount', title: 'Net', type: 'number', colour: colours.net },
          {
            field: 'previous_net_amount',
            title: 'Net 52 weeks before',
            type: 'number',
            colour: colours.before,
            more: dashed
          }
        ]
      }),
      width: 24,
      height: 10
    })
  )
}

export function byDimension(
  shop: ShopStyle,
  { by, title }: { by: 'country' | 'channel' | 'format' | 'category'; title: string }
) {
  return barPanel({
    title,
    description: `Net sales by ${by}: the ${BARS} with most. A bar without a name is of what is not known.`,
    noValue: 'No sales in these days',
    unit: moneyUnit(shop.SHOP_CURRENCY),
    colour: colours.net,
    query: new ApiQuery('/v1/sales', {
      query: {
        ...boardDays,
        currency: shop.SHOP_CURRENCY,
        grain: 'total',
        group_by: by,
        measures: 'net_amount',
        limit: String(BARS)
      },
      columns: [
        { field: by, title: by.replace(/^./, (first) => first.toUpperCase()), type: 'string' },
        { field: 'net_amount', title: 'Net', type: 'number' }
      ]
    }),
    width: 6,
    height: 9
  })
}
