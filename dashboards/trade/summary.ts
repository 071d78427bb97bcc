import { MappingType, type ValueMapping } from '@grafana/grafana-foundation-sdk/dashboard'
import type { Column } from '../column.ts'
import { statPanel } from '../panel.ts'
import { ApiQuery, BOARD_END, boardDays } from '../sources/api.ts'
import { colours, MINUTES, moneyUnit, SHARE, type ShopStyle } from '../style.ts'

const DAY_MINUTES = 1_440
const LONG = 1_000_000_000

const change = (field: string, title: string): Column => ({
  field,
  title,
  type: 'number',
  unit: SHARE,
  decimals: 1,
  steps: { base: colours.bad, steps: [{ from: 0, color: colours.good }] }
})

/** Stale figures look like bad trade, so they say so. */
const quiet: ValueMapping[] = [
  {
    type: MappingType.RangeToText,
    options: {
      from: DAY_MINUTES,
      to: LONG,
      result: { text: 'No sale for a day: see the board Pipeline', color: colours.bad, index: 0 }
    }
  }
]

export function today({ SHOP_CURRENCY }: ShopStyle) {
  const money = moneyUnit(SHOP_CURRENCY)
  const columns: Column[] = [
    { field: 'net_amount', title: 'Net sales so far', type: 'number', unit: money },
    change('week_change', 'Against last week'),
    change('year_change', 'Against last year'),
    { field: 'orders', title: 'Orders so far', type: 'number' },
    { field: 'week_orders', title: 'Orders last week', type: 'number' },
    {
      field: 'quiet_minutes',
      title: 'Since the last sale',
      type: 'number',
      unit: MINUTES,
      mappings: quiet
    }
  ]
  return statPanel({
    title: 'The last day so far',
    description:
      'The business day at the end of the range, until then: today until now, unless you look back. Compared with the ' +
      'same weekday a week and 52 weeks before, until the same time of the clock.',
    noValue: 'No sales yet, neither on this day nor on those before',
    query: new ApiQuery('/v1/sales/so-far', { query: { at: BOARD_END, currency: SHOP_CURRENCY }, columns }),
    width: 24,
    height: 4
  })
}

export function summary({ SHOP_CURRENCY }: ShopStyle) {
  const columns: Column[] = [
    { field: 'net_amount', title: 'Net sales', type: 'number', unit: moneyUnit(SHOP_CURRENCY) },
    change('net_change', 'Against the days before'),
    { field: 'orders', title: 'Orders', type: 'number' },
    { field: 'units_sold', title: 'Units sold', type: 'number' },
    {
      field: 'refund_rate',
      title: 'Refund rate',
      type: 'number',
      unit: SHARE,
      decimals: 1,
      steps: {
        base: colours.plain,
        steps: [
          { from: 0.05, color: colours.warn },
          { from: 0.1, color: colours.bad }
        ]
      }
    }
  ]
  return statPanel({
    title: 'All days of the range',
    description:
      'Net sales are what was sold on the day of payment, less what was given back on the day of the refund. ' +
      'Compared with as many days just before. The refund rate is the share of gross sales given back.',
    noValue: 'No sales in these days',
    query: new ApiQuery('/v1/sales/summary', { query: { ...boardDays, currency: SHOP_CURRENCY }, columns }),
    width: 24,
    height: 4
  })
}
