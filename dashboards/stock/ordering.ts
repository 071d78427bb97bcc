import { ReduceDataOptionsBuilder } from '@grafana/grafana-foundation-sdk/common'
import { MappingType } from '@grafana/grafana-foundation-sdk/dashboard'
import { statPanel, tablePanel } from '../panel.ts'
import { ApiQuery } from '../sources/api.ts'
import { askFile } from '../sources/warehouse.ts'
import { COUNT, DAYS, moneyUnit, type ShopStyle } from '../style.ts'
import { stockColumns as column } from './columns.ts'
import { chosen } from './variables.ts'

const ROWS = 50

/** Of several currencies the first entry has most lines, where a stat would take the last. */
const firstEntry = () => new ReduceDataOptionsBuilder().values(false).calcs(['firstNotNull']).fields('/.*/')

export function orderTotals({ SHOP_CURRENCY }: ShopStyle) {
  const money = moneyUnit(SHOP_CURRENCY)
  return statPanel({
    title: 'Still to order',
    description:
      'Of all suggestions that nobody decided today or snoozed, not only of the rows below. Gain is what the units are expected to earn, less what lying costs.',
    noValue: 'Nothing is to be ordered now',
    query: new ApiQuery('/v1/replenishment', {
      query: { ...chosen, limit: '1' },
      root: 'totals',
      columns: [
        { field: 'lines', title: 'Products', type: 'number', unit: COUNT },
        { field: 'units', title: 'Units', type: 'number', unit: COUNT },
        { field: 'cost', title: 'Costs', type: 'number', unit: money },
        { field: 'value', title: 'Expected gain', type: 'number', unit: money },
        { field: 'lines_without_cost', title: 'Without a cost', type: 'number', unit: COUNT }
      ]
    }),
    width: 12,
    height: 4
  }).reduceOptions(firstEntry())
}

export function stockNow(shop: ShopStyle) {
  return statPanel({
    title: 'The stock now',
    description:
      'As of now, whatever the range: units in the shop, what they would cost today, units on their way, products of which nothing can be sold, and units that were asked for in vain in 28 days, as estimated.',
    noValue: 'No stock was counted yet',
    query: askFile(new URL('now.sql', import.meta.url), shop, [
      { field: 'on_hand', title: 'On hand', type: 'number', unit: COUNT },
      { field: 'worth', title: 'Worth', type: 'number', unit: moneyUnit(shop.SHOP_CURRENCY) },
      { field: 'on_order', title: 'On order', type: 'number', unit: COUNT },
      { field: 'sold_out', title: 'Sold out', type: 'number', unit: COUNT },
      { field: 'lost_units_28', title: 'Lost units', type: 'number', unit: COUNT }
    ]),
    width: 12,
    height: 4
  })
}

export function toOrder({ SHOP_CURRENCY }: ShopStyle) {
  const money = moneyUnit(SHOP_CURRENCY)
  return tablePanel({
    title: 'What to order',
    description:
      `The ${ROWS} suggestions that are worth most for their money and that nobody decided today. To accept, edit or snooze one, ` +
      'send its suggestion to `POST /v1/replenishment/{product_id}/accept` or `/snooze`, with a server key: [how](${shop_url:raw}/docs#/stock). It is then gone from here at once.',
    noValue: 'Nothing is to be ordered now',
    query: new ApiQuery('/v1/replenishment', {
      query: { ...chosen, limit: String(ROWS) },
      columns: [
        ...column.product,
        column.abc,
        column.supplier,
        column.quantity,
        { field: 'order_cost', title: 'Costs', type: 'number', unit: money, width: 90 },
        { field: 'order_value', title: 'Expected gain', type: 'number', unit: money, width: 90 },
        column.even,
        column.why,
        { field: 'suggestion_id', title: 'Suggestion', type: 'string', width: 150 },
        column.simulated
      ]
    }),
    width: 24,
    height: 13
  })
}

export function late() {
  return tablePanel({
    title: 'Runs out before a delivery could be there',
    description: `The ${ROWS} products that bring most among those that will have run out, with even odds, before an order of today arrives. What is on its way is counted. The alert "Stock-out before a delivery" counts those of class A that are still to be ordered.`,
    noValue: 'Nothing runs out before it can be delivered',
    query: new ApiQuery('/v1/stock/late', {
      query: { ...chosen, limit: String(ROWS) },
      columns: [
        ...column.product,
        column.abc,
        column.supplier,
        column.available,
        column.onOrder,
        column.soonest,
        column.even,
        column.latest,
        { field: 'delivery_day', title: 'Delivery', type: 'string', width: 95 },
        { field: 'days_short', title: 'Days without', type: 'number', unit: DAYS, width: 80 },
        column.quantity,
        {
          field: 'is_open',
          title: 'State',
          type: 'string',
          width: 85,
          mappings: [
            {
              type: MappingType.ValueToText,
              options: { true: { text: 'to order', index: 0 }, false: { text: 'ordered', index: 1 } }
            }
          ]
        }
      ]
    }),
    width: 24,
    height: 11
  })
}

export function runsOut() {
  return tablePanel({
    title: 'What runs out, and when',
    description: `The ${ROWS} products that run out soonest at the forecast demand, deliveries on their way counted: the days by which each has run out with 10, 50 and 90 % probability. No day: not within twelve weeks.`,
    noValue: 'No forecast has been published',
    query: new ApiQuery('/v1/replenishment', {
      query: { ...chosen, state: 'all', decision: 'all', sort: 'stock_out', limit: String(ROWS) },
      columns: [
        ...column.product,
        column.abc,
        column.supplier,
        column.available,
        column.onOrder,
        column.cover,
        column.soonest,
        column.even,
        column.latest,
        column.leadTime,
        { field: 'reorder_point', title: 'Reorder point', type: 'number', unit: COUNT, width: 80 },
        column.simulated
      ]
    }),
    width: 24,
    height: 11
  })
}
