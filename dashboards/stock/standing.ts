import { barPanel, statPanel, tablePanel } from '../panel.ts'
import { ApiQuery } from '../sources/api.ts'
import { askFile } from '../sources/warehouse.ts'
import { colours, COUNT, moneyUnit, type ShopStyle } from '../style.ts'
import { inRed, stockColumns as column } from './columns.ts'
import { chosen } from './variables.ts'

const ROWS = 50
const { supplier_id } = chosen

export function alertsNow() {
  return tablePanel({
    title: 'Alerts now',
    description:
      `Low and empty stock that nobody snoozed, empty before low, the newest first, at most ${ROWS}. ` +
      'To be told of one no more, send `POST /v1/stock/alerts/{product_id}/{alert}/snooze`: [how](${shop_url:raw}/docs#/stock).',
    noValue: 'Nothing is low or sold out',
    query: new ApiQuery('/v1/stock/alerts', {
      query: { supplier_id, limit: String(ROWS) },
      columns: [
        ...column.product,
        { field: 'alert', title: 'Alert', type: 'string', width: 90, ...inRed },
        { field: 'raised_at', title: 'Since', type: 'timestamp', width: 140 },
        column.available,
        { field: 'threshold', title: 'Threshold', type: 'number', unit: COUNT, width: 80 },
        column.onOrder,
        column.quantity
      ]
    }),
    width: 16,
    height: 10
  })
}

export function cover() {
  return barPanel({
    title: 'How long the stock lasts',
    description:
      'Products by days of cover: what can be sold now, at the mean forecast demand. What was never counted is left out.',
    noValue: 'No stock was counted yet',
    colour: colours.gross,
    query: new ApiQuery('/v1/stock/cover', {
      query: chosen,
      columns: [
        { field: 'band', title: 'Cover', type: 'string' },
        { field: 'products', title: 'Products', type: 'number' }
      ]
    }),
    width: 8,
    height: 10
  })
}

export function idleTotals({ SHOP_CURRENCY }: ShopStyle) {
  return statPanel({
    title: 'Money that lies there',
    description:
      'Dead stock, of which nothing was sold for 90 days, and what is more than twelve weeks will ask for, at cost.',
    noValue: 'Nothing lies there for nothing',
    query: new ApiQuery('/v1/stock/idle', {
      query: { supplier_id, limit: '1' },
      root: 'totals',
      columns: [
        { field: 'lines', title: 'Products', type: 'number', unit: COUNT },
        { field: 'units', title: 'Units', type: 'number', unit: COUNT },
        { field: 'tied_up', title: 'Tied up', type: 'number', unit: moneyUnit(SHOP_CURRENCY) },
        { field: 'lines_without_cost', title: 'Without a cost', type: 'number', unit: COUNT }
      ]
    }),
    width: 24,
    height: 4
  })
}

export function idle({ SHOP_CURRENCY }: ShopStyle) {
  return tablePanel({
    title: 'Overstock and dead stock',
    description: `The ${ROWS} products that tie up most money: all of it where nothing was sold for 90 days, else what more than twelve weeks will not ask for, with 95 % probability.`,
    noValue: 'Nothing lies there for nothing',
    query: new ApiQuery('/v1/stock/idle', {
      query: { supplier_id, limit: String(ROWS) },
      columns: [
        ...column.product,
        { field: 'kind', title: 'Kind', type: 'string', width: 90 },
        { field: 'on_hand', title: 'On hand', type: 'number', unit: COUNT, width: 80 },
        { field: 'idle_units', title: 'Too many', type: 'number', unit: COUNT, width: 80 },
        { field: 'tied_up', title: 'Tied up', type: 'number', unit: moneyUnit(SHOP_CURRENCY), width: 90 },
        column.supplier
      ]
    }),
    width: 16,
    height: 10
  })
}

export function byAge(shop: ShopStyle) {
  return barPanel({
    title: 'Stock by age, at cost',
    description:
      'What the stock cost, by how long ago it came in, when what comes in first goes out first. Without what has no cost.',
    noValue: 'No stock with a cost was counted yet',
    unit: moneyUnit(shop.SHOP_CURRENCY),
    colour: colours.net,
    query: askFile(new URL('by-age.sql', import.meta.url), shop, [
      { field: 'age_band', title: 'Age', type: 'string' },
      { field: 'tied_up', title: 'Tied up', type: 'number' }
    ]),
    width: 8,
    height: 10
  })
}
