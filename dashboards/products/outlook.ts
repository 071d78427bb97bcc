import { barPanel, statPanel, tablePanel, timePanel } from '../panel.ts'
import { ApiQuery } from '../sources/api.ts'
import { askFile } from '../sources/warehouse.ts'
import { stockColumns as column } from '../stock/columns.ts'
import { colours, COUNT, DAYS, SHARE, type ShopStyle } from '../style.ts'
import { asBars } from '../time-chart.ts'

const PRODUCT = '${product_id:percentencode}'
/** Whatever is said of it; no row, where `/v1/replenishment/{product_id}` would be a failure. */
const ofProduct = { product_id: PRODUCT, state: 'all', decision: 'all', limit: '1' }
const [PAST_DAYS, AHEAD_DAYS] = [56, 28]
const SUM_DAYS = 14
const LOWEST = 'One day in ten less'

export function forecast(shop: ShopStyle) {
  const panel = timePanel({
    title: 'Sold and expected',
    description: `${PAST_DAYS} days back and ${AHEAD_DAYS} ahead, whatever the board's range; fixed days move it back by ${PAST_DAYS}. Units sold, and what the last run of the forecasts before each day expected: the mean, and the band that 80 % of days should fall in.`,
    noValue: 'It was neither sold nor forecast',
    decimals: 1,
    query: askFile(new URL('forecast.sql', import.meta.url), shop, [
      { field: 'time', title: 'Day', type: 'timestamp' },
      { field: 'units_sold', title: 'Units', type: 'number', colour: colours.gross, more: asBars },
      { field: 'mean', title: 'Expected', type: 'number', colour: colours.net },
      { field: 'lower', title: LOWEST, type: 'number', colour: colours.net, more: edge },
      {
        field: 'upper',
        title: 'One day in ten more',
        type: 'number',
        colour: colours.net,
        more: [...edge, { id: 'custom.fillBelowTo', value: LOWEST }, { id: 'custom.fillOpacity', value: 15 }]
      }
    ]),
    width: 24,
    height: 10
  })
  // Grafana knows no range into the future for a panel alone: `+84d` is from now on, and the shift moves it back.
  return panel
    .timeFrom(`+${PAST_DAYS + AHEAD_DAYS}d`)
    .timeShift(`${PAST_DAYS}d`)
    .hideTimeOverride(true)
}
const edge = [{ id: 'custom.lineWidth', value: 0 }]

const figure = (field: string, title: string) => ({ field, title, type: 'number', unit: COUNT }) as const

export function stockFigures() {
  return statPanel({
    title: 'Its stock',
    description:
      'As of now, whatever the range. Order when on hand and on order together fall to the reorder point; the fill rate is the share of the units asked for that will be there by these terms.',
    noValue: 'Its stock was never counted',
    query: new ApiQuery('/v1/replenishment', {
      query: ofProduct,
      columns: [
        figure('available', 'Available'),
        figure('on_order', 'On order'),
        { field: 'days_of_cover', title: 'Days of cover', type: 'number', unit: DAYS, decimals: 1 },
        figure('reorder_point', 'Reorder point'),
        figure('order_up_to', 'Order up to'),
        figure('quantity', 'To order'),
        { field: 'fill_rate', title: 'Fill rate', type: 'number', unit: SHARE, decimals: 1 }
      ]
    }),
    width: 24,
    height: 4
  })
}

export function whatToDo() {
  return tablePanel({
    title: 'When it runs out, and what to order',
    description:
      'The days by which it has run out with 10, 50 and 90 % probability; no day: not within twelve weeks. [How to accept or snooze](${shop_url:raw}/docs#/stock) what is suggested.',
    noValue: 'Its stock was never counted',
    query: new ApiQuery('/v1/replenishment', {
      query: ofProduct,
      columns: [
        column.soonest,
        column.even,
        column.latest,
        column.leadTime,
        column.supplier,
        column.quantity,
        column.why,
        { field: 'suggestion_id', title: 'Suggestion', type: 'string', width: 150 },
        column.simulated
      ]
    }),
    width: 24,
    height: 4
  })
}

export function chances() {
  return barPanel({
    title: 'Chance of having run out',
    description:
      'By the end of each day, with what is on its way and nothing more: at a half it is as likely gone as not.',
    noValue: 'There is no forecast, or nothing was counted',
    unit: SHARE,
    colour: colours.refunds,
    query: new ApiQuery(`/v1/forecasts/${PRODUCT}`, {
      query: { history_days: '0' },
      root: 'stock_out_chances',
      columns: [
        { field: 'day', title: 'Until', type: 'string' },
        { field: 'chance', title: 'Chance', type: 'number' }
      ]
    }),
    width: 8,
    height: 10
  })
}

export function quantiles() {
  return tablePanel({
    title: `Demand of the next ${SUM_DAYS} days`,
    description: `Units that ${SUM_DAYS} days together stay within, with each probability: of days added up the extremes meet each other, so this is not the sum of the band above.`,
    noValue: 'There is no forecast of it',
    query: new ApiQuery(`/v1/forecasts/${PRODUCT}`, {
      query: { history_days: '0', days: String(SUM_DAYS), probabilities: '0.05,0.25,0.5,0.75,0.9,0.95,0.99' },
      root: 'demand.quantiles',
      columns: [
        { field: 'probability', title: 'Probability', type: 'number', unit: SHARE },
        { field: 'units', title: 'Units', type: 'number' }
      ]
    }),
    width: 4,
    height: 10
  })
}

export function suggestions(shop: ShopStyle) {
  return tablePanel({
    title: 'What was suggested and decided',
    description:
      'In these days: each change of what was said of ordering it, with the reason, and what somebody decided of it.',
    noValue: 'Nothing was suggested in these days',
    query: askFile(new URL('suggestions.sql', import.meta.url), shop, [
      { field: 'made_at', title: 'Said', type: 'timestamp', width: 140 },
      { field: 'state', title: 'State', type: 'string', width: 80 },
      column.quantity,
      { ...column.why, minWidth: 160 },
      { field: 'decision', title: 'Decision', type: 'string', width: 80 },
      { field: 'decided_quantity', title: 'Ordered', type: 'number', unit: COUNT, width: 70 }
    ]),
    width: 12,
    height: 10
  })
}
