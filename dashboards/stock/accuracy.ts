import { tablePanel, timePanel } from '../panel.ts'
import { askFile } from '../sources/warehouse.ts'
import { colours, COUNT, DAYS, moneyUnit, SHARE, type ShopStyle } from '../style.ts'
import { asBars } from '../time-chart.ts'
import { stockColumns as column } from './columns.ts'

const file = (name: string) => new URL(`${name}.sql`, import.meta.url)

export function shrink(shop: ShopStyle) {
  return timePanel({
    title: 'Shrink by month',
    description:
      'What stocktakes found less, or more, than the ledger says, at cost, by month of the count: below 0 units were missing.',
    noValue: 'There was no stocktake in these days',
    query: askFile(file('shrink'), shop, [
      { field: 'time', title: 'Month', type: 'timestamp' },
      {
        field: 'variance_amount',
        title: 'Found less expected',
        type: 'number',
        unit: moneyUnit(shop.SHOP_CURRENCY),
        colour: colours.refunds,
        more: asBars
      }
    ]),
    width: 8,
    height: 9
  })
}

export function stocktakes(shop: ShopStyle) {
  return tablePanel({
    title: 'Stocktakes that differ',
    description:
      'Counts of these days that differ from the ledger, what cost most first: the same product again and again is theft, damage or a wrong booking.',
    noValue: 'No count differed in these days',
    query: askFile(file('stocktakes'), shop, [
      ...column.product,
      { field: 'counted_at', title: 'Counted', type: 'timestamp', width: 140 },
      { field: 'expected', title: 'Expected', type: 'number', unit: COUNT, width: 75 },
      { field: 'counted', title: 'Found', type: 'number', unit: COUNT, width: 75 },
      { field: 'variance', title: 'Variance', type: 'number', unit: COUNT, width: 75 },
      {
        field: 'variance_amount',
        title: 'Found less expected',
        type: 'number',
        unit: moneyUnit(shop.SHOP_CURRENCY),
        width: 100
      },
      { field: 'reason', title: 'Reason', type: 'string', minWidth: 120 }
    ]),
    width: 16,
    height: 9
  })
}

const days = (field: string, title: string) =>
  ({ field, title, type: 'number', unit: DAYS, decimals: 1 }) as const

export function suppliers(shop: ShopStyle) {
  return tablePanel({
    title: 'How long suppliers take',
    description:
      'Of what was ordered in these days: days as agreed now, in the mean, and of the slowest delivery of ten; the share that came after the day that was named.',
    noValue: 'Nothing was ordered in these days',
    query: askFile(file('suppliers'), shop, [
      { field: 'supplier', title: 'Supplier', type: 'string', minWidth: 120 },
      days('agreed_days', 'Agreed'),
      days('mean_days', 'In the mean'),
      days('slow_days', 'Slowest of ten'),
      { field: 'deliveries', title: 'Deliveries', type: 'number', unit: COUNT },
      { field: 'late_share', title: 'Late', type: 'number', unit: SHARE },
      { field: 'units_open', title: 'To come', type: 'number', unit: COUNT }
    ]),
    width: 12,
    height: 9
  })
}

export function accuracy(shop: ShopStyle) {
  return timePanel({
    title: 'How good forecasts were, by week',
    description:
      'Of forecasts a week ahead, for days that are over: the sum of errors for each unit sold, with and without their signs, and the share of days within the interval, which should be 80 % or, where little sells, more.',
    noValue: 'No forecast of a week ahead is over yet',
    unit: SHARE,
    query: askFile(file('accuracy'), shop, [
      { field: 'time', title: 'Week', type: 'timestamp' },
      { field: 'wape', title: 'Error (WAPE)', type: 'number', colour: colours.refunds },
      { field: 'bias', title: 'Bias', type: 'number', colour: colours.before },
      { field: 'in_interval', title: 'Within the interval', type: 'number', colour: colours.net }
    ]),
    width: 12,
    height: 9
  })
}

export function leadTimeAccuracy(shop: ShopStyle) {
  return tablePanel({
    title: 'How good forecasts were, over lead times',
    description:
      'Of stretches of so many days that ended in these days: how often demand stayed within its 95 % bound, by which stock is ordered, and within its median.',
    noValue: 'No stretch of a forecast is over yet',
    query: askFile(file('lead-time-accuracy'), shop, [
      { field: 'days', title: 'Length', type: 'number', unit: DAYS },
      { field: 'stretches', title: 'Stretches', type: 'number', unit: COUNT },
      { field: 'in_bound', title: 'Within 95 %', type: 'number', unit: SHARE, decimals: 1 },
      { field: 'in_median', title: 'Within 50 %', type: 'number', unit: SHARE, decimals: 1 }
    ]),
    width: 12,
    height: 9
  })
}

export function lost(shop: ShopStyle) {
  return timePanel({
    title: 'Units asked for in vain',
    description:
      'Units that were asked for and not there in the 28 days before each run of the forecasts, as estimated from days without stock.',
    noValue: 'No forecast was made in these days',
    query: askFile(file('lost'), shop, [
      { field: 'time', title: 'Run', type: 'timestamp' },
      { field: 'lost_units_28', title: 'Lost units', type: 'number', colour: colours.refunds }
    ]),
    width: 12,
    height: 9
  })
}
